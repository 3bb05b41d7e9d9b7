"""Plans for tests: small ones made by hand, and any that hypothesis can think of."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from engine.plan.file import SUFFIX, PlanFile, open_plan, write_plan
from engine.plan.model import Change, FieldChange, Header, LeftAlone, LimitLine, change_id

HEADER = Header(
    exchange="folder",
    workspace="example-college",
    mapping="small",
    title="A small exchange",
    rules="sha256:11",
    settings={"settings": {"learner_details": "push"}, "limits": {}},
    settings_digest="sha256:22",
    connectors={"folder": "sha256:33", "office": "sha256:44"},
    environments={"folder": "sandbox", "office": "sandbox"},
    lineage="7d0c",
    serial=4,
    snapshots={"office/people": {"count": 3, "digest": "sha256:55"}},
    engine="0.1.0",
)
LEFT = LeftAlone("learner", "push", {"linked": 3, "only in the MIS": 1}, {"name": {"same": 2, "source_wins": 1}}, 0)
LIMIT = LimitLine("learner", "update", 1, 3, "2 of fewer than 10 records", crossed=False, sentence="fine")


def field(name: str = "name", before: str | None = "Anne", after: str | None = "Ann", **more: Any) -> FieldChange:  # noqa: ANN401  parts of it by name
    """A field that changes because the MIS wins."""
    facts = {"reason": "source_wins", "rule": "mappings/small.yaml:12", "read": "ab" * 16, **more}
    return FieldChange(name, name.title(), before, after, **facts)


def update(mis_id: str = "1", provider_id: str = "9", *fields: FieldChange, **more: Any) -> Change:  # noqa: ANN401  parts of it by name
    """An update of one learner at the provider."""
    facts: dict[str, Any] = {
        "action": "update",
        "side": "provider",
        "system": "folder",
        "record_type": "learner",
        "collection": "learners",
        "centre": None,
        "delivery": "C",
        "rule": "mappings/small.yaml:8",
        **more,
    }
    made = change_id(facts["action"], facts["system"], facts["record_type"], mis_id, provider_id, facts["centre"])
    return Change(id=made, mis_id=mis_id, provider_id=provider_id, fields=fields or (field(),), **facts)


def written(
    folder: Path,
    changes: Iterable[Change] = (),
    rest: Iterable[LeftAlone | LimitLine] = (LEFT, LIMIT),
    header: Header = HEADER,
) -> PlanFile:
    """A plan file in a folder, opened."""
    return open_plan(write_plan(lambda plan: folder / f"{plan}{SUFFIX}", header, changes, lambda: rest, folder))


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
VALUE = st.one_of(st.none(), TEXT)
FIELDS = st.builds(
    FieldChange,
    field=TEXT,
    column=TEXT,
    before=VALUE,
    after=VALUE,
    reason=st.sampled_from(["source_wins", "clears", "too_long"]),
    rule=TEXT,
    read=TEXT,
    category=st.sampled_from(["ordinary", "identifier", "special"]),
    held=st.booleans(),
)
CHANGES = st.builds(
    Change,
    id=TEXT,
    action=st.sampled_from(["create", "update"]),
    side=st.sampled_from(["mis", "provider"]),
    system=TEXT,
    record_type=TEXT,
    collection=TEXT,
    mis_id=VALUE,
    provider_id=VALUE,
    centre=VALUE,
    delivery=st.sampled_from(["A", "B", "C", "D", "S"]),
    fields=st.lists(FIELDS, max_size=3).map(tuple),
    hold=st.sampled_from([None, "link_shared", "required_missing"]),
    rule=TEXT,
)
