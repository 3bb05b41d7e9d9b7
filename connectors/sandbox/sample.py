"""Both sides of the sample from one seed: the MIS database, the OneFile sandbox's state, and the truth about them."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.sandbox import activity, learners, mess, mis, onefile_store, people, portfolio, truth
from connectors.sandbox.mess import Cells, Differences
from connectors.sandbox.onefile_facts import LEARNER_ROLE
from connectors.sandbox.onefile_store import Doc
from connectors.sandbox.people import Columns
from connectors.sandbox.truth import DISABILITY, PAIRS, Truth

ONEFILE = "onefile"
"""The folder, within a sandbox folder, of the OneFile sandbox's state."""
_LINKED = 0.85
_ONLY_AT_ONEFILE = 0.02
_ALIKE = 4
"""How many learners that only OneFile has look like MIS learners without a link."""
_ARCHIVED = 3
_STAFF_SPARE = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """Both sides: `mis` has tables as columns, `onefile` collections as records."""

    mis: dict[str, mis.Table]
    onefile: dict[str, list[Doc]]
    truth: Truth


def build(folder: Path, seed: int, count: int) -> Truth:
    """Write both sides into a folder; what stood there of either is replaced, and `truth.json` comes last."""
    clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = make(seed, count)
    mis.write(folder / mis.FILE, made.mis)
    store = onefile_store.Store(folder / ONEFILE)
    for collection, docs in made.onefile.items():
        store.fill(collection, docs)
    store.close()
    made.truth.save(folder)
    return made.truth


def clear(folder: Path) -> None:
    """Take away both sides, `truth.json` first."""
    (folder / truth.FILE).unlink(missing_ok=True)
    (folder / mis.FILE).unlink(missing_ok=True)
    shutil.rmtree(folder / ONEFILE, ignore_errors=True)


def make(seed: int, count: int) -> Sample:
    """Make up both sides; the same seed and count give the same values."""
    rng = random.Random(seed)  # noqa: S311  invented people, not a secret
    extra = max(_ALIKE + _ARCHIVED, round(count * _ONLY_AT_ONEFILE))
    officers = learners.officers(rng, count)
    organisations = learners.organisations(rng, count, officers["ident"])
    everyone = learners.learners(rng, count + extra, officers)
    linked = sorted(rng.sample(range(count), round(count * _LINKED)))
    _look_alike(everyone, sorted(set(range(count)) - set(linked)), count)

    numbers = rng.sample(range(200_000, 9_000_000), len(linked) + extra + len(officers["ident"]) + _STAFF_SPARE)
    keys = dict(zip([*linked, *range(count, count + extra)], numbers, strict=False))
    ids = portfolio.new_ids(officers["ident"], numbers[len(keys) : -_STAFF_SPARE])
    differences = mess.differ(rng, everyone, linked, people.sentinel_free_ulns(rng, count // 10 + 10))

    collections = portfolio.frame(ids, organisations)
    placements = rng.choices(portfolio.placement_ids(organisations), k=len(keys))
    users = portfolio.learner_users(ids, _as_at_onefile(rng, everyone, differences), keys, placements)
    _archive(users, keys, count)
    staff = portfolio.officer_users(ids, officers) + portfolio.other_users(ids, numbers[-_STAFF_SPARE:])
    collections["users"] = users + staff

    tables = _tables(rng, {name: values[:count] for name, values in everyone.items()}, officers, organisations)
    kept = set(differences.changed) | differences.blank
    tables["learners"] = _as_in_mis(rng, everyone, keys, kept, count)
    officers["onefile_id"] = [str(ids.officers[key]) for key in officers["ident"]]
    return Sample(tables, collections, truth.compare(seed, rows(tables["learners"]), learners_of(collections)))


def rows(table: mis.Table) -> Iterator[dict[str, object]]:
    """A table's rows."""
    for values in zip(*table.values(), strict=True):
        yield dict(zip(table, values, strict=True))


def learners_of(collections: dict[str, list[Doc]]) -> Iterator[Doc]:
    """OneFile's users of role 1."""
    return (user for user in collections["users"] if user["Role"] == LEARNER_ROLE)


def _look_alike(everyone: Columns, unlinked: list[int], first: int) -> None:
    """Make learners that only OneFile has resemble unlinked MIS ones: by MIS id, ULN, email, or name and birth date."""
    likenesses = (("ident",), ("uln",), ("email",), ("first_name", "surname", "birth_date"))
    for at, (model, columns) in enumerate(zip(unlinked, likenesses, strict=False), first):
        for column in columns:
            everyone[column][at] = everyone[column][model]


def _archive(users: list[Doc], keys: dict[int, int], count: int) -> None:
    archived = {keys[count + _ALIKE + number] for number in range(_ARCHIVED)}
    for user in users:
        if user["ID"] in archived:
            user["Archived"] = True


def _as_at_onefile(rng: random.Random, everyone: Columns, differences: Differences) -> Columns:
    """The learners as OneFile has them: with the differences, and a little untidy."""
    cells: Cells = {name: list(everyone[name]) for name in (*PAIRS, "address_1", *DISABILITY, "lldd_codes")}
    for (at, name), value in differences.changed.items():
        cells[name][at] = value
    for at, name in sorted(differences.blank):
        cells[name][at] = " " if at % 2 and name != "birth_date" else ""
    for at, problem in enumerate(cells["lldd_health_problem"]):
        if problem != "1":  # categories go with a yes
            cells["primary_lldd"][at] = cells["lldd_codes"][at] = ""
    mess.untidy(rng, cells, 0.02)
    mess.double_spaces(rng, cells, ("surname",), 0.1)
    mess.loosen_accents(rng, cells, ("first_name", "surname"), 0.2)
    return everyone | {name: [value or "" for value in values] for name, values in cells.items()}


def _as_in_mis(rng: random.Random, everyone: Columns, keys: dict[int, int], kept: set[mess.Cell], count: int) -> Cells:
    """The learners as the MIS has them: untidy, with gaps, and with the OneFile id of those that are linked."""
    cells: Cells = {name: list(values[:count]) for name, values in everyone.items()}
    mess.blank_out(rng, cells, kept)
    mess.untidy(rng, cells, 0.05)
    mess.double_spaces(rng, cells, ("first_name", "surname", "address_1"), 0.3)
    mess.loosen_accents(rng, cells, ("first_name", "surname"), 0.4)
    gaps = [mess.BLANKS[number % 2] for number in range(count)]
    return cells | {"onefile_id": [str(keys[at]) if at in keys else gaps[at] for at in range(count)]}


def _tables(rng: random.Random, truly: Columns, officers: Columns, organisations: Columns) -> dict[str, mis.Table]:
    """All tables but the learners'; every tenth organisation has no link."""
    linked = [str(key) if key % 10 else "" for key in portfolio.placement_ids(organisations)]
    return {
        "officers": officers,
        "organisations": organisations | {"onefile_id": linked},
        "placements": activity.placements(rng, truly, organisations["ident"]),
        "qualifications": activity.qualifications(rng, truly),
        "reviews": activity.reviews(rng, truly),
        "learner_officers": activity.roles(rng, truly, officers["ident"]),
    }
