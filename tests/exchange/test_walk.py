"""The whole way: plan, show, approve, apply, empty second plan."""

import json
import os
from pathlib import Path

import pytest

from engine.approve import current_user
from tests.trial import Trial


def test_a_plan_finds_exactly_what_differs(trial: Trial) -> None:
    """The plan holds the learners and fields that the sample made to differ, and writes nothing anywhere."""
    figures, truth = trial.plan(), trial.sandboxes.truth
    found = {one["mis_id"]: sorted(part["field"] for part in one["fields"]) for one in trial.changes(figures["plan"])}
    assert found == {ident: sorted(columns) for ident, columns in truth.changes.items()}
    assert figures["counts"] == {"onefile": {"learner": {"update": truth.differing_learners}}}
    assert (figures["fields"], figures["held"]) == (truth.field_changes, 0)
    assert trial.counts()["effects"] == {}
    assert trial.counts()["writes"] == 0


def test_applying_settles(trial: Trial) -> None:
    """Approved, every change has one effect at OneFile, and the next plan is empty."""
    figures = trial.approved()
    done = trial.call("apply", figures["plan"], "--json")
    assert (done.code, done.json["counts"]["done"], done.json["halted"]) == (0, figures["changes"], "")
    wanted = {f"users/{one['provider_id']}": 1 for one in trial.changes(figures["plan"])}
    assert trial.counts()["effects"] == wanted
    again = trial.call("plan", "onefile", "--json")
    assert (again.code, again.json["changes"]) == (0, 0)


def test_what_is_pushed_is_what_the_mis_has(trial: Trial) -> None:
    """After applying, each changed field at OneFile has the value of the plan, dates as midnight instants."""
    figures = trial.approved()
    trial.call("apply", figures["plan"])
    for change in trial.changes(figures["plan"]):
        user = trial.user(change["provider_id"])
        for part in change["fields"]:
            for column, after in trial.written(part).items():
                assert user[column] == (f"{after}T00:00:00.000Z" if column == "DOB" else after or "")


@pytest.mark.covers("CX-19")
def test_a_blank_source_keeps_the_targets_value(trial: Trial) -> None:
    """A blank in the MIS never clears a value at OneFile; the plan counts such cells as kept."""
    (ident, provider_id), *_ = trial.linked(1)
    trial.mis("UPDATE learners SET surname = '  ' WHERE ident = ?", ident)
    before = trial.user(provider_id)["LastName"]
    figures = trial.approved()
    trial.call("apply", figures["plan"])
    assert trial.user(provider_id)["LastName"] == before
    left = trial.call("show", figures["plan"], "--json").json["left_alone"][0]["fields"]
    assert left["surname"]["keeps"] >= 1


@pytest.mark.covers("R11")
def test_a_plan_is_applied_once(trial: Trial) -> None:
    """The same plan a second time is refused, and OneFile sees no request."""
    figures = trial.approved()
    trial.call("apply", figures["plan"])
    trial.forget_counts()
    done = trial.call("apply", figures["plan"])
    assert (done.code, "was applied by run" in done.err) == (3, True)
    assert trial.counts()["requests"] == 0
    assert trial.call("approve", figures["plan"], "--as", current_user()).code == 0
    assert trial.call("apply", figures["plan"]).code == 3


def test_a_plan_without_approval_is_refused(trial: Trial) -> None:
    """Nobody approved: exit 3, no request, and the sentence says what to type."""
    figures = trial.plan()
    trial.forget_counts()
    done = trial.call("apply", figures["plan"])
    assert (done.code, "tieline approve" in done.err) == (3, True)
    assert trial.counts()["requests"] == 0


def test_only_what_is_approved_is_applied(trial: Trial) -> None:
    """`approve --only` lets one change through; the rest is left and planned again."""
    figures = trial.plan()
    first, *rest = trial.changes(figures["plan"])
    trial.call("approve", figures["plan"], "--as", current_user(), "--only", first["id"])
    assert trial.call("apply", figures["plan"]).code == 0
    assert trial.counts()["effects"] == {f"users/{first['provider_id']}": 1}
    assert trial.plan()["changes"] == len(rest)


def test_the_same_change_undone_by_hand_can_be_planned_and_applied_again(trial: Trial) -> None:
    """When OneFile goes back to the very values it had, the new plan is another plan and may be applied."""
    (ident, provider_id), *_ = trial.linked(1)
    first = trial.approved()
    trial.call("apply", first["plan"])
    ours = trial.user(provider_id)["LastName"]
    plans = set()
    for _ in range(2):
        trial.edit_user(provider_id, LastName="Elsewhere")
        figures = trial.approved()
        plans.add(figures["plan"])
        assert trial.call("apply", figures["plan"]).code == 0
        assert trial.user(provider_id)["LastName"] == ours
    assert len(plans) == 2
    assert ident


