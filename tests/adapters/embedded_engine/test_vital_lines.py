from cv_builders import a_day, a_developer, a_job, a_row, a_section, an_offer
from cvtailor.adapters.embedded_engine import EmbeddedMatcher, EmbeddedTailor
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, SectionKind
from cvtailor.domain.coverage import coverage
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.steps.fit_pages import without


async def drafted(cv: BaseCv, offer: JobOffer) -> tuple[MatchReport, TailoredDraft]:
    report = await EmbeddedMatcher(today=a_day).match(cv, offer)
    draft = await EmbeddedTailor(today=a_day).tailor(cv, offer, report, TailoringOptions())
    return report, draft


def texts_in_order(draft: TailoredDraft) -> list[str]:
    text = {claim.id: claim.text for claim in draft.cv.claims()}
    return [text[id] for id in draft.drop_order]


async def test_the_row_with_a_skill_that_is_a_must_outlives_the_other_rows() -> None:
    _, draft = await drafted(a_developer(), an_offer("Python", nice=["Docker and Kafka"]))
    rows = [text for text in texts_in_order(draft) if text.count(",") > 1]
    assert [row.split(",")[0] for row in rows] == ["Docker", "Python (7 years)"]
    assert texts_in_order(draft)[-1] == rows[-1]


async def test_the_only_line_that_answers_a_must_outlives_better_lines() -> None:
    old = a_job(1, "Clerk", "Quay", "2001-01", "2002-01", "Held a forklift licence", "Drove lorries")
    new = a_job(0, "Engineer", "Fjord", "2020-01", "present", "Built Go services", "Built Rust services")
    cv = a_developer().model_copy(
        update={"sections": (a_section("experience", SectionKind.EXPERIENCE, new, old),)}
    )
    _, draft = await drafted(cv, an_offer("Forklift licence", nice=["Go", "Rust"]))
    assert texts_in_order(draft)[-1] == "Held a forklift licence"


async def test_coverage_of_the_musts_stays_whole_until_only_vital_lines_are_left() -> None:
    cv = a_developer()
    offer = an_offer("Python", "Airflow", "PostgreSQL", "Mentoring junior engineers", nice=["Kubernetes"])
    report, draft = await drafted(cv, offer)
    whole = coverage(offer, report).must
    most = len(draft.drop_order) - len(offer.requirements)
    assert most > 0
    for gone in range(most + 1):
        shorter = without(draft.cv, draft.drop_order[:gone])
        assert coverage(offer, report, shorter.shown()).must == whole


async def test_a_line_that_answers_two_musts_is_kept_instead_of_two_lines() -> None:
    job = a_job(
        0, "Engineer", "Fjord", "2020-01", "present", "Ran Kafka", "Ran Airflow", "Ran Kafka and Airflow"
    )
    cv = a_developer().model_copy(
        update={"sections": (a_section("experience", SectionKind.EXPERIENCE, job),)}
    )
    _, draft = await drafted(cv, an_offer("Kafka", "Airflow"))
    assert texts_in_order(draft)[-1] == "Ran Kafka and Airflow"


async def test_a_row_without_a_must_may_go_early() -> None:
    row = a_row("skills", 0, "Other", "Canva, Photoshop, Illustrator")
    job = a_job(0, "Engineer", "Fjord", "2020-01", "present", "Ran Kafka")
    sections = (
        a_section("experience", SectionKind.EXPERIENCE, job),
        a_section("skills", SectionKind.SKILLS, row),
    )
    _, draft = await drafted(a_developer().model_copy(update={"sections": sections}), an_offer("Kafka"))
    assert texts_in_order(draft)[0] == "Canva, Photoshop, Illustrator"
