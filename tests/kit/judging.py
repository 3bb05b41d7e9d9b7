"""What must hold after an apply that went wrong and was gone on with: nothing lost, doubled, or claimed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.faults.full import FULL
from tests.kit.scene import Scene, Seen

COLUMNS = ("name", "email", "phone")
DONE = frozenset({"done", "already"})


@dataclass(slots=True)
class Tally:
    """A sweep's figures. `problems` say where a promise was broken.

    `told`: a change may end as unknown in every class, for a provider that never answers can be asked in vain only.
    """

    told: bool = False
    runs: int = 0
    lost: int = 0
    doubled: int = 0
    claimed: int = 0
    unknown: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, scene: Scene, where: str) -> Seen:
        """Look at both ends after a run and count."""
        seen = scene.seen()
        judged = {
            "lost": lost(scene, seen, told=self.told or not scene.carrier.exact),
            "doubled": [one for one, count in seen.effects.items() if count > 1],
            "claimed": claimed(scene, seen),
        }
        self.runs += 1
        self.unknown += sum(state == "unknown" for state in seen.states.values())
        for name, found in judged.items():
            setattr(self, name, getattr(self, name) + len(found))
            if found:
                self.problems.append(f"{where}: {name} {', '.join(sorted(found))}")
        return seen

    def text(self, what: str) -> str:
        """The figure, in words."""
        return (
            f"{self.runs} {what}: {self.lost} lost, {self.doubled} doubled, "
            f"{self.claimed} called done without proof, {self.unknown} unknown"
        )


def lost(scene: Scene, seen: Seen, *, told: bool) -> list[str]:
    """Targets that are not done, or are called done without an effect; but where `told` one may be called unknown."""
    allowed = {"unknown"} if told else set()
    missing = {one for one in scene.targets.values() if not seen.effects.get(one)}
    states = {one: seen.states.get(one, "") for one in scene.targets.values()}
    return [one for one, state in states.items() if state not in (allowed if one in missing else DONE | allowed)]


def claimed(scene: Scene, seen: Seen) -> list[str]:
    """Targets whose change is called done though the portal does not show it, or shows it more than once."""
    wished = scene.wished()
    shown: dict[str, list[dict[str, str]]] = {}
    for one in seen.people:
        shown.setdefault(one["ref"], []).append({name: one[name] for name in COLUMNS})
    done = [one for one in scene.targets.values() if seen.states.get(one) in DONE]
    return [one for one in done if shown.get(ref_of(one)) != [wished[ref_of(one)]]]


def ref_of(target: str) -> str:
    """The MIS's id of a target."""
    return target[1:] if target.startswith("+") else f"m{target}"


def some(all_of_them: Sequence[int], number: int) -> list[int]:
    """A sample that holds both ends and is spread evenly; everything where the sweep is a full one."""
    if FULL or len(all_of_them) <= number:
        return list(all_of_them)
    step = (len(all_of_them) - 1) / (number - 1)
    return [all_of_them[round(at * step)] for at in range(number)]
