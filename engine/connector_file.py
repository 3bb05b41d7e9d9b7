"""A connector file: YAML text in, a frozen `ConnectorSpec` or diagnostics out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.diagnostics import codes
from engine.diagnostics.model import Diagnostic, Label
from engine.diagnostics.nearest import nearest
from engine.ports import (
    Authentication,
    Call,
    Collection,
    Column,
    ConnectorSpec,
    Environment,
    Limits,
    Listing,
    Markers,
    Paging,
    Parent,
    Write,
)
from engine.schema import check_tree, load_schema
from engine.source import Source
from engine.yamltree import MappingNode, Node, plain, read_tree

_NAME = re.compile(r"\{(\w+)\}")
Plain = Mapping[str, Any]  # checked by the schema before it is read


@dataclass(frozen=True, slots=True)
class ConnectorFile:
    """A connector file after reading: `spec` is None where `diagnostics` holds an error."""

    source: Source
    spec: ConnectorSpec | None
    diagnostics: tuple[Diagnostic, ...]


def read_connector(source: Source) -> ConnectorFile:
    """Read and check the text of a connector file."""
    tree = read_tree(source)
    found = list(check_tree(tree, source, load_schema("connector.v1")))
    if any(one.severity == "error" for one in found) or not isinstance(tree.root, MappingNode):
        return ConnectorFile(source, None, tuple(found))
    spec = _spec(plain(tree.root))
    found += _unknown_names(spec, tree.root, source)
    found += _delivery_faults(spec, tree.root, source)
    failed = any(one.severity == "error" for one in found)
    return ConnectorFile(source, None if failed else spec, tuple(found))


def _unknown_names(spec: ConnectorSpec, root: MappingNode, source: Source) -> Iterator[Diagnostic]:
    """Names of columns and collections in `key`, `centre`, `mirrors`, `members` and `each` that are not there."""
    for name, collection in spec.collections.items():
        columns = tuple(collection.columns)
        own: list[tuple[tuple[str, ...], str]] = [(("key",), collection.key)]
        own += [(("centre",), collection.centre)] if collection.centre else []
        own += [(("mirrors", provider), column) for provider, column in collection.mirrors.items()]
        if collection.parent is not None:
            own.append((("parent", "column"), collection.parent.column))
            if collection.parent.collection not in spec.collections:
                stated = ("collections", name, "parent", "collection")
                yield _unknown(source, root, stated, collection.parent.collection, tuple(spec.collections))
        own += [(("members", column), column) for column in collection.members]
        for place, column in own:
            if column not in columns:
                yield _unknown(source, root, ("collections", name, *place), column, columns)
        for parameter, target in (collection.listing.each if collection.listing is not None else {}).items():
            other, _, column = target.partition(".")
            known = [f"{one.name}.{part}" for one in spec.collections.values() for part in one.columns]
            if other not in spec.collections or column not in spec.collections[other].columns:
                yield _unknown(source, root, ("collections", name, "list", "each", parameter), target, known)


def _delivery_faults(spec: ConnectorSpec, root: MappingNode, source: Source) -> Iterator[Diagnostic]:
    """Delivery classes that a write claims without the means for them."""
    for name, collection in spec.collections.items():
        if collection.update is not None and collection.update.version not in {"", *collection.columns}:
            place = ("collections", name, "update", "version")
            yield _unknown(source, root, place, collection.update.version, tuple(collection.columns))
        for action, write in (("update", collection.update), ("create", collection.create)):
            needs = _lacks(spec, collection, action, write) if write is not None else ""
            if write is not None and needs:
                node = _node_at(root, ("collections", name, action, "delivery"))
                label = Label(source, node.span, f"class {write.delivery} {needs}")
                headline = f"the {action} of {name} cannot be of delivery class {write.delivery}"
                yield Diagnostic(codes.DELIVERY_CLASS, "error", headline, label, help=_DELIVERY_HELP)


_DELIVERY_HELP = (
    "A, B and S promise more than C and D: claim what the system's manual says, else C for an update and D for a create"
)


def _lacks(spec: ConnectorSpec, collection: Collection, action: str, write: Write) -> str:
    """What a write lacks for its delivery class; empty where it has it."""
    used = {*_NAME.findall(f"{write.call.path} {dict(write.call.headers)} {write.call.body}")}
    match write.delivery:
        case "A" if spec.kind != "http":
            return "is for calls over HTTP"
        case "A" if "idempotency_key" not in used or not write.keeps:
            return "needs `{idempotency_key}` in its call, and `keeps`, the hours for which the system remembers it"
        case "B" if action == "update" and spec.kind == "http" and (not write.version or "version" not in used):
            return "needs `version`, the column that holds the record's version, and `{version}` in its call"
        case "B" if write.version in collection.columns and collection.columns[write.version].access == "write":
            return f"needs a version that can be read, and column `{write.version}` can only be written"
        case "S" if spec.kind != "sql" or spec.markers is None:
            return "is for databases, and needs `markers` at the top of the file: the table of the marks"
        case "B" | "C" if action == "create":
            return "says how a record is changed: a create is of class A, D or S"
    return ""


def _node_at(root: MappingNode, place: Sequence[str]) -> Node:
    node: Node = root
    for step in place:
        entry = node.get(step) if isinstance(node, MappingNode) else None
        node = entry.value if entry is not None else node
    return node


def _unknown(source: Source, root: MappingNode, place: Sequence[str], name: str, known: Sequence[str]) -> Diagnostic:
    node = _node_at(root, place)
    guess = nearest(name, known)
    help_ = f"did you mean `{guess[0]}`?" if guess else f"there are: {', '.join(known[:12])}"
    what, code = (
        ("collection", codes.UNKNOWN_COLLECTION) if place[-1] == "collection" else ("column", codes.UNKNOWN_COLUMN)
    )
    label = Label(source, node.span, f"no {what} `{name}`")
    return Diagnostic(code, "error", f"a collection names a {what} that is not there", label, help=help_)


def _spec(data: Any) -> ConnectorSpec:  # noqa: ANN401  plain YAML data of any shape; the schema has checked it
    environments = {name: _environment(name, part or {}) for name, part in data.get("environments", {}).items()}
    authentication = data.get("authentication")
    return ConnectorSpec(
        name=data["connector"],
        title=data["title"],
        kind=data["kind"],
        collections={name: _collection(name, part, data["kind"]) for name, part in data["collections"].items()},
        environments=environments,
        secrets=tuple(data.get("secrets", ())),
        authentication=_authentication(authentication) if authentication else None,
        limits=_limits(data.get("limits", {})),
        error_message=data.get("error_message", ""),
        markers=Markers(**data["markers"]) if "markers" in data else None,
    )


def _environment(name: str, part: Plain) -> Environment:
    return Environment(name, part.get("base_url"), live=part.get("live") == "on")


def _authentication(part: Plain) -> Authentication:
    return Authentication(
        login=_call(part["login"]),
        token=part.get("token", ""),
        header=part.get("header", "Authorization"),
        value=part.get("value", "{token}"),
        lasts=float(part.get("lasts", 3600)),
    )


def _limits(part: Plain) -> Limits:
    whole = ("calls", "concurrency", "max_body", "max_pages", "attempts")
    values: dict[str, Any] = {name: int(value) if name in whole else float(value) for name, value in part.items()}
    return Limits(**values)


def _collection(name: str, part: Plain, kind: str) -> Collection:
    return Collection(
        name=name,
        key=part["key"],
        columns={column: _column(column, about or {}) for column, about in part["columns"].items()},
        title=part.get("title", name),
        centre=part.get("centre"),
        listing=_listing(part["list"]) if "list" in part else None,
        detail=_call(part["detail"]) if "detail" in part else None,
        update=_write(part["update"]) if "update" in part else None,
        create=_write(part["create"]) if "create" in part else None,
        table=part.get("table", name) if kind != "http" else None,
        parent=Parent(**part["parent"]) if "parent" in part else None,
        mirrors=dict(part.get("mirrors", {})),
        members={column: str(value) for column, value in part.get("members", {}).items()},
    )


def _column(name: str, part: Plain) -> Column:
    usual = part.get("usual_length")
    return Column(
        name=name,
        path=part.get("path", name),
        type=part.get("type", "text"),
        wire=part.get("wire", "plain"),
        title=part.get("title", name),
        length=part.get("length"),
        access=part.get("access", "both"),
        category=part.get("category", "ordinary"),
        required=part.get("required") == "on",
        listed=part.get("listed", "on") == "on",
        usual_length=(min(usual), max(usual)) if usual else None,
    )


def _call(part: Plain) -> Call:
    return Call(
        verb=part.get("verb", ""),
        path=part.get("path", ""),
        headers=dict(part.get("headers", {})),
        body=part.get("body"),
        rows=part.get("rows", ""),
        nothing=tuple(part.get("nothing", ())),
    )


def _listing(part: Plain) -> Listing:
    paging = part.get("paging")
    return Listing(
        call=_call(part),
        paging=Paging(first=paging.get("first", 1), size=paging.get("size", 100)) if paging else None,
        each=dict(part.get("each", {})),
        changed_since=part.get("changed_since"),
    )


def _write(part: Plain) -> Write:
    return Write(
        call=_call(part),
        delivery=part["delivery"],
        settle=float(part.get("settle", 0)),
        new_key=part.get("new_key", ""),
        constants=dict(part.get("constants", {})),
        keeps=float(part.get("keeps", 0)),
        version=part.get("version", ""),
    )
