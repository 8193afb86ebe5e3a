from datetime import date

import pytest
from cv_builders import a_day, a_developer, an_offer
from cvtailor.adapters.embedded_engine import EmbeddedMatcher, EmbeddedTailor, skill_names
from cvtailor.domain.application import ActionPoint, TailoringOptions, Tone
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.grounding import check_claims
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.tailored_cv import CoverLetter, EmailDraft

OFFER = an_offer("Go and PostgreSQL", "Kafka on Kubernetes", "PHP", nice=("Rust",), contact_name="Jane Doe")


NO_EMAIL = EmailDraft(subject="", paragraphs=())


async def write(cv: BaseCv, offer: JobOffer = OFFER, options: TailoringOptions | None = None) -> CoverLetter:
    options = options or TailoringOptions()
    report = await EmbeddedMatcher(today=a_day).match(cv, offer)
    tailor = EmbeddedTailor(today=a_day)
    draft = await tailor.tailor(cv, offer, report, options)
    letter = await tailor.write_letter(cv, offer, report, draft.cv, options)
    assert check_claims(cv, draft.cv, letter, NO_EMAIL, offer, skill_names).rejected == ()
    return letter


async def actions(offer: JobOffer, today: date) -> tuple[ActionPoint, ...]:
    report = await EmbeddedMatcher(today=a_day).match(a_developer(), offer)
    return await EmbeddedTailor(today=lambda: today).suggest_actions(a_developer(), offer, report)


async def test_the_letter_names_the_job_and_tells_the_best_evidence() -> None:
    letter = await write(a_developer())
    assert letter.subject == "Application: Backend Engineer"
    assert letter.paragraphs[0].text == "Dear Jane Doe,"
    assert "applying to Northpay for the position of Backend Engineer." in letter.paragraphs[1].text
    now, before = letter.paragraphs[2].text, letter.paragraphs[3].text
    assert now.startswith("In my current role as Senior Platform Engineer at Fjord Logistics, I cut order")
    assert before.startswith("Before that, as Software Engineer at Waffle Labs, I built REST and gRPC")
    assert letter.paragraphs[-1].text == "Kind regards,\nMaja Offermann"


async def test_the_letter_names_no_skill_that_the_cv_lacks_or_limits() -> None:
    text = (await write(a_developer())).text()
    assert "Rust" not in text
    assert "PHP" not in text


@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
async def test_a_letter_of_every_language_and_tone_passes_the_guard(language: str, tone: Tone) -> None:
    letter = await write(a_developer(), options=TailoringOptions(language=language, tone=tone))
    assert letter.language == language
    assert 5 <= len(letter.paragraphs) <= 7


async def test_lines_in_another_language_than_the_letter_are_quoted_as_they_stand() -> None:
    letter = await write(a_developer(), OFFER.model_copy(update={"language": "de"}))
    assert (
        "gehören: „Cut order fulfilment latency by 43% using Kafka and C++ services on K8s“." in letter.text()
    )


async def test_an_ad_without_title_company_or_name_gets_a_letter_too() -> None:
    letter = await write(a_developer(), an_offer("Kafka", title="", company=""))
    assert letter.paragraphs[0].text == "Dear Hiring Team,"
    assert "the advertised position" in letter.paragraphs[1].text


async def test_actions_start_with_applying_before_the_deadline() -> None:
    first, *_, last = await actions(OFFER.model_copy(update={"deadline": date(2026, 12, 4)}), a_day())
    assert (first.priority, first.due_on) == (0, date(2026, 12, 2))
    assert "2026-12-04" in first.details
    assert last.due_on == date(2026, 12, 9)


async def test_a_missed_deadline_is_said() -> None:
    first, *_ = await actions(OFFER.model_copy(update={"deadline": date(2026, 11, 1)}), a_day())
    assert first.title.startswith("The deadline has passed")
    assert first.due_on == a_day()


async def test_each_unmet_must_have_becomes_something_to_prepare() -> None:
    found = await actions(an_offer("Rust", "Care of ventilated patients"), a_day())
    titles = [action.title for action in found if action.priority == 1]
    assert titles == [
        "Prepare for a must-have that the CV does not show: Rust",
        "Prepare for a must-have that the CV does not show: Care of ventilated patients",
    ]
