"""Finds quotes in the text they are said to come from."""

import re
from collections.abc import Iterator
from itertools import accumulate, islice

from cvtailor.domain.grounding.disguise import undisguised
from cvtailor.domain.grounding.instructions import without_instructions
from cvtailor.domain.job_offer import Span

QUOTE_CHARS_MAX = 1_000
_DROPPED = frozenset("*`")
_FOLDED = str.maketrans("‘’‚‛“”„‟«»‐‑‒–—−", '\'\'\'\'""""""------')
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PLACES_MAX = 50
"""Of one quote; a text of nothing but one word has no more to say."""

_NEAR_CHARS = 80
_BETWEEN_FACTS = r"[,;|/·•:()\[\]@\t\n–—]|\s-\s|\s{2,}"
_LEAD = re.compile(
    rf"(?:^|{_BETWEEN_FACTS}|(?:^|\s)(?:at|for|from|bei|chez|en|in|à|seit|since|von|de|[-*+>#]+|\d{{1,2}}[.)]))"
    r"[\s*_`\"'“„«]*$"
)
_TAIL = re.compile(
    rf"^[\s*_`\"'”“»]*(?:$|{_BETWEEN_FACTS}|\s(?:at|for|from|bei|chez|en|in|à|since|seit)\s|\.\s*$)"
)
_BULLET = re.compile(r"^(?:[\s>*_`#+•·▪◦‣●○■□➢✓–—-]|\[keep\])*(?:\d{1,2}[.)])?[\s*_`]*$")
_KEEP = r"(?:\s*\[keep\])?"
_LINE_END = re.compile(rf"(?i)^[*_`]*[.;,]?[*_`]*{_KEEP}\s*$")
_SENTENCE_BEFORE = re.compile(r"[.!?]\s+[*_`]*$")
_SENTENCE_AFTER = re.compile(r"^[*_`]*(?:(?<=[.!?])|[.!?])(?:\s|$)")


class QuotedText:
    """A text of the caller, in which quotes are looked up.

    White space, case, kinds of quotation marks and dashes, and invisible characters don't count; a quote
    never begins or ends inside a word. What stands in a comment or speaks to a model can't be quoted.

    Args:
        text: As the caller sent it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._hidden = [found.span() for found in _COMMENT.finditer(text)]
        self._lines = text.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]
        self._folded, self._places = _folded(text)

    def spans(self, quote: str) -> Iterator[Span]:
        """Yields every place where a quote stands."""
        wanted = _folded(quote[: QUOTE_CHARS_MAX + 1])[0].strip()
        if not wanted or len(quote) > QUOTE_CHARS_MAX:
            return
        for at in islice(self._starts_of(wanted), _PLACES_MAX):
            span = Span(start=self._places[at], end=self._places[at + len(wanted) - 1] + 1)
            if self._is_quotable(span, wanted):
                yield span

    def _starts_of(self, wanted: str) -> Iterator[int]:
        """Yields where a folded quote begins and ends with whole words."""
        at = self._folded.find(wanted)
        while at >= 0:
            if self._is_whole_word(at, at + len(wanted)):
                yield at
            at = self._folded.find(wanted, at + 1)

    def find(self, quote: str) -> Span | None:
        """Returns the first place where a quote stands, or None."""
        return next(self.spans(quote), None)

    def said(self, span: Span) -> str:
        """Returns the words at a place, on one line, without what is invisible."""
        return self._one_line(self.text[span.start : span.end])

    @staticmethod
    def _one_line(text: str) -> str:
        return " ".join(undisguised(text).split())

    def line_number(self, offset: int) -> int:
        """Returns the one-based number of the line that a character stands on."""
        return max(1, sum(start <= offset for start in self._starts[: len(self._lines)]))

    def stands_alone(self, span: Span) -> bool:
        """Whether nothing but punctuation, or a linking word, parts a place from the rest of its line."""
        before, after = self._near(span)
        return bool(_LEAD.search(before) and _TAIL.search(after))

    def is_whole(self, span: Span) -> bool:
        """Whether a place is whole lines or sentences: what is cut out of one may say the opposite."""
        before, after = self._near(span)
        begins = _BULLET.match(before) or _SENTENCE_BEFORE.search(before)
        ended = self.text[span.end - 1] in ".!?"
        ends = _LINE_END.match(after) or (after[:1].isspace() if ended else _SENTENCE_AFTER.match(after))
        return bool(begins and ends)

    def is_kept(self, span: Span) -> bool:
        """Whether the line of a place is marked as "always keep"."""
        before, after = self._around(span)
        return after.strip().casefold().endswith("[keep]") or before.strip().casefold().startswith("[keep]")

    def line_of(self, span: Span) -> Span:
        """Returns the place of the lines on which a place begins and ends."""
        before, after = self._around(span)
        return Span(start=span.start - len(before), end=span.end + len(after))

    def lines(self) -> Iterator[Span]:
        """Yields the place of every line."""
        for start, line in zip(self._starts, self._lines, strict=False):
            yield Span(start=start, end=start + len(line))

    def _around(self, span: Span) -> tuple[str, str]:
        """Returns what stands before and behind a place on its first and last line."""
        first = self.text.rfind("\n", 0, span.start) + 1
        last = self.text.find("\n", span.end)
        return self.text[first : span.start], self.text[span.end : last if last >= 0 else len(self.text)]

    def _near(self, span: Span) -> tuple[str, str]:
        """Returns the nearest characters of ``_around``; a cut end reads as one more word."""
        before, after = self._around(span)
        if len(before) > _NEAR_CHARS:
            before = f"x{before[-_NEAR_CHARS:]}"
        return before, f"{after[:_NEAR_CHARS]}x" if len(after) > _NEAR_CHARS else after

    def _is_whole_word(self, at: int, last: int) -> bool:
        text = self._folded
        cut_before = at > 0 and text[at - 1].isalnum() and text[at].isalnum()
        cut_behind = last < len(text) and text[last].isalnum() and text[last - 1].isalnum()
        return not (cut_before or cut_behind)

    def _is_quotable(self, span: Span, wanted: str) -> bool:
        if any(start < span.end and span.start < end for start, end in self._hidden):
            return False
        before, after = self._around(span)
        line = self._one_line(before + self.text[span.start : span.end] + after)
        told = without_instructions(line)
        return told == line or wanted in _folded(told)[0]


def _folded(text: str) -> tuple[str, list[int]]:
    """Returns a text as quotes are compared, and for each of its characters the place of its source."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        shown = character if character.isascii() else undisguised(character).translate(_FOLDED)
        for folded in "" if shown in _DROPPED else shown.casefold():
            if folded.isspace():
                if characters and characters[-1] == " ":
                    continue
                folded = " "
            characters.append(folded)
            places.append(place)
    return "".join(characters), places
