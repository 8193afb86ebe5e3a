"""A base CV, and drafts that copy it, for tests of the guard."""

from collections.abc import Iterable

from cvtailor.domain.base_cv import (
    FACT_FIELDS,
    BaseCv,
    Contact,
    Entry,
    EntryKind,
    Line,
    ProfileLink,
    Section,
    SectionKind,
)
from cvtailor.domain.grounding import check_claims
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.tailored_cv import (
    CheckedDraft,
    Claim,
    CoverLetter,
    EmailDraft,
    TailoredCv,
    TailoredEntry,
    TailoredSection,
)

SYNONYMS = {
    "k8s": "Kubernetes",
    "kubernetes": "Kubernetes",
    "postgres": "PostgreSQL",
    "postgresql": "PostgreSQL",
}
KNOWN = {
    name: name.title() for name in ("kafka", "airflow", "flink", "rust", "java", "python", "sql", "epic")
}
NO_LETTER = CoverLetter(subject="", paragraphs=())
NO_EMAIL = EmailDraft(subject="", paragraphs=())
OFFER = JobOffer(title="Flink Engineer", company="Rustic Ltd.", contact_name="Jane Doe")


def skill_names(text: str) -> Iterable[str]:
    words = text.lower().replace(",", " ").replace("(", " ").replace(")", " ").split()
    return [(SYNONYMS | KNOWN)[word] for word in words if word in SYNONYMS | KNOWN]


def a_job(at: int, organisation: str, title: str, end: str, *lines: str) -> Entry:
    id = f"experience[{at}]"
    return Entry(
        id=id,
        kind=EntryKind.EXPERIENCE,
        organisation=organisation,
        title=title,
        start_date=f"{2021 - 4 * at}-03",
        end_date=end,
        location="Hamburg",
        highlights=tuple(Line(id=f"{id}.highlights[{index}]", text=text) for index, text in enumerate(lines)),
    )


def a_text(key: str, kind: SectionKind, text: str) -> Section:
    entry = Entry(id=f"{key}[0]", kind=EntryKind.TEXT, text=Line(id=f"{key}[0].text", text=text))
    return Section(key=key, kind=kind, title=key.title(), entries=(entry,))


CV = BaseCv(
    contact=Contact(
        name="Maja Offermann",
        headline=Line(id="contact.headline", text="Platform engineer"),
        email="maja@example.org",
        profiles=(ProfileLink(network="GitHub", username="maja"),),
    ),
    sections=(
        a_text("profile", SectionKind.SUMMARY, "Engineer who likes quiet systems."),
        Section(
            key="experience",
            kind=SectionKind.EXPERIENCE,
            title="Where I worked",
            entries=(
                a_job(
                    0,
                    "Fjord Logistics",
                    "Senior Platform Engineer",
                    "present",
                    "Cut order fulfilment latency by 43% using Kafka services on Kubernetes",
                    "Migrated 27 batch workflows of 9 teams to Airflow, saving EUR 1.2M per year",
                    "Reduced incidents from 18 to 5 per month",
                ),
                a_job(
                    1,
                    "Waffle Labs",
                    "Software Engineer",
                    "2021-02",
                    "Supported the migration of the billing database to PostgreSQL",
                    "Cared for up to three ventilated patients with basic Python scripts",
                ),
            ),
        ),
        a_text("skills", SectionKind.SKILLS, "Python, Kafka, PostgreSQL 12, Epic"),
    ),
)
FIRST = "experience[0].highlights[0]"


def a_copy(cv: BaseCv = CV) -> TailoredCv:
    """A draft that says what the base CV says."""

    def entry(base: Entry) -> TailoredEntry:
        def claim(line: Line | None) -> Claim | None:
            return Claim(id=line.id, text=line.text, evidence_ids=(line.id,)) if line else None

        return TailoredEntry(
            source_id=base.id,
            kind=base.kind,
            authors=base.authors,
            text=claim(base.text),
            summary=claim(base.summary),
            highlights=tuple(filter(None, map(claim, base.highlights))),
            **{field: getattr(base, field) for field in FACT_FIELDS},
        )

    headline = cv.contact.headline
    return TailoredCv(
        contact=cv.contact.model_copy(update={"headline": None}),
        headline=Claim(id="headline", text=headline.text, evidence_ids=(headline.id,)) if headline else None,
        sections=tuple(
            TailoredSection(
                key=section.key,
                kind=section.kind,
                title=section.title,
                entries=tuple(map(entry, section.entries)),
            )
            for section in cv.sections
        ),
    )


def a_draft_saying(text: str, *evidence_ids: str, job: int = 0) -> TailoredCv:
    """A draft in which one highlight of a job says something else."""
    draft = a_copy()
    experience = draft.sections[1]
    claim = Claim(id="claim", text=text, evidence_ids=evidence_ids)
    entries = list(experience.entries)
    entries[job] = entries[job].model_copy(update={"highlights": (claim,)})
    sections = list(draft.sections)
    sections[1] = experience.model_copy(update={"entries": tuple(entries)})
    return draft.model_copy(update={"sections": tuple(sections)})


def check(
    draft: TailoredCv,
    letter: CoverLetter = NO_LETTER,
    cv: BaseCv = CV,
    email: EmailDraft = NO_EMAIL,
    offer: JobOffer = OFFER,
) -> CheckedDraft:
    return check_claims(cv, draft, letter, email, offer, skill_names)


def check_text(text: str, *evidence_ids: str, job: int = 0) -> CheckedDraft:
    return check(a_draft_saying(text, *evidence_ids, job=job))


def an_email(*paragraphs: Claim, subject: str = "Application: Flink Engineer") -> EmailDraft:
    return EmailDraft(subject=subject, paragraphs=paragraphs)


def a_letter(
    *paragraphs: Claim, subject: str = "Application: Flink Engineer", language: str = "en"
) -> CoverLetter:
    return CoverLetter(subject=subject, paragraphs=paragraphs, language=language)
