"""Makes a base CV of what an agent read, as far as the source says it in these words and in this order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from cvtailor.domain.base_cv import (
    BaseCv,
    Contact,
    Entry,
    EntryKind,
    Line,
    Section,
    SectionKind,
    SourcePosition,
    Unplaced,
)
from cvtailor.domain.drafts import CvDraft, EntryDraft, SectionDraft
from cvtailor.domain.grounding.section_titles import usual_title
from cvtailor.domain.grounding.words import word_set
from cvtailor.domain.job_offer import Span
from cvtailor.domain.limits import CV_LINES_MAX
from cvtailor.domain.verification.periods import Period, period_of
from cvtailor.domain.verification.quotes import QuotedText

_FACTS = ("organisation", "title", "degree", "location", "dates")
_CONTACT = ("headline", "email", "phone", "location", "website")
_KINDS = {
    SectionKind.EXPERIENCE: EntryKind.EXPERIENCE,
    SectionKind.VOLUNTEERING: EntryKind.EXPERIENCE,
    SectionKind.EDUCATION: EntryKind.EDUCATION,
    SectionKind.PROJECTS: EntryKind.NORMAL,
    SectionKind.PUBLICATIONS: EntryKind.NORMAL,
}
"""Sections whose entries have facts; in the others an entry is a line, with or without a label."""

_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_LANGUAGE = re.compile(r"[a-z]{2}")
_LABELS = word_set(
    """
    email mail e phone tel telephone telefon mobile mobil handy website web www homepage address adresse name
    keep http https curriculum vitae cv lebenslauf résumé at for in bei chez en à since seit de von
    full time part remote hybrid permanent vollzeit teilzeit festanstellung temps plein partiel
    """
)
"""Words of a head line that no field takes, and that say nothing of what was done."""


@dataclass(slots=True)
class _Quote:
    """A quote and where it may stand; ``entry`` is the number of its entry, None for contact and titles."""

    text: str
    is_line: bool
    entry: int | None = None
    span: Span | None = None


@dataclass(slots=True)
class _EntryQuotes:
    facts: dict[str, _Quote]
    summary: _Quote
    highlights: list[_Quote]

    def all(self) -> Iterator[_Quote]:
        yield from self.facts.values()
        yield self.summary
        yield from self.highlights


@dataclass(slots=True)
class _SectionQuotes:
    kind: SectionKind
    title: _Quote
    entries: list[_EntryQuotes] = field(default_factory=list)


def cv_of(draft: CvDraft, text: str) -> BaseCv | None:
    """Makes a base CV of an agent's reading.

    A fact counts where punctuation sets it off, a line where it is whole lines or sentences: words cut out of
    a line may say the opposite. Each place is read once, and what belongs to an entry stands together in the
    source, so that nothing moves from one job to another. What is not quoted is unplaced, and said so.

    Args:
        draft: The agent's reading.
        text: The source, without what is invisible in it.

    Returns:
        The CV, every line with the line of the source; or None if neither name nor content is left.
    """
    return _Reading(draft, text).cv()


class _Reading:
    def __init__(self, draft: CvDraft, text: str) -> None:
        self._draft = draft
        self._text = QuotedText(text)
        self._taken: list[Span] = []
        numbers = count()
        self._sections = [_quotes_of(section, numbers) for section in draft.sections]
        self._contact = {
            name: _Quote(getattr(draft, name), is_line=name == "headline") for name in ("name", *_CONTACT)
        }

    def cv(self) -> BaseCv | None:
        for quote in self._contact.values():
            self._place(quote, 0)
        for section in self._sections:
            self._place(section.title, 0, is_whole=True)
            for entry in section.entries:
                self._place_entry(entry)
        self._part_entries()
        self._drop_fragments()
        sections = tuple(self._each_section())
        name = self._said(self._contact["name"])
        if not name or not any(True for section in sections for _ in section.entries):
            return None
        language = self._draft.language
        return BaseCv(
            contact=self._contact_data(name),
            sections=sections,
            language=language if _LANGUAGE.fullmatch(language) else "en",
            unplaced=tuple(self._unplaced()),
        )

    def _place_entry(self, entry: _EntryQuotes) -> None:
        """Finds the longest quote of an entry first, and the others as near to it as they stand."""
        anchor: Span | None = None
        for quote in sorted(entry.all(), key=lambda quote: -len(quote.text)):
            self._place(quote, anchor.start if anchor else 0)
            anchor = anchor or quote.span

    def _place(self, quote: _Quote, near: int, *, is_whole: bool = False) -> None:
        fits = self._text.is_whole if quote.is_line or is_whole else self._text.stands_alone
        free = [
            span
            for span in self._text.spans(quote.text)
            if fits(span) and not any(span.start < end.end and end.start < span.end for end in self._taken)
        ]
        if free:
            quote.span = min(free, key=lambda span: abs(span.start - near))
            self._taken.append(quote.span)

    def _part_entries(self) -> None:
        """Takes quotes away that stand among those of another entry."""
        quotes = [quote for section in self._sections for entry in section.entries for quote in entry.all()]
        runs: list[list[_Quote]] = []
        for quote in _in_order(quotes):
            if runs and runs[-1][0].entry == quote.entry:
                runs[-1].append(quote)
            else:
                runs.append([quote])
        best: dict[int | None, list[_Quote]] = {}
        for run in runs:
            if _chars(run) > _chars(best.get(run[0].entry, [])):
                best[run[0].entry] = run
        for run in runs:
            if best[run[0].entry] is not run:
                self._take_back(run)

    def _drop_fragments(self) -> None:
        """Takes back what was cut out of a line of which nothing else was read: "Google" of a sentence."""
        for section in self._sections:
            for entry in section.entries:
                placed = _in_order(entry.all())
                own = [quote.span for quote in placed if quote.span]
                fragments = [quote for quote in placed if quote.span and not quote.is_line]
                loose = [q for q in fragments if q.span and self._missing(self._text.line_of(q.span), own)]
                self._take_back(loose)

    def _take_back(self, quotes: Iterable[_Quote]) -> None:
        for quote in quotes:
            if quote.span:
                self._taken.remove(quote.span)
            quote.span = None

    def _missing(self, line: Span, read: Iterable[Span]) -> list[str]:
        """Returns the words of a line that stand at none of the places, and say something."""
        return [
            found[0]
            for found in _WORD.finditer(self._text.text, line.start, line.end)
            if found[0].casefold() not in _LABELS
            and not any(span.start <= found.start() and found.end() <= span.end for span in read)
        ]

    def _said(self, quote: _Quote) -> str:
        return self._text.said(quote.span) if quote.span else ""

    def _position(self, quote: _Quote) -> SourcePosition:
        return (
            SourcePosition(line=self._text.line_number(quote.span.start)) if quote.span else SourcePosition()
        )

    def _line(self, id: str, quote: _Quote) -> Line | None:
        if not quote.span:
            return None
        keep = self._text.is_kept(quote.span)
        return Line(id=id, text=self._said(quote), position=self._position(quote), keep=keep)

    def _contact_data(self, name: str) -> Contact:
        website = self._said(self._contact["website"])
        if website and not website.startswith(("http://", "https://")):
            website = f"https://{website}" if _DOMAIN.fullmatch(website) else ""
        return Contact(
            name=name,
            headline=self._line("contact.headline", self._contact["headline"]),
            email=self._said(self._contact["email"]),
            phone=self._said(self._contact["phone"]),
            location=self._said(self._contact["location"]),
            website=website,
        )

    def _each_section(self) -> Iterator[Section]:
        keys: set[str] = set()
        for quotes in self._sections:
            names = (f"{quotes.kind.value}_{n}" if n else quotes.kind.value for n in count())
            key = next(name for name in names if name not in keys)
            entries: list[Entry] = []
            for entry in quotes.entries:
                made = self._entry(f"{key}[{len(entries)}]", quotes.kind, entry)
                entries += [made] if made else []
            if entries:
                keys.add(key)
                usual = usual_title(quotes.kind, self._draft.language) or quotes.kind.value.capitalize()
                title = self._said(quotes.title).strip(" :#") or usual
                yield Section(key=key, kind=quotes.kind, title=title, entries=tuple(entries))

    def _entry(self, id: str, kind: SectionKind, quotes: _EntryQuotes) -> Entry | None:
        placed = _in_order(quotes.all())
        if not placed:
            return None
        said = {name: self._said(quote) for name, quote in quotes.facts.items()}
        period = period_of(said["dates"]) if said["dates"] else Period()
        lines = [quote for quote in (quotes.summary, *quotes.highlights) if quote.span]
        is_row = kind not in _KINDS and len(lines) == 1
        shape = _KINDS.get(kind, EntryKind.ONE_LINE if said["title"] else EntryKind.BULLET)
        if kind is SectionKind.SUMMARY:
            shape = EntryKind.TEXT
        highlights = [] if is_row else [quote for quote in quotes.highlights if quote.span]
        made = (self._line(f"{id}.highlights[{n}]", quote) for n, quote in enumerate(highlights))
        return Entry(
            id=id,
            kind=shape if is_row or kind in _KINDS else EntryKind.NORMAL,
            organisation=said["organisation"],
            title=said["title"],
            degree=said["degree"],
            location=said["location"],
            **period._asdict(),
            text=self._line(f"{id}.text", lines[0]) if is_row else None,
            summary=None if is_row else self._line(f"{id}.summary", quotes.summary),
            highlights=tuple(line for line in made if line),
            position=self._position(placed[0]),
        )

    def _unplaced(self) -> Iterator[Unplaced]:
        """Yields every line of the source of which a word was not read."""
        for number, line in enumerate(self._text.lines(), 1):
            missing = self._missing(line, self._taken)
            if missing and number <= CV_LINES_MAX:
                yield Unplaced(
                    text=self._text.text[line.start : line.end].strip(),
                    position=SourcePosition(line=number),
                    reason=f"found no place for all of it: {', '.join(missing[:5])}",
                )


def _quotes_of(section: SectionDraft, numbers: Iterator[int]) -> _SectionQuotes:
    try:
        kind = SectionKind(section.kind)
    except ValueError:
        kind = SectionKind.OTHER
    quotes = _SectionQuotes(kind, _Quote(section.title, False))
    for entry in section.entries:
        quotes.entries.append(_quotes_of_entry(entry, next(numbers), has_facts=kind in _KINDS))
    return quotes


def _quotes_of_entry(entry: EntryDraft, number: int, *, has_facts: bool) -> _EntryQuotes:
    # "Languages: Python, Go": what follows the label is no whole line.
    is_labelled = not has_facts and bool(entry.title)
    return _EntryQuotes(
        facts={name: _Quote(getattr(entry, name), False, number) for name in _FACTS},
        summary=_Quote(entry.summary, not is_labelled, number),
        highlights=[_Quote(text, not is_labelled, number) for text in entry.highlights],
    )


def _in_order(quotes: Iterable[_Quote]) -> list[_Quote]:
    placed = [(quote.span.start, quote) for quote in quotes if quote.span]
    return [quote for _, quote in sorted(placed, key=lambda pair: pair[0])]


def _chars(quotes: Iterable[_Quote]) -> int:
    return sum(len(quote.text) for quote in quotes)
