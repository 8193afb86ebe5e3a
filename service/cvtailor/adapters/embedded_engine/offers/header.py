"""Reads title, company and location from the head of an ad and the usual sentences around them."""

import re
from collections.abc import Iterator

from cvtailor.adapters.embedded_engine.offers.cues import LABELLED_FACT, PAGE_FURNITURE
from cvtailor.adapters.embedded_engine.offers.found import Found
from cvtailor.adapters.embedded_engine.offers.head_leftovers import (
    PLACE_END,
    SENTENCE_WORD,
    Head,
    place_leftovers,
    place_of,
)
from cvtailor.adapters.embedded_engine.offers.head_sentences import (
    ORGANISATION,
    SEEKING,
    company_in,
    place_in,
    sought_title,
)
from cvtailor.adapters.embedded_engine.offers.headings import Zone, heading_zone, inline_heading
from cvtailor.adapters.embedded_engine.offers.names import cleaned_title, trimmed
from cvtailor.adapters.embedded_engine.offers.places import is_place, place_at_end
from cvtailor.adapters.embedded_engine.offers.posting import PostingLine
from cvtailor.adapters.embedded_engine.offers.roles import GENDER_MARK, names_a_role
from cvtailor.adapters.embedded_engine.offers.salary import find_salary

_HEAD_LINES_MAX = 8
_HEAD_CHARS_MAX = 170
_TITLE_CHARS_MAX = 120
_PLACE_WORDS_MAX = 3
_LONE_TITLE_CHARS_MAX = 80
_SENTENCE_WORDS_MIN = 6
_BARE_SENTENCE_WORDS_MIN = 4
_ORGANISATION_WORDS_MAX = 9
_STRONG_BREAK = re.compile(
    r"\s+[|·•]\s*|\s*[·•]\s+|\s+[–—-]{1,2}\s+|\s+@\s+|\s+(?:at|bei|chez)\s+(?:der\s+|dem\s+)?(?=[A-ZÀ-Ý])|\t+"
)
_WEAK_BREAK = re.compile(
    r",\s+(?!(?:Inc|Ltd|LLC|LLP|PLC|S\.A|GmbH|AG)\b)|(?<!\bSt)(?<!\bDr)\.\s+(?=[A-ZÀ-Ý][a-zà-ÿ]+ )"
)
_SEAT = re.compile(
    r"(?P<name>.{3,80}?)\s(?:in|à|en)\s(?P<place>[A-ZÀ-Ý][\w’'-]+(?:[ -][A-ZÀ-Ý][\w’'-]+){0,2})$"
)
_KIND_OF_WORK = re.compile(
    r"(?i)\b(?:full[- ]?time|part[- ]?time|permanent|contract|temporary|fixed[- ]term|"
    r"freelance|internship|exempt|vollzeit|teilzeit|unbefristet|"
    r"befristet|festanstellung|cdi|cdd|temps plein|temps partiel|intérim|jornada|indefinido|"
    r"remote|hybrid\w*|on-?site|home ?office|télétravail|"
    r"híbrido|modelo|hybride|\d+ ?(?:h|Std|Stunden|hours)|std|stunden|hours|wochenstunden|turno|"
    r"contrat|contrato|req|ref|posted|immediate start|ab sofort|office|oficina)\b"
)
_AD = re.compile(
    r"(?i)^\W*(?:job (?:ad|advert|advertisement|vacancy|posting|opening)|vacancy|stellenausschreibung|"
    r"stellenangebot|stellenanzeige|offre d['’]emploi|annonce|oferta de (?:empleo|trabajo)|convocatoria|"
    r"hello|hi(?: there)?|hey|dear \w+|hallo|guten tag|moin|bonjour|hola|buenos días)\W*$"
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


def read_head(lines: list[PostingLine], clean: str) -> Head:
    """Returns title, company and location of an ad."""
    head = Head()
    _read_labels(lines, head)
    head_lines = list(_head_lines(lines))
    sought = sought_title(clean)
    names_one = any(names_a_role(line.text) and not _is_sentence(line.text) for line in head_lines)
    for line in head_lines:
        _read_head_line(line, head, may_be_unknown=not names_one and sought is None)
    if sought and (head.title is None or not names_a_role(head.title.value)):
        _take_title(_without_its_place(sought, head), head)
    place_leftovers(head, clean)
    if head.company is None:
        head.company = company_in(clean, head.title.value if head.title else "")
    if head.location is None:
        head.location = place_in(clean)
    if head.title is None and lines and _could_be_a_title(lines[0]):
        head.title = cleaned_title(lines[0].text, lines[0].start)
    return head


def _without_its_place(title: Found[str], head: Head) -> Found[str]:
    """Takes ``in Toulon`` off a title that a sentence names, for such a sentence names the place as well."""
    match = re.search(r"\s(?:in|à)\s(?P<place>[A-ZÀ-Ý][\w’'-]+(?: [A-ZÀ-Ý][\w’'-]+)?)$", title.value)
    if match is None or head.location is not None:
        return title
    at = title.start + match.start("place")
    head.location = Found(match["place"], at, at + len(match["place"]))
    return Found(title.value[: match.start()], title.start, title.start + match.start())


def _could_be_a_title(line: PostingLine) -> bool:
    """Whether the first line of an ad may be its title although it names no job that is known here."""
    if len(line.text) > _LONE_TITLE_CHARS_MAX or heading_zone(line) not in {None, Zone.UNKNOWN}:
        return False
    return not SENTENCE_WORD.search(line.text) and not line.text.endswith((".", ":", "?"))


def _read_labels(lines: list[PostingLine], head: Head) -> None:
    for line in lines:
        for name, pattern in _LABELLED.items():
            match = pattern.match(line.text)
            if match and getattr(head, name) is None and len(match["value"]) <= _TITLE_CHARS_MAX:
                if name == "title" and not _is_a_labelled_title(match["value"]):
                    continue
                value = trimmed(match["value"], line.start + match.start("value"))
                if name == "company":
                    _take_labelled_company(value, head)
                else:
                    setattr(head, name, place_of(value) if name == "location" else value)


def _take_labelled_company(value: Found[str], head: Head) -> None:
    """Takes ``Institute for Upland Ecology, Aberystwyth`` apart."""
    name, *rest = _split(value.value, _WEAK_BREAK, value.start)
    head.company = trimmed(name.value, name.start)
    if (
        rest
        and head.location is None
        and rest[0].value[:1].isupper()
        and not _KIND_OF_WORK.search(rest[0].value)
    ):
        head.location = place_of(rest[0])


def _is_a_labelled_title(value: str) -> bool:
    return names_a_role(value) or not (_KIND_OF_WORK.search(value) or _is_sentence(value))


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= _SENTENCE_WORDS_MIN and bool(SENTENCE_WORD.search(text))


def _is_bare_sentence(text: str) -> bool:
    return len(text.split()) >= _BARE_SENTENCE_WORDS_MIN and not (
        names_a_role(text) or ORGANISATION.search(text)
    )


def _head_lines(lines: list[PostingLine]) -> Iterator[PostingLine]:
    """Yields the lines before the first heading, list or paragraph."""
    for index, line in enumerate(lines[:_HEAD_LINES_MAX]):
        if index and (line.is_bullet or (heading_zone(line) not in {None, Zone.UNKNOWN, Zone.ABOUT})):
            return
        if LABELLED_FACT.match(line.text) or PAGE_FURNITURE.search(line.text) or _AD.match(line.text):
            continue
        if len(line.text) > _HEAD_CHARS_MAX or (index and heading_zone(line) is Zone.ABOUT):
            if index:
                return
            continue
        if inline_heading(line.text) and index:
            return
        if SEEKING.search(line.text) or line.text.endswith((":", "!", "?")):
            continue
        if re.match(r"(?i)^(?:wir suchen|we are|we're|nous|buscamos|join)\b", line.text):
            continue
        yield line


def _read_head_line(line: PostingLine, head: Head, *, may_be_unknown: bool) -> None:
    parts = list(_marked_whole(line, list(_split(line.text, _STRONG_BREAK, line.start))))
    if head.title is None:
        chosen = next(
            (part for part in parts if names_a_role(part.value) and not _is_sentence(part.value)), None
        )
        if (
            chosen is None
            and may_be_unknown
            and not head.spare
            and not any(map(_kind, parts))
            and _could_be_a_title(line)
        ):
            chosen = parts[0]
        if chosen is not None:
            _take_title(chosen, head)
            parts.remove(chosen)
    elif names_a_role(line.text) and not ORGANISATION.search(line.text) and head.company is not None:
        return
    if line.text.endswith(".") and (_is_sentence(line.text) or _is_bare_sentence(line.text)):
        return
    for part in parts:
        for piece in _split(part.value, _WEAK_BREAK, part.start):
            _place_piece(piece, head)


def _marked_whole(line: PostingLine, parts: list[Found[str]]) -> Iterator[Found[str]]:
    """Puts a title together again that a dash parts: its gender mark tells where it ends."""
    mark = GENDER_MARK.search(line.text)
    end = line.start + mark.end() if mark else 0
    first = next((part for part in parts if names_a_role(part.value)), None)
    whole: Found[str] | None = None
    for part in parts:
        if first and first.start <= part.start and part.end <= end:
            text = line.text[first.start - line.start : part.end - line.start]
            whole = Found(text, first.start, part.end)
            continue
        if whole:
            yield whole
            whole = None
        yield part
    if whole:
        yield whole


def _place_piece(piece: Found[str], head: Head) -> None:
    if _AD.match(piece.value):
        return
    kind = _kind(piece)
    if kind == "location":
        if head.location is None:
            head.location = place_of(piece)
        elif head.location.end + 2 >= piece.start and head.location.end < piece.start:
            # "Columbus, OH" and "Bergen, Norway" are one place.
            region = place_of(piece)
            joined = f"{head.location.value}, {region.value}"
            head.location = Found(joined, head.location.start, region.end)
    elif kind == "company" and head.company is None:
        _take_company(piece, head)
    elif kind is None:
        head.spare.append(piece)


def _take_company(piece: Found[str], head: Head) -> None:
    """Takes a company's name, and its place if it stands there: ``Vellmar Sensorik AG in Kassel``."""
    seat = _SEAT.match(piece.value)
    if seat and head.location is None:
        at = piece.start + seat.start("place")
        head.location = Found(seat["place"], at, at + len(seat["place"]))
        piece = Found(seat["name"], piece.start, piece.start + len(seat["name"]))
    head.company = trimmed(piece.value, piece.start)


def _kind(piece: Found[str]) -> str | None:
    """Returns what a piece of a head line is; None if only the others can tell."""
    text = piece.value
    bare = re.sub(r"\s*\(.*?\)\s*$", "", text)
    if is_place(text) or is_place(bare) or is_place(re.split(r"\s+(?:or|oder|ou|o)\s+|\s*[/(]", text)[0]):
        return "location"
    named = place_of(piece).value
    if PLACE_END.search(text) and named[:1].isupper() and len(named.split()) <= _PLACE_WORDS_MAX:
        return "location"
    is_phrase = not re.search(r"[?:]", text) and not SENTENCE_WORD.search(text)
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


def _split(text: str, pattern: re.Pattern[str], start: int) -> Iterator[Found[str]]:
    at = 0
    for cut in [*pattern.finditer(text), None]:
        stop = cut.start() if cut else len(text)
        value = text[at:stop].strip()
        if value:
            offset = start + at + len(text[at:stop]) - len(text[at:stop].lstrip())
            yield Found(value, offset, offset + len(value))
        at = cut.end() if cut else stop
