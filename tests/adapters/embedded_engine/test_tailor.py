from datetime import date

from cv_builders import a_day, a_developer, a_job, a_row, a_section, an_offer
from cvtailor.adapters.embedded_engine import EmbeddedMatcher, EmbeddedTailor
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import FACT_FIELDS, BaseCv, Entry, EntryKind, Line, SectionKind
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.ports import TailoredDraft

OFFER = an_offer("Go and PostgreSQL", "Kafka on Kubernetes", "Mentoring junior engineers")


async def tailor(
    cv: BaseCv, offer: JobOffer = OFFER, options: TailoringOptions | None = None
) -> TailoredDraft:
    report = await EmbeddedMatcher(today=a_day).match(cv, offer)
    return await EmbeddedTailor(today=a_day).tailor(cv, offer, report, options or TailoringOptions())


def highlights(draft: TailoredDraft, source_id: str) -> list[str]:
    return [
        claim.text
        for section in draft.cv.sections
        for entry in section.entries
        if entry.source_id == source_id
        for claim in entry.highlights
    ]


def with_jobs(*jobs: Entry) -> BaseCv:
    section = a_section("experience", SectionKind.EXPERIENCE, *jobs)
    return a_developer().model_copy(update={"sections": (section,)})


async def test_the_most_relevant_line_of_a_job_comes_first() -> None:
    assert highlights(await tailor(a_developer()), "experience[0]")[0].startswith("Cut order fulfilment")


async def test_every_line_is_a_line_of_the_base_cv_word_for_word() -> None:
    cv = a_developer("Platform engineer")
    evidence = cv.evidence()
    for claim in (await tailor(cv)).cv.claims():
        (id,) = claim.evidence_ids
        assert claim.text == evidence[id].text or "," in claim.text


async def test_jobs_and_degrees_stay_in_their_order_with_their_facts() -> None:
    cv = a_developer()
    draft = await tailor(cv)
    base = {entry.id: entry for _, entry in cv.entries()}
    shown = [entry for section in draft.cv.sections for entry in section.entries]
    assert [entry.source_id for entry in shown if entry.kind is EntryKind.EXPERIENCE] == [
        "experience[0]",
        "experience[1]",
    ]
    assert {entry.source_id for entry in shown} == base.keys()
    for entry in shown:
        assert all(getattr(entry, field) == getattr(base[entry.source_id], field) for field in FACT_FIELDS)


async def test_skills_asked_for_lead_their_row_and_none_is_added() -> None:
    draft = await tailor(a_developer())
    rows = {entry.title: entry.text.text for entry in draft.cv.sections[2].entries if entry.text}
    assert rows == {
        "Languages": "Go, C++, Python (7 years), basic PHP",
        "Tools": "Kafka, Docker, Terraform, Airflow",
    }
    assert next(iter(rows)) == "Languages"


async def test_a_row_that_is_a_sentence_keeps_its_order() -> None:
    row = a_row("skills", 0, "", "Docker, Kafka and a bit of Go")
    cv = a_developer().model_copy(update={"sections": (a_section("skills", SectionKind.SKILLS, row),)})
    draft = await tailor(cv)
    assert [claim.text for claim in draft.cv.claims()] == ["Docker, Kafka and a bit of Go"]


async def test_a_line_that_goes_on_from_the_one_before_stays_behind_it() -> None:
    job = a_job(0, "Engineer", "A", "2020", "present", "Painted 3 walls", "Ran PostgreSQL", "This cut costs")
    cv = a_developer().model_copy(
        update={"sections": (a_section("experience", SectionKind.EXPERIENCE, job),)}
    )
    shown = highlights(await tailor(cv), "experience[0]")
    assert shown == ["Ran PostgreSQL", "This cut costs", "Painted 3 walls"]


async def test_a_line_that_answers_nothing_goes_where_enough_do_and_is_reported() -> None:
    draft = await tailor(a_developer())
    (left,) = draft.left_out
    assert left.evidence_id == "experience[0].highlights[0]"
    assert "answers nothing" in left.reason
    assert left.text not in highlights(draft, "experience[0]")


async def test_lines_marked_always_keep_are_neither_left_out_nor_dropped() -> None:
    job = a_job(0, "Engineer", "A", "2001", "2003", "Painted", "Ran Go", "Ran Kafka", "Ran K8s", keep=(0,))
    cv = a_developer().model_copy(
        update={"sections": (a_section("experience", SectionKind.EXPERIENCE, job),)}
    )
    draft = await tailor(cv)
    kept = next(claim for claim in draft.cv.claims() if claim.text == "Painted")
    assert draft.left_out == ()
    assert kept.id not in draft.drop_order


