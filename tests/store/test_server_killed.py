"""PostgreSQL is killed and started again while an apply runs: each change has one effect, and the journal knows it."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.postgres import Server, running_server
from tests.store.conftest import move_store
from tests.store.holders import differ, going, settled
from tests.trial import Trial, make_sample, open_trial

CHANGES = 200
MOST_TRIES = 60


@pytest.fixture(scope="module")
def larger_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample with more linked learners than one window takes."""
    folder = tmp_path_factory.mktemp("larger") / "sandbox"
    make_sample(folder, 300)
    return folder


@pytest.fixture
def larger(tmp_path: Path, larger_sample: Path) -> Iterator[Trial]:
    folder = tmp_path / "college"
    folder.mkdir()
    with open_trial(folder, larger_sample) as opened:
        yield opened


class Killer:
    """Kills a server again and again, and starts it each time."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server, self.kills = server, 0
        self._chance, self._over = random.Random(seed), threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        while not self._over.wait(self._chance.uniform(0.5, 3)):
            self.server.kill()
            self.kills += 1
            self._over.wait(self._chance.uniform(0, 0.5))
            self.server.start()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


@pytest.mark.slow
@pytest.mark.needs_postgres
@pytest.mark.timeout(300)
@pytest.mark.covers("R17")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_server_that_is_killed_doubles_and_loses_nothing(
    larger: Trial,
    postgres_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    figure: Callable[[str, str], None],
    seed: int,
) -> None:
    """Kill -9 every few seconds under an apply and its resumes, until one gets to the end: one effect a change."""
    larger.own_connector("settle: 2 ", "settle: 0.3 ")
    larger.settings("update: {share: 30%", "update: {share: 100%")
    with running_server(postgres_server.programs) as server:
        move_store(larger, server.url, monkeypatch)
        wanted = differ(larger, CHANGES)
        assert len(wanted) == CHANGES
        plan = larger.approved()
        assert plan["changes"] == CHANGES
        larger.fault("slow", match={"verb": "POST", "regex": r"/User/\d+$"}, seconds=0.1)
        with Killer(server, seed) as killer:
            ends = _apply_to_the_end(larger, plan["plan"])
        assert ends[-1] == 0, ends
        assert larger.counts()["effects"] == wanted
        assert _closed(larger, plan["plan"]) <= {"done", "already"}
        assert settled(larger)
    assert killer.kills >= 2
    told = ", ".join(f"{number} ended with {code}" for code, number in sorted(Counter(ends).items()))
    figure("R17", f"{CHANGES} changes, {killer.kills} kills, {len(ends)} commands ({told}): 0 lost, 0 doubled")


def _apply_to_the_end(trial: Trial, plan: str) -> list[int]:
    """Apply, then resume until the run is through; how each command ended. Each end is a sentence, no traceback."""
    ends: list[int] = []
    while len(ends) < MOST_TRIES:
        with going(trial, *_next(trial, plan)) as one:
            done = one.end()
        assert "Traceback" not in done.said, done.said
        assert done.code in {0, 1, 3}, done.said
        ends.append(done.code)
        if done.code == 0 or "already applied" in done.err:
            return [*ends[:-1], 0]
    return ends


def _next(trial: Trial, plan: str) -> tuple[str, str]:
    """What to type next: a person looks in the log whether a run was begun."""
    while (done := trial.call("log", "--plan", plan, "--most", "10000", "--json")).code != 0:
        assert "Traceback" not in done.said
    runs = [one["run"] for one in done.json if one["what"] == "run.begun"]
    assert len(runs) <= 1
    return ("resume", runs[0]) if runs else ("apply", plan)


def _closed(trial: Trial, plan: str) -> set[str]:
    """The states in which the changes of a plan's run ended, from the log."""
    entries = trial.call("log", "--plan", plan, "--most", "10000", "--json").json
    last = {one["change"]: one["facts"]["said"] for one in entries if one["what"] == "change.closed"}
    assert len(last) == CHANGES
    return set(last.values())
