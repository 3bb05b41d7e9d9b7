"""The story that the demo tells on sandbox systems of its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `name` for scripts, `title` and `sentence` for people."""

    name: str
    title: str
    sentence: str


STORY = (
    Step(
        "sandboxes",
        "Two systems are running",
        "A sample MIS and a OneFile sandbox are up, both full of invented learners; most learners are linked.",
    ),
    Step(
        "rules",
        "The rules are checked",
        "The mapping says which fields move and how; every mistake in it would be shown here, before anything runs.",
    ),
    Step(
        "plan",
        "Both sides are read and a plan is written",
        "The plan lists each value that would change at OneFile; nothing has been written to either system.",
    ),
    Step(
        "show",
        "The plan is shown",
        "Each change has its learner, its field, the rule behind it and the reason; values of people are masked.",
    ),
    Step(
        "approve",
        "A person approves the plan",
        "The approval holds for exactly this plan: if one letter of it changed, it would not be applied.",
    ),
    Step(
        "apply",
        "The approved plan is applied",
        "Every change is written down before it is sent, is sent once, and is read back afterwards.",
    ),
    Step(
        "settled",
        "A second plan is empty",
        "Both sides are read again: they agree, so there is nothing left to change.",
    ),
)
"""The steps in order."""
