"""When a run halts because too much goes wrong."""

from collections.abc import Sequence

import pytest

from engine.ledger.journal import Closing, ClosingState
from engine.report import FAILED_SHARE, FAILURES_IN_A_ROW, SHARE_FROM, StopRule


def halted_at(states: Sequence[ClosingState]) -> int | None:
    """The place of the closing after which the run halts, counted from 1."""
    rule = StopRule()
    told = (rule.count(Closing(str(at), state, "the system refused it")) for at, state in enumerate(states))
    return next((at for at, why in enumerate(told, 1) if why), None)


@pytest.mark.covers("R13", part="the rule itself")
@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_failures_one_after_the_other(state: ClosingState) -> None:
    """The fifth halts, the fourth does not; anything else between begins anew."""
    assert halted_at([state] * FAILURES_IN_A_ROW) == FAILURES_IN_A_ROW
    assert halted_at([state] * (FAILURES_IN_A_ROW - 1)) is None
    assert halted_at([*[state] * 4, "stale", *[state] * 4]) is None


@pytest.mark.covers("R13", part="the rule itself")
def test_a_share_of_failures() -> None:
    """More than a fifth of all, from the twenty-fifth on; a fifth itself is borne."""
    fifth: list[ClosingState] = ["done", "done", "done", "done", "failed"]
    assert (FAILED_SHARE, SHARE_FROM) == (20, 25)
    assert halted_at(fifth * 20) is None
    assert halted_at([*fifth * 4, "done", "done", "done", "failed", "failed"]) == 25
    half: list[ClosingState] = ["failed", "done"]
    assert halted_at(half * 12) is None
    assert halted_at([*half * 12, "failed"]) == 25


def test_what_is_stale_or_skipped_is_no_failure() -> None:
    """Records that moved, or wait for others, say nothing about the system."""
    assert halted_at(["stale", "skipped", "already"] * 50) is None
