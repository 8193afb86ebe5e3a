"""What a model reads that reads well: the embedded engine's understanding, in quotes of the text."""

import asyncio
import re
from functools import lru_cache
from typing import Any

from cvtailor.adapters.embedded_engine import EmbeddedCvReader, EmbeddedOfferReader
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource, Entry, SectionKind
from cvtailor.domain.job_offer import JobPosting, Priority

_MONTH_OF_YEAR = r"(?:\d{1,2}/|[^\W\d]{3,9}\.? )?\d{4}"
_DATES = re.compile(rf"{_MONTH_OF_YEAR}(?:\s*[–-]\s*(?:{_MONTH_OF_YEAR}|[^\W\d]+))?")
_LINES_AN_ENTRY_BEGINS_WITH = 2


@lru_cache(64)
def offer_in(text: str) -> dict[str, Any]:
    """Returns an offer draft of a job ad."""
    offer = asyncio.run(EmbeddedOfferReader().read(JobPosting(text=text)))
    requirements = [
        {"quote": text[item.span.start : item.span.end], "must": item.priority is Priority.MUST}
        for item in offer.requirements
    ]
    fields = ("title", "company", "location", "education_asked", "contact_name", "contact_email")
    quotes = {name: getattr(offer, name) for name in fields if getattr(offer, name) in text}
    tasks = [task for task in offer.responsibilities if task in text]
    return quotes | {"responsibilities": tasks, "requirements": requirements}


@lru_cache(64)
def cv_in(text: str) -> dict[str, Any]:
    """Returns a CV draft of a CV in free text."""
    cv = asyncio.run(EmbeddedCvReader().read(CvSource(format=CvFormat.PLAIN_TEXT, content=text.encode())))
    contact = {
        name: getattr(cv.contact, name)
        for name in ("name", "email", "phone", "location", "website")
        if getattr(cv.contact, name) in text
    }
    headline = cv.contact.headline.text if cv.contact.headline else ""
    return {**contact, "headline": headline, "sections": _sections(cv, text)}


def _sections(cv: BaseCv, text: str) -> list[dict[str, Any]]:
    return [
        {
            "kind": (section.kind or SectionKind.OTHER).value,
            "title": section.title,
            "entries": [_entry(entry, text) for entry in section.entries],
        }
        for section in cv.sections
    ]


def _entry(entry: Entry, text: str) -> dict[str, Any]:
    facts = ("organisation", "title", "degree", "location")
    quotes = {name: getattr(entry, name) for name in facts if getattr(entry, name) in text}
    lines = [line.text for line in entry.highlights]
    told = [line.text for line in (entry.text, entry.summary) if line]
    return {**quotes, "dates": _dates(entry, text), "summary": " ".join(told), "highlights": lines}


def _dates(entry: Entry, text: str) -> str:
    if not (entry.start_date or entry.date) or not entry.position.line:
        return ""
    first = entry.position.line - 1
    head = "\n".join(text.splitlines()[first : first + _LINES_AN_ENTRY_BEGINS_WITH])
    found = _DATES.search(head)
    return found[0] if found else ""
