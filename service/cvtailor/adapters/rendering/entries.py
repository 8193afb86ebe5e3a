"""Entries of a tailored CV as rendercv entries.

rendercv wants all entries of a section to be of one type, and each type shows few fields. An entry
that holds more than its type shows becomes a normal entry, which shows everything.

Only workers import this.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from rendercv.renderer.templater.date import format_single_date
from rendercv.schema.models.locale.english_locale import EnglishLocale

from cvtailor.adapters.rendering.header import web_address
from cvtailor.adapters.rendering.links import same_page, shown_url
from cvtailor.adapters.rendering.typst_markup import clean, plain_text
from cvtailor.domain.base_cv import EntryKind
from cvtailor.domain.tailored_cv import Claim, TailoredEntry

type RendercvEntry = str | dict[str, Any]

_DATES = frozenset({"start_date", "end_date", "date"})
_SHOWS = {
    EntryKind.TEXT: frozenset({"title", "text", "url"}),
    EntryKind.BULLET: frozenset({"title", "text", "url"}),
    EntryKind.ONE_LINE: frozenset({"title", "text", "url"}),
    EntryKind.EXPERIENCE: _DATES
    | {"organisation", "title", "location", "url", "text", "summary", "highlights"},
    EntryKind.EDUCATION: _DATES
    | {"organisation", "title", "degree", "location", "url", "text", "summary", "highlights"},
    EntryKind.PUBLICATION: _DATES | {"organisation", "title", "authors", "doi", "url", "text", "summary"},
}
"""What each kind but NORMAL, which shows everything, has a place for."""

_FIELDS = frozenset(TailoredEntry.model_fields) - {"source_id", "kind"}
_LINES = frozenset({EntryKind.TEXT, EntryKind.BULLET, EntryKind.ONE_LINE})
_YEAR = re.compile(r"[1-9]\d{3}")
_YEAR_AND_MONTH = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_DOI = re.compile(r"10\.\S+")
_MARKS = re.compile(r"(?<!\\)[*_\[\]`]")


class DateStyle(NamedTuple):
    """How dates are written."""

    locale: EnglishLocale
    single_date: str

    def text(self, moment: str | int) -> str:
        """Returns a date, or ``present``, in the CV's language."""
        return str(format_single_date(moment, locale=self.locale, single_date_template=self.single_date))


def rendercv_entries(entries: Sequence[TailoredEntry], dates: DateStyle, today: date) -> list[RendercvEntry]:
    """Returns the entries of one section, all of one type; empty ones are left out.

    Args:
        entries: Of one section.
        dates: Writes dates that rendercv can't.
        today: What ``present`` means to rendercv's check that nothing ends before it starts.
    """
    build = _BUILDERS[_kind_of_all(entries)]
    built = (build(_Words(entry, dates, today)) for entry in entries)
    return [entry for entry in built if entry]


def _kind_of_all(entries: Sequence[TailoredEntry]) -> EntryKind:
    kinds = {_kind_that_shows(entry) for entry in entries}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds <= _LINES:
        return EntryKind.BULLET if EntryKind.BULLET in kinds else EntryKind.TEXT
    return EntryKind.NORMAL


def _kind_that_shows(entry: TailoredEntry) -> EntryKind:
    used = {field for field in _FIELDS if getattr(entry, field)}
    return entry.kind if used <= _SHOWS.get(entry.kind, _FIELDS) else EntryKind.NORMAL


class _Words:
    """The words of one entry, clean."""

    def __init__(self, entry: TailoredEntry, dates: DateStyle, today: date) -> None:
        self.organisation = clean(entry.organisation)
        self.title = clean(entry.title)
        self.degree = clean(entry.degree)
        self.location = clean(entry.location)
        self.authors = [author for author in map(clean, entry.authors) if author]
        self.doi = clean(entry.doi)
        self.url = clean(entry.url)
        self.text = _said(entry.text)
        self.lead = " ".join(filter(None, (_said(entry.summary), self.text)))
        self.highlights = [said for said in map(_said, entry.highlights) if said]
        self.dates = _dates(entry, dates, today)
        self.single_date = _single_date(self.dates, dates)


def _said(claim: Claim | None) -> str:
    return clean(claim.text) if claim else ""


def _text(words: _Words) -> RendercvEntry:
    title = f"**{_MARKS.sub(_escape, plain_text(words.title))}:**" if words.title else ""
    return " ".join(filter(None, (title, linked(words.text, words.url))))


def _bullet(words: _Words) -> RendercvEntry:
    text = _text(words)
    return {"bullet": text} if text else ""


def _one_line(words: _Words) -> RendercvEntry:
    details = linked(words.text, words.url)
    return {"label": words.title, "details": details} if words.title or details else ""


