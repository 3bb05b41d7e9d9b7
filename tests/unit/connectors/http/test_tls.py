"""Nobody is talked to whose certificate does not prove who it is, and nothing can switch that off."""

import ast
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.http.client import _trust
from connectors.http.route import PUBLIC, Route
from engine.diagnostics import codes
from engine.errors import ConnectorMismatchError, UnreachableError
from engine.settings import read_settings
from engine.source import Source
from tests.modules import ROOT, read_modules
from tests.unit.connectors.certificates import DAY, Signed, authority, only_old, server_context, signed_by
from tests.unit.connectors.http.conftest import Opening
from tests.unit.connectors.http.specs import CENTRES, LEARNERS, rows_of, spec_of, update, verdicts
from tests.unit.connectors.loopback import FastClock, Site, as_json

HOST = "portal.example"
BROKEN = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
SWITCHES = ("verify: off", "verify: 'off'", "tls: off", "insecure: on", "ca_file: ''", "ca_file: [a.pem]")
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Authorities:
    """Who vouches for our systems, and somebody else of the same name."""

    ours: Signed
    other: Signed
    ca_file: str


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    ours = authority()
    path = ours.write_certificate(tmp_path_factory.mktemp("ca"), "ca")
    return Authorities(ours, authority(), str(path))


Serving = Callable[..., Site]


