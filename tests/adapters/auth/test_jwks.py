import asyncio
import contextlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cvtailor.adapters.auth.jwks import JWKS_BYTES_MAX, Jwks, jwks_at, jwks_in, read_jwks
from cvtailor.domain.errors import Unavailable
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt_forging import EC_KEY, jwks

BOTH = json.dumps({"keys": json.loads(jwks())["keys"] + json.loads(jwks(kid="rotated"))["keys"]}).encode()


class Source:
    """A JWKS source whose answer and clock are set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.fetches = 0
        self.answer: bytes | Exception = jwks()
        self.gate: asyncio.Event | None = None

    async def fetch(self) -> bytes:
        self.fetches += 1
        if self.gate:
            await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def keys(source) -> Jwks:
    return Jwks(source.fetch, lifetime_seconds=600, retry_seconds=30, clock=lambda: source.now)


async def test_a_set_is_fetched_once_and_again_when_it_is_old(source, keys):
    for seconds, fetches in ((0, 1), (599, 1), (1, 2), (1, 2)):
        source.now += seconds
        assert await keys.key("ec") is not None
        assert source.fetches == fetches


async def test_unknown_ids_cause_one_fetch_in_thirty_seconds(source, keys):
    await keys.key("ec")
    for seconds, fetches in ((0, 1), (29, 1), (1, 2), (0, 2), (30, 3)):
        source.now += seconds
        assert await keys.key("nobody") is None
        assert source.fetches == fetches


async def test_a_new_key_is_found_by_its_first_token(source, keys):
    await keys.key("ec")
    source.answer = jwks(kid="rotated")
    source.now += 30
    assert await keys.key("rotated") is not None
    assert await keys.key("ec") is None


@pytest.mark.parametrize(
    "outage", [OSError("refused"), TimeoutError(), b"<html>", b'{"keys": []}', b"[" * 9999]
)
async def test_the_last_good_set_is_kept_through_an_outage(source, keys, outage):
    await keys.key("ec")
    source.answer = outage
    for _ in range(100):
        source.now += 20
        assert await keys.key("ec") is not None
    with pytest.raises(Unavailable):
        await keys.key("rotated")


async def test_with_no_set_at_all_the_caller_may_retry_and_soon_succeeds(source, keys):
    source.answer = OSError("refused")
    for _ in range(3):
        with pytest.raises(Unavailable):
            await keys.key("ec")
    assert source.fetches == 1
    source.answer = jwks()
    source.now += 30
    assert await keys.key("ec") is not None


async def test_many_who_ask_at_once_make_one_fetch(source, keys):
    source.gate = asyncio.Event()
    asking = [asyncio.create_task(keys.key("ec")) for _ in range(50)]
    await asyncio.sleep(0)
    source.gate.set()
    assert all(await asyncio.gather(*asking))
    assert source.fetches == 1


async def test_whoever_hangs_up_while_fetching_does_not_lock_the_others_out(source, keys):
    source.gate = asyncio.Event()
    impatient = asyncio.create_task(keys.key("ec"))
    await asyncio.sleep(0)
    impatient.cancel()
    source.gate.set()
    assert await keys.key("ec") is not None


async def test_hanging_up_again_and_again_causes_no_second_fetch(source, keys):
    source.gate = asyncio.Event()
    for number in range(50):
        impatient = asyncio.create_task(keys.key(f"nobody-{number}"))
        await asyncio.sleep(0)
        impatient.cancel()
    await asyncio.sleep(0)
    assert source.fetches == 1


async def test_a_flood_of_unknown_ids_holds_up_no_good_token(source, keys):
    await keys.key("ec")
    source.now += 30
    source.gate = asyncio.Event()
    flood = [asyncio.create_task(keys.key(f"nobody-{number}")) for number in range(500)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        assert await keys.key("ec") is not None
    assert not any(asking.done() for asking in flood)
    source.gate.set()
    assert await asyncio.gather(*flood) == [None] * 500
    assert source.fetches == 2


async def test_in_an_outage_good_tokens_wait_for_no_further_try(source, keys):
    await keys.key("ec")
    source.answer = OSError("refused")
    source.now += 600
    await keys.key("ec")
    source.gate = asyncio.Event()
    for _ in range(5):
        source.now += 30
        async with asyncio.timeout(1):
            assert await keys.key("ec") is not None
        await asyncio.sleep(0)
    assert source.fetches == 3
    source.answer = jwks(kid="rotated")
    source.gate.set()
    assert await keys.key("rotated") is not None


async def test_keys_that_overlap_both_pass_and_the_revoked_one_ends_with_the_lifetime(source, keys):
    source.answer = BOTH
    assert await keys.key("ec") is not None
    assert await keys.key("rotated") is not None
    source.answer = jwks(kid="rotated")
    source.now += 599
    assert await keys.key("ec") is not None
    source.now += 1
    assert await keys.key("ec") is None
    assert await keys.key("rotated") is not None


async def test_after_a_long_silence_a_revoked_key_does_not_pass_even_once(source, keys):
    await keys.key("ec")
    source.answer = OSError("refused")
    source.now += 600
    await keys.key("ec")
    source.answer = jwks(kid="rotated")
    source.now += 24 * 3600
    assert await keys.key("ec") is None


def an_ec_key(**changes: object) -> dict[str, object]:
    return {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "k", **changes}


def an_rsa_key(bits: int) -> dict[str, object]:
    public = rsa.generate_private_key(65537, bits).public_key()
    return {**RSAAlgorithm.to_jwk(public, as_dict=True), "kid": "k"}


@pytest.mark.parametrize(
    "unusable",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k", "alg": "HS256"},
        an_ec_key(use="enc"),
        an_ec_key(alg="ES384"),
        an_ec_key(kid=None),
        an_ec_key(kid=""),
        an_ec_key(x="!"),
        an_ec_key(x="AA"),
        {
            **ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True),
            "kid": "k",
        },
        an_rsa_key(1024),
        {"kty": "RSA", "kid": "k"},
        "k",
        None,
    ],
    ids=str,
)
def test_a_key_that_is_not_for_us_is_left_out(unusable):
    document = {"keys": [unusable, an_ec_key(kid="good")]}
    assert set(read_jwks(json.dumps(document).encode())) == {"good"}


def test_the_private_half_of_a_key_is_not_kept():
    private = {**ECAlgorithm.to_jwk(EC_KEY, as_dict=True), "kid": "k"}
    assert "d" in private
    key = read_jwks(json.dumps({"keys": [private]}).encode())["k"]
    assert not hasattr(key.key, "private_numbers")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"keys": 1}',
        b" " * (JWKS_BYTES_MAX + 1),
        b'{"keys": [' + b"1," * 70 + b"1]}",
    ],
)
def test_what_is_no_set_is_refused(content):
    with pytest.raises(ValueError, match=r"JWKS|Expecting"):
        read_jwks(content)


async def test_a_set_is_read_from_a_file(tmp_path):
    path = tmp_path / "jwks.json"
    path.write_bytes(jwks())
    assert await Jwks(jwks_in(path)).key("ec") is not None


async def answering(status: str, body: bytes, hold: asyncio.Event | None = None):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if hold:
            await hold.wait()
        writer.write(
            f"HTTP/1.1 {status}\r\nLocation: /\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json"


async def test_a_set_is_fetched_by_http():
    server, url = await answering("200 OK", jwks())
    async with server:
        assert await Jwks(jwks_at(url)).key("rsa") is not None


@pytest.mark.parametrize(
    ("status", "body"),
    [("500 Oops", jwks()), ("302 Found", jwks()), ("200 OK", b" " * (JWKS_BYTES_MAX + 1) + jwks())],
    ids=["error", "redirect", "oversize"],
)
async def test_an_answer_that_is_no_set_is_an_outage(status, body):
    server, url = await answering(status, body)
    async with server:
        with pytest.raises(Unavailable):
            await Jwks(jwks_at(url)).key("rsa")


async def test_a_server_that_does_not_answer_is_given_up():
    hold = asyncio.Event()
    server, url = await answering("200 OK", jwks(), hold)
    async with server, asyncio.timeout(2):
        with pytest.raises(Unavailable):
            await Jwks(jwks_at(url, timeout_seconds=0.05)).key("rsa")
        hold.set()


async def test_a_body_without_end_is_not_read_to_its_end():
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while sent < 100_000_000:
                writer.write(b" " * 1_000_000)
                await writer.drain()
                sent += 1_000_000
        writer.close()

    async with await asyncio.start_server(flood, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(Unavailable):
            await Jwks(jwks_at(url)).key("rsa")
    assert sent < 50_000_000
