"""One changed bit anywhere in an approved plan, or another form of the same: refused before anything is opened."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from engine.errors import RefusedError
from engine.plan.file import PlanFile
from tests.faults.full import FULL
from tests.simulator.world import World

SOME = 600
"""Bits that are changed where not all of them are."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A workspace over systems in memory."""
    return World(tmp_path, "B", Random(6))


def approved(world: World, most: int) -> PlanFile:
    """A plan of a few changes, approved."""
    for system, collection in ((world.mis, "officers"), (world.provider, "assessors")):
        for row in system.rows[collection]:
            row["surname" if collection == "officers" else "LastName"] = "Evans"
    for row in world.mis.rows["people"]:
        row.update(surname="Byrne", email=None, town="York", officer=None)
    for at, row in enumerate(world.provider.rows["learners"]):
        row.update(LastName="Byrne" if at >= most else "Clarke", Email=None, Town="York", AssessorID=None)
    world.mis.rows["people"] = world.mis.rows["people"][: len(world.provider.rows["learners"])]
    plan = world.plan()
    assert plan.tally.applicable == most
    world.approve(plan)
    return plan


def refused(world: World, plan: PlanFile, bent: bytes) -> str:
    """What is said of other bytes in the plan's place; they must be refused."""
    plan.path.write_bytes(bent)
    with pytest.raises(RefusedError) as told:
        world.apply(plan)
    return str(told.value)


@pytest.mark.covers("R6", part="the plan's bytes; signatures are still to come")
@pytest.mark.timeout(3600)
def test_every_bit_counts(world: World, figure: Callable[[str, str], None]) -> None:
    """Each bit of a small approved plan changed alone: 0 applied, no connector opened, no content in the message."""
    plan = approved(world, 1)
    whole = plan.path.read_bytes()
    world.barred = True
    bits = range(len(whole) * 8)
    chosen = bits if FULL else Random(7).sample(bits, SOME)
    for at in chosen:
        bent = bytearray(whole)
        bent[at // 8] ^= 1 << (at % 8)
        said = refused(world, plan, bytes(bent))
        assert "Clarke" not in said
        assert plan.digest not in said
    figure("R6", f"{len(chosen):,} of {len(bits):,} single bits changed: 0 applied, 0 connectors opened")


@pytest.mark.covers("R6", part="the plan's bytes; signatures are still to come")
@pytest.mark.timeout(600)
def test_bits_of_a_larger_plan(world: World, figure: Callable[[str, str], None]) -> None:
    """Bits by chance of a plan of ten changes."""
    plan = approved(world, 10)
    whole = plan.path.read_bytes()
    world.barred = True
    number = 2000 if FULL else 200
    for at in Random(8).sample(range(len(whole) * 8), number):
        bent = bytearray(whole)
        bent[at // 8] ^= 1 << (at % 8)
        refused(world, plan, bytes(bent))
    figure("R6", f"{number:,} bits by chance of a plan of {len(whole):,} bytes: 0 applied")


def _spaced(whole: bytes) -> bytes:
    return whole.replace(b'":"', b'": "', 1)


def _other_order(whole: bytes) -> bytes:
    first, *rest = whole.splitlines(keepends=True)
    data = json.loads(first)
    return json.dumps(dict(reversed(data.items())), separators=(",", ":")).encode() + b"\n" + b"".join(rest)


def _doubled_key(whole: bytes) -> bytes:
    return whole.replace(b'"kind":"header"', b'"kind":"header","kind":"header"', 1)


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "a space": _spaced,
    "another order of keys": _other_order,
    "a key twice": _doubled_key,
    "a line end more": lambda whole: whole + b"\n",
    "a line more": lambda whole: whole + b"{}\n",
    "a byte order mark": lambda whole: b"\xef\xbb\xbf" + whole,
    "other line ends": lambda whole: whole.replace(b"\n", b"\r\n"),
    "cut short": lambda whole: whole[:-1],
    "empty": lambda _whole: b"",
    "another plan twice": lambda whole: whole * 2,
}


@pytest.mark.covers("R6", part="the plan's bytes; signatures are still to come")
@pytest.mark.parametrize("form", FORMS)
def test_the_same_content_in_another_form_is_another_plan(world: World, form: str) -> None:
    """What a reader of JSON would take for the same is not what was approved."""
    plan = approved(world, 1)
    whole = plan.path.read_bytes()
    bent = FORMS[form](whole)
    assert bent != whole
    world.barred = True
    assert "make a new plan" in refused(world, plan, bent)


def test_the_untouched_plan_is_applied(world: World) -> None:
    """The control: with its own bytes the same plan goes through."""
    plan = approved(world, 1)
    whole = plan.path.read_bytes()
    refused_once = refused(world, plan, whole + b" ")
    assert refused_once
    plan.path.write_bytes(whole)
    assert world.apply(plan).whole


@pytest.mark.covers("R6", part="the plan's bytes; signatures are still to come")
def test_the_approval_of_another_plan_does_not_count(world: World) -> None:
    """Two plans, one approved: the other is refused, though both were made by this workspace."""
    first = approved(world, 2)
    world.provider.rows["learners"][5]["LastName"] = "Ferreira"
    second = world.plan()
    assert second.id != first.id
    world.barred = True
    with pytest.raises(RefusedError, match="nobody has approved it"):
        world.apply(second)
