"""Addresses are checked after the look-up, and only what was checked is connected to."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http.route import INTERNAL, LOOPBACK, PUBLIC, Kind, Route, kind_of, refusal
from engine.errors import UnreachableError
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, LIMITS, rows_of, spec_of, update, verdicts
from tests.unit.connectors.loopback import FastClock, Site, as_json

GOOD = "127.0.0.1"
OTHER = "127.0.0.2"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("9.9.9.9", "public"),
        ("2620:fe::fe", "public"),
        ("::ffff:9.9.9.9", "public"),
        ("64:ff9b::909:909", "public"),
        ("127.9.9.9", "loopback"),
        ("::1", "loopback"),
        ("10.255.0.1", "private"),
        ("172.31.255.255", "private"),
        ("100.127.0.1", "private"),
        ("fd12::1", "private"),
        ("172.32.0.1", "public"),
        ("100.128.0.1", "public"),
        ("::ffff:127.0.0.1", "barred"),
        ("::ffff:10.0.0.1", "barred"),
        ("::10.0.0.1", "barred"),
        ("64:ff9b::a00:1", "barred"),
        ("64:ff9b:1::a00:1", "barred"),
        ("2002:a00:1::", "barred"),
        ("2001:0:a00:1::1", "barred"),
        ("fe80::1%eth0", "barred"),
        ("2620:fe::fe%1", "barred"),
        ("fec0::1", "barred"),
        ("169.254.169.254", "barred"),
        ("fd00:ec2::254", "barred"),
        ("168.63.129.16", "barred"),
        ("0.0.0.0", "barred"),  # noqa: S104  a text
        ("::", "barred"),
        ("255.255.255.255", "barred"),
        ("ff02::1", "barred"),
        ("4000::1", "barred"),
    ],
)
def test_the_kind_of_an_address(address: str, kind: Kind) -> None:
    """Each range at its ends, and addresses that carry another one."""
    assert kind_of(address) == kind


@pytest.mark.covers("N1")
@given(st.ip_addresses())
def test_what_python_calls_not_global_is_never_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Our table takes no address for public that the standard library's tables call special."""
    if kind_of(str(address)) == "public":
        plain = getattr(address, "ipv4_mapped", None) or address
        assert plain.is_global
        assert not plain.is_multicast


@pytest.mark.parametrize(
    ("addresses", "kinds", "expected"),
    [
        (["9.9.9.9", "2620:fe::fe"], PUBLIC, None),
        (["9.9.9.9", "10.0.0.1"], PUBLIC, "internal"),
        (["9.9.9.9", "127.0.0.1"], PUBLIC, "internal"),
        (["10.0.0.1", "169.254.1.1"], PUBLIC, "barred"),
        (["9.9.9.9", "10.0.0.1", "::1"], INTERNAL, None),
        (["10.0.0.1", "0.0.0.0"], INTERNAL, "barred"),  # noqa: S104  a text
        (["127.0.0.1", "::1"], LOOPBACK, None),
        (["127.0.0.1", "9.9.9.9"], LOOPBACK, "barred"),
    ],
)
def test_one_bad_address_refuses_them_all(addresses: list[str], kinds: frozenset[Kind], expected: str | None) -> None:
    """Nobody is sent anywhere by a name that leads to a good and to a bad place at once."""
    assert refusal(addresses, kinds) == expected


def test_the_host_header_and_the_address_of_a_route() -> None:
    """The usual port is not written in the header; an IPv6 address stands in brackets."""
    assert Route("https", "portal.example", 443, "/api", PUBLIC).named() == "portal.example"
    assert Route("https", "portal.example", 8443, "/api", PUBLIC).named() == "portal.example:8443"
    assert Route("http", "::1", 80, "", LOOPBACK).named() == "[::1]"
    assert Route("https", "portal.example", 443, "/api", PUBLIC).at("2620:fe::fe") == "https://[2620:fe::fe]:443/api"


# --- look-ups that change their answer -------------------------------------------------------------------------------


