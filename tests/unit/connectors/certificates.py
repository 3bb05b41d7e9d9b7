"""Authorities and certificates for tests, good and bad ones, made when they are needed."""

import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    def write(self, folder: Path, name: str) -> Path:
        """Both in one PEM file."""
        path = folder / f"{name}.pem"
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(key + self.certificate.public_bytes(Encoding.PEM))
        return path

    def write_certificate(self, folder: Path, name: str) -> Path:
        """The certificate alone, as a `ca_file` has it."""
        path = folder / f"{name}.pem"
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return path


def authority(name: str = "Example College") -> Signed:
    """A certificate that may sign others."""
    return _signed(None, name, "", (-DAY, DAY))


def signed_by(issuer: Signed | None, host: str, times: tuple[timedelta, timedelta] = (-DAY, DAY)) -> Signed:
    """A server's certificate for a host, valid from and to these distances from now; issuer None: it signs itself."""
    return _signed(issuer, host, host, times)


def _signed(issuer: Signed | None, name: str, host: str, times: tuple[timedelta, timedelta]) -> Signed:
    key, now = generate_private_key(SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + times[0])
        .not_valid_after(now + times[1])
        .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
    )
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return Signed(builder.sign(issuer.key if issuer else key, SHA256()), key)


def server_context(chain: Path) -> ssl.SSLContext:
    """What a TLS server is wrapped in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


def only_old(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same, with TLS 1.0 and 1.1 alone and the weak ciphers that they need."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
