"""`read_only: on` and rules that write do not go together: told at the check, and nothing is planned."""

from pathlib import Path

import pytest

from engine.diagnostics import codes
from engine.service.checking import check_paths
from engine.service.loading import FaultyFilesError, load_exchange, load_workspace
from tests.samples import RECORD, SETTINGS, STAFF, mapping, write_workspace

SETTING = "settings:\n  mode: {title: Mode, kind: direction}\n"
SURNAME = "surname: {mis: surname, provider: LastName}"
NAMES = "name: {mis: name, provider: Name}\nemail: {mis: email, provider: Email}"


CHOSEN = mapping(SURNAME, SETTING, RECORD.replace("push", "setting mode"))
"""The direction is a setting, which `workspace` sets."""


def officers(direction: str, create: str) -> str:
    """A mapping that creates officers."""
    record = STAFF.replace("direction: push", f"direction: {direction}\n    create: {create}")
    return mapping(NAMES, "", record)


def workspace(folder: Path, text: str, mode: str, system: str) -> Path:
    """A workspace with one exchange, in which one system is read-only."""
    settings = SETTINGS.replace(
        f"{system}: {{environment: sandbox,", f"{system}: {{environment: sandbox, read_only: on,"
    )
    choice = f"settings: {{mode: {mode}}}" if "kind: direction" in text else "settings: {}"
    settings = settings.replace("settings: {mode: push}", choice)
    return write_workspace(folder, mapping=text, settings=settings.partition("  resting:")[0])


WRITES = {
    "pull into the MIS": ("office", "pull", CHOSEN, "`surname` of `learner` is written there"),
    "push to the provider": ("portal", "push", CHOSEN, "`surname` of `learner` is written there"),
    "one field": (
        "office",
        "",
        mapping(f"{SURNAME}\nemail: {{mis: email, provider: Email, direction: pull}}"),
        "`email` of `learner` is written there",
    ),
    "new ones": ("portal", "", officers("push", "{at: provider, trigger: new}"), "creates records for `officer` there"),
    "on request": (
        "portal",
        "",
        officers("pull", "{at: provider, trigger: request}"),
        "creates records for `officer` there",
    ),
    "in the MIS": ("office", "", officers("pull", "{at: mis, trigger: new}"), "creates records for `officer` there"),
}


@pytest.mark.covers("Y15", part="rules that write to a read-only system")
@pytest.mark.parametrize(("system", "mode", "text", "says"), WRITES.values(), ids=WRITES)
def test_rules_that_write_to_a_read_only_system_are_refused(
    tmp_path: Path, system: str, mode: str, text: str, says: str
) -> None:
    """The setting and the rule are both pointed at, the system is named, and the exchange cannot be loaded."""
    folder = workspace(tmp_path, text, mode, system)
    (told,) = check_paths((), folder).diagnostics
    assert told.code == codes.READ_ONLY_SYSTEM
    assert f"the mapping writes to `{system}`, which `read_only: on` forbids" in told.headline
    assert (told.primary.source.path, told.others[0].text) == ("tieline.yaml", says)
    assert told.others[0].source.path == "mappings/sample.yaml"
    with pytest.raises(FaultyFilesError) as refused:
        load_exchange(load_workspace(folder), "portal")
    assert refused.value.diagnostics == (told,)


READS = {
    "push from the MIS": ("office", "push", CHOSEN),
    "pull from the provider": ("portal", "pull", CHOSEN),
    "nothing moves": ("office", "ignore", CHOSEN),
    "only the other way": ("office", "", mapping(f"{SURNAME[:-1]}, only: push}}", "", RECORD)),
    "created elsewhere": ("office", "", officers("push", "{at: provider, trigger: new}")),
    "lines that come back": (
        "office",
        "",
        mapping(
            "remark: {from_mis: {lines: [surname, note], separator: ', '}, provider: Remark,"
            " rule: fill blank else mis wins}",
            "",
            RECORD.replace("push", "both"),
        ),
    ),
}


@pytest.mark.parametrize(("system", "mode", "text"), READS.values(), ids=READS)
def test_rules_that_only_read_there_are_let_through(tmp_path: Path, system: str, mode: str, text: str) -> None:
    """What moves the other way, by its setting or by its field, writes nothing to the system."""
    folder = workspace(tmp_path, text, mode, system)
    assert check_paths((), folder).diagnostics == ()
    assert load_exchange(load_workspace(folder), "portal").name == "portal"
