"""`{name}` in the paths, headers and bodies of a connector file, and the JSON that is sent."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from urllib.parse import quote

from connectors.http.client import Request
from engine.ports import Call

Values = Mapping[str, object]

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")
_HEADER = re.compile(r"[\x20-\x7e]*")
SECRET = "secret."  # noqa: S105  the prefix of names, not a secret


class TemplateError(ValueError):
    """A value cannot stand where it was to stand. The message holds no value."""


def request_of(call: Call, values: Values, fields: Mapping[str, object] | None = None) -> Request:
    """The request that a call makes with these values; `fields` are added to its body. Raises TemplateError."""
    body: object = None if call.body is None else _filled(call.body, values)
    if fields:
        body = {**(body if isinstance(body, dict) else {}), **fields}
    headers = {name: header_of(text, values) for name, text in call.headers.items()}
    if body is None:
        return Request(call.verb, path_of(call.path, values), headers)
    typed = any(name.lower() == "content-type" for name in headers)
    if not typed:
        headers["Content-Type"] = "application/json"
    return Request(call.verb, path_of(call.path, values), headers, to_json(body).encode())


def path_of(template: str, values: Values) -> str:
    """A path with its values percent-encoded. A value that would change the path's shape is refused."""
    return _NAME.sub(lambda found: _segment(_value(found[1], values), found[1]), template)


def header_of(template: str, values: Values) -> str:
    """A header's value. One with line breaks or beyond ASCII is refused."""
    text = _NAME.sub(lambda found: _plain(_value(found[1], values), found[1]), template)
    if not _HEADER.fullmatch(text):
        raise TemplateError("a header would hold a line break or a letter that headers cannot carry")
    return text


def names_in(template: object) -> Iterator[str]:
    """Every name that a template uses, wherever it stands in it."""
    if isinstance(template, str):
        yield from _NAME.findall(template)
    elif isinstance(template, Mapping):
        for part in template.values():
            yield from names_in(part)
    elif isinstance(template, Sequence):
        for part in template:
            yield from names_in(part)


def to_json(value: object) -> str:
    """JSON with exact decimals. Raises TemplateError for what JSON does not have."""
    match value:
        case None | bool() | int():
            return json.dumps(value)
        case str():
            return json.dumps(value)
        case Decimal() if value.is_finite():
            return format(value, "f")
        case float():
            return repr(value)
        case Mapping():
            return "{" + ",".join(f"{json.dumps(str(name))}:{to_json(part)}" for name, part in value.items()) + "}"
        case Sequence() if not isinstance(value, bytes | bytearray):
            return "[" + ",".join(to_json(part) for part in value) + "]"
        case _:
            raise TemplateError(f"a {type(value).__name__} has no form in JSON")


def _filled(template: object, values: Values) -> object:
    if isinstance(template, str):
        whole = _NAME.fullmatch(template)
        if whole:
            return _value(whole[1], values)
        return _NAME.sub(lambda found: _plain(_value(found[1], values), found[1]), template)
    if isinstance(template, Mapping):
        return {name: _filled(part, values) for name, part in template.items()}
    if isinstance(template, Sequence):
        return [_filled(part, values) for part in template]
    return template


def _value(name: str, values: Values) -> object:
    if name not in values:
        raise TemplateError(f"there is no value for {{{name}}}")
    return values[name]


def _plain(value: object, name: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal):
        return str(value)
    raise TemplateError(f"the value for {{{name}}} is blank or no plain value")


def _segment(value: object, name: str) -> str:
    text = _plain(value, name)
    if not text.strip(". \t\r\n"):
        raise TemplateError(f"the value for {{{name}}} cannot stand in a path")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise TemplateError(f"the value for {{{name}}} cannot stand in a path") from None
