"""The lines that head an entry: which part is the job, the employer, the place, the time."""

import re

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import EntryDraft, split_keep_mark
from cvtailor.adapters.embedded_engine.cv_readers.dates import Period, find_period
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.links import web_url
from cvtailor.adapters.embedded_engine.cv_readers.outline import split_links, tidy, without_emphasis
from cvtailor.adapters.embedded_engine.cv_readers.regions import is_region
from cvtailor.adapters.embedded_engine.cv_readers.vocabulary import (
    looks_like_a_place,
    names_a_job,
    names_an_organisation,
    split_degree,
)
from cvtailor.domain.base_cv import EntryKind

_STRONG = re.compile(r"(?<!\s)(?:\s*[|\t]+\s*|\s+[·•∙–—-]\s+|\s{2,})")
_EMPLOYED_AT = re.compile(r"^(?P<title>.+?)(?:\s+@\s*|\s+(?:at|bei|chez)\s+)(?P<organisation>\S.*)$")
_COMMA = re.compile(r",\s+")
_ASIDE = re.compile(r"^\([^()]*\)$")
_DURATION = re.compile(
    r"^\(?\d+\+?\s*(?:years?|yrs?|months?|mos?|weeks?|days?|jahre?n?|monate?n?|wochen?|tagen?|ans?|années?|mois|semaines?|jours?"
    r"|años?|mes(?:es)?|semanas?|días?|anni|mesi)\b",
    re.IGNORECASE,
)
_GRADE = re.compile(r"^[^\W\d][^\d,]{0,20}[:\s]\s*\d+[.,]\d+(?:\s*/\s*\d+(?:[.,]\d+)?)?$")
_HOLLOW = re.compile(r"[(\[]\s*[)\]]")
_HEAD_CHARS_MAX = 400
_EDGES = " ,;:|·•–—-\t"


def fill(entry: EntryDraft, heads: list[Scalar]) -> None:
    """Reads the head lines of an entry into its facts; what is left over becomes a line of the entry."""
    parts: list[str] = []
    beside_date: list[str] = []
    for head in heads:
        if len(head.value) > _HEAD_CHARS_MAX:
            parts.append(tidy(head.value))
            continue
        text, keep = split_keep_mark(head.value)
        entry.keep |= keep
        text, links = split_links(text)
        for _, target in links:
            entry.url = entry.url or web_url(target)
        was_dated = bool(entry.start_date or entry.date)
        parts_of_head = _parts_without_period(entry, without_emphasis(text))
        if not was_dated and (entry.start_date or entry.date):
            beside_date = parts_of_head
        parts += parts_of_head
    extras = [part for part in parts if any(said.match(part) for said in (_ASIDE, _DURATION, _GRADE))]
    parts = [part for part in parts if part not in extras]
    if entry.kind is EntryKind.NORMAL or any(len(part) > _HEAD_CHARS_MAX for part in parts):
        entry.title = " – ".join(parts)
    elif parts:
        extras += _assign(entry, parts, beside_date)
    if entry.kind is EntryKind.EDUCATION and entry.title:
        entry.degree, entry.title = split_degree(entry.title)
    head = heads[0]
    asides = [Scalar(extra.strip("()"), head.line, head.path) for extra in extras]
    if asides and entry.summary is None:
        entry.summary = asides.pop(0)
    entry.highlights[:0] = asides


def says_all(heads: list[Scalar]) -> bool:
    """Whether head lines say when, and two things more, such as job and employer."""
    parts: list[str] = []
    dated = False
    for head in heads:
        text = without_emphasis(split_links(head.value)[0])
        period = find_period(text)
        dated |= period is not None
        parts += [
            part
            for raw in _STRONG.split(_cut(text, period) if period else text)
            if (part := raw.strip(_EDGES))
        ]
    return dated and (len(parts) > 1 or any(_COMMA.search(part) for part in parts))


def follow_the_others(headed: list[tuple[EntryDraft, str]]) -> None:
    """Swaps title and organisation where words don't tell them apart, but the order of the others does.

    Args:
        headed: The jobs of a section, each with the text of its head.
    """
    title_first: list[bool] = []
    unsure: list[tuple[EntryDraft, bool]] = []
    for entry, head in headed:
        if entry.kind is EntryKind.EXPERIENCE and entry.title and entry.organisation:
            is_first = head.find(entry.title) < head.find(entry.organisation)
            if names_a_job(entry.title) != names_a_job(entry.organisation):
                title_first.append(is_first)
            else:
                unsure.append((entry, is_first))
    if title_first and len(set(title_first)) == 1:
        for entry, is_first in unsure:
            if is_first != title_first[0]:
                entry.title, entry.organisation = entry.organisation, entry.title


def _parts_without_period(entry: EntryDraft, text: str) -> list[str]:
    period = find_period(text)
    if period and not (entry.start_date or entry.date):
        entry.start_date, entry.end_date, entry.date = period.start, period.end, period.date
        text = _cut(text, period)
    return [part for raw in _STRONG.split(text) if (part := tidy(raw).strip(_EDGES))]


