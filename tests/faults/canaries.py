"""Values that must never be seen where nobody asked for them: those of the sample's learners, and its secrets."""

from collections.abc import Iterable

from tests.trial import Trial

SHORTEST = 5
"""A shorter value says nothing: a birth year or a code stands in any output."""


def canaries_of(trial: Trial) -> set[str]:
    """Names, birth dates, NI numbers, ULNs and emails of both sides, and the customer token."""
    rows = trial.mis("SELECT surname, birth_date, ni_number, uln, email FROM learners")
    values = {str(value).strip() for row in rows for value in row if value is not None}
    return {value for value in values if len(value) >= SHORTEST} | {trial.sandboxes.customer_token}


def leaks(text: str, canaries: Iterable[str]) -> list[str]:
    """The canaries that stand in a text."""
    return sorted(one for one in canaries if one in text)
