"""Who gets in by TLS, and that certificates are replaced while the server runs."""

import asyncio
import ssl
from pathlib import Path

import grpc
import grpc.aio
import pytest
from cvtailor.app.parts import tls_files
from cvtailor.domain.errors import InvalidInput
from cvtailor.gen.cvtailor.v1 import health_pb2
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthStub
from cvtailor.rpc.tls import TlsFiles
from cvtailor.settings import Settings
from gateway.certificates import Authority
from rpc.rpc_serving import Served, serving
from structlog.testing import capture_logs


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"))


async def answer(served: Served, trusted: Authority, shown: tuple[Path, Path] | None = None) -> str:
    """Returns how a call ends, over a connection of its own: its status."""
    pair = [file.read_bytes() for file in reversed(shown)] if shown else []
    credentials = grpc.ssl_channel_credentials(trusted.ca.read_bytes(), *pair)
    own = [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.secure_channel(f"localhost:{served.port}", credentials, own) as channel:
        try:
            await HealthStub(channel).Check(health_pb2.CheckRequest(), timeout=5)
        except grpc.aio.AioRpcError as error:
            return error.code().name
    return "OK"


def replace(file: Path, by: Path) -> None:
    """Moves a copy into its place, as renewal does."""
    aside = file.with_suffix(".new")
    aside.write_bytes(by.read_bytes())
    aside.replace(file)


async def test_where_an_authority_is_set_only_callers_with_its_certificates_are_let_in(
    authority: Authority, stranger: Authority
) -> None:
    tls = TlsFiles(*authority.issue("service"), client_ca=authority.ca)
    async with serving(tls=tls) as served:
        assert await answer(served, authority, authority.issue("gateway")) == "OK"
        assert await answer(served, authority) == "UNAVAILABLE"
        assert await answer(served, authority, stranger.issue("gateway")) == "UNAVAILABLE"


async def test_without_one_nobody_is_asked_for_a_certificate(
    authority: Authority, stranger: Authority
) -> None:
    async with serving(tls=TlsFiles(*authority.issue("service"))) as served:
        assert await answer(served, authority) == "OK"
        assert await answer(served, stranger) == "UNAVAILABLE"


async def test_a_renewed_certificate_is_shown_from_the_next_connection_on(
    authority: Authority, stranger: Authority
) -> None:
    chain, key = authority.issue("service")
    other_chain, other_key = stranger.issue("renewed")
    async with serving(tls=TlsFiles(chain, key)) as served:
        assert await answer(served, authority) == "OK"
        replace(key, other_key)
        with capture_logs() as logs:
            # The key alone goes with no certificate that there is: the old pair is shown.
            assert await answer(served, authority) == await answer(served, authority) == "OK"
        assert [line["event"] for line in logs if line["event"].startswith("tls")] == ["tls_files_not_taken"]
        replace(chain, other_chain)
        assert await answer(served, stranger) == "OK"
        assert await answer(served, authority) == "UNAVAILABLE"
        chain.unlink()
        assert await answer(served, stranger) == "OK"


async def test_callers_of_an_authority_that_was_replaced_are_let_in_no_more(
    authority: Authority, stranger: Authority, tmp_path: Path
) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(authority.ca.read_bytes())
    async with serving(tls=TlsFiles(*authority.issue("service"), client_ca=trusted)) as served:
        mine, theirs = authority.issue("mine"), stranger.issue("theirs")
        assert await answer(served, authority, mine) == "OK"
        replace(trusted, stranger.ca)
        assert await answer(served, authority, theirs) == "OK"
        assert await answer(served, authority, mine) == "UNAVAILABLE"


async def test_versions_of_tls_before_1_2_are_refused(authority: Authority) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(authority.ca)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    async with serving(tls=TlsFiles(*authority.issue("service"))) as served:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("localhost", served.port, ssl=old)


@pytest.mark.parametrize("wrong", ["certificate_chain", "private_key", "client_ca"])
async def test_a_file_that_is_no_pem_is_named(authority: Authority, tmp_path: Path, wrong: str) -> None:
    chain, key = authority.issue("service")
    files = {"certificate_chain": chain, "private_key": key, "client_ca": authority.ca}
    files[wrong] = tmp_path / "nonsense.pem"
    files[wrong].write_text("nonsense")
    with pytest.raises(InvalidInput, match=r"nonsense\.pem is no PEM"):
        await Served(tls=TlsFiles(**files)).server.start()


async def test_a_key_of_another_certificate_is_refused(authority: Authority) -> None:
    (chain, _), (_, key) = authority.issue("one"), authority.issue("two")
    with pytest.raises(InvalidInput, match="is not the key of"):
        await Served(tls=TlsFiles(chain, key)).server.start()


@pytest.mark.parametrize("names", [["tls_certificate"], ["tls_key"], ["tls_client_ca"]])
def test_half_of_tls_is_refused_and_never_served_plain(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(InvalidInput, match="CVTAILOR_TLS_KEY"):
        tls_files(Settings(**dict.fromkeys(names, tmp_path / "file.pem")))
    assert tls_files(Settings()) is None