@pytest.fixture
def serving(clock: FastClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    """Serves TLS with a certificate; every name leads to this machine."""
    sites: list[Site] = []

    def getaddrinfo(_host: str, port: int, *_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    def serve(signed: Signed, change: Callable[[ssl.SSLContext], ssl.SSLContext] = lambda same: same) -> Site:
        context = change(server_context(signed.write(tmp_path, f"server{len(sites)}")))
        sites.append(Site(clock, context))
        sites[-1].answer = lambda _: as_json([{"ID": 1}])
        return sites[-1]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield serve
    for site in sites:
        site.close()


def address(site: Site, host: str = HOST) -> str:
    return f"https://{host}:{site.port}/api"


BAD: dict[str, Callable[[Authorities], Signed]] = {
    "self-signed": lambda _: signed_by(None, HOST),
    "expired": lambda known: signed_by(known.ours, HOST, (-DAY, -SECOND)),
    "not yet valid": lambda known: signed_by(known.ours, HOST, (DAY, DAY * 2)),
    "another host": lambda known: signed_by(known.ours, "elsewhere.example"),
    "a longer host": lambda known: signed_by(known.ours, f"{HOST}.elsewhere.example"),
    "a wildcard above": lambda known: signed_by(known.ours, "*.portal.example"),
    "the address, not the name": lambda known: signed_by(known.ours, "127.0.0.1"),
    "an authority of the same name": lambda known: signed_by(known.other, HOST),
}


@pytest.mark.covers("N5")
def test_a_bad_certificate_is_refused(
    opened: Opening, serving: Serving, authorities: Authorities, figure: Callable[[str, str], None]
) -> None:
    """No request reaches such a server, read or write; it is told as a matter of trust and not tried again."""
    requests: dict[str, int] = {}
    for name, make in BAD.items():
        site = serving(make(authorities))
        spec = spec_of(CENTRES, LEARNERS)
        system = opened(spec, address=address(site), internal=True, ca_file=authorities.ca_file)
        with pytest.raises(UnreachableError, match="no trusted connection could be made: its certificate"):
            list(system.fetch("learners", ["ID"], ["1"]))
        assert site.connections == 1, name
        assert verdicts(system, update("1")) == {"change-1": "not_sent"}, name
        requests[name] = len(site.seen)
    assert requests == dict.fromkeys(BAD, 0)
    figure("N5", f"{len(BAD)} bad certificates: {sum(requests.values())} requests")


@pytest.mark.covers("N5")
def test_a_good_certificate_of_our_own_authority(opened: Opening, serving: Serving, authorities: Authorities) -> None:
    """With `ca_file` it is trusted; the server is asked for by name although the connection goes to an address."""
    asked: list[str | None] = []

    def listening(context: ssl.SSLContext) -> ssl.SSLContext:
        context.sni_callback = lambda _line, name, _context: asked.append(name)
        return context

    site = serving(signed_by(authorities.ours, HOST), listening)
    system = opened(address=address(site), internal=True, ca_file=authorities.ca_file)
    assert rows_of(system.read("aims", ["ID"])) == [{"ID": 1}]
    assert asked == [HOST]
    assert [seen.headers["host"] for seen in site.seen] == [f"{HOST}:{site.port}"]


@pytest.mark.covers("N5")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_only_the_settings_say_whom_to_trust(
    opened: Opening, serving: Serving, authorities: Authorities, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """Without `ca_file` our own authority is nobody, whatever the environment says of certificates."""
    folder = variable == "SSL_CERT_DIR"
    monkeypatch.setenv(variable, str(Path(authorities.ca_file).parent) if folder else authorities.ca_file)
    site = serving(signed_by(authorities.ours, HOST))
    with pytest.raises(UnreachableError, match="no trusted connection"):
        list(opened(address=address(site), internal=True).read("aims", ["ID"]))
    assert site.seen == []


def _old_client(port: int) -> str | None:
    """The version that a client which takes anything agrees on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    only_old(context)
    with socket.create_connection(("127.0.0.1", port)) as line, context.wrap_socket(line) as talk:
        return talk.version()


@pytest.mark.covers("N5")
def test_old_tls_is_refused(opened: Opening, serving: Serving, authorities: Authorities) -> None:
    """A server with TLS 1.1 and a good certificate gets no request; a client that takes anything would be served."""
    site = serving(signed_by(authorities.ours, HOST), only_old)
    assert _old_client(site.port) == "TLSv1.1"
    system = opened(address=address(site), internal=True, ca_file=authorities.ca_file)
    with pytest.raises(UnreachableError, match=r"knows nothing newer than TLS 1\.1"):
        list(system.read("aims", ["ID"]))
    assert site.seen == []


@pytest.mark.covers("N5")
def test_plain_http_behind_an_https_address_is_refused(opened: Opening, serving: Serving, site: Site) -> None:
    """A server that does not speak TLS sees no request, only the beginning of a handshake that it cannot read."""
    del serving
    with pytest.raises(UnreachableError):
        list(opened(address=address(site), internal=True).read("aims", ["ID"]))
    assert [seen for seen in site.seen if seen.headers] == []


@pytest.mark.parametrize("text", ["", "no certificate", BROKEN])
def test_a_file_without_a_certificate_is_refused_at_opening(opened: Opening, tmp_path: Path, text: str) -> None:
    """Nothing is trusted in its place."""
    path = tmp_path / "ca.pem"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConnectorMismatchError, match="holds no certificate in PEM form"):
        opened(address=f"https://{HOST}/api", internal=True, ca_file=str(path))


@pytest.mark.covers("N5")
def test_verification_is_always_on(authorities: Authorities) -> None:
    """With and without a file of certificates: the certificate and the name are checked, from TLS 1.2 up."""
    for ca_file in (None, authorities.ca_file):
        context = _trust(Route("https", HOST, 443, "", PUBLIC, ca_file))
        assert context.verify_mode == ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.covers("N5")
def test_no_line_of_ours_switches_verification_off() -> None:
    """No `verify=` but the one that takes the checked context, and none of the names that weaken one."""
    weak = {"CERT_NONE", "CERT_OPTIONAL", "check_hostname", "_create_unverified_context", "verify_mode"}
    found = []
    for module in read_modules(ROOT, ("engine", "connectors")).values():
        for node in ast.walk(module.tree):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name in weak:
                found.append(f"{module.path}: {name}")
            if isinstance(node, ast.keyword) and node.arg in {"verify", *weak}:
                found.append(f"{module.path}: {node.arg}={ast.unparse(node.value)}")
    assert found == ["connectors/http/client.py: verify=_trust(route)"]


@pytest.mark.covers("N5")
@pytest.mark.parametrize("key", SWITCHES)
def test_no_setting_switches_verification_off(tmp_path: Path, key: str) -> None:
    """What is no setting is no reference to a secret either, so the file is refused."""
    text = f"workspace: t\nsystems: {{portal: {{environment: live, {key}}}}}\nexchanges: {{}}\n"
    read = read_settings(Source("tieline.yaml", text), tmp_path)
    assert {one.code for one in read.diagnostics} <= {codes.BAD_PATTERN, codes.TOO_FEW, codes.WRONG_TYPE}
    assert read.workspace is None
