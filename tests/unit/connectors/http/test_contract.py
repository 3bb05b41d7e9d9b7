"""Addresses that are refused before anything is sent."""

from dataclasses import replace

import pytest

from connectors.http.system import open_system
from engine.errors import ConnectorMismatchError
from engine.ports import Access, Secret
from tests.unit.connectors.http.specs import LOGIN, spec_of
from tests.unit.connectors.loopback import FastClock

GOOD = [
    ("sandbox", "http://127.0.0.1:8000/api/v2.1"),
    ("sandbox", "http://localhost:1"),
    ("sandbox", "http://[::1]:8000/api"),
    ("live", "https://wsapi.onefile.example/api/v2.1"),
    ("live", "https://wsapi.onefile.example:8443/"),
    ("sandbox", "https://wsapi.onefile.example"),
]
BAD = [
    ("live", "http://127.0.0.1:8000/api"),
    ("live", "http://localhost/api"),
    ("sandbox", "http://wsapi.onefile.example/api"),
    ("sandbox", "http://127.1/"),
    ("sandbox", "http://0x7f000001/"),
    ("sandbox", "http://2130706433/"),
    ("sandbox", "http://0177.0.0.1/"),
    ("sandbox", "https://127.1/"),
    ("sandbox", "https://2130706433/"),
    ("sandbox", "http://[::ffff:127.0.0.1]/"),
    ("sandbox", "http://127.0.0.1.example/"),
    ("sandbox", "http://localhost.example/"),
    ("live", "https://user:canary@wsapi.onefile.example/"),
    ("live", "https://wsapi.onefile.example@127.0.0.1/"),
    ("live", "https://example.org\\@127.0.0.1/"),
    ("live", "https://wsapi.onefile.example/api?token=canary"),
    ("live", "https://wsapi.onefile.example/api#canary"),
    ("live", "https://wsapi.onefile.example/a/../b"),
    ("live", "https://wsapi.onefile.example/a b"),
    ("live", "https://wsapi.onefile.example/a\r\nX: y"),
    ("live", "https://wsapi.onefile.example:0/"),
    ("live", "https://wsapi.onefile.example:99999/"),
    ("live", "https:///api"),
    ("live", "https://-bad.example/"),
    ("live", "https://wsapi..example/"),
    ("live", "https://wsapi.onefilé.example/"),
    ("live", "ftp://wsapi.onefile.example/"),
    ("live", "file:///etc/passwd"),
    ("live", "wsapi.onefile.example"),
    ("live", " https://wsapi.onefile.example"),
    ("live", ""),
]


@pytest.mark.parametrize(("environment", "address"), GOOD)
def test_proper_addresses_are_opened(environment: str, address: str) -> None:
    """TLS anywhere, plain http for a sandbox on this machine."""
    open_system(spec_of(), Access(environment, address), FastClock()).close()


@pytest.mark.parametrize(("environment", "address"), BAD)
def test_other_addresses_are_refused_without_being_shown(environment: str, address: str) -> None:
    """Plain http beyond this machine or to live, users, queries, fragments, odd forms of addresses: never opened."""
    with pytest.raises(ConnectorMismatchError, match="base_url of environment") as caught:
        open_system(spec_of(), Access(environment, address), FastClock())
    assert "canary" not in str(caught.value)


def test_an_unknown_environment_is_refused() -> None:
    """The environment of the workspace is one of the connector file's."""
    with pytest.raises(ConnectorMismatchError, match="did you mean sandbox"):
        open_system(spec_of(), Access("sandbx", "https://wsapi.onefile.example"), FastClock())


def test_a_login_value_uses_the_token_only() -> None:
    """Secrets do not go with every call."""
    login = replace(LOGIN, value="{secret.customer_token}")
    access = Access("live", "https://wsapi.onefile.example", {"customer_token": Secret("env:T", "x")})
    with pytest.raises(ConnectorMismatchError, match="authentication"):
        open_system(spec_of(login=login), access, FastClock())
