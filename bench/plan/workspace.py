"""The plan job as a workspace: a folder of Parquet files, a mapping of 21 fields, links stored beforehand."""

import csv
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from engine.clock import SystemClock
from engine.ledger.links import Link, add_links
from engine.ledger.store import open_store
from engine.settings import Workspace

SETTINGS = """\
workspace: bench
systems:
  bench_mis:      {environment: sandbox, folder: data}
  bench_provider: {environment: sandbox, folder: data}
exchanges:
  bench:
    enabled: on
    limits: {update: {share: 100%}, create: {share: 100%}}
people: {}
"""

MIS_DATES = ("DateOfBirth", "LearnStartDate", "RegDate", "CertApplied", "CertReceived")
PROVIDER_DATES = ("dateOfBirth", "startDate", "registrationDate", "certificateApplied", "certificateReceived")
NUMBERS = ("ElementsTotal", "ElementsDone", "elementsTotal", "elementsDone")

MAPPING = """\
mapping: bench
version: 1
title: The plan job
mis: bench_mis
provider: bench_provider
records:
  learner:
    mis: mis
    provider: prov
    direction: push
    identity: [link]
    create: {at: provider, trigger: new}
    fields:
      first_name:    {mis: GivenNames, provider: firstName}
      last_name:     {mis: FamilyName, provider: lastName}
      date_of_birth:  {mis: DateOfBirth, provider: dateOfBirth}
      address1:     {provider: address1, from_mis: {lines: [AddLine1, AddLine2], into: 1, separator: ", "}}
      address2:     {provider: address2, from_mis: {lines: [AddLine3, AddLine4], into: 1, separator: ", "}}
      post_code:     {mis: Postcode, provider: postCode, from_mis: 'upper case(Postcode)'}
      ni_number:     {mis: NINumber, provider: niNumber, from_mis: 'upper case(replace(NINumber, " ", ""))'}
      ethnicity:    {mis: Ethnicity, provider: ethnicity, from_mis: {codes: ethnicity}}
      disability:   {mis: LLDDCode, provider: disability, from_mis: {codes: disability}}
      telephone:    {mis: TelNo, provider: telephone, from_mis: 'replace(TelNo, " ", "")'}
      mobile:
        mis: MobileNo
        provider: mobile
        direction: both
        rule: fill blank else mis wins
        from_mis: 'replace(MobileNo, " ", "")'
        compare: [no_spaces]
      email:        {mis: Email, provider: email, from_mis: 'lower case(Email)'}
      employer_ref:  {mis: EmployerId, provider: employerRef, from_mis: '"EMP-" + EmployerId'}
      assessor_ref:  {mis: AssessorId, provider: assessorRef}
      start_date:    {mis: LearnStartDate, provider: startDate}
      registration_number:  {mis: RegNumber, provider: registrationNumber}
      registration_date:    {mis: RegDate, provider: registrationDate, unless: 'mis.RegNumber = null'}
      certificate_applied:  {mis: CertApplied, provider: certificateApplied, direction: pull, only: pull}
      certificate_received: {mis: CertReceived, provider: certificateReceived, direction: pull, only: pull}
      elements_total:       {mis: ElementsTotal, provider: elementsTotal, direction: pull, only: pull}
      elements_done:        {mis: ElementsDone, provider: elementsDone, direction: pull, only: pull}
codes:
  ethnicity: codes/ethnicity.csv
  disability: codes/disability.csv
"""


def make_workspace(folder: Path, tables: Mapping[str, Mapping[str, str]]) -> None:
    """Write the workspace's files; `folder/data` holds the two sides."""
    (folder / "tieline.yaml").write_text(SETTINGS, encoding="utf-8")
    for name in ("mappings/codes", "connectors"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "mappings" / "bench.yaml").write_text(MAPPING, encoding="utf-8")
    for name, pairs in tables.items():
        with (folder / "mappings" / "codes" / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("code", "text"), *pairs.items()])
    sides = (("bench_mis", "mis", "ULN", "B"), ("bench_provider", "prov", "uniqueLearnerNumber", "C"))
    for system, table, key, delivery in sides:
        columns = pl.read_parquet_schema(folder / "data" / f"{table}.parquet")
        text = _connector(system, table, key, delivery, list(columns))
        (folder / "connectors" / f"{system}.yaml").write_text(text, encoding="utf-8")


def _connector(system: str, table: str, key: str, delivery: str, columns: list[str]) -> str:
    lines = [
        f"connector: {system}",
        "version: 1",
        f"title: {system}",
        "kind: files",
        "environments: {sandbox: {}}",
        "collections:",
    ]
    lines += [f"  {table}:", f"    key: {key}", "    columns:"]
    lines += [f"      {name}: {_declared(name)}" for name in columns]
    lines += [f"    update: {{delivery: {delivery}}}", "    create: {delivery: D}", ""]
    return "\n".join(lines)


def _declared(name: str) -> str:
    if name in MIS_DATES:
        return "{type: date, wire: iso date}"
    if name in PROVIDER_DATES:
        return "{type: date, wire: dd/mm/yyyy}"
    return "{type: number}" if name in NUMBERS else "{type: text}"


def seed_links(workspace: Workspace) -> int:
    """Link every learner that both sides have by the key they share."""
    data = workspace.folder / "data"
    mis = pl.read_parquet(data / "mis.parquet", columns=["ULN"])["ULN"]
    provider = pl.read_parquet(data / "prov.parquet", columns=["uniqueLearnerNumber"])["uniqueLearnerNumber"]
    both = mis.filter(mis.is_in(provider.implode())).to_list()
    store = open_store(workspace.store, SystemClock())
    try:
        return add_links(store, "bench", [Link("learner", key, key, None) for key in both], "bench")
    finally:
        store.close()
