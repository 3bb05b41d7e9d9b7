"""Files changed by chance: from the shipped ones and the cases, by bytes, lines and tokens; a seed gives one file."""

import random
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from engine.shipped import shipped, shipped_names
from tests.samples import MAPPING, OFFICE, PORTAL, SETTINGS

CASES = Path(__file__).parents[1]
_LARGEST = 30_000
_TOKEN = re.compile(rb"[A-Za-z_]+|[0-9]+|\s+|.", re.DOTALL)
_YAML = (
    b"{", b"}", b"[", b"]", b"'",
    b'"', b": ", b"- ", b"#", b" #", b"&a ", b"*a", b"<<: ", b"!!set ", b"%YAML", b"---\n",
    b"...\n", b"|\n", b">\n", b"? ", b"@", b"`", b",", b"\t", b"\r", b"\n", b"\n\n", b"  ", b"[" * 200, b"{a: " * 100,
    b"'" * 99, b"NO", b"on", b"null", b"1e9", b"0x1F", b"1:30", b"9" * 5000,
)  # fmt: skip
_BYTES = (
    b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xf0\x9f\x90\xb4", b"\xed\xa0\x80",
    b"x" * 3000,
)  # fmt: skip
_FEEL = (
    b"if ", b" then ", b" else ", b"for x in ", b" return ", b"..", b" in ", b"date(", b"now()", b"settings.", b"mis.",
    b"provider.", b"matches(", b'"(a+)+$"', b"**", b"function(x) ", b" and " * 300, b"(" * 200, b"from_mis: ",
    b"codes: ", b"refers_to: ", b"direction: both",
)  # fmt: skip
_PIECES = (*_YAML, *_BYTES, *_FEEL)

Mutation = Callable[[bytes, random.Random], bytes]


@lru_cache
def corpus() -> tuple[bytes, ...]:
    """Every file that ships and every wrong and good file of the cases, none very large."""
    found = [shipped(f"mappings/{name}").read_bytes() for name in shipped_names("mappings", ".yaml")]
    found += [shipped(f"connectors/{name}").read_bytes() for name in shipped_names("connectors", ".yaml")]
    found += [text.encode() for text in (MAPPING, OFFICE, PORTAL, SETTINGS)]
    found += [path.read_bytes() for path in sorted(CASES.glob("bad/*/*.yaml"))]
    return tuple(data for data in found if data and len(data) <= _LARGEST)


def mutated(seed: int) -> bytes:
    """The file that belongs to a seed: one of the corpus with one to six changes."""
    chance = random.Random(seed)
    data = chance.choice(corpus())
    for _ in range(chance.randint(1, 6)):
        data = chance.choice(_MUTATIONS)(data, chance)
    return data


def _spot(data: Sequence[object], chance: random.Random) -> int:
    return chance.randrange(len(data)) if data else 0


def _change_byte(data: bytes, chance: random.Random) -> bytes:
    at = _spot(data, chance)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    at = _spot(data, chance)
    return data[:at] + data[at + chance.choice((1, 2, 10, 100)) :]


def _cut_short(data: bytes, chance: random.Random) -> bytes:
    return data[: _spot(data, chance)]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = _spot(data, chance)
    return data[:at] + chance.choice(_PIECES) + data[at:]


def _swap_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = _spot(lines, chance), _spot(lines, chance)
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _repeat_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = _spot(lines, chance)
    return b"\n".join([*lines[:at], *[lines[at]] * chance.choice((1, 2, 50)), *lines[at:]])


def _drop_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    del lines[_spot(lines, chance)]
    return b"\n".join(lines)


def _move_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = _spot(lines, chance)
    lines[at] = b" " * chance.randrange(9) + lines[at].lstrip()
    return b"\n".join(lines)


def _swap_tokens(data: bytes, chance: random.Random) -> bytes:
    tokens = _TOKEN.findall(data)
    if tokens:
        one, other = _spot(tokens, chance), _spot(tokens, chance)
        tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens)


def _replace_token(data: bytes, chance: random.Random) -> bytes:
    tokens = _TOKEN.findall(data)
    if tokens:
        others = _TOKEN.findall(chance.choice(corpus()))
        tokens[_spot(tokens, chance)] = chance.choice((*_PIECES, chance.choice(others)))
    return b"".join(tokens)


def _graft(data: bytes, chance: random.Random) -> bytes:
    """A stretch of another file put in."""
    other, at = chance.choice(corpus()), _spot(data, chance)
    begin = _spot(other, chance)
    return data[:at] + other[begin : begin + chance.randint(1, 400)] + data[at:]


_MUTATIONS: tuple[Mutation, ...] = (
    _change_byte,
    _cut,
    _cut_short,
    _insert,
    _insert,
    _swap_lines,
    _repeat_line,
    _drop_line,
    _move_line,
    _swap_tokens,
    _replace_token,
    _replace_token,
    _graft,
)
