import pytest
from cvtailor.domain.tailored_cv import Claim, RejectionReason
from guard_builders import CV, FIRST, a_copy, check, check_text

R = RejectionReason
SECOND, THIRD = "experience[0].highlights[1]", "experience[0].highlights[2]"
BILLING, PATIENTS = "experience[1].highlights[0]", "experience[1].highlights[1]"


def test_a_draft_that_copies_the_base_cv_passes_as_it_is() -> None:
    checked = check(a_copy())
    assert checked.rejected == ()
    assert checked.cv == a_copy()
    assert checked.kept == len(list(a_copy().claims()))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Using Kafka services on Kubernetes, cut order fulfilment latency by 43%", FIRST),
        ("Cut fulfilment latency by 43 percent with Kafka on K8s", FIRST),
        ("Reduced order fulfilment latency 43%", FIRST),
        ("Migrated twenty-seven batch workflows to Airflow, saving €1,200,000 a year", SECOND),
        ("Migrated 27 workflows of nine teams to Airflow", SECOND),
        ("Supported the Postgres migration of the billing database", BILLING),
        ("**Supported** the [migration](https://x.example) of the billing database to PostgreSQL.", BILLING),
    ],
)
def test_a_faithful_rewrite_passes(text: str, source: str) -> None:
    job = int(source[len("experience[")])
    assert check_text(text, source, job=job).rejected == ()


@pytest.mark.parametrize(
    ("text", "source", "reason"),
    [
        ("Cut order fulfilment latency by 63% using Kafka", FIRST, R.NUMBER_UNSUPPORTED),
        ("Migrated 27 batch workflows to Airflow, saving USD 1.2M per year", SECOND, R.NUMBER_UNSUPPORTED),
        ("Migrated 27 batch workflows to Airflow, saving EUR 1.2bn per year", SECOND, R.NUMBER_UNSUPPORTED),
        ("Migrated 9 batch workflows of 27 teams to Airflow", SECOND, R.NUMBER_UNSUPPORTED),
        ("Migrated over 27 batch workflows to Airflow", SECOND, R.NUMBER_UNSUPPORTED),
        ("Migrated ٢٨ batch workflows to Airflow", SECOND, R.NUMBER_UNSUPPORTED),
        ("Reduced incidents from 5 to 18 per month", THIRD, R.NUMBER_UNSUPPORTED),
        ("Cared for three ventilated patients", PATIENTS, R.NUMBER_UNSUPPORTED),
        ("Cut order fulfilment latency by 43% using Kafka and Flink", FIRST, R.TERM_UNSUPPORTED),
        ("Cut order fulfilment latency for Spotify by 43%", FIRST, R.TERM_UNSUPPORTED),
        ("Led the migration of the billing database to PostgreSQL", BILLING, R.STRENGTH_INFLATED),
        ("Migration of the billing database to PostgreSQL", BILLING, R.STRENGTH_INFLATED),
        ("Migrated all batch workflows to Airflow", SECOND, R.CONTENT_UNSUPPORTED),
        ("Reduced incidents, delighting customers", THIRD, R.CONTENT_UNSUPPORTED),
    ],
)
def test_a_lie_is_refused_with_its_reason_and_the_source_line_takes_its_place(
    text: str, source: str, reason: RejectionReason
) -> None:
    job = int(source[len("experience[")])
    checked = check_text(text, source, job=job)
    (rejected,) = checked.rejected
    assert rejected.reason is reason, rejected.detail
    assert rejected.replacement == CV.evidence()[source].text
    (shown,) = checked.cv.sections[1].entries[job].highlights
    assert (shown.text, shown.evidence_ids) == (rejected.replacement, (source,))


@pytest.mark.parametrize(
    ("evidence_ids", "reason"),
    [
        ((), R.NO_EVIDENCE),
        (("experience[7].highlights[0]",), R.UNKNOWN_EVIDENCE),
        ((BILLING,), R.FOREIGN_EVIDENCE),
        (("skills[0].text",), R.FOREIGN_EVIDENCE),
    ],
)
def test_a_claim_must_cite_lines_of_its_own_entry(
    evidence_ids: tuple[str, ...], reason: RejectionReason
) -> None:
    checked = check_text("Python, Kafka", *evidence_ids)
    assert [rejected.reason for rejected in checked.rejected] == [reason]
    assert checked.cv.sections[1].entries[0].highlights == ()


def test_two_jobs_are_not_merged_into_one_claim() -> None:
    checked = check_text("Cut latency by 43% and supported the billing database", FIRST, BILLING)
    (rejected,) = checked.rejected
    assert rejected.reason is R.FOREIGN_EVIDENCE
    assert rejected.replacement == CV.evidence()[FIRST].text


def test_skills_of_a_row_may_change_places_and_none_may_join() -> None:
    def row(text: str) -> list[RejectionReason]:
        draft = a_copy()
        skills = draft.sections[2]
        claim = Claim(id="row", text=text, evidence_ids=("skills[0].text",))
        entry = skills.entries[0].model_copy(update={"text": claim})
        section = skills.model_copy(update={"entries": (entry,)})
        checked = check(draft.model_copy(update={"sections": (*draft.sections[:2], section)}))
        return [rejected.reason for rejected in checked.rejected]

    assert row("PostgreSQL 12, Epic, Python, Kafka") == []
    assert row("Python, Kafka") == []
    assert row("Python, Kafka, Rust") == [R.TERM_UNSUPPORTED]
    assert row("PostgreSQL 13, Epic, Python, Kafka") == [R.NUMBER_UNSUPPORTED]


@pytest.mark.parametrize(
    ("text", "evidence_ids", "passes"),
    [
        ("Platform engineer", ("contact.headline",), True),
        ("Senior Platform Engineer · Kafka, Postgres", ("experience[0].title", "skills[0].text"), True),
        ("Senior Software Engineer", ("experience[0].title", "experience[1].title"), False),
        ("Head of Platform", ("experience[0].title",), False),
        ("Senior Platform Engineer, Flink", ("experience[0].title", "skills[0].text"), False),
        ("Platform engineer", (), False),
    ],
)
def test_a_headline_is_made_of_whole_pieces_of_cited_lines(
    text: str, evidence_ids: tuple[str, ...], passes: bool
) -> None:
    claim = Claim(id="headline", text=text, evidence_ids=evidence_ids)
    checked = check(a_copy().model_copy(update={"headline": claim}))
    assert (checked.rejected == ()) is passes
    assert checked.cv.headline is not None
    assert checked.cv.headline.text == (text if passes else "Platform engineer")


def test_the_offers_keywords_do_not_enter_the_cv() -> None:
    checked = check_text("Cut order fulfilment latency by 43% using Flink at Rustic Ltd.", FIRST)
    assert [rejected.reason for rejected in checked.rejected] == [R.TERM_UNSUPPORTED]
