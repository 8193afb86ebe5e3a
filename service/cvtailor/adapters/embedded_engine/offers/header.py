"""Reads title, company and location from the head of an ad and the usual sentences around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cvtailor.adapters.embedded_engine.offers.cues import LABELLED_FACT, PAGE_FURNITURE
from cvtailor.adapters.embedded_engine.offers.found import Found
from cvtailor.adapters.embedded_engine.offers.head_sentences import (
    ORGANISATION,
    SEEKING,
    company_in,
    place_in,
    sought_title,
)
from cvtailor.adapters.embedded_engine.offers.headings import Zone, heading_zone
from cvtailor.adapters.embedded_engine.offers.names import cleaned_title, trimmed
from cvtailor.adapters.embedded_engine.offers.places import is_place, place_at_end
from cvtailor.adapters.embedded_engine.offers.posting import PostingLine
from cvtailor.adapters.embedded_engine.offers.roles import GENDER_MARK, names_a_role
from cvtailor.adapters.embedded_engine.offers.salary import find_salary

_HEAD_LINES_MAX = 8
_HEAD_CHARS_MAX = 170
_TITLE_CHARS_MAX = 120
_LONE_TITLE_CHARS_MAX = 80
_COMPANY_WORDS_MAX = 6
_ORGANISATION_WORDS_MAX = 9
_STRONG_BREAK = re.compile(
    r"\s+[|·•]\s*|\s*[·•]\s+|\s+[–—-]{1,2}\s+|\s+@\s+|\s+(?:at|bei|chez)\s+(?=[A-ZÀ-Ý])|\t+"
)
_WEAK_BREAK = re.compile(
    r",\s+(?!(?:Inc|Ltd|LLC|LLP|PLC|S\.A|GmbH|AG)\b)|(?<!\bSt)(?<!\bDr)\.\s+(?=[A-ZÀ-Ý][a-zà-ÿ]+ )"
)
_SENTENCE_WORD = re.compile(r"(?i)\b(?:will|is|are|we|our|you|ist|sind|wir|est|nous|es|somos)\b")
_KIND_OF_WORK = re.compile(
    r"(?i)\b(?:full[- ]?time|part[- ]?time|permanent|contract|temporary|fixed[- ]term|"
    r"freelance|internship|exempt|vollzeit|teilzeit|unbefristet|"
    r"befristet|festanstellung|cdi|cdd|temps plein|temps partiel|intérim|jornada|indefinido|"
    r"remote|hybrid\w*|on-?site|home ?office|télétravail|"
    r"híbrido|modelo|hybride|req|ref|posted|immediate start|ab sofort|office|oficina)\b"
)
_LABELS = {
    "title": r"job title|position(?: title)?|role|title|vacancy|stelle|stellenbezeichnung|position|"
    r"poste|intitulé(?: du poste)?|puesto|vacante|cargo",
    "company": r"company|employer|organi[sz]ation|firm|unternehmen|firma|arbeitgeber|entreprise|société|"
    r"employeur|empresa|compañía",
    "location": r"locations?(?: options)?|job location|place of work|workplace|site|based in|standort|"
    r"arbeitsort|einsatzort|ort|dienstort|lieu(?: de travail)?|"
    r"localisation|ubicación|lugar(?: de trabajo)?|localidad",
}
_LABELLED = {
    name: re.compile(rf"(?i)^(?:{words})\s*[:：]\s*(?P<value>\S.*)$") for name, words in _LABELS.items()
}


@dataclass(slots=True)
class Head:
    """What the head of an ad says; None where it does not; ``spare`` is what could not be told."""

    title: Found[str] | None = None
    company: Found[str] | None = None
    location: Found[str] | None = None
    spare: list[Found[str]] = field(default_factory=list)


def read_head(lines: list[PostingLine], clean: str) -> Head:
    """Returns title, company and location of an ad."""
    head = Head()
    _read_labels(lines, head)
    for line in _head_lines(lines):
        _read_head_line(line, head)
    if head.title is None or not names_a_role(head.title.value):
        sought = sought_title(clean)
        if sought:
            _take_title(sought, head)
    _use_spare(head, clean)
    if head.company is None:
        head.company = company_in(clean, head.title.value if head.title else "")
    if head.location is None:
        head.location = place_in(clean)
    if head.title is None and lines and _could_be_a_title(lines[0]):
        head.title = cleaned_title(lines[0].text, lines[0].start)
    return head


def _could_be_a_title(line: PostingLine) -> bool:
    """Whether the first line of an ad may be its title although it names no job that is known here."""
    if len(line.text) > _LONE_TITLE_CHARS_MAX or heading_zone(line) not in {None, Zone.UNKNOWN}:
        return False
    return not _SENTENCE_WORD.search(line.text) and not line.text.endswith((".", ":", "?"))


def _read_labels(lines: list[PostingLine], head: Head) -> None:
    for line in lines:
        for name, pattern in _LABELLED.items():
            match = pattern.match(line.text)
            if match and getattr(head, name) is None and len(match["value"]) <= _TITLE_CHARS_MAX:
                if name == "title" and not names_a_role(match["value"]):
                    continue
                setattr(head, name, trimmed(match["value"], line.start + match.start("value")))


def _head_lines(lines: list[PostingLine]) -> Iterator[PostingLine]:
    """Yields the lines before the first heading, list or paragraph."""
    for index, line in enumerate(lines[:_HEAD_LINES_MAX]):
        if index and (line.is_bullet or (heading_zone(line) not in {None, Zone.UNKNOWN, Zone.ABOUT})):
            return
        if LABELLED_FACT.match(line.text) or PAGE_FURNITURE.search(line.text):
            continue
        if len(line.text) > _HEAD_CHARS_MAX or (index and heading_zone(line) is Zone.ABOUT):
            if index:
                return
            continue
        if SEEKING.search(line.text) or line.text.endswith((":", "!", "?")):
            continue
        if re.match(r"(?i)^(?:wir suchen|we are|we're|nous|buscamos|join)\b", line.text):
            continue
        yield line


def _read_head_line(line: PostingLine, head: Head) -> None:
    parts = list(_split(line.text, _STRONG_BREAK, line.start))
    if head.title is None:
        chosen = next((part for part in parts if names_a_role(part.value)), None)
        if chosen is None and not head.spare and not any(map(_kind, parts)) and _could_be_a_title(line):
            chosen = parts[0]
        if chosen is not None:
            _take_title(chosen, head)
            parts.remove(chosen)
    elif names_a_role(line.text) and not ORGANISATION.search(line.text) and head.company is not None:
        return
    for part in parts:
        for piece in _split(part.value, _WEAK_BREAK, part.start):
            _place_piece(piece, head)


def _place_piece(piece: Found[str], head: Head) -> None:
    kind = _kind(piece)
    if kind == "location":
        if head.location is None:
            head.location = _place_of(piece)
        elif head.location.end + 2 >= piece.start and head.location.end < piece.start:
            # "Columbus, OH" and "Bergen, Norway" are one place.
            region = _place_of(piece)
            joined = f"{head.location.value}, {region.value}"
            head.location = Found(joined, head.location.start, region.end)
    elif kind == "company" and head.company is None:
        head.company = trimmed(piece.value, piece.start)
    elif kind is None:
        head.spare.append(piece)


def _kind(piece: Found[str]) -> str | None:
    """Returns what a piece of a head line is; None if only the others can tell."""
    text = piece.value
    bare = re.sub(r"\s*\(.*?\)\s*$", "", text)
    if is_place(text) or is_place(bare) or is_place(re.split(r"\s+(?:or|oder|ou|o)\s+|\s*[/(]", text)[0]):
        return "location"
    is_phrase = not re.search(r"[?:]", text) and not _SENTENCE_WORD.search(text)
    if is_phrase and ORGANISATION.search(text) and len(text.split()) <= _ORGANISATION_WORDS_MAX:
        return "company"
    if _KIND_OF_WORK.search(text) or find_salary(text) or re.search(r"\d{3,}", text):
        return "other"
    return None


def _take_title(part: Found[str], head: Head) -> None:
    text = part.value
    place = place_at_end(GENDER_MARK.sub("", text))
    if place and head.location is None:
        at = text.rfind(place["place"])
        head.location = Found(place["place"], part.start + at, part.start + at + len(place["place"]))
        text = text[: text.rfind(place["place"])]
        text = re.sub(r"\s(?:in|à|en|a)\s*$", "", text)
    tail = re.search(r",\s+(?P<rest>[^,]+(?:,\s[^,]+)?)$", text)
    if (
        tail
        and ORGANISATION.search(tail["rest"])
        and head.company is None
        and names_a_role(text[: tail.start()])
    ):
        for piece in _split(tail["rest"], _WEAK_BREAK, part.start + tail.start("rest")):
            _place_piece(piece, head)
        text = text[: tail.start()]
    head.title = cleaned_title(text, part.start)


def _use_spare(head: Head, clean: str) -> None:
    """Gives what is left of the head lines to company, else to the title it follows."""
    for piece in head.spare:
        words = piece.value.split()
        follows = head.title is not None and clean[head.title.end : piece.start].strip(" ,–—-|·") == ""
        same_line = head.title is not None and "\n" not in clean[head.title.end : piece.start]
        if head.company is None and _could_name_a_company(piece.value):
            if follows and same_line and len(head.spare) > 1:
                continue
            head.company = trimmed(piece.value, piece.start)
        elif head.title and head.company and follows and same_line and len(words) <= 4:
            head.title = Found(f"{head.title.value} – {piece.value.strip(' .')}", head.title.start, piece.end)


def _could_name_a_company(text: str) -> bool:
    """Whether a piece of a head line that nothing is known about may be the employer's name."""
    if len(text.split()) > _COMPANY_WORDS_MAX or not text[0].isalnum() or re.search(r"[?:!]", text):
        return False
    return not names_a_role(text) and not _SENTENCE_WORD.search(text)


def _place_of(piece: Found[str]) -> Found[str]:
    text = re.split(
        r"\s+(?:or|oder|ou|o)\s+(?=remote|hybrid|home)|\s*\((?!\d)|\s+\+", piece.value, flags=re.IGNORECASE
    )[0]
    return trimmed(text, piece.start)


def _split(text: str, pattern: re.Pattern[str], start: int) -> Iterator[Found[str]]:
    at = 0
    for cut in [*pattern.finditer(text), None]:
        stop = cut.start() if cut else len(text)
        value = text[at:stop].strip()
        if value:
            offset = start + at + len(text[at:stop]) - len(text[at:stop].lstrip())
            yield Found(value, offset, offset + len(value))
        at = cut.end() if cut else stop
