"""What the OneFile sandbox answers: routes, sessions, the rate limit, and the rules for records."""

import base64
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from urllib.parse import parse_qsl

from connectors.sandbox import onefile_facts as facts
from connectors.sandbox.onefile_store import Doc, Search, Store, instant_number, instant_text, to_json

_FORM = "application/x-www-form-urlencoded"
_SWITCH = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` is what follows the base path; `headers` have names in lower case."""

    verb: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def words(self) -> tuple[str, ...]:
        """The path's parts in lower case, a slash at the end forgiven."""
        return tuple(word for word in self.path.lower().split("/") if word)

    @property
    def route(self) -> str:
        """The kind of request, for counting: `POST /User/Search/{page}/{size}`."""
        match self.words:
            case ("authentication",) | ("customer",):
                path = f"/{self.words[0].title()}"
            case (kind, "search") if kind in facts.COLLECTIONS:
                path = f"/{kind.title()}/Search"
            case (kind, "search", _, _) if kind in facts.COLLECTIONS:
                path = f"/{kind.title()}/Search/{{page}}/{{size}}"
            case (kind,) if kind in facts.COLLECTIONS:
                path = f"/{kind.title()}"
            case (kind, _) if kind in facts.COLLECTIONS:
                path = f"/{kind.title()}/{{id}}"
            case _:
                path = "elsewhere"
        return f"{self.verb} {path}"

    @property
    def writes(self) -> bool:
        """Whether it means to change a record."""
        return self.verb == "POST" and self.words[:1] != ("authentication",) and self.words[1:2] != ("search",)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `body` is its text, JSON unless `media` says otherwise."""

    status: int
    body: str = ""
    media: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedCallError(Exception):
    """The request is refused; `answer` says how. Its message names fields, never their values."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.answer = Answer(status, to_json({"message": message}), headers=headers or {})
        super().__init__(message)


class Bucket:
    """Tokens for one session: `capacity` at once, as many again each minute."""

    def __init__(self, capacity: int, now: float) -> None:
        self.capacity, self.tokens, self.at = capacity, float(capacity), now

    def take(self, now: float) -> float:
        """Take a token: 0.0 when there was one, else the seconds until the next."""
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.capacity / 60)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) * 60 / self.capacity


@dataclass(slots=True)
class Api:
    """OneFile's web service over a store."""

    store: Store
    token: str = facts.SANDBOX_TOKEN
    calls_per_minute: int = facts.CALLS_PER_MINUTE
    retry_after: bool = False
    shuffle: int | None = None
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def answer(self, call: Call) -> Answer:
        """Do what the request asks, or refuse it."""
        try:
            if call.words == ("authentication",):
                return self._authenticate(call)
            self._admit(call.headers.get("x-tokenid", ""))
            return self._route(call)
        except RefusedCallError as refused:
            return refused.answer

    # --- sessions ---

    def _authenticate(self, call: Call) -> Answer:
        if call.verb != "POST":
            raise RefusedCallError(HTTPStatus.METHOD_NOT_ALLOWED, "use POST")
        given = call.headers.get("x-customertoken", "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise RefusedCallError(HTTPStatus.UNAUTHORIZED, "X-CustomerToken is missing or not valid")
        session = base64.b64encode(secrets.token_bytes(96)).decode()
        self.store.open_session(session, time.time())
        return Answer(HTTPStatus.OK, session, "text/plain")

    def _admit(self, session: str) -> None:
        started = self.store.session_started(session)
        if started is None or time.time() - started >= facts.SESSION_SECONDS:
            raise RefusedCallError(HTTPStatus.UNAUTHORIZED, "X-TokenID is missing, not valid or has expired")
        now = time.monotonic()
        wait = self.buckets.setdefault(session, Bucket(self.calls_per_minute, now)).take(now)
        if wait:
            headers = {"Retry-After": str(ceil(wait))} if self.retry_after else {}
            raise RefusedCallError(HTTPStatus.TOO_MANY_REQUESTS, "too many calls", headers)

    # --- routes ---

    def _route(self, call: Call) -> Answer:
        match call.verb, call.words:
            case "GET", ("customer",):
                return Answer(HTTPStatus.OK, short_row("customers", self.store.search(Search("customers", {}))[0]))
            case "POST", (kind, "search", *page) if kind in facts.COLLECTIONS:
                return self._search(facts.COLLECTIONS[kind], read_fields(call), page)
            case "GET", (kind, key) if kind in facts.COLLECTIONS:
                return Answer(HTTPStatus.OK, to_json(self._existing(facts.COLLECTIONS[kind], key)))
            case "POST", (kind,) if facts.COLLECTIONS.get(kind) in facts.FIELDS:
                return self._create(facts.COLLECTIONS[kind], read_fields(call))
            case "POST", (kind, key) if facts.COLLECTIONS.get(kind) in facts.FIELDS:
                return self._update(facts.COLLECTIONS[kind], key, read_fields(call))
            case _:
                raise RefusedCallError(HTTPStatus.NOT_FOUND, "no such address")

    def _existing(self, collection: str, key: str) -> Doc:
        found = self.store.get(collection, int(key)) if is_id(key) else None
        if found is None:
            raise RefusedCallError(HTTPStatus.NOT_FOUND, "no record has this id")
        return found

    def _search(self, collection: str, given: Mapping[str, object], page: list[str]) -> Answer:
        filters = self._filters(collection, given)
        offset, size = read_page(page)
        rows = self.store.search(Search(collection, filters, offset, size, self.shuffle))
        if not rows:
            return Answer(facts.EMPTY_SEARCH_STATUS)
        if size is None:
            rows = [short_row(collection, row) for row in rows]
        return Answer(HTTPStatus.OK, f"[{','.join(rows)}]")

    def _filters(self, collection: str, given: Mapping[str, object]) -> dict[str, object]:
        owner = ("CustomerID", "customers") if collection == "organisations" else ("OrganisationID", "organisations")
        centre = read_value(owner[0], given.get(owner[0].lower()), "id")
        if centre is None:
            raise RefusedCallError(HTTPStatus.BAD_REQUEST, f"{owner[0]} is required")
        if self.store.get(owner[1], int(str(centre))) is None:
            raise RefusedCallError(facts.UNKNOWN_CENTRE_IN_SEARCH_STATUS, f"{owner[0]} is unknown")
        filters: dict[str, object] = {} if collection == "organisations" else {"OrganisationID": centre}
        if collection == "users" and given.get("role") not in (None, ""):
            filters["Role"] = read_value("Role", given["role"], "id")
        for name in facts.TEXT_FILTERS[collection]:
            if given.get(name.lower()) not in (None, ""):
                filters[name] = str(given[name.lower()])
        if given.get("lastmodified") not in (None, ""):
            filters["LastModified"] = read_instant("LastModified", given["lastmodified"])
        return filters

    # --- records ---

    def _create(self, collection: str, given: Mapping[str, object]) -> Answer:
        values = read_values(collection, given)
        check_mandatory(collection, values)
        self._check_links(values)
        key = self.store.next_id(collection)
        made: Doc = {"ID": key} | values
        if collection == "users":
            made.setdefault("Username", f"user{key}")
            made.setdefault("CreatedOn", instant_text(time.time_ns() // 1000))
        made = self.store.save(collection, made, effect=True)
        return Answer(HTTPStatus.OK, to_json(made) if collection == "users" else str(key))

    def _update(self, collection: str, key: str, given: Mapping[str, object]) -> Answer:
        record = self._existing(collection, key)
        values = read_values(collection, given)
        self._check_links(values)
        self.store.save(collection, record | values, effect=True)
        return Answer(HTTPStatus.NO_CONTENT)

    def _check_links(self, values: Mapping[str, object]) -> None:
        if values.get("Role", facts.LEARNER_ROLE) not in facts.ROLES:
            raise RefusedCallError(HTTPStatus.BAD_REQUEST, "Role is unknown")
        for name, (collection, roles) in facts.LINKS.items():
            if name not in values:
                continue
            found = self.store.get(collection, int(str(values[name])))
            if found is None or (roles and found.get("Role") not in roles):
                raise RefusedCallError(HTTPStatus.BAD_REQUEST, f"{name} is unknown")


def short_row(collection: str, row: str) -> str:
    """The few fields of a record's JSON text that an un-paged answer shows."""
    doc = json.loads(row)
    return to_json({name: doc[name] for name in facts.SHORT_ROWS[collection] if name in doc})


def is_id(text: str) -> bool:
    """Whether a text can be an id."""
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def read_page(words: list[str]) -> tuple[int, int | None]:
    """Offset and size of the page that the path asks for; no page: everything."""
    match words:
        case []:
            return 0, None
        case [page, size] if is_id(page) and is_id(size) and int(page) > 0 and int(size) > 0:
            size_used = min(int(size), facts.PAGE_MOST)
            return (int(page) - 1) * size_used, size_used
        case _:
            raise RefusedCallError(HTTPStatus.BAD_REQUEST, "page and page size are whole numbers from 1")


def read_fields(call: Call) -> dict[str, object]:
    """The body's fields by name in lower case: a form, else a JSON object; no body: none."""
    if not call.body.strip():
        return {}
    try:
        if call.headers.get("content-type", "").lower().startswith(_FORM):
            return _form(call.body.decode())
        given = json.loads(call.body)
    except ValueError:
        raise RefusedCallError(HTTPStatus.BAD_REQUEST, "the body cannot be read") from None
    if not isinstance(given, dict):
        raise RefusedCallError(HTTPStatus.BAD_REQUEST, "the body is not an object")
    return {name.lower(): value for name, value in given.items()}


def _form(text: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        known = fields.get(name.lower())
        if known is None:
            fields[name.lower()] = value
        else:
            fields[name.lower()] = [*known, value] if isinstance(known, list) else [known, value]
    return fields


def read_values(collection: str, given: Mapping[str, object]) -> Doc:
    """The known fields of a body, in their own spelling and form; null counts as not given."""
    values: Doc = {}
    for name, kind in facts.FIELDS[collection].items():
        value = read_value(name, given.get(name.lower()), kind)
        if value is not None:
            values[name] = value
    return values


def read_value(name: str, value: object, kind: facts.Kind) -> object:
    """One value in the form in which it is kept. An empty text stays empty, except for an id."""
    if value is None or (value == "" and kind != "id"):
        return value
    match kind:
        case "id" if not isinstance(value, bool) and is_id(str(value)):
            return int(str(value))
        case "boolean" if str(value).lower() in _SWITCH:
            return _SWITCH[str(value).lower()]
        case "date":
            return instant_text(read_instant(name, value))
        case "list":
            return [str(part) for part in value] if isinstance(value, list) else [str(value)]
        case "text" if isinstance(value, str | int | float):
            return str(value)
        case _:
            raise RefusedCallError(HTTPStatus.BAD_REQUEST, f"{name} is not valid")


def read_instant(name: str, value: object) -> int:
    """Microseconds since 1970 of an ISO instant in a body."""
    try:
        return instant_number(str(value))
    except (ValueError, OverflowError):
        raise RefusedCallError(HTTPStatus.BAD_REQUEST, f"{name} is not an ISO date-time") from None


def check_mandatory(collection: str, values: Mapping[str, object]) -> None:
    """Refuse a create that lacks a field it must have; an empty text is no value."""
    role = values.get("Role")
    extra = facts.MANDATORY_FOR_ROLE.get(role, ()) if isinstance(role, int) and collection == "users" else ()
    for name in (*facts.MANDATORY[collection], *extra):
        if not str(values.get(name, "")).strip():
            raise RefusedCallError(HTTPStatus.BAD_REQUEST, f"{name} is required")
