"""The page on the rule language: every word of the schema stands there, and every example has the right form."""

import json
import re

import pytest

from engine.compare.reasons import HOLDS
from engine.rules.parse import read_rules
from engine.schema import check_tree, load_schema
from engine.source import Source
from engine.yamltree import read_tree
from tests.modules import ROOT
from tests.test_documented import keys, undocumented

PAGE = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
HEAD = "mapping: page\nversion: 1\ntitle: A page\nmis: office\nprovider: folder\n"
RECORDS = "records:\n  learner:\n    mis: learners\n    provider: learners\n    fields:\n"
PARTS = ("settings", "records", "tables", "codes")


def whole(example: str) -> str:
    """An example as a mapping: a field, a part of a mapping, or all of one."""
    first = example.partition(":")[0]
    if first == "mapping":
        return example
    if first in PARTS:
        return HEAD + example + ("" if first == "records" else RECORDS.replace("fields:\n", "fields: {}\n"))
    return HEAD + RECORDS + "".join(f"      {line}\n" for line in example.splitlines())


def test_every_word_of_a_mapping_is_explained() -> None:
    """Each property of the schema, each normaliser, each rule of two-way fields."""
    schema = json.loads((ROOT / "schemas" / "mapping.v1.json").read_text(encoding="utf-8"))
    field = schema["definitions"]["field"]["properties"]
    words = {*keys(schema), *field["compare"]["items"]["enum"], *(set(field["rule"]["enum"]) - {"source wins"})}
    assert len(words) > 60
    assert undocumented(sorted(words), PAGE) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.partition(":")[0])
def test_every_example_has_the_right_form(example: str) -> None:
    """Nothing is wrong with it but that its systems are not here."""
    source = Source("mappings/page.yaml", whole(example))
    assert check_tree(read_tree(source), source, load_schema("mapping.v1")) == ()
    read = read_rules(source, lambda _: "MIS,provider\n1,White\n")
    assert read.rules is not None, read.diagnostics


def test_reasons_that_the_page_names_are_holds() -> None:
    """A hold that is named in brackets is one."""
    named = set(re.findall(r"held\s+\(`([a-z_]+)`\)", PAGE))
    assert {reason.value for reason in HOLDS} >= named >= {"too_long", "cannot_split", "no_rule_fits", "both_moved"}
