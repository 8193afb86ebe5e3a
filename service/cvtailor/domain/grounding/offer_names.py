"""The names that letter and e-mail take from a job ad: bounded, cleaned, or not taken at all.

Title, company and contact are the only words of an ad that reach a document. Whoever writes an ad may put
an order to a model, a link or invisible characters there, so what does not look like a name is left out and
the general wording ("the advertised position") stands in its place.
"""

import re
from typing import NamedTuple

from cvtailor.domain.grounding.disguise import undisguised
from cvtailor.domain.grounding.instructions import without_instructions
from cvtailor.domain.job_offer import JobOffer

_TITLE_CHARS_MAX, _TITLE_WORDS_MAX = 140, 20
_COMPANY_CHARS_MAX, _COMPANY_WORDS_MAX = 100, 12
_CONTACT_CHARS_MAX, _CONTACT_WORDS_MAX = 60, 7

# A full stop after up to four letters is that of an abbreviation: "Dr. Weber", "Sr. Engineer", "Acme Inc."
_SENTENCE_END = re.compile(r"(?i)(?:(?<=[^\W\d_]{5})(?<!\bassoc)\.|[!?;])\s+(?=\S)")
_NO_NAME = re.compile(r"(?i)://|\bwww\.|\S@\S|\b[\w-]+\.[a-z]{2,}/|[<>{}\[\]\\`\x00-\x1f\x7f]")
_EDGES = " \t-–—,;:|/·•"


class OfferNames(NamedTuple):
    """The names of an offer as they may stand in a message; empty: use the general wording."""

    title: str
    company: str
    contact: str


def offer_names(offer: JobOffer) -> OfferNames:
    """Returns the names of an offer, cleaned."""
    return OfferNames(
        title=_name(offer.title, _TITLE_CHARS_MAX, _TITLE_WORDS_MAX),
        company=_name(offer.company, _COMPANY_CHARS_MAX, _COMPANY_WORDS_MAX),
        contact=_name(offer.contact_name, _CONTACT_CHARS_MAX, _CONTACT_WORDS_MAX),
    )


def _name(text: str, chars_max: int, words_max: int) -> str:
    """Returns a name without what is invisible, enclosed or follows its first sentence; or nothing."""
    shown = undisguised(text).strip()
    first_line = shown.splitlines()[0] if shown else ""
    sentence = _SENTENCE_END.split(first_line, maxsplit=1)[0]
    words = without_instructions(sentence).split()
    name = " ".join(words).strip(_EDGES)
    if len(name) > chars_max or len(words) > words_max or _NO_NAME.search(name):
        return ""
    # Where no punctuation sets it off, an order may begin at any word; then all of it is suspect.
    rests = (" ".join(words[at:]) for at in range(len(words)))
    return "" if any(without_instructions(rest) != rest for rest in rests) else name