async def test_a_section_the_person_keeps_is_never_dropped() -> None:
    options = TailoringOptions(keep_sections=("Languages",))
    with_all = await tailor(a_developer())
    with_kept = await tailor(a_developer(), options=options)
    assert "languages[0].text" in with_all.drop_order
    assert "languages[0].text" not in with_kept.drop_order


async def test_hobbies_go_first_and_of_a_job_its_best_line_last() -> None:
    hobby = Entry(id="interests[0]", kind=EntryKind.TEXT, text=Line(id="interests[0].text", text="Chess"))
    cv = a_developer()
    cv = cv.model_copy(
        update={"sections": (a_section("interests", SectionKind.INTERESTS, hobby), *cv.sections)}
    )
    draft = await tailor(cv, an_offer(nice=["Kafka on Kubernetes"]))
    by_id = {claim.id: claim.text for claim in draft.cv.claims()}
    assert by_id[draft.drop_order[0]] == "Chess"
    job = [by_id[id] for id in draft.drop_order if id.startswith("experience[0]")]
    assert job[-1].startswith("Cut order fulfilment")
    assert draft.cv.sections[-1].key == "interests"


async def test_the_persons_own_headline_stays() -> None:
    draft = await tailor(a_developer("Platform engineer"))
    assert draft.cv.headline is not None
    assert draft.cv.headline.text == "Platform engineer"


async def test_a_missing_headline_is_made_of_title_and_covered_skills() -> None:
    draft = await tailor(a_developer())
    assert draft.cv.headline is not None
    assert draft.cv.headline.text == "Senior Platform Engineer · Go, Kafka"
    assert draft.cv.headline.evidence_ids == ("experience[0].title", "skills[1].text", "skills[0].text")


async def test_headings_are_translated_only_when_a_language_is_asked_for() -> None:
    german_ad = OFFER.model_copy(update={"language": "de"})
    untouched = await tailor(a_developer(), german_ad)
    asked = await tailor(a_developer(), german_ad, TailoringOptions(language="de"))
    assert next(section.title for section in untouched.cv.sections) == "Experience"
    assert [section.title for section in asked.cv.sections][:2] == ["Berufserfahrung", "Ausbildung"]
    assert (untouched.cv.language, asked.cv.language) == ("en", "de")


async def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = [await tailor(a_developer()) for _ in range(2)]
    assert first.model_dump_json() == second.model_dump_json()


async def test_an_old_job_gives_up_its_lines_before_a_recent_one() -> None:
    jobs = [
        a_job(0, "Engineer", "New", "2022", "present", "Ran Kafka clusters", "Ran Kafka topics"),
        a_job(1, "Engineer", "Old", "2001", "2003", "Ran Kafka clusters", "Ran Kafka topics"),
    ]
    cv = a_developer().model_copy(
        update={"sections": (a_section("experience", SectionKind.EXPERIENCE, *jobs),)}
    )
    order = (await tailor(cv)).drop_order
    assert order[0].startswith("experience[1]")
    assert order[-1].startswith("experience[0]")
    assert a_day() == date(2026, 12, 1)


async def test_an_errand_goes_even_from_a_short_job_and_is_reported() -> None:
    job = a_job(0, "Shift Lead", "Lanes", "2020-01", "present", "Rented shoes", "Scheduled 6 part-timers")
    draft = await tailor(with_jobs(job))
    assert highlights(draft, "experience[0]") == ["Scheduled 6 part-timers"]
    assert [line.text for line in draft.left_out] == ["Rented shoes"]


async def test_no_job_loses_its_last_line_here() -> None:
    job = a_job(0, "Shift Lead", "Lanes", "2020-01", "present", "Rented shoes", "Swept the lanes")
    assert len(highlights(await tailor(with_jobs(job)), "experience[0]")) == 1


async def test_a_year_is_no_achievement_but_a_certificate_is() -> None:
    lines = ("Go 1", "Go 2", "Care Certificate, 2015", "Member of the equality committee since 2022")
    job = a_job(0, "Nurse", "Ward", "2020-01", "present", *lines)
    assert highlights(await tailor(with_jobs(job)), "experience[0]") == list(lines[:3])
