"""Where the service is, and that no token goes there readable."""

import datetime as dt
import ipaddress
from pathlib import Path
from typing import NamedTuple

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from cvtailor_client import CvTailor, InsecureTarget, Patience, Tls, Unavailable
from cvtailor_client.target import Target
from scripted_service import Script, ScriptedService

ONCE = Patience(call_attempts_max=1)


class Papers(NamedTuple):
    key: bytes
    certificate: bytes


def issued(name: str, by: "Papers | None" = None) -> Papers:
    """A key and its certificate; its own authority, if nobody issues it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.load_pem_x509_certificate(by.certificate).subject if by else subject
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signer = serialization.load_pem_private_key(by.key, None) if by else key
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names[: 1 if name == "elsewhere" else 2]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return Papers(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


AUTHORITY = issued("authority")


def secured(server: Papers, *, asks_for_certificate: bool = False) -> ScriptedService:
    credentials = grpc.ssl_server_credentials(
        [(server.key, server.certificate)],
        root_certificates=AUTHORITY.certificate if asks_for_certificate else None,
        require_client_auth=asks_for_certificate,
    )
    return ScriptedService(Script(), credentials)


@pytest.mark.parametrize(
    ("target", "address", "secure"),
    [
        ("127.0.0.1:50051", "127.0.0.1:50051", False),
        ("localhost:50051", "localhost:50051", False),
        ("[::1]:50051", "[::1]:50051", False),
        ("cv.example.org", "cv.example.org:443", True),
        ("cv.example.org:8443", "cv.example.org:8443", True),
        ("https://cv.example.org", "cv.example.org:443", True),
        ("https://cv.example.org:8443/", "cv.example.org:8443", True),
        ("https://localhost", "localhost:443", True),
        ("http://127.0.0.1", "127.0.0.1:80", False),
        ("unix:/run/cvtailor.sock", "unix:/run/cvtailor.sock", False),
    ],
)
def test_a_target_says_where_and_how(target: str, address: str, secure: bool) -> None:
    read = Target.parse(target)
    assert (read.address, read.tls is not None) == (address, secure)


@pytest.mark.parametrize(
    "target",
    ["", ":50051", "https://", "ftp://host", "host:port", "host:0", "https://host/path", "a@host", "ho st"],
)
def test_what_is_no_target_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="is no target"):
        CvTailor(target)


@pytest.mark.parametrize(("target", "tls"), [("https://host", False), ("http://host", True)])
def test_a_target_that_contradicts_tls_is_refused(target: str, tls: bool) -> None:
    with pytest.raises(ValueError, match="contradicts"):
        CvTailor(target, tls=tls)


@pytest.mark.parametrize(
    "target", ["http://cv.example.org", "http://10.0.0.7:50051", "http://localhost.evil.org"]
)
def test_no_token_leaves_this_machine_in_plain_text(target: str) -> None:
    with pytest.raises(InsecureTarget, match="can be read on its way"):
        CvTailor(target, "token")
    CvTailor(target)
    CvTailor(target, "token", allow_plaintext_token=True)


async def test_a_root_certificate_of_ones_own_is_trusted(tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    root.write_bytes(AUTHORITY.certificate)
    async with secured(issued("cv.test", AUTHORITY)) as service:
        async with CvTailor(service.address, "token", tls=Tls(root_certificates=root)) as client:
            assert (await client.health()).version == "scripted"
        async with CvTailor(service.address, "token", tls=True, patience=ONCE) as client:
            with pytest.raises(Unavailable):
                await client.health()


async def test_a_certificate_of_another_name_is_refused_unless_it_is_named() -> None:
    root = AUTHORITY.certificate
    async with secured(issued("elsewhere", AUTHORITY)) as service:
        async with CvTailor(service.address, tls=Tls(root_certificates=root), patience=ONCE) as client:
            with pytest.raises(Unavailable):
                await client.health()
        named = Tls(root_certificates=root, server_name="elsewhere")
        async with CvTailor(service.address, tls=named) as client:
            assert (await client.health()).version == "scripted"


async def test_a_client_shows_its_own_certificate() -> None:
    me, root = issued("me", AUTHORITY), AUTHORITY.certificate
    async with secured(issued("cv.test", AUTHORITY), asks_for_certificate=True) as service:
        mine = Tls(root_certificates=root, certificate=me.certificate, key=me.key)
        async with CvTailor(service.address, tls=mine) as client:
            assert (await client.health()).version == "scripted"
        async with CvTailor(service.address, tls=Tls(root_certificates=root), patience=ONCE) as client:
            with pytest.raises(Unavailable):
                await client.health()


def test_a_certificate_without_its_key_is_refused() -> None:
    with pytest.raises(ValueError, match="go together"):
        Tls(certificate=b"PEM")
