"""A small exchange in every delivery class: an office (MIS, SQLite) pushes people to a portal (provider)."""

from dataclasses import dataclass, replace
from typing import Literal

from engine.approve import current_user

EXCHANGE = "portal"
SETTLE = 0.2
"""Seconds after which a write in class C or D is said to be certain to show."""

SETTINGS = """\
workspace: college
systems:
  office: {{environment: sandbox, database: "sqlite:office.db"}}
  portal: {{environment: sandbox, {address}}}
exchanges:
  portal: {{enabled: on, mapping: people, limits: {{update: {{share: 100%}}, create: {{share: 100%}}}}}}
approval: {{author_may_approve: on, valid_for: 7 days}}
people: {{"{user}": {{os_user: "{user}", role: approver}}}}
zone: Europe/London
store: sqlite:.tieline/store.db
"""
OFFICE = """\
connector: office
version: 1
title: Office
kind: sql
environments: {sandbox: {}}
collections:
  people:
    key: ident
    columns:
      ident: {access: read}
      name: {}
      email: {}
      phone: {}
      portal_id: {access: read}
    mirrors: {portal: portal_id}
"""
PORTAL = """\
connector: portal
version: 1
title: Portal
kind: {kind}
environments: {{sandbox: {{}}}}
{top}collections:
  people:
    key: id
    columns:
      id: {{access: read}}
      ref: {{}}
      name: {{}}
      email: {{}}
      phone: {{}}
{calls}"""
HTTP_TOP = """\
limits: {{concurrency: 8, timeout: {timeout}}}
error_message: error
"""
READS = """\
    list: {{verb: GET, path: "/{kind}/people/{{page}}/{{size}}", paging: {{first: 1, size: 100}}}}
    detail: {{verb: GET, path: "/{kind}/people/{{key}}", nothing: [404]}}
"""
MAPPING = """\
mapping: people
version: 1
title: Office and Portal
mis: office
provider: portal
records:
  person:
    mis: people
    provider: people
    direction: push
{create}    fields:
      ref: {{mis: ident, provider: ref, only: create}}
      name: {{mis: name, provider: name}}
      email: {{mis: email, provider: email}}
      phone: {{mis: phone, provider: phone}}
"""
ADDRESSES = {
    "http": 'base_url: "{url}"',
    "sqlite": 'database: "sqlite:portal.db"',
    "postgres": 'database: "file:portal.url"',
}
KEY_HEADER = 'headers: {Idempotency-Key: "{idempotency_key}"}, '


@dataclass(frozen=True, slots=True)
class Carrier:
    """A portal of one kind. `updates` and `creates` are how many changes its plan holds; `delivery` is that of both."""

    name: str
    over: Literal["http", "sqlite", "postgres"]
    updates: int
    creates: int
    update: str = ""
    create: str = ""
    """The lines of the connector file, in flow style; empty: it has no such write."""
    top: str = ""
    columns: str = ""

    @property
    def changes(self) -> int:
        """How many changes its plan holds."""
        return self.updates + self.creates

    @property
    def exact(self) -> bool:
        """Whether each change is promised to have exactly one effect; else at most one."""
        return "D" not in self.create

    def connector(self, timeout: float = 10.0) -> str:
        """The portal's connector file."""
        calls = self.columns + (READS.format(kind=self.name) if self.over == "http" else "")
        for word, write in (("update", self.update), ("create", self.create)):
            calls += f"    {word}: {{{write}}}\n" if write else ""
        top = HTTP_TOP.format(timeout=timeout) if self.over == "http" else self.top
        return PORTAL.format(kind="http" if self.over == "http" else "sql", top=top, calls=calls)

    def mapping(self) -> str:
        """The rules."""
        return MAPPING.format(create="    create: {at: provider, trigger: new}\n" if self.creates else "")

    def settings(self, url: str) -> str:
        """`tieline.yaml`; the URL of the counting provider or of a proxy before it."""
        return SETTINGS.format(user=current_user(), address=ADDRESSES[self.over].format(url=url))


def put(kind: str, headers: str = "") -> str:
    return f'verb: PUT, path: "/{kind}/people/{{key}}", {headers}'


def post(kind: str, headers: str = "") -> str:
    return f"verb: POST, path: /{kind}/people, {headers}new_key: id, "


A = Carrier(
    "a",
    "http",
    updates=4,
    creates=4,
    update=put("a", KEY_HEADER) + "delivery: A, keeps: 24",
    create=post("a", KEY_HEADER) + "delivery: A, keeps: 24",
)
B = Carrier(
    "b",
    "http",
    updates=8,
    creates=0,
    update=put("b", 'headers: {If-Match: "{version}"}, ') + "delivery: B, version: etag",
    columns="      etag: {access: read, listed: off}\n",
)
C = Carrier("c", "http", updates=8, creates=0, update=put("c") + f"delivery: C, settle: {SETTLE}")
D = Carrier(
    "d",
    "http",
    updates=0,
    creates=8,
    update=put("d") + f"delivery: C, settle: {SETTLE}",
    create=post("d") + f"delivery: D, settle: {SETTLE}",
)
SQL_B = Carrier("sql-b", "sqlite", updates=8, creates=0, update="delivery: B")
SQL_D = Carrier("sql-d", "sqlite", updates=0, creates=8, update="delivery: B", create="delivery: D")
SQL_S = Carrier(
    "sql-s",
    "sqlite",
    updates=4,
    creates=4,
    update="delivery: S",
    create="delivery: S",
    top="markers: {table: tieline_marks, mark: mark, key: new_key}\n",
)
PG_B = replace(SQL_B, name="pg-b", over="postgres")
PG_S = replace(SQL_S, name="pg-s", over="postgres")
CARRIERS = {one.name: one for one in (A, B, C, D, SQL_B, SQL_D, SQL_S, PG_B, PG_S)}
