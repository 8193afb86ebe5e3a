"""Where job ads come from."""

import io
import sys
from pathlib import Path

import pyperclip
import pytest
from cvtailor.adapters.fetch import JobPageFetcher
from cvtailor.cli.job_ads import FILE_BYTES_MAX, JobAd, job_ads
from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.job_offer import JobPosting

AD = "We look for a welder who likes night shifts in Bern."


class OnePage(JobPageFetcher):
    """A site of one page; what is fetched, and what never is, tests of the fetcher say."""

    async def fetch(self, url: str) -> JobPosting:
        return JobPosting(text=AD, source_url=f"{url}/final/")


async def refusal(*sources: str, clipboard: bool = False) -> str:
    with pytest.raises(InvalidInput) as caught:
        await job_ads(sources, clipboard=clipboard)
    return caught.value.message


def standard_input(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))


async def test_ads_come_from_everywhere_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ad.txt"
    file.write_text(AD)
    standard_input(AD, monkeypatch)
    monkeypatch.setattr(pyperclip, "paste", lambda: AD)
    ads = await job_ads((str(file), "-", "https://jobs.example.org/42"), clipboard=True, fetcher=OnePage())
    assert ads == [
        JobAd(AD, "", str(file)),
        JobAd(AD, "", "standard input"),
        JobAd(AD, "https://jobs.example.org/42/final/", "jobs.example.org/42/final"),
        JobAd(AD, "", "clipboard"),
    ]


async def test_a_clipboard_without_a_program_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing_there() -> str:
        raise pyperclip.PyperclipException("no program")

    monkeypatch.setattr(pyperclip, "paste", nothing_there)
    assert "install wl-clipboard" in await refusal(clipboard=True)


async def test_addresses_of_this_machine_are_not_fetched() -> None:
    assert "does not name a public host" in await refusal("http://127.0.0.1/ad")


async def test_a_file_that_is_missing_short_or_long_is_named(tmp_path: Path) -> None:
    short, long, huge = (tmp_path / name for name in ("short.txt", "long.txt", "huge.txt"))
    short.write_text("Welder")
    long.write_text("Welder " * 20_000)
    huge.write_bytes(b"a" * (FILE_BYTES_MAX + 1))
    assert "missing.txt can't be read" in await refusal(str(tmp_path / "missing.txt"))
    assert "short.txt holds 6 characters" in await refusal(str(short))
    assert "long.txt holds 140,000 characters" in await refusal(str(long))
    assert "huge.txt has more than 8,388,608 bytes" in await refusal(str(huge))


async def test_a_cv_in_the_place_of_an_ad_is_noticed() -> None:
    assert "cv.yaml looks like a CV" in await refusal("cv.yaml")


async def test_an_ad_is_not_made_twice(tmp_path: Path) -> None:
    assert "named twice" in await refusal("ad.txt", "ad.txt")
    assert "name '-' once" in await refusal("-", "-")


async def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "ad.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    assert "ad.pdf: The file is no PDF" in await refusal(str(broken))
