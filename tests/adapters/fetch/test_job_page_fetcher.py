"""Fetching a job page from a site that is what it seems, and from some that are not."""

import gzip
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cvtailor.domain.errors import InvalidInput, Reason, Unavailable
from job_sites import AD, Names, fetcher, page, redirect, site


async def test_the_ad_arrives_as_text_with_the_url_it_came_from() -> None:
    async with site({"/old": redirect("/job"), "/job": page()}) as served:
        posting = await fetcher(served).fetch(served.url("/old"))
    assert posting.text.startswith("Nurse")
    assert posting.source_url == served.url("/job")
    assert f"host: jobs.example.com:{served.port}" in served.requests[0].lower()


async def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    hops = {f"/{number}": redirect(f"/{number + 1}") for number in range(1, 4)}
    async with site({**hops, "/4": page(), "/0": redirect("/1")}) as served:
        assert await fetcher(served).fetch(served.url("/1"))
        with pytest.raises(InvalidInput, match="more than 3 times"):
            await fetcher(served).fetch(served.url("/0"))


async def test_a_site_learns_nothing_of_the_caller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine jobs.example.com login ada password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with site({"/job": page()}) as served:
        served.pages["/old"] = redirect("/job", "set-cookie: who=ada; Path=/")
        await fetcher(served).fetch(served.url("/old"))
    asked = "".join(served.requests).lower()
    assert not any(header in asked for header in ("cookie", "authorization", "referer", "who=ada"))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (page(AD, "application/pdf"), "application/pdf"),
        (page(AD, "image/svg+xml"), "svg"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", "no stated type"),
        (b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n", "HTTP 403"),
        (b"HTTP/1.1 302 Moved\r\ncontent-length: 0\r\n\r\n", "nowhere"),
        (page("<div id=app></div><script>load()</script>"), "scripts"),
        (page("x" * 3000), "larger than 2000"),
        (b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n" + b"x" * 3000, "larger than 2000"),
        (page(gzip.compress(b"x" * 10**6), "text/html", "content-encoding: gzip"), "compresses"),
    ],
)
async def test_what_is_no_job_page_is_refused_with_a_reason(answer: bytes, why: str) -> None:
    async with site({"/job": answer}) as served:
        with pytest.raises(InvalidInput, match=why) as caught:
            await fetcher(served, page_bytes_max=2000).fetch(served.url())
    assert caught.value.reason is Reason.POSTING_UNREADABLE


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_site_in_trouble_may_be_asked_again(status: int) -> None:
    async with site({"/job": f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n".encode()}) as served:
        with pytest.raises(Unavailable, match=str(status)):
            await fetcher(served).fetch(served.url())


async def test_a_silent_site_is_left_after_the_time_for_one_page() -> None:
    async with site({}) as served:
        served.silent = True
        with pytest.raises(Unavailable, match="did not send"):
            await fetcher(served, page_seconds=0.2).fetch(served.url())


async def test_a_site_that_speaks_no_http_or_is_not_there_is_unavailable() -> None:
    async with site({"/job": b"SSH-2.0-OpenSSH_9.6\r\n"}) as served:
        with pytest.raises(Unavailable):
            await fetcher(served).fetch(served.url())
    with pytest.raises(Unavailable):
        await fetcher(served, Names(jobs_example_com=[])).fetch(served.url())


async def test_an_endless_page_is_cut_to_what_a_posting_may_have() -> None:
    async with site({"/job": page("<p>python and sql</p>" * 20_000)}) as served:
        assert len((await fetcher(served).fetch(served.url())).text) == 100_000


@pytest.mark.parametrize(("name", "trusted"), [("jobs.example.com", True), ("other.example.com", False)])
async def test_a_certificate_is_checked_for_the_name_although_the_address_is_pinned(
    name: str, trusted: bool, tmp_path: Path
) -> None:
    server, client = certified(name, tmp_path)
    async with site({"/job": page()}, server) as served:
        fetching = fetcher(served, tls=client).fetch(served.url(scheme="https"))
        if trusted:
            assert (await fetching).text
        else:
            with pytest.raises(Unavailable):
                await fetching


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The TLS contexts of a server with that name, and of a client that trusts its certificate."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=pem.decode())
