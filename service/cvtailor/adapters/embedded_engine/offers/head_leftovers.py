"""Decides what the pieces of an ad's head are that nothing is known about: company, place or more title."""

import re
from dataclasses import dataclass, field

from cvtailor.adapters.embedded_engine.offers.found import Found
from cvtailor.adapters.embedded_engine.offers.names import trimmed
from cvtailor.adapters.embedded_engine.offers.roles import names_a_role

_COMPANY_WORDS_MAX = 6
_PLACE_WORDS_MAX = 3
_TITLE_TAIL_WORDS_MAX = 4
_BETWEEN = " ,–—-|·•\t"
SENTENCE_WORD = re.compile(r"(?i)\b(?:will|is|are|we|our|you|ist|sind|wir|est|nous|es|somos)\b")
_NOT_A_PLACE = (
    r"remote|hybrid\w*|home|homeoffice|télétravail|teletrabajo|hybride|híbrid\w*|modelo|"
    r"mobil\w*|100 ?%|en remot\w*"
)
PLACE_END = re.compile(
    rf"\s+(?:or|oder|ou|o)\s+(?={_NOT_A_PLACE})|[,;·|–-]\s+(?={_NOT_A_PLACE})|\s*\((?={_NOT_A_PLACE})|\s+\+",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Head:
    """What the head of an ad says; None where it does not; ``spare`` is what could not be told."""

    title: Found[str] | None = None
    company: Found[str] | None = None
    location: Found[str] | None = None
    spare: list[Found[str]] = field(default_factory=list)


def place_leftovers(head: Head, clean: str) -> None:
    """Gives what is left of the head lines to company and location, else to the title it follows.

    On the line of the title, the order is title, company, place; a single name there is more often a part
    of the title if the company stands on a line of its own.
    """
    beside = [piece for piece in head.spare if _is_beside_the_title(piece, head, clean)]
    below = [piece for piece in head.spare if piece not in beside]
    if head.company is None:
        _find_company(head, beside, below)
    if head.location is None and head.company:
        _find_location(head, clean)
    for piece in beside:
        is_short = len(piece.value.split()) <= _TITLE_TAIL_WORDS_MAX and piece in head.spare
        if is_short and head.title and head.company and _follows(head.title, piece, clean):
            title = f"{head.title.value} – {piece.value.strip(' .')}"
            head.title = Found(title, head.title.start, piece.end)


def _find_company(head: Head, beside: list[Found[str]], below: list[Found[str]]) -> None:
    names = [piece for piece in below if _could_name_a_company(piece.value)]
    names = names or [piece for piece in beside if _could_name_a_company(piece.value)]
    if not names:
        return
    on_one_line = names[0] in beside
    at = -1 if on_one_line and head.location and len(names) > 1 else 0
    head.company = trimmed(names[at].value, names[at].start)
    head.spare.remove(names[at])


def _find_location(head: Head, clean: str) -> None:
    for piece in head.spare:
        if _could_name_a_place(piece, head, clean):
            head.location = place_of(piece)
            head.spare.remove(piece)
            return


def _could_name_a_place(piece: Found[str], head: Head, clean: str) -> bool:
    """Whether a name unknown here is where the company is: ``Coldharbour Trust, Shrewsbury``."""
    words = piece.value.split()
    if len(words) > _PLACE_WORDS_MAX or names_a_role(piece.value) or re.search(r"[?:!]", piece.value):
        return False
    if not all(word[:1].isupper() for word in words):
        return False
    known = [found for found in (head.company, head.title) if found and found.end <= piece.start]
    if head.company not in known:
        return False
    between = clean[max(found.end for found in known) : piece.start]
    alone = clean[piece.end : piece.end + 1] in {"", "\n"}
    return between.strip(_BETWEEN) == "" or (between.strip(f"{_BETWEEN}\n") == "" and alone)


def _is_beside_the_title(piece: Found[str], head: Head, clean: str) -> bool:
    return (
        head.title is not None
        and piece.start >= head.title.end
        and "\n" not in clean[head.title.end : piece.start]
    )


def _follows(title: Found[str], piece: Found[str], clean: str) -> bool:
    return piece.start >= title.end and clean[title.end : piece.start].strip(_BETWEEN) == ""


def _could_name_a_company(text: str) -> bool:
    """Whether a piece of a head line that nothing is known about may be the employer's name."""
    if len(text.split()) > _COMPANY_WORDS_MAX or not text[0].isalnum() or re.search(r"[?:!]", text):
        return False
    if text.islower() and " " in text:
        return False
    return not names_a_role(text) and not SENTENCE_WORD.search(text)


def place_of(piece: Found[str]) -> Found[str]:
    """Returns a place without the remote policy that stands behind it."""
    text = PLACE_END.split(piece.value)[0]
    return trimmed(text, piece.start)