def test_a_disabled_exchange_reads_nothing(trial: Trial) -> None:
    """`enabled: off`: exit 3, the reason, and not one request."""
    trial.settings("enabled: on", "enabled: off")
    done = trial.call("plan", "onefile")
    assert (done.code, "not enabled" in done.err) == (3, True)
    assert trial.counts()["requests"] == 0


def test_with_direction_ignore_nothing_moves(trial: Trial) -> None:
    """Mode ignore: an empty plan that counts nothing compared, and no learner is read."""
    trial.settings("learner_details: push", "learner_details: ignore")
    done = trial.call("plan", "onefile", "--json")
    assert (done.code, done.json["changes"], done.json["compared"]) == (0, 0, 0)
    assert trial.counts()["requests"] == 0


def test_show_masks_and_reveal_is_logged(trial: Trial) -> None:
    """Identifiers and special-category values are masked unless asked for, and asking is in the log."""
    figures = trial.plan()
    masked = trial.call("show", figures["plan"], "--json").json["all_changes"]
    for change in masked:
        for part in change["fields"]:
            assert part["category"] == "ordinary" or {part["before"], part["after"]} <= {None, "•••"}
    assert "plan.revealed" not in trial.call("log").out
    trial.changes(figures["plan"])
    assert "plan.revealed" in trial.call("log").out


def test_the_plan_file_is_private_and_named_by_its_digest(trial: Trial) -> None:
    """Mode 0600, in the workspace's own folder; the store's file is private too."""
    figures = trial.plan()
    path = Path(figures["file"])
    assert path.parent == trial.folder / ".tieline" / "plans"
    assert path.stat().st_mode & 0o777 == 0o600
    assert (trial.folder / ".tieline" / "store.db").stat().st_mode & 0o777 == 0o600
    assert figures["digest"].removeprefix("sha256:").startswith(figures["plan"].replace("-", ""))


def test_another_persons_name_cannot_be_used(trial: Trial) -> None:
    """`--as` must name the operating-system user; an unknown name and another's are refused."""
    figures = trial.plan()
    trial.settings("people: {", 'people: {"jo": {os_user: "somebody-else", role: approver}, ')
    for name in ("jo", "nobody"):
        assert trial.call("approve", figures["plan"], "--as", name).code == 3
    assert trial.call("apply", figures["plan"]).code == 3


def test_a_limit_stops_an_approval(trial: Trial) -> None:
    """Over the limit the approval is refused with the arithmetic; over-limit alone does not let one person through."""
    trial.settings("share: 30%, count: 500", "share: 30%, count: 3")
    figures = trial.plan()
    refused = trial.call("approve", figures["plan"], "--as", current_user())
    assert (refused.code, "the limit is 30.00% and 3" in refused.err) == (3, True)
    assert (
        trial.call("approve", figures["plan"], "--as", current_user(), "--over-limit", "--why", "a new intake").code
        == 0
    )
    alone = trial.call("apply", figures["plan"])
    assert (alone.code, "second approver" in alone.err) == (3, True)
    assert trial.counts()["effects"] == {}


def test_other_rules_or_settings_refuse_a_plan(trial: Trial) -> None:
    """Settings or a connector file changed after approval: exit 3, no request, and what changed is named."""
    figures = trial.approved()
    trial.forget_counts()
    trial.settings("count: 500", "count: 501")
    done = trial.call("apply", figures["plan"])
    assert (done.code, "other settings" in done.err) == (3, True)
    trial.settings("count: 501", "count: 500")
    trial.own_connector("length: 10,", "length: 11,")
    done = trial.call("apply", figures["plan"])
    assert (done.code, "other connector files" in done.err) == (3, True)
    assert trial.counts()["requests"] == 0


def test_the_demo_tells_its_story(tmp_path: Path) -> None:
    """`tieline demo --json`: a line a step with `step` and `ok`, and a workspace that can be kept."""
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    command = [sys.executable, "-m", "engine.cli", "demo", "--json", "--keep", str(tmp_path / "kept")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [step["step"] for step in steps] == ["sandboxes", "rules", "plan", "show", "approve", "apply", "settled"]
    assert all(step["ok"] for step in steps)
    assert (tmp_path / "kept" / "tieline.yaml").is_file()
