"""One seed: rounds of plan, approval, apply, cuts, trouble and edits by hand, then the checker's verdict."""

import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from engine.approve import Choice
from engine.errors import RefusedError
from engine.plan.file import PlanFile
from tests.simulator.checker import check_all
from tests.simulator.world import CLASSES, KilledError, World, at_points, known_intent

MOST_RESUMES = 8


@dataclass
class Figures:
    """What was counted over seeds."""

    seeds: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counter[str]) -> None:
        """Count one more seed."""
        self.seeds += 1
        self.counts.update(other)

    def __str__(self) -> str:
        told = ", ".join(f"{number:,} {what}" for what, number in sorted(self.counts.items()))
        return f"{self.seeds:,} seeds, 0 violations ({told})"


def run_seed(seed: int) -> Counter[str]:
    """Play one seed to its end; what happened. AssertionError names the property that does not hold, and the seed."""
    random = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), random.choice(CLASSES), random)
        world.watch.look = known_intent(world)
        player = _Player(world)
        try:
            for _ in range(random.randint(1, 3)):
                player.round()
            player.settle()
            check_all(world)
        except AssertionError as fault:
            fault.add_note(f"seed {seed}, class {world.delivery}: {player.said}")
            raise
        return player.counts


@dataclass
class _Player:
    world: World
    counts: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)

    def round(self) -> None:
        """One plan on its way, whatever comes between."""
        world, random = self.world, self.world.random
        for _ in range(random.randint(0, 3)):
            world.move()
        plan = world.plan()
        if not plan.tally.applicable:
            return
        world.approve(plan, self._choice(plan))
        if random.random() < 0.2:
            self._tamper(plan)
        for _ in range(random.choice([0, 0, 1, 2])):
            world.move()
        if random.random() < 0.1:
            self._expire(plan)
            return
        self._carry_out(plan)

    def _choice(self, plan: PlanFile) -> Choice:
        if self.world.random.random() < 0.7:
            return Choice()
        ids = [one.id for one in plan.changes() if one.applicable]
        return Choice(only=tuple(self.world.random.sample(ids, max(1, len(ids) // 2))))

    def _tamper(self, plan: PlanFile) -> None:
        """One bit of the plan file is changed: refused, nothing sent."""
        whole = plan.path.read_bytes()
        at = self.world.random.randrange(len(whole) * 8)
        bent = bytearray(whole)
        bent[at // 8] ^= 1 << (at % 8)
        plan.path.write_bytes(bent)
        self._refused(lambda: self.world.apply(plan), "tampered plans refused")
        plan.path.write_bytes(whole)

    def _expire(self, plan: PlanFile) -> None:
        """The approval runs out before anybody applies the plan: refused, nothing sent."""
        self.world.clock.sleep(8 * 24 * 3600)
        self._refused(lambda: self.world.apply(plan), "expired approvals refused")

    def _refused(self, act: Callable[[], object], what: str) -> None:
        before = self.world.watch.sends
        refused = False
        try:
            act()
        except RefusedError:
            refused = True
        assert refused, f"P2: not among {what}"
        assert self.world.watch.sends == before, f"P2: something was sent: {what}"
        self.counts[what] += 1

    def _carry_out(self, plan: PlanFile) -> None:
        """Apply, and resume as often as it takes, with cuts and trouble that become fewer."""
        world = self.world
        for turn in range(MOST_RESUMES):
            self._trouble(0.25 if turn < 3 else 0.0)
            run = world.unfinished()
            with suppress(KilledError), at_points(self._hook(last=turn >= 4, plan=plan)):
                self.counts["applies" if run is None else "resumes"] += 1
                if run is not None:
                    world.resume(run)
                else:
                    world.apply(plan)
            self.said.append(f"turn {turn}: {'resume' if run else 'apply'}")
            if self._begun(plan) and world.unfinished() is None:
                break
            world.clock.sleep(world.random.choice([0, 1, 60, 30 * 3600]))
        assert world.unfinished() is None, "a run does not come to its end"
        self._refused(lambda: world.apply(plan), "second applies refused")

    def _begun(self, plan: PlanFile) -> bool:
        return bool(self.world.asked("SELECT 1 FROM runs WHERE plan = ?", plan.id))

    def _trouble(self, rate: float) -> None:
        kinds = ("lost", "never", "not_sent", "refused", "unauthorised")
        for system in (self.world.mis, self.world.provider):
            in_database = system is self.world.mis or self.world.delivery in {"B", "S"}
            system.chance.rate = rate if self.world.random.random() < 0.7 else 0.0
            system.chance.kinds = kinds if in_database else (*kinds, "late")

    def _hook(self, *, last: bool, plan: PlanFile) -> Callable[[str], None]:
        """What happens at crash points: now and then a cut, an edit by hand, or a second apply."""
        random = self.world.random
        kill_at = random.randint(1, 40) if not last and random.random() < 0.8 else None
        second_at = random.randint(2, 20) if random.random() < 0.3 else None
        move_at = random.randint(2, 20) if random.random() < 0.3 else None
        passed = 0
        inside = False

        def hook(name: str) -> None:
            nonlocal passed, inside
            if inside:
                return
            passed += 1
            if passed == move_at:
                self.world.move()
                self.counts["edits under way"] += 1
            if passed == second_at and name != "run.finished":
                inside = True
                self._refused(lambda: self.world.apply(plan), "second workers refused")
                inside = False
            if passed == kill_at:
                self.counts["kills"] += 1
                self.said.append(f"killed at {name}")
                raise KilledError

        return hook

    def settle(self) -> None:
        """All trouble is over: one more exchange, and then there is nothing left to do (P8)."""
        world = self.world
        self._trouble(0.0)
        world.clock.sleep(60)
        for system in (world.mis, world.provider):
            system.chance.rate = 0.0
            system.carry_out_late()
        for _ in range(2):
            plan = world.plan()
            if plan.tally.applicable:
                world.approve(plan)
                report = world.apply(plan)
                assert report.whole, f"P8: not everything was applied: {report.halted} {report.closings}"
        left = [one.id for one in world.plan().changes() if one.applicable]
        assert not left, f"P8: the next plan is not empty: {left}"
        self.counts["effects"] += len(world.watch.effects)
