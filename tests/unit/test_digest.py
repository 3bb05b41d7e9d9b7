"""Canonical JSON as RFC 8785 has it, for the values that may stand in our documents, and digests over it."""

import hashlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.digest import canonical, digest, digest_of, keyed

SAFE = 2**53 - 1
TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
KEYS = st.text(st.characters(codec="ascii"), max_size=4)
"""Names of ours: past the Basic Multilingual Plane the two orders of keys part ways."""
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-SAFE, SAFE), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


def model(value: Any) -> str:  # noqa: ANN401  any JSON
    """RFC 8785 once more, from its text: 3.2.2.2 strings, 3.2.2.3 integers, 3.2.3 keys by UTF-16 code units."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
        marked = (short.get(ord(c)) or (f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in value)
        return '"' + "".join(marked) + '"'
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{model(key)}:{model(value[key])}" for key in keys) + "}"
    return "[" + ",".join(map(model, value)) + "]"


@given(VALUES)
def test_canonical_form_is_that_of_the_rfc(value: Any) -> None:  # noqa: ANN401  any JSON
    """The same bytes as the library that covers all of the RFC, and as a second writing of its rules."""
    found = canonical(value)
    assert found == rfc8785.dumps(value) == model(value).encode()
    assert json.loads(found) == value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"z": 1, "\r": 2, "a": 3, "1": 4, "A": 5, "_": 6, "aa": 7}, '{"\\r":2,"1":4,"A":5,"_":6,"a":3,"aa":7,"z":1}'),
        ('\u20ac$\x0f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ({"b": [], "a": {}}, '{"a":{},"b":[]}'),
        ("é", '"é"'),
        ("e\u0301", '"e\u0301"'),
        ("<\u2028\x7f>", '"<\u2028\x7f>"'),
        (-0, "0"),
        (SAFE, "9007199254740991"),
        ((1, 2), "[1,2]"),
    ],
)
def test_examples(value: Any, told: str) -> None:  # noqa: ANN401  any JSON
    """The examples of the RFC, and letters that other writers change."""
    assert canonical(value) == told.encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    """JSON has no word for it."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"n": number})  # type: ignore[dict-item]  # what the type forbids


@given(VALUES, VALUES)
def test_digests_are_alike_exactly_where_values_are(a: Any, b: Any) -> None:  # noqa: ANN401  any JSON
    """`sha256:` and 64 digits over the canonical form; another value has another one."""
    assert digest_of(a) == digest(canonical(a)) == "sha256:" + hashlib.sha256(model(a).encode()).hexdigest()
    assert (digest_of(a) == digest_of(b)) == (model(a) == model(b))


def test_the_order_of_keys_does_not_show() -> None:
    """Two dicts that are equal have one digest."""
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})


@given(VALUES)
def test_a_keyed_hash_needs_its_key(value: Any) -> None:  # noqa: ANN401  any JSON
    """32 digits that follow from key and value, and are not those of another key or of no key."""
    found = keyed(b"one", value)
    assert len(found) == 32
    assert set(found) <= set("0123456789abcdef")
    assert found == keyed(b"one", value) != keyed(b"two", value)
    assert found not in digest_of(value)
