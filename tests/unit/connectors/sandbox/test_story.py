"""The demo's story."""

from connectors.sandbox.story import STORY


def test_each_step_has_a_name_of_its_own_and_a_sentence() -> None:
    """Scripts tell steps apart by name; people read one sentence that ends."""
    assert [step.name for step in STORY] == ["sandboxes", "rules", "plan", "show", "approve", "apply", "settled"]
    assert all(step.title and step.sentence.endswith(".") for step in STORY)