def _cut(text: str, period: Period) -> str:
    start, end = period.span
    return _HOLLOW.sub("\t", f"{text[:start]}\t{text[end:]}".replace("(\t)", "\t").replace("[\t]", "\t"))


def _assign(entry: EntryDraft, parts: list[str], beside_date: list[str]) -> list[str]:
    """Sets title, organisation and location from the parts of the head; returns what is left over.

    Args:
        beside_date: The parts on the line of the date; a place stands there rather than elsewhere.
    """
    if len(parts) == 1:
        at = _EMPLOYED_AT.match(parts[0])
        if at and entry.kind is EntryKind.EXPERIENCE and names_a_job(at["title"]):
            entry.title = at["title"]
            entry.organisation, entry.location = _split_place(at["organisation"])
            return []
        return _assign_by_commas(entry, _COMMA.split(parts[0]))
    if len(parts) == 2 and _heads_with_employer(*parts):
        entry.title = parts[1]
        entry.organisation, entry.location = _split_place(parts[0])
        return []
    places = [part for part in parts[1:] if looks_like_a_place(part) and not split_degree(part)[0]]
    places.sort(key=beside_date.__contains__)
    names = list(parts)
    if places:
        del names[len(names) - 1 - names[::-1].index(places[-1])]
    if len(names) == 1 and _COMMA.search(names[0]):
        entry.location = places.pop()
        return _assign_by_commas(entry, _COMMA.split(names[0]))
    if len(names) == 1:
        # "Nurse | Charité": what looks like a place is all there is beside the title.
        names.append(places.pop())
    if places:
        entry.location = places[-1]
    first, second, *extras = names
    if _is_swapped(first, second, entry.kind):
        first, second = second, first
    entry.title = first
    if entry.location:
        entry.organisation = second
    else:
        entry.organisation, entry.location = _split_place(second)
    return extras


def _heads_with_employer(first: str, second: str) -> bool:
    """Whether "Acme GmbH, Berlin" stands above a job that could be taken for a place."""
    is_employer = names_an_organisation(first) and not names_a_job(first) and bool(_split_place(first)[1])
    return is_employer and not names_an_organisation(second)


def _assign_by_commas(entry: EntryDraft, segments: list[str]) -> list[str]:
    extras: list[str] = []
    while (
        len(segments) > 1 and any(map(str.isdigit, segments[-1])) and not names_an_organisation(segments[-1])
    ):
        extras.insert(0, segments.pop())
    if len(segments) > 2 and not entry.location:
        segments, entry.location = _without_place(segments, 2)
    if len(segments) == 1:
        only_organisation = names_an_organisation(segments[0]) and not names_a_job(segments[0])
        entry.organisation, entry.title = (segments[0], "") if only_organisation else ("", segments[0])
        return extras
    marked = [index for index, segment in enumerate(segments) if names_an_organisation(segment)]
    at = marked[-1] if marked else 1
    while at - 1 in marked[:-1] and at > 1 and not names_a_job(segments[at - 1]):
        at -= 1
    if at == 0:
        entry.organisation, entry.title = segments[0], ", ".join(segments[1:])
        if not entry.location and looks_like_a_place(entry.title):
            entry.location, entry.title = entry.title, ""
        elif not names_a_job(entry.title) and entry.kind is EntryKind.EXPERIENCE:
            entry.organisation, entry.title = entry.title, entry.organisation
        return extras
    if not marked and entry.kind is EntryKind.EDUCATION and ":" in segments[0]:
        # "A levels: Maths, Physics" lists subjects, and names no school.
        entry.title = ", ".join(segments)
        return extras
    if not marked and len(segments) == 2 and _is_swapped(segments[0], segments[1], entry.kind):
        segments.reverse()
    entry.title = ", ".join(segments[:at])
    entry.organisation = ", ".join(segments[at:])
    return extras


def _split_place(text: str) -> tuple[str, str]:
    """Parts "Acme GmbH, Berlin" into organisation and place."""
    names, place = _without_place(_COMMA.split(text), 1)
    return ", ".join(names), place


def _without_place(segments: list[str], names_min: int) -> tuple[list[str], str]:
    """Parts the place at the end of a list from the names before it: a town, with its country or state."""
    if len(segments) <= names_min or not _can_be_place(segments[-1]):
        return segments, ""
    has_town = len(segments) > names_min + 1 and is_region(segments[-1]) and looks_like_a_place(segments[-2])
    at = len(segments) - 1 - has_town
    return segments[:at], ", ".join(segments[at:])


def _can_be_place(text: str) -> bool:
    return is_region(text) or looks_like_a_place(text)


def _is_swapped(first: str, second: str, kind: EntryKind) -> bool:
    """Whether the employer or school stands before the job or degree."""
    if kind is EntryKind.EDUCATION and split_degree(second)[0] and not split_degree(first)[0]:
        return True
    if names_a_job(first) != names_a_job(second):
        return names_a_job(second)
    return names_an_organisation(first) and not names_an_organisation(second)
