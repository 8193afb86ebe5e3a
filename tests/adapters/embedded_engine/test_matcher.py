import pytest
from cv_builders import a_day, a_developer, a_job, a_section, an_offer
from cvtailor.adapters.embedded_engine import EmbeddedMatcher
from cvtailor.adapters.embedded_engine.matching.terms import is_named, query_of
from cvtailor.adapters.embedded_engine.skills.table import load_skill_table
from cvtailor.domain.base_cv import BaseCv, Contact, SectionKind
from cvtailor.domain.match_report import MatchReport, MatchStatus

MET, PARTLY, UNMET = MatchStatus.MET, MatchStatus.PARTLY, MatchStatus.UNMET


async def match(*asked: str, nice: tuple[str, ...] = (), cv: BaseCv | None = None) -> MatchReport:
    return await EmbeddedMatcher(today=a_day).match(cv or a_developer(), an_offer(*asked, nice=nice))


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("Kubernetes in production", MET),
        ("Relational databases", MET),
        ("Django or Python", MET),
        ("Message brokers such as RabbitMQ or Kafka", MET),
        ("Experience with RabbitMQ", PARTLY),
        ("Python and Rust", PARTLY),
        ("Rust", UNMET),
        ("3+ years of experience with Python", MET),
        ("5+ years of experience with Python", PARTLY),
        ("12 years of professional experience", UNMET),
        ("Master's degree in computer science", MET),
        ("PhD in chemistry", UNMET),
        ("German at B1", MET),
        ("German at C1", PARTLY),
        ("Fluent Polish or German B2", MET),
        ("French is required", UNMET),
        ("Mentoring junior engineers", MET),
        ("Care of ventilated patients", UNMET),
    ],
)
async def test_a_requirement_is_met_in_full_in_part_or_not(asked: str, status: MatchStatus) -> None:
    (answer,) = (await match(asked)).matches
    assert answer.status is status, answer.reason
    assert bool(answer.reason)


async def test_the_best_evidence_comes_first_and_exists() -> None:
    cv = a_developer()
    (answer,) = (await match("Migration of billing databases to PostgreSQL", cv=cv)).matches
    assert answer.evidence_ids[0] == "experience[1].highlights[1]"
    assert set(answer.evidence_ids) <= cv.evidence().keys()


async def test_years_are_counted_once_where_jobs_overlap() -> None:
    jobs = [
        a_job(0, "Nurse", "A", "2020-01", "2022-12", "Ventilated patients"),
        a_job(1, "Nurse", "B", "2021-01", "2022-12", "Ventilated patients"),
    ]
    cv = BaseCv(
        contact=Contact(name="Ada"), sections=(a_section("experience", SectionKind.EXPERIENCE, *jobs),)
    )
    (answer,) = (await match("4 years of professional experience", cv=cv)).matches
    assert answer.status is PARTLY
    assert "3 years" in answer.reason


async def test_lines_are_ranked_by_what_they_say_about_the_offer() -> None:
    report = await match("Kafka and Kubernetes", "low latency services in C++")
    assert report.ranking[0].evidence_id == "experience[0].highlights[1]"
    assert report.ranking[-1].relevance == 0.0
    assert all(0 <= line.relevance <= 1 for line in report.ranking)
    coffee = next(line for line in report.ranking if line.evidence_id == "experience[0].highlights[0]")
    assert coffee.relevance < 0.1


async def test_covered_skills_and_gaps_are_told_apart() -> None:
    report = await match("Python and Rust", "Care of ventilated patients", nice=("Kafka or RabbitMQ",))
    assert report.keywords_covered == ("Python", "Apache Kafka")
    assert report.gaps == ("Rust", "Mechanical ventilation")


async def test_a_wish_answered_by_its_other_half_leaves_no_gap() -> None:
    assert (await match(nice=("Kafka or RabbitMQ",))).gaps == ()


async def test_an_empty_cv_is_answered_too() -> None:
    report = await match("Python", cv=BaseCv(contact=Contact(name="Ada"), sections=()))
    assert [answer.status for answer in report.matches] == [UNMET]
    assert report.ranking == ()


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("In a team of people", "en"),
        ("En équipe avec des personnes", "fr"),
        ("En un equipo de personas", "es"),
    ],
)
def test_that_one_works_among_people_is_nothing_a_line_is_ranked_by(asked: str, language: str) -> None:
    assert not [term for term in query_of(asked, language, load_skill_table()) if not is_named(term)]
