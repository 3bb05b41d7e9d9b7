"""Writes: what is sent for an intent, and what an answer says about it. One intent is one request."""

from collections.abc import Mapping
from http import HTTPStatus

from connectors.http.answers import AnswerError, found_at, is_page, json_of
from connectors.http.calls import NO_ENTRY, TOO_OFTEN, Result, is_success
from connectors.http.client import NOT_SENT, Answer, Fault, FaultKind, Request
from connectors.http.templates import names_in, request_of
from connectors.wire import written
from engine.ports import Collection, Column, Intent, Outcome, Scalar, Verdict, Write

_UNKNOWN = frozenset({HTTPStatus.REQUEST_TIMEOUT})
_CONFLICT = frozenset({HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})

_FAULT_TEXTS: Mapping[FaultKind, str] = {
    "no connection": "no connection could be made, nothing was sent",
    "internal": "its host leads into its own network, where it may not be called; nothing was sent",
    "barred": "its host leads to an address that may not be called; nothing was sent",
    "untrusted": "its certificate cannot be verified, nothing was sent",
    "unsendable": "the request could not be sent",
    "late": "no whole answer came in time",
    "broken": "the connection broke off before an answer came",
    "half": "the answer broke off before its end",
    "large": "the answer is larger than limits.max_body allows",
    "garbled": "the answer cannot be read",
}


class CannotSendError(ValueError):
    """An intent cannot become a request. The message holds no value."""


def write_of(collection: Collection, intent: Intent) -> Write:
    """How the connector file writes what the intent asks. Raises CannotSendError."""
    write = collection.update if intent.action == "update" else collection.create
    if write is None:
        raise CannotSendError(f"its connector file has no way to {intent.action} {collection.name}")
    if intent.action == "update" and intent.key is None:
        raise CannotSendError("an update needs the key of its record")
    return write


def request_for(collection: Collection, intent: Intent) -> Request:
    """The one request of an intent. Raises CannotSendError, TemplateError, UnwritableValueError.

    A value that the path or a header uses is not sent again in the body.
    """
    write = write_of(collection, intent)
    call = write.call
    values = {name: _sent(_writable(collection, name), value) for name, value in intent.values.items()}
    used = {*names_in(call.path), *names_in(call.headers), *names_in(call.body)}
    fields: dict[str, object] = dict(write.constants) if intent.action == "create" else {}
    for name, value in values.items():
        if name not in used:
            _put(fields, collection.columns[name].path.split("."), value)
    names = {**values, "idempotency_key": intent.idempotency_key}
    if write.version:
        if intent.expected.get(write.version) in (None, ""):
            raise CannotSendError("the version of the record is not known, so it is not written over")
        names["version"] = intent.expected[write.version]
    if intent.key is not None:
        names["key"] = intent.key
    return request_of(call, names, fields)


def outcome_of(intent: Intent, write: Write, result: Result, message: str) -> Outcome:
    """What an answer, or its absence, says about an intent. `message` is the path of the system's own message."""
    if isinstance(result, Fault):
        verdict: Verdict = "not_sent" if result.kind in NOT_SENT else "unknown"
        return Outcome(intent.change, intent.attempt, verdict, _FAULT_TEXTS[result.kind])
    if is_success(result):
        return _said_yes(intent, write, result, message)
    verdict, detail = _said_no(result.status)
    if intent.action == "create" and HTTPStatus.MULTIPLE_CHOICES <= result.status < HTTPStatus.BAD_REQUEST:
        verdict, detail = "unknown", f"it sends us elsewhere ({result.status}); the record may have been made"
    return Outcome(intent.change, intent.attempt, verdict, detail, result.status)


def _said_no(status: int) -> tuple[Verdict, str]:
    if status in NO_ENTRY:
        return "unauthorised", f"it refused who we are or what we may do ({status})"
    if status == TOO_OFTEN:
        return "not_sent", "it answered that we call too often (429)"
    if status in _CONFLICT:
        return "conflict", f"the record has moved or is in the way ({status})"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return "refused", f"it sends us elsewhere ({status}), and redirects are not followed"
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _UNKNOWN:
        return "refused", f"it refused the write ({status})"
    return "unknown", f"it failed ({status}); the write may have happened"


def _said_yes(intent: Intent, write: Write, answer: Answer, message: str) -> Outcome:
    wants_key = intent.action == "create" and bool(write.new_key)
    new_key = None
    try:
        if answer.body and is_page(answer):
            raise AnswerError("a web page came as the answer")  # noqa: TRY301  one way out for all that is not a yes
        if wants_key or (answer.body and "json" in answer.media):
            value = json_of(answer)
            if message and isinstance(value, dict) and found_at(message, value):
                raise AnswerError("it said yes with an error message inside")  # noqa: TRY301  the same
            new_key = _key_at(write.new_key, value) if wants_key else None
    except AnswerError as error:
        return Outcome(intent.change, intent.attempt, "unknown", f"{error} ({answer.status})", answer.status)
    return Outcome(intent.change, intent.attempt, "accepted", "", answer.status, new_key)


def _key_at(path: str, value: object) -> str:
    key = found_at(path, value)
    if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
        raise AnswerError("the answer does not hold the new record's key")
    return str(key)


def _writable(collection: Collection, name: str) -> Column:
    column = collection.columns.get(name)
    if column is None:
        raise CannotSendError(f"{collection.name} has no column {name}")
    if column.access == "read":
        raise CannotSendError(f"column {name} of {collection.name} can only be read")
    return column


def _sent(column: Column, value: Scalar) -> object:
    """A blank text is sent as an empty one, any other blank as null."""
    return "" if value is None and column.type == "text" else written(column, value)


def _put(fields: dict[str, object], path: list[str], value: object) -> None:
    for name in path[:-1]:
        inner = fields.setdefault(name, {})
        if not isinstance(inner, dict):
            raise CannotSendError("two columns claim one place in the request")
        fields = inner
    fields[path[-1]] = value