def _experience(words: _Words) -> RendercvEntry:
    company = linked(words.organisation, words.url) if words.organisation else ""
    position = words.title if words.organisation else linked(words.title, words.url)
    return {"company": company, "position": position, **_details(words)}


def _education(words: _Words) -> RendercvEntry:
    return {
        "institution": linked(words.organisation, words.url),
        "area": words.title,
        **_set(degree=words.degree),
        **_details(words),
    }


def _publication(words: _Words) -> RendercvEntry:
    journal, title, url = words.organisation, words.title, words.url
    doi_url = web_address(f"https://doi.org/{words.doi}") if _DOI.fullmatch(words.doi) else None
    if words.doi and not doi_url:
        journal = ", ".join(filter(None, (journal, f"DOI {words.doi}")))
    if url and (doi_url or not web_address(url)):
        title = title if doi_url and same_page(url, doi_url) else linked(title, url)
        url = ""
    return {
        "title": title,
        "authors": words.authors,
        **_set(journal=journal, doi=words.doi if doi_url else "", url=web_address(url) or ""),
        **_set(summary=words.lead, date=words.single_date),
    }


def _normal(words: _Words) -> RendercvEntry:
    named = ", ".join(filter(None, (words.title, words.degree)))
    url, doi = words.url, words.doi
    if doi and not url:
        url, doi = f"https://doi.org/{doi}", ""
    lead = " · ".join(filter(None, (", ".join(words.authors), doi and f"DOI {doi}", words.lead)))
    return {
        "name": linked(named or words.organisation, url),
        **_set(organisation=words.organisation if named else ""),
        **_details(words),
        **_set(summary=lead),
    }


_BUILDERS: dict[EntryKind, Callable[[_Words], RendercvEntry]] = {
    EntryKind.TEXT: _text,
    EntryKind.BULLET: _bullet,
    EntryKind.ONE_LINE: _one_line,
    EntryKind.EXPERIENCE: _experience,
    EntryKind.EDUCATION: _education,
    EntryKind.PUBLICATION: _publication,
    EntryKind.NORMAL: _normal,
}


def linked(text: str, url: str) -> str:
    """Returns Markdown of a text that leads to a URL; a URL that may not be live is printed instead."""
    if not url:
        return text
    target = web_address(url)
    if target is None:
        return f"{text} ({url})" if text else url
    if "](" in text:
        return f"{text} [{shown_url(target)}]({target})"
    return f"[{_MARKS.sub(_escape, text or shown_url(target))}]({target})"


def _escape(mark: re.Match[str]) -> str:
    return f"\\{mark[0]}"


def _details(words: _Words) -> dict[str, Any]:
    return {
        **words.dates,
        **_set(location=words.location, summary=words.lead, highlights=words.highlights),
    }


def _set(**fields: Any) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if value}


def _dates(entry: TailoredEntry, style: DateStyle, today: date) -> dict[str, str | int]:
    """Returns rendercv's date fields; what it would refuse, or would add to, is written out as text."""
    if entry.date:
        return {"date": _written(entry.date)}
    start, end = (_exact(clean(moment)) for moment in (entry.start_date, entry.end_date))
    if start and end and _day(start, today) <= _day(end, today):
        return {"start_date": start, "end_date": end}
    # A start alone is not read as "until today": the CV doesn't say so.
    said = [style.text(_written(moment)) for moment in (entry.start_date, entry.end_date) if moment]
    if len(said) == 1:
        return {"date": _written(entry.start_date or entry.end_date)}
    return {"date": " – ".join(said)} if said else {}


def _single_date(dates: dict[str, str | int], style: DateStyle) -> str | int:
    if "start_date" in dates:
        return f"{style.text(dates['start_date'])} – {style.text(dates['end_date'])}"
    return dates.get("date", "")


def _exact(moment: str) -> str | int | None:
    """Returns a year as a number, as rendercv wants it, a day, a month or ``present``; else None."""
    if _YEAR.fullmatch(moment):
        return int(moment)
    if moment == "present":
        return moment
    try:
        date.fromisoformat(moment if len(moment) > len("2024-05") else f"{moment}-01")
    except ValueError:
        return None
    return moment if _YEAR_AND_MONTH.fullmatch(moment) else None


def _written(moment: str) -> str | int:
    """Returns a date as rendercv takes it; one that only looks like a date is kept from its parser."""
    moment = clean(moment)
    exact = _exact(moment)
    if exact is None and _YEAR_AND_MONTH.fullmatch(moment):
        return moment.replace("-", "\\-")
    return exact or moment


def _day(moment: str | int, today: date) -> date:
    if moment == "present":
        return today
    text = str(moment)
    return date.fromisoformat(text + "2024-01-01"[len(text) :])
