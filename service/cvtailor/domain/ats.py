"""Whether a machine that reads the PDF finds what a person sees: the check for applicant tracking systems."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from cvtailor.domain.model import DomainModel
from cvtailor.domain.tailored_cv import TailoredCv, TailoredEntry

_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_WORD = re.compile(r"\w+")
# Ligatures, private-use characters and replacement characters: a word with one in it is not found.
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_BROKEN = re.compile("[\ufb00-\ufb06\ue000-\uf8ff\ufffd]")
PROBLEMS_MAX = 20


class PdfText(DomainModel):
    """What one extractor reads in a PDF: its text in reading order, and the targets of its links."""

    extractor: str
    text: str
    links: tuple[str, ...] = ()


class AtsCheck(DomainModel):
    """How well a PDF can be read by machines; the worst of the extractors.

    Attributes:
        lines: Pieces looked for: name, contact data, facts and every line.
        intact: Of them, those that come out whole with every extractor.
        in_order: Share of the lines that come out in the CV's order, 0 to 1. Facts are left out: where
            an employer or a date stands is the theme's choice.
        lost: Pieces that no extractor reads whole.
        problems: What is wrong, in words, at most ``PROBLEMS_MAX``.
    """

    extractors: tuple[str, ...]
    lines: int
    intact: int
    in_order: float
    lost: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def intact_ratio(self) -> float:
        """Share of the pieces that come out whole, 0 to 1."""
        return self.intact / self.lines if self.lines else 1.0


def check_ats(cv: TailoredCv, texts: tuple[PdfText, ...]) -> AtsCheck:
    """Looks for everything that the CV says in what the extractors read.

    Whole means: its words stand next to each other. Dates are left out, for their form is the theme's;
    years are looked for instead.
    """
    pieces = [piece for piece in _pieces(cv) if _words(piece)]
    claims = [claim.text for claim in cv.claims() if _words(claim.text)]
    readings = {text.extractor: f" {' '.join(_words(text.text))} " for text in texts}
    broken = {text.extractor: sorted(set(_BROKEN.findall(text.text))) for text in texts}
    problems = [f"{name}: unreadable characters {chars}" for name, chars in broken.items() if chars]
    intact, lost = 0, []
    for piece in pieces:
        missing = [name for name, reading in readings.items() if _spelled(piece) not in reading]
        intact += not missing
        if missing:
            problems.append(f"{', '.join(missing)}: not whole: {piece[:80]}")
        # Extractors disagree on the order of right-to-left text: its words are read, in visual order.
        if len(missing) == len(readings) and not _runs_right_to_left(piece):
            lost.append(piece)
    problems += [f"dead link: {link}" for link in _dead_links(cv, texts)]
    return AtsCheck(
        extractors=tuple(readings),
        lines=len(pieces),
        intact=intact,
        in_order=min((_order(claims, reading) for reading in readings.values()), default=1.0),
        lost=tuple(lost),
        problems=tuple(problems[:PROBLEMS_MAX]),
    )


def _pieces(cv: TailoredCv) -> Iterator[str]:
    yield cv.contact.name
    if cv.headline:
        yield cv.headline.text
    for section in cv.sections:
        yield section.title
        for entry in section.entries:
            yield from _facts(entry)
            yield from (claim.text for claim in entry.claims())


def _facts(entry: TailoredEntry) -> Iterator[str]:
    yield from (entry.organisation, entry.title, entry.degree, entry.location)
    yield from (date[:4] for date in (entry.start_date, entry.end_date) if date[:4].isdigit())


def _runs_right_to_left(piece: str) -> bool:
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in piece)


def _dead_links(cv: TailoredCv, texts: tuple[PdfText, ...]) -> list[str]:
    live = {link for text in texts for link in text.links}
    wanted: Mapping[str, str] = {"mailto:": cv.contact.email} if cv.contact.email else {}
    return [address for scheme, address in wanted.items() if f"{scheme}{address}" not in live]


def _order(lines: list[str], reading: str) -> float:
    """Returns the share of the lines that stand in their order (longest increasing run)."""
    tails: list[int] = []
    cursor, found = 0, 0
    for line in lines:
        spelled = _spelled(line)
        # A short line may stand in many places: the next one after what was read last is meant.
        at = reading.find(spelled, cursor)
        at = reading.find(spelled) if at < 0 else at
        if at < 0:
            continue
        found += 1
        cursor = at + 1 if not tails or at > tails[-1] else cursor
        place = bisect_left(tails, at)
        tails[place : place + 1] = [at]
    return len(tails) / found if found else 1.0


def _spelled(piece: str) -> str:
    return f" {' '.join(_words(piece))} "


def _words(text: str) -> list[str]:
    plain = _LINK.sub(r"\1", text)
    return _WORD.findall(unicodedata.normalize("NFC", plain).replace("_", " "))
