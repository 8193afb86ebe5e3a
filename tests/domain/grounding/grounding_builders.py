"""Builds one job with one line, and asks the guard about a claim that cites it."""

from collections.abc import Iterable

from cvtailor.domain.base_cv import BaseCv, Contact, Entry, EntryKind, Line, Section, SectionKind
from cvtailor.domain.grounding import check_claims
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.tailored_cv import (
    Claim,
    CoverLetter,
    EmailDraft,
    TailoredCv,
    TailoredEntry,
    TailoredSection,
)


def _no_names(text: str) -> Iterable[str]:
    return ()


def refused(claim: str, line: str, language: str = "en", **facts: str) -> str:
    """Returns why a claim that cites a line and the facts of its job is refused, or nothing."""
    entry = Entry(
        id="experience[0]",
        kind=EntryKind.EXPERIENCE,
        highlights=(Line(id="experience[0].highlights[0]", text=line),),
        **facts,
    )
    section = Section(key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(entry,))
    cv = BaseCv(contact=Contact(name="Robin Example"), sections=(section,), language=language)
    ids = ("experience[0].highlights[0]", *(f"experience[0].{field}" for field in facts))
    said = Claim(id="experience[0].highlights[0]", text=claim, evidence_ids=ids)
    tailored = TailoredEntry(source_id=entry.id, kind=entry.kind, highlights=(said,), **facts)
    shown = TailoredSection(key="experience", kind=section.kind, title=section.title, entries=(tailored,))
    draft = TailoredCv(contact=cv.contact, sections=(shown,), language=language)
    letter = CoverLetter(subject="", paragraphs=(), language=language)
    email = EmailDraft(subject="", paragraphs=())
    checked = check_claims(cv, draft, letter, email, JobOffer(title="", language=language), _no_names)
    return "; ".join(f"{item.reason.value}: {item.detail}" for item in checked.rejected)
