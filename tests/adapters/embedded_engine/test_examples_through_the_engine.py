"""The shipped examples, through the whole engine and the guard."""

import pytest
from cv_builders import a_day, example_names, example_posting, example_source
from cvtailor.adapters.embedded_engine import (
    EmbeddedCvReader,
    EmbeddedMatcher,
    EmbeddedOfferReader,
    EmbeddedTailor,
    skill_names,
)
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.coverage import coverage
from cvtailor.domain.grounding import check_claims
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.domain.tailored_cv import CheckedDraft, CoverLetter

type Outcome = tuple[BaseCv, JobOffer, MatchReport, TailoredDraft, CoverLetter, CheckedDraft]


async def through(name: str) -> Outcome:
    cv = await EmbeddedCvReader().read(example_source(name))
    offer = await EmbeddedOfferReader().read(JobPosting(text=example_posting(name)))
    report = await EmbeddedMatcher(today=a_day).match(cv, offer)
    tailor = EmbeddedTailor(today=a_day)
    draft = await tailor.tailor(cv, offer, report, TailoringOptions())
    letter = await tailor.write_letter(cv, offer, report, draft.cv, TailoringOptions())
    email = await tailor.write_email(cv, offer, report, draft.cv, TailoringOptions())
    checked = check_claims(cv, draft.cv, letter, email, offer, skill_names)
    assert checked.email == email
    return cv, offer, report, draft, letter, checked


@pytest.mark.parametrize("name", example_names())
async def test_nothing_of_an_example_is_refused_by_the_guard(name: str) -> None:
    *_, draft, letter, checked = await through(name)
    assert checked.rejected == ()
    assert checked.letter == letter
    assert checked.cv == draft.cv


@pytest.mark.parametrize("name", example_names())
async def test_every_line_of_an_example_is_shown_or_reported(name: str) -> None:
    cv, _, _, draft, _, _ = await through(name)
    shown = {id for claim in draft.cv.claims() for id in claim.evidence_ids}
    reported = {left.evidence_id for left in draft.left_out}
    lines = {line.id for _, entry in cv.entries() for line in entry.lines()}
    assert lines <= shown | reported
    assert {entry.id for _, entry in cv.entries()} == {
        entry.source_id for section in draft.cv.sections for entry in section.entries
    }


@pytest.mark.parametrize("name", example_names())
async def test_an_example_answers_most_of_its_offer_and_keeps_that_when_tailored(name: str) -> None:
    _, offer, report, draft, _, _ = await through(name)
    before, after = coverage(offer, report), coverage(offer, report, draft.cv.shown())
    assert before.must >= 0.5
    assert after == before


@pytest.mark.parametrize("name", example_names())
async def test_a_letter_of_an_example_is_of_a_length_that_is_read(
    name: str,
) -> None:
    _, offer, _, _, letter, _ = await through(name)
    assert 3 <= len(letter.paragraphs) - 2 <= 5
    assert offer.company.removesuffix(".") in letter.text()
    assert letter.language == offer.language
