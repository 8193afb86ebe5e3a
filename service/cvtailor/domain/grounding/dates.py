"""Years, months and durations against the dates of the cited entries."""

import re
from collections.abc import Iterator

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.notation import MONTHS
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.quantities import Quantity, western
from cvtailor.domain.grounding.words import canonical_words
from cvtailor.domain.tailored_cv import RejectionReason

_FIRST_YEAR, _LAST_YEAR = 1940, 2100
_MONTH_YEAR = re.compile(
    rf"(?i)\b({'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?(?:\s(?:de\s)?|/)(\d{{4}})"
)
_FIGURES = re.compile(r"\b(?P<month>0?[1-9]|1[0-2])[/.](?P<year>(?:19|20)\d\d)\b")
_SPAN = re.compile(r"(?P<first>\d{4})\D{1,30}?(?P<last>\d{4})")


def is_year(quantity: Quantity) -> bool:
    """Whether a number is written like a year."""
    return not quantity.unit and _FIRST_YEAR <= quantity.value <= _LAST_YEAR and quantity.value % 1 == 0


def dated(quantity: Quantity, cited: Cited) -> bool:
    """Whether a number is a year of a cited entry, or the time that one lasted."""
    for period in cited.periods:
        if is_year(quantity) and quantity.value in (period.start[0], period.end[0]):
            return True
        if quantity.unit == "month" and period.months is not None:
            over = period.months - quantity.value
            # The last month may be counted in or not; whole years may leave a month over.
            if (quantity.bound == "" and abs(over) <= 1) or (
                quantity.value >= 12
                and (
                    (quantity.bound in ("over", "least") and 0 <= over < 12)
                    or (quantity.bound in ("nearly", "about") and abs(over) <= 2)
                )
            ):
                return True
    return False


def dated_words(cited: Cited) -> frozenset[str]:
    """Returns the names of the months in which a cited entry begins or ends."""
    numbers = {month for period in cited.periods for _, month in (period.start, period.end)}
    return frozenset(name for name, number in MONTHS.items() if number in numbers)


def without_known_months(claim: str, cited: Cited) -> str:
    """Returns a claim without the months in figures that the evidence has too: "07/2016" for "July 2016"."""
    known = {edge for period in cited.periods for edge in (period.start, period.end)}
    for text in cited.texts:
        known |= {(int(year), MONTHS[name.lower()]) for name, year in _MONTH_YEAR.findall(text)}
        known |= {(int(match["year"]), int(match["month"])) for match in _FIGURES.finditer(text)}
    return _FIGURES.sub(
        lambda match: " " if (int(match["year"]), int(match["month"])) in known else match[0], claim
    )


def check_dates(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses "until now" of a job that has ended, and months that don't belong to their year."""
    said = set(canonical_words(claim, lexicon))
    told = {word for line in cited.texts for word in canonical_words(line, lexicon)}
    if (lexicon.current & said) - told and not cited.lasts:
        return _objection("no cited job lasts until now")
    shown = western(claim)
    starts = {period.start[0] for period in cited.periods}
    if (lexicon.since & said) - told and not cited.lasts and starts and _opened(shown, lexicon):
        return _objection("no cited job lasts until now")
    text = " ".join(cited.texts).casefold()
    edges = {edge for period in cited.periods for edge in (period.start, period.end)}
    for name, year in _MONTH_YEAR.findall(shown):
        if (int(year), MONTHS[name.lower()]) not in edges and f"{name} {year}".casefold() not in text:
            return _objection(f"{name} {year} is no date of the cited entry")
    for first, last in _spans(shown):
        spans = {(period.start[0], period.end[0]) for period in cited.periods}
        known = {year for span in spans for year in span}
        if first in known and last in known and (first, last) not in spans and first != last:
            return _objection(f"{first} to {last} is no time of the cited entry")
    return None


def _opened(shown: str, lexicon: Lexicon) -> bool:
    """Whether a text says "since 2019" and no end to it."""
    since = re.search(rf"(?i)\b(?:{'|'.join(lexicon.since)})\b\D{{0,20}}(?:19|20)\d\d(?P<rest>.*)$", shown)
    return bool(since) and not re.search(r"(?:19|20)\d\d", since["rest"] if since else "")


def _spans(shown: str) -> Iterator[tuple[int, int]]:
    for match in _SPAN.finditer(shown):
        first, last = int(match["first"]), int(match["last"])
        if _FIRST_YEAR <= first <= _LAST_YEAR and _FIRST_YEAR <= last <= _LAST_YEAR:
            yield first, last


def _objection(detail: str) -> Objection:
    return Objection(RejectionReason.FACT_CHANGED, detail)
