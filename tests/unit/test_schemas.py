"""The three schemas themselves, and the shipped files against them."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest

from engine.schema import check_tree, load_schema
from engine.shipped import shipped, shipped_names
from engine.source import Source
from engine.yamltree import plain, read_tree

NAMES = ("mapping.v1", "connector.v1", "settings.v1")
SHIPPED = [
    *(("mapping.v1", f"mappings/{name}") for name in shipped_names("mappings", ".yaml") if "tieline" not in name),
    *(("settings.v1", f"mappings/{name}") for name in shipped_names("mappings", ".yaml") if "tieline" in name),
    *(("connector.v1", f"connectors/{name}") for name in shipped_names("connectors", ".yaml")),
]


@pytest.mark.parametrize(("schema", "name"), SHIPPED)
def test_shipped_files_pass_their_schemas(schema: str, name: str) -> None:
    """No shipped file has a diagnostic, not even a warning."""
    source = Source(name, shipped(name).read_text(encoding="utf-8"))
    assert check_tree(read_tree(source), source, load_schema(schema)) == ()


def test_the_four_first_files_are_among_them() -> None:
    """The list above is of real files."""
    names = {name for _, name in SHIPPED}
    assert names >= {
        "mappings/onefile.yaml",
        "mappings/tieline.example.yaml",
        "connectors/onefile.yaml",
        "connectors/pics.yaml",
    }


def subschemas(schema: object, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each property and each schema of other keys or items, with its path."""
    if isinstance(schema, list):
        for number, part in enumerate(schema):
            yield from subschemas(part, f"{path}/{number}")
    elif isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            yield f"{path}/{name}", part
        for name in ("additionalProperties", "items"):
            if isinstance(schema.get(name), dict) and "$ref" not in schema[name]:
                yield f"{path}/{name}", schema[name]
        for name, part in schema.items():
            if name not in ("examples", "default", "if"):
                yield from subschemas(part, f"{path}/{name}")


@pytest.mark.parametrize("name", NAMES)
def test_every_property_tells_people_what_it_is(name: str) -> None:
    """Editors show a description and examples of each property, its values and its items."""
    found = list(subschemas(load_schema(name)))
    assert len(found) > 20
    for path, part in found:
        assert re.fullmatch(r"[A-Z`].*\.", part.get("description", "")), path
        assert "examples" in part, path


@pytest.mark.parametrize("name", NAMES)
def test_what_may_be_left_out_says_what_holds_then(name: str) -> None:
    """A property that is not required has a default, or its description says what holds without it."""
    schema = load_schema(name)
    objects = [schema, *schema["definitions"].values(), *(part for _, part in subschemas(schema))]
    for part in objects:
        for key, about in part.get("properties", {}).items():
            if key not in part.get("required", ()) and "not" not in about and "additionalProperties" in part:
                said = "default" in about or re.search("Without it: |must (say|have) it", about["description"])
                assert said, key


@pytest.mark.parametrize("name", NAMES)
def test_examples_and_defaults_have_the_form_that_they_illustrate(name: str) -> None:
    """Whatever stands as an example or a default in a schema is valid there."""
    schema = load_schema(name)
    parts = [*subschemas(schema), *((key, part) for key, part in schema["definitions"].items())]
    for path, part in parts:
        whole = {**part, "definitions": schema["definitions"]}
        for value in [*part["examples"], *([part["default"]] if "default" in part else [])]:
            checker = jsonschema.Draft202012Validator(whole)
            if "if" not in part or not isinstance(value, str):  # an expression is an example without its quotes
                assert checker.is_valid(value), (path, value)


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_valid_in_both_dialects(name: str) -> None:
    """The schemas use what draft-07, which editors know, and 2020-12 share."""
    schema = load_schema(name)
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    words = set(re.findall(r'"([$a-zA-Z]+)":', json.dumps(schema)))
    assert not words & {"$defs", "$dynamicRef", "prefixItems", "dependentRequired", "unevaluatedProperties", "oneOf"}
    for _, part in subschemas(schema):
        assert "$ref" not in part or set(part) == {"$ref"}  # draft-07 ignores what stands beside it


@pytest.mark.parametrize("name", NAMES)
def test_the_dialects_agree_about_the_shipped_files(name: str) -> None:
    """An editor's draft-07 finds in the shipped files what we find: nothing."""
    for schema, path in SHIPPED:
        if schema == name:
            root = read_tree(Source(path, shipped(path).read_text(encoding="utf-8"))).root
            assert root is not None
            assert jsonschema.Draft7Validator(load_schema(name)).is_valid(json.loads(json.dumps(plain(root))))


def patterns(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from patterns(part)


@pytest.mark.parametrize("pattern", sorted({one for name in NAMES for one in patterns(load_schema(name))}))
@pytest.mark.parametrize("part", ["a", "a/", "1", " ", ":", "@", "a_", "setting a ", "http://a", "env:a", "."])
def test_patterns_take_linear_time(pattern: str, part: str) -> None:
    """Each pattern is anchored, and 100,000 characters that nearly match are refused or taken at once."""
    assert pattern.startswith("^")
    assert pattern.endswith("$")
    begin = time.perf_counter()
    for start in ("", "daily 02:30 ", "sqlite:", "file:", "https://a", "setting ", "codes/"):
        re.search(pattern, start + part * (100_000 // len(part)) + "\x00")
    assert time.perf_counter() - begin < 1
