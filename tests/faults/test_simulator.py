"""The simulator: seeds of cuts, trouble, edits by hand and second workers, and what must hold after each.

`TIELINE_SEEDS` says how many seeds are played, by four tests; `python -m tests.simulator SEED` plays one again.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.apply import Applier
from engine.attempts import Attempt
from engine.service import applying
from tests.simulator.checker import Run, in_order
from tests.simulator.drive import Figures, run_seed
from tests.simulator.systems import Effect
from tests.unit.plan.plans import update

SEEDS = int(os.environ.get("TIELINE_SEEDS", "48"))
PARTS = 4
MOST = 40
"""Seeds within which a planted defect must be found."""


@pytest.mark.covers("R1", "R2", "R7", "R12", part="every class, in memory, by chance")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_doubled_or_trampled(part: int, figure: Callable[[str, str], None]) -> None:
    """P1 to P8 hold after every seed of this part, and things did go wrong in them."""
    figures = Figures()
    for seed in range(part, SEEDS, PARTS):
        figures.add(run_seed(seed))
    assert figures.counts["kills"]
    assert figures.counts["effects"]
    figure("R2", f"simulator, part {part + 1} of {PARTS}: {figures}")


def _resend(kept: Callable[..., Any]) -> Callable[..., Any]:
    def standing(self: Attempt, fresh: object, now: object) -> object:
        closing = kept(self, fresh, now)
        return None if closing is not None and closing.state == "unknown" else closing

    return standing


def _trample(kept: Callable[..., Any]) -> Callable[..., Any]:
    def standing(self: Attempt, fresh: Any, now: object) -> object:  # noqa: ANN401  as the original has it
        closing = kept(self, fresh, now)
        if closing is None or closing.state != "stale" or fresh is None or not fresh.raw:
            return closing
        self.raw = fresh.raw
        return None

    return standing


def _believe(kept: Callable[..., Any]) -> Callable[..., Any]:
    def take(self: Attempt, outcome: Any, now: object) -> object:  # noqa: ANN401  as the original has it
        closing = kept(self, outcome, now)
        return self._close("done", "") if outcome.verdict == "unknown" else closing

    return take


def _all_of_it(_kept: Callable[..., Any]) -> Callable[..., Any]:
    return lambda plan, *_: frozenset(one.digest for one in plan.changes())


def _nothing(_kept: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *_, **__: None


DEFECTS: dict[str, tuple[object, str, Callable[..., Any], str]] = {
    "what may have been created is sent again": (Attempt, "standing", _resend, "P1|P8"),
    "what has moved is written over": (Attempt, "standing", _trample, "P1|P3"),
    "a request without an answer is believed": (Attempt, "take", _believe, "P6|P8"),
    "what nobody approved is applied": (applying, "covered_by", _all_of_it, "P2|P6"),
    "a new record is not linked": (Applier, "_add", _nothing, "P1|P6|P8"),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found(defect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that does this wrong does not pass: within so many seeds a property is seen not to hold."""
    where, name, spoil, properties = DEFECTS[defect]
    monkeypatch.setattr(where, name, spoil(getattr(where, name)))
    found = ""
    for seed in range(MOST):
        try:
            run_seed(seed)
        except AssertionError as fault:
            found = str(fault)
            break
    assert found.startswith(tuple(properties.split("|"))), found or "nobody noticed"


def test_a_request_without_a_durable_intent_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that sends before it journals is stopped at its first request (P5)."""
    monkeypatch.setattr("engine.apply.write_intents", lambda *_: None)
    with pytest.raises(AssertionError, match="P5"):
        run_seed(0)


@pytest.mark.parametrize(("at", "state", "says"), [(2, "done", "before what it needs"), (0, "failed", "was not")])
def test_a_change_before_what_it_needs_is_found(at: int, state: str, says: str) -> None:
    """The engine has several guards against this one, so the checker is shown a history that breaks it (P4)."""
    first, second = update("1", "9"), update("2", "8")
    second = replace(second, depends_on=(first.id,))
    run = Run("run", "plan", {one.id: one for one in (first, second)}, frozenset(), {first.id: state})
    effects = [
        Effect("folder", one.id, "", "learners", "9", None, (), when) for one, when in ((first, at), (second, 1))
    ]
    with pytest.raises(AssertionError, match=f"P4.*{says}"):
        in_order(run, effects)
