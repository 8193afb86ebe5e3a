"""Base CVs and offers for tests of the embedded engine and of the guard."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cvtailor.domain.base_cv import (
    BaseCv,
    Contact,
    CvFormat,
    CvSource,
    Entry,
    EntryKind,
    Line,
    Section,
    SectionKind,
)
from cvtailor.domain.job_offer import JobOffer, Priority, Requirement, Span

EXAMPLES = Path(__file__).parents[3] / "examples"
FORMATS = {
    ".yaml": CvFormat.RENDERCV_YAML,
    ".json": CvFormat.JSON_RESUME,
    ".md": CvFormat.MARKDOWN,
    ".txt": CvFormat.PLAIN_TEXT,
}


def a_day() -> date:
    return date(2026, 12, 1)


def a_job(
    at: int, title: str, organisation: str, start: str, end: str, *lines: str, keep: Sequence[int] = ()
) -> Entry:
    id = f"experience[{at}]"
    return Entry(
        id=id,
        kind=EntryKind.EXPERIENCE,
        title=title,
        organisation=organisation,
        start_date=start,
        end_date=end,
        highlights=tuple(
            Line(id=f"{id}.highlights[{index}]", text=line, keep=index in keep)
            for index, line in enumerate(lines)
        ),
    )


def a_row(key: str, at: int, label: str, text: str) -> Entry:
    id = f"{key}[{at}]"
    return Entry(id=id, kind=EntryKind.ONE_LINE, title=label, text=Line(id=f"{id}.text", text=text))


def a_section(key: str, kind: SectionKind, *entries: Entry, title: str = "") -> Section:
    return Section(key=key, kind=kind, title=title or key.title(), entries=entries)


def a_developer(headline: str = "") -> BaseCv:
    own = Line(id="contact.headline", text=headline) if headline else None
    degree = Entry(
        id="education[0]",
        kind=EntryKind.EDUCATION,
        organisation="University of Tuebingen",
        degree="MSc",
        title="Computer Science",
        start_date="2014-10",
        end_date="2017-08",
    )
    return BaseCv(
        contact=Contact(name="Maja Offermann", headline=own, email="maja@example.org"),
        sections=(
            a_section(
                "experience",
                SectionKind.EXPERIENCE,
                a_job(
                    0,
                    "Senior Platform Engineer",
                    "Fjord Logistics",
                    "2021-03",
                    "present",
                    "Ordered coffee beans for the office kitchen",
                    "Cut order fulfilment latency by 43% using Kafka and C++ services on K8s",
                    "Migrated 27 batch workflows to Airflow, saving EUR 1.2M per year",
                    "Mentored two junior engineers",
                ),
                a_job(
                    1,
                    "Software Engineer",
                    "Waffle Labs",
                    "2017-09",
                    "2021-02",
                    "Built REST and gRPC APIs in Go and Python serving 14 million requests per day",
                    "Supported the migration of the billing database to PostgreSQL",
                ),
            ),
            a_section("education", SectionKind.EDUCATION, degree),
            a_section(
                "skills",
                SectionKind.SKILLS,
                a_row("skills", 0, "Tools", "Docker, Terraform, Kafka, Airflow"),
                a_row("skills", 1, "Languages", "C++, Go, Python (7 years), basic PHP"),
            ),
            a_section("languages", SectionKind.LANGUAGES, a_row("languages", 0, "German", "B2")),
        ),
    )


def an_offer(*asked: str, nice: Sequence[str] = (), **fields: object) -> JobOffer:
    from cvtailor.adapters.embedded_engine.skills.table import load_skill_table

    table = load_skill_table()
    wishes = [(text, Priority.MUST) for text in asked] + [(text, Priority.NICE) for text in nice]
    requirements = tuple(
        Requirement(
            id=f"requirement[{index}]",
            text=text,
            priority=priority,
            skills=table.names(text),
            span=Span(start=0, end=1),
        )
        for index, (text, priority) in enumerate(wishes)
    )
    skills = tuple(dict.fromkeys(skill for wish in requirements for skill in wish.skills))
    values = {"title": "Backend Engineer", "company": "Northpay", "skills": skills, **fields}
    return JobOffer.model_validate({**values, "requirements": requirements})


def example_names() -> list[str]:
    return sorted(path.parent.name for path in EXAMPLES.glob("*/job.txt"))


def example_source(name: str) -> CvSource:
    path = next((EXAMPLES / name).glob("cv.*"))
    return CvSource(format=FORMATS[path.suffix], content=path.read_bytes())


def example_posting(name: str) -> str:
    return (EXAMPLES / name / "job.txt").read_text(encoding="utf-8")
