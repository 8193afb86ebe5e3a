"""What the fuzzers found, each as its shortest input; all of it took seconds to hours, or crashed."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from cvtailor.adapters.embedded_engine import EmbeddedMatcher, EmbeddedOfferReader, EmbeddedTailor
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.config_file import read_config
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput, Reason
from cvtailor.domain.grounding.quantities import quantities
from cvtailor.domain.job_offer import JobOffer, JobPosting

from tests.fuzz.bounds import bounded

AD = "Nurse\n\nRequirements\n- Three years on{} a ward\n- A licence\n"


def read(text: str, format: CvFormat = CvFormat.PLAIN_TEXT) -> BaseCv:
    return read_cv(CvSource(format=format, content=text.encode()))


def offer_of(text: str) -> JobOffer:
    return asyncio.run(EmbeddedOfferReader().read(JobPosting(text=text)))


async def tailored(cv: BaseCv, offer: JobOffer) -> int:
    def today() -> date:
        return date(2026, 11, 22)

    report = await EmbeddedMatcher(today=today).match(cv, offer)
    draft = await EmbeddedTailor(today=today).tailor(cv, offer, report, TailoringOptions())
    return len(draft.left_out)


@pytest.mark.parametrize("piece", ["1", "1 ", "1,", "1.11", "a 1 ", "1 to ", "over 1 ", "€1k "])
def test_the_numbers_of_a_line_are_read_in_time_that_grows_with_its_length(piece: str) -> None:
    with bounded(cpu_seconds_max=0.6):
        quantities(piece * (4_000 // len(piece)))


def test_minutes_of_five_thousand_digits_are_no_number_of_minutes() -> None:
    assert len(quantities(f"{'9' * 5_000} min 5 s")) == 2


def test_four_thousand_lines_in_one_job_are_tailored_at_once() -> None:
    cv = read("Ada Byron\n\nEXPERIENCE\n\nNurse, Ward, 2019 - 2022\n" + "- nursed the ward\n" * 3_900)
    offer = offer_of(AD.format(""))
    with bounded():
        assert asyncio.run(tailored(cv, offer)) > 3_800


@pytest.mark.parametrize("space", [" ", "\t"])
def test_an_ad_of_mostly_white_space_is_read_at_once(space: str) -> None:
    with bounded():
        offer = offer_of(AD.format(space * (90_000 // len(space))))
    assert [wish.text for wish in offer.requirements] == ["Three years on a ward", "A licence"]


@pytest.mark.parametrize("piece", ["informal visit ", "Dr ", "Prof. Dr. ", "--\n", "*a ", "[", "[a]("])
def test_an_ad_of_one_thing_over_and_over_is_read_at_once(piece: str) -> None:
    with bounded():
        offer = offer_of(AD.format("") + piece * (20_000 // len(piece)))
    assert "A licence" in [wish.text for wish in offer.requirements]


@pytest.mark.parametrize("digits", ["111 " * 120, "1.000," * 80, "9" * 3_000])
def test_a_sum_that_nobody_earns_is_no_salary(digits: str) -> None:
    assert offer_of(AD.format("") + f"Salary: €{digits}\n").salary is None


def test_an_ad_of_thirty_thousand_lines_is_refused() -> None:
    with bounded(), pytest.raises(InvalidInput, match="30,000 lines; at most 4,000") as refused:
        offer_of("a\n\n" * 30_000)
    assert (refused.value.reason, refused.value.field) == (Reason.POSTING_UNREADABLE, "posting.text")


@pytest.mark.parametrize("format", [CvFormat.PLAIN_TEXT, CvFormat.MARKDOWN])
def test_a_cv_of_a_million_empty_lines_is_refused(format: CvFormat) -> None:
    with bounded(cpu_seconds_max=1), pytest.raises(InvalidInput, match="more than 4,000 lines"):
        read("# Ada\n" + "\n" * 1_000_000, format)


def test_a_line_that_is_no_line_is_refused_with_its_place() -> None:
    yaml = "cv:\n  name: Ada\n  sections:\n    Skills:\n      - " + "9" * 8_001
    with pytest.raises(
        InvalidInput, match=r"skills\[0\].text has 8,001 characters; at most 8,000"
    ) as refused:
        read(yaml, CvFormat.RENDERCV_YAML)
    assert (refused.value.line, refused.value.metadata["path"]) == (5, "cv.sections.Skills[0]")


def test_a_configuration_nested_a_thousand_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("a." * 2_000 + "a = 1\n")
    with pytest.raises(InvalidInput, match="nested too deep"):
        read_config(path)
