"""Canonical JSON (RFC 8785) and digests over it."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
"""What may stand in a document that is digested. Dates, decimals and numbers past 2**53 are written as text."""


def canonical(value: Json) -> bytes:
    """The one way to write `value`: RFC 8785, UTF-8, no line break."""
    return rfc8785.dumps(value)


def digest(data: bytes) -> str:
    """`sha256:` and 64 hexadecimal digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_of(value: Json) -> str:
    """The digest of a value's canonical form."""
    return digest(canonical(value))


def keyed(key: bytes, value: Json) -> str:
    """A keyed hash (HMAC-SHA-256, 32 hexadecimal digits) that tells nothing to who lacks the key."""
    return hmac.new(key, canonical(value), hashlib.sha256).hexdigest()[:32]
