"""Cleans the names that an ad gives to jobs, companies and places."""

import re

from cvtailor.adapters.embedded_engine.offers.found import Found
from cvtailor.adapters.embedded_engine.offers.roles import GENDER_MARK
from cvtailor.adapters.embedded_engine.words import unmarked

_LEGAL_FORM_END = re.compile(r"\b(?:Inc|Ltd|Co|Corp|e\.\s?V|S\.A|S\.L|B\.V)\.$")
_TITLE_PREFIX = re.compile(
    r"(?i)^(?:job|vacancy|stellenangebot|stellenausschreibung|offre d'emploi|oferta de empleo|we are hiring|"
    r"hiring|wanted)\s*[:–—-]\s*"
)
_HOURS = re.compile(
    r"(?i)\s*\([^)]*(?:\d\s?%|\d\s?h\b|std|stunden|hours|heures|horas|vollzeit|teilzeit|full[- ]time|"
    r"part[- ]time)[^)]*\)"
)
_SMALL_WORDS = frozenset(
    {"of", "and", "for", "the", "de", "la", "der", "die", "und", "für", "et", "en", "y", "del", "in", "to"}
)


def cleaned_title(text: str, start: int) -> Found[str]:
    """Returns a job title without gender marks, lead-in and shouting; ``start`` is where the text begins."""
    prefix = _TITLE_PREFIX.match(text)
    if prefix:
        text, start = text[prefix.end() :], start + prefix.end()
    found = trimmed(text, start)
    clean = _HOURS.sub("", GENDER_MARK.sub("", found.value))
    clean = " ".join(clean.split()).rstrip(" -–|,:*")
    if clean.isupper():
        clean = _from_capitals(clean)
    return Found(clean or found.value, found.start, found.end)


def trimmed(text: str, start: int) -> Found[str]:
    """Returns a name without the punctuation and Markdown around it."""
    stripped = text.strip(" \t,;|*_")
    offset = start + text.find(stripped) if stripped else start
    shown = " ".join(unmarked(stripped).split())
    if shown.endswith(".") and not _LEGAL_FORM_END.search(shown):
        shown = shown[:-1]
    return Found(shown, offset, offset + len(stripped))


def _from_capitals(text: str) -> str:
    words = [_one_from_capitals(word) for word in text.split()]
    return " ".join(words)[:1].upper() + " ".join(words)[1:]


def _one_from_capitals(word: str) -> str:
    if word.lower() in _SMALL_WORDS:
        return word.lower()
    return word if len(word) <= 3 and not word.isalpha() else word.capitalize()
