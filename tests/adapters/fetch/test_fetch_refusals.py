"""What a job URL must not reach, however it is written."""

import pytest
from cvtailor.adapters.fetch import JobPageFetcher
from cvtailor.adapters.fetch.addresses import is_public
from cvtailor.domain.errors import CvtailorError, InvalidInput
from job_sites import Names, fetcher, page, redirect, site

ATTACKS = (
    # schemes
    "file:///etc/passwd", "gopher://jobs.example.com/_x", "ftp://jobs.example.com/ad", "javascript:alert(1)",
    "data:text/html,x", "dict://jobs.example.com:11211/", "//jobs.example.com/ad", "jobs.example.com/ad", "",
    "http:///etc/passwd", "unix:///var/run/docker.sock", "ws://jobs.example.com/",
    # this machine and its neighbours
    "http://localhost/", "http://LOCALHOST./", "http://127.0.0.1/", "http://127.0.0.1./", "http://10.0.0.5/",
    "http://192.168.0.1/", "http://172.16.9.1/", "http://0.0.0.0/", "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/", "http://intranet/", "http://db/", "http://printer.local/",
    "http://metadata.google.internal/computeMetadata/v1/", "http://foo.localhost/", "http://nas.home.arpa/",
    "http://hidden.onion/", "http://router.lan/",
    # the same addresses in disguise
    "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://0x7f.1/",
    "http://017700000001/", "http://1.1.1.0x01/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/", "http://[fe80::1%25eth0]/", "http://[fd00:ec2::254]/", "http://[2002:7f00:1::]/",
    "http://[0:0:0:0:0:ffff:169.254.169.254]/",
    # parsers that disagree
    "http://jobs.example.com@127.0.0.1/", "http://127.0.0.1@jobs.example.com/", "http://a:b@jobs.example.com/",
    "http://jobs.example.com\\@127.0.0.1/", "http://127.0.0.1\\.jobs.example.com/",
    "http://jobs.example.com /ad",
    "http://jobs.example.com\r\nX: y/", "http://jobs.example.com\t/ad", "http://jobs.example.com\x00.evil.com/",
    "http://jobs..example.com/", "http://-/", "http://%6c%6f%63alhost/", "http://jobs.example.com%00/",
    "http://[jobs.example.com/", "http://jobs.example.com:999999/",
    # ports that are no web site's
    "http://jobs.example.com:22/", "http://jobs.example.com:6379/", "https://jobs.example.com:80/",
    "http://jobs.example.com:11434/api/generate", "http://jobs.example.com:443/",
    "https://jobs.example.com/" + "a" * 2048,
)  # fmt: skip

PRIVATE = (
    "127.0.0.1", "127.255.255.254", "0.0.0.7", "10.1.2.3", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1",
    "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "2606:4700::1111%eth0", "fec0::1", "ff02::1", "5f00::1", "", "jobs.example.com",
)  # fmt: skip


# What a header can carry, and what is no path on the same site.
ABSOLUTE = [url for url in ATTACKS if url.isprintable() and url.isascii() and ":" in url and "///" not in url]


@pytest.mark.parametrize("url", ATTACKS)
async def test_an_attack_is_refused_before_anything_is_looked_up(url: str) -> None:
    names = Names()
    with pytest.raises(InvalidInput) as caught:
        await JobPageFetcher(resolve=names, allows=lambda _: True).fetch(url)
    assert (caught.value.field, names.asked) == ("job_url", [])


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_known_as_such(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "2a00:1450:4001:81d::200e"]
)
def test_a_public_address_is_known_as_such(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("addresses", [*([each] for each in PRIVATE), ["8.8.8.8", "10.0.0.1"]])
async def test_a_name_that_leads_inside_is_refused_even_if_it_leads_outside_too(addresses: list[str]) -> None:
    names = Names(jobs_example_com=addresses)
    with pytest.raises(InvalidInput, match="public internet"):
        await JobPageFetcher(resolve=names).fetch("https://jobs.example.com/ad")


@pytest.mark.parametrize("location", ABSOLUTE)
async def test_a_redirect_is_checked_as_the_first_url_is(location: str) -> None:
    async with site({"/job": redirect(location), "/ad": page()}) as served:
        with pytest.raises(CvtailorError):
            await fetcher(served).fetch(served.url())
    assert len(served.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_name_that_leads_inside_is_not_followed(status: int) -> None:
    async with site({"/inside": page()}) as served:
        served.pages["/job"] = redirect(served.url("/inside", host="inside.example.com"), status=status)
        with pytest.raises(InvalidInput, match="public internet"):
            await fetcher(served, Names(inside_example_com=["10.0.0.1"])).fetch(served.url())
    assert len(served.requests) == 1


async def test_a_name_is_looked_up_once_so_it_cannot_change_between_check_and_connection() -> None:
    class Rebinding(Names):
        async def __call__(self, host: str, port: int) -> list[str]:
            await super().__call__(host, port)
            return ["127.0.0.1"] if len(self.asked) == 1 else ["10.0.0.1"]

    names = Rebinding()
    async with site({"/job": page()}) as served:
        await fetcher(served, names).fetch(served.url())
    assert names.asked == ["jobs.example.com"]