class Names:
    """Answers look-ups one after another as scripted, the last one for ever, and counts them."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = answers, 0

    def getaddrinfo(self, _host: str, port: int, *_: object, **__: object) -> list[object]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answer]


class Trap:
    """Listens at an address of this machine where nobody may connect, and counts."""

    def __init__(self, address: str, port: int) -> None:
        self._line = socket.create_server((address, port))
        self._line.setblocking(False)  # noqa: FBT003  the library takes it so

    def connections(self) -> int:
        count = 0
        while True:
            try:
                self._line.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def trap(site: Site) -> Iterator[Trap]:
    """A second address of this machine, at the same port as the server."""
    found = Trap(OTHER, site.port)
    yield found
    found.close()


Looking = Callable[..., Names]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Looking:
    def scripted(*answers: list[str]) -> Names:
        found = Names(*answers)
        monkeypatch.setattr(socket, "getaddrinfo", found.getaddrinfo)
        return found

    return scripted


@pytest.mark.covers("N1")
def test_a_second_answer_of_the_resolver_gets_no_connection(
    opened: Opening, site: Site, trap: Trap, names: Looking, figure: Callable[[str, str], None]
) -> None:
    """The name leads to the trap from the second look-up on: it gets nothing, however many new connections are made."""
    looked = names([GOOD], [OTHER])
    site.answer = lambda _: replace(as_json([{"ID": 1}]), end="close")
    system = opened(address=f"http://localhost:{site.port}/api")
    for _ in range(20):
        assert rows_of(system.read("aims", ["ID"])) == [{"ID": 1}]
    assert (site.connections, trap.connections(), looked.asked) == (20, 0, 1)
    assert {seen.headers["host"] for seen in site.seen} == {f"localhost:{site.port}"}
    figure("N1", f"resolver that changes its answer: {site.connections} connections to the first, 0 to the second")


@pytest.mark.covers("N1")
@pytest.mark.parametrize("second", [["10.0.0.7"], ["169.254.169.254"], [GOOD, "9.9.9.9"]])
def test_a_second_look_up_is_checked_like_the_first(
    opened: Opening, site: Site, trap: Trap, names: Looking, second: list[str]
) -> None:
    """When the host is gone it is looked up again, and what is found then is refused before it is connected to."""
    looked = names(["127.0.0.3"], second)
    system = opened(address=f"http://localhost:{site.port}/api")
    with pytest.raises(UnreachableError, match="leads to an address that is nobody's"):
        list(system.read("aims", ["ID"]))
    assert looked.asked == 2
    assert (site.connections, trap.connections()) == (0, 0)


@pytest.mark.covers("N1")
def test_a_write_to_a_bad_address_is_not_sent(opened: Opening, site: Site, trap: Trap, names: Looking) -> None:
    """The outcome says that nothing has left, so that the journal may send it again."""
    names([GOOD, "192.168.7.7"])
    system = opened(spec_of(CENTRES, LEARNERS), address=f"http://localhost:{site.port}/api")
    assert set(verdicts(system, update("1"), update("2", 2)).values()) == {"not_sent"}
    assert (site.connections, trap.connections()) == (0, 0)


def test_the_next_address_is_tried_where_one_takes_no_connection(opened: Opening, site: Site, names: Looking) -> None:
    """A host whose first address does not listen is reached at its second, and from then on begun with there."""
    looked = names(["127.0.0.3", GOOD])
    site.answer = lambda _: as_json([{"ID": 1}])
    system = opened(address=f"http://localhost:{site.port}/api")
    for _ in range(3):
        assert rows_of(system.read("aims", ["ID"])) == [{"ID": 1}]
    assert looked.asked == 1


def test_a_name_that_nobody_knows_is_unreachable(
    opened: Opening, monkeypatch: pytest.MonkeyPatch, clock: FastClock
) -> None:
    """The resolver's fault is told as a connection that could not be made, after the attempts of a read."""
    asked = []

    def unknown(*_: object, **__: object) -> object:
        asked.append(1)
        raise socket.gaierror(socket.EAI_NONAME, "canary")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(UnreachableError, match="no connection could be made") as caught:
        list(opened(address="https://nobody.example/api").read("aims", ["ID"]))
    assert "canary" not in str(caught.value)
    assert len(asked) == LIMITS.attempts == len(clock.slept) + 1


@pytest.mark.covers("N4")
def test_a_resolver_that_hangs_ends_with_the_time_for_connecting(
    opened: Opening, monkeypatch: pytest.MonkeyPatch, clock: FastClock
) -> None:
    """It is told as a connection that could not be made: nothing was sent, so a write may be sent again."""
    asked = []

    def hanging(*_: object, **__: object) -> object:
        asked.append(1)
        time.sleep(0.5)
        raise socket.gaierror(socket.EAI_AGAIN, "canary")

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    quick = replace(LIMITS, timeout=0.3)
    system = opened(spec_of(CENTRES, LEARNERS, limits=quick), address="https://nobody.example/api")
    with pytest.raises(UnreachableError, match="no connection could be made"):
        list(system.read("centres", ["ID"]))
    assert verdicts(system, update("1")) == {"change-1": "not_sent"}
    assert len(asked) == LIMITS.attempts + 1 == len(clock.slept) + 2
