"""A job ad as lines of visible text, each knowing where it stands in what the caller sent."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cvtailor.adapters.embedded_engine.words import is_invisible, visible, word_set
from cvtailor.domain.job_offer import Span

_HTML = re.compile(r"<\s*(?:p|br|li|ul|ol|div|h[1-6]|strong|table)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?([a-zA-Z][a-zA-Z0-9]*)\b[^>]*>", re.DOTALL | re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_BLOCK_TAGS = word_set(
    """
    p br ul ol div h1 h2 h3 h4 h5 h6 table tr section article header footer
    """
)

_BULLET = re.compile(
    r"\s*(?:[-*+•‣▪▫◦·–—●○■□►▶▸➢➤➔→✓✔✅☑☞]+|o(?=\s{2,}|\t)|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=\S)"
)
_MARKDOWN_HEADING = re.compile(r"\s*#{1,6}\s+(?=\S)")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)(?P<text>[^*_]+)(?:\*\*|__)\s*(?P<colon>:?)\s*$")
_OVERLONG = re.compile(r"\S{120,}")
_SPACES_MAX = 40
_BREAKS_MAX = 4
_LONG_GAP = re.compile(rf"\s{{{_BREAKS_MAX + 1}}}")
_WRAP_CHARS_MIN = 60
_WRAP_CHARS_MAX = 110
_PROSE_CHARS_MIN = 30
_JOINED_CHARS_MAX = 2_000
_BULLET_CHARS = 2
_LABEL = re.compile(r"[^\W\d][\w /()-]{1,30}:\s")
_ENDS_OPEN = re.compile(
    r"[,(&/-]$|\b(?:and|or|the|of|in|with|und|oder|der|die|das|mit|et|ou|de|la|le|y|o|en)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PostingLine:
    """A line, bullet or paragraph; ``start`` and ``end`` count characters of ``PostingText.clean``.

    Attributes:
        text: Without bullet sign or heading marks; inside, a wrapped line's break is one space.
        is_bullet: It began with a bullet sign or number.
        is_marked: It is a Markdown heading or wholly bold.
        after_blank: A blank line stands before it.
    """

    text: str
    start: int
    end: int
    is_bullet: bool = False
    is_marked: bool = False
    after_blank: bool = False


class PostingText:
    """What a reader sees of an ad, and where each character of it came from."""

    def __init__(self, text: str) -> None:
        pairs = list(_seen(text))
        shown = "".join(character for character, _ in pairs)
        if visible(shown) != shown or _LONG_GAP.search(shown):
            pairs = list(_closed_up(pair for pair in pairs if not is_invisible(pair[0])))
            shown = "".join(character for character, _ in pairs)
        # No word is this long: encoded data is blanked, which also bounds what patterns can backtrack over.
        self.clean = _OVERLONG.sub(lambda match: " " * len(match[0]), shown)
        self._origins = [at for _, at in pairs]

    def span(self, start: int, end: int) -> Span:
        """Returns the range of the sent text that a range of the clean text came from."""
        if not self._origins or start >= end:
            return Span(start=0, end=0)
        return Span(start=self._origins[start], end=self._origins[end - 1] + 1)

    def lines(self) -> list[PostingLine]:
        """Returns the ad's lines in order, wrapped ones joined."""
        joined: list[PostingLine] = []
        raw = list(self._raw_lines())
        width = max((line.end - line.start for line in raw), default=0)
        for line in raw:
            # The first line is the title, and nothing that begins with a capital goes on from it.
            is_own = len(joined) == 1 and not line.text[0].islower()
            if joined and not line.after_blank and not is_own and self._continues(joined[-1], line, width):
                last = joined[-1]
                text = self.clean[last.start : line.end].replace("\n", " ")
                joined[-1] = PostingLine(
                    text, last.start, line.end, last.is_bullet, last.is_marked, last.after_blank
                )
            else:
                joined.append(line)
        return joined

    def _continues(self, before: PostingLine, line: PostingLine, width: int) -> bool:
        """Whether ``line`` is the rest of a sentence that was wrapped."""
        if line.is_bullet or line.is_marked or before.is_marked or before.text.endswith(":"):
            return False
        if line.end - before.start > _JOINED_CHARS_MAX:
            return False
        last_line = self.clean[before.start : before.end].rsplit("\n", 1)[-1]
        is_open = not before.text.endswith((".", "!", "?"))
        if line.text[0].islower() and is_open and len(last_line) >= _PROSE_CHARS_MIN:
            return True
        # An ad with one long line is not hard-wrapped: its line breaks mean something.
        if width > _WRAP_CHARS_MAX or _LABEL.match(line.text):
            return False
        if _ENDS_OPEN.search(before.text):
            return True
        # A line was broken here only if the next word had no room on it.
        first_word = line.text.split(maxsplit=1)[0]
        has_no_room = len(last_line) + 1 + len(first_word) > width - _BULLET_CHARS
        return has_no_room and len(last_line) >= _WRAP_CHARS_MIN and not line.text.endswith(":")

    def _raw_lines(self) -> Iterator[PostingLine]:
        at, after_blank = 0, True
        for raw in self.clean.splitlines(keepends=True):
            start, at = at, at + len(raw)
            content = raw.rstrip()
            if not content.strip():
                after_blank = True
                continue
            yield _parse_line(content, start, after_blank)
            after_blank = False


def _parse_line(content: str, start: int, after_blank: bool) -> PostingLine:
    marked = _MARKDOWN_HEADING.match(content)
    bullet = None if marked else _BULLET.match(content)
    skipped = (marked or bullet).end() if (marked or bullet) else len(content) - len(content.lstrip())  # type: ignore[union-attr]
    end = len(content)
    bold = _BOLD_LINE.match(content, skipped)
    if bold:
        skipped, end = bold.span("text")
    text = content[skipped:end]
    trimmed = text.strip()
    skipped += len(text) - len(text.lstrip())
    suffix = ":" if bold and bold["colon"] and not trimmed.endswith(":") else ""
    return PostingLine(
        trimmed + suffix,
        start + skipped,
        start + skipped + len(trimmed),
        is_bullet=bullet is not None,
        is_marked=marked is not None or bold is not None,
        after_blank=after_blank,
    )


def _closed_up(pairs: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Leaves out what is too much of a run of white space, over which patterns would backtrack."""
    spaces = breaks = 0
    for character, at in pairs:
        if not character.isspace():
            spaces = breaks = 0
        elif character == "\n":
            breaks += 1
            if breaks > _BREAKS_MAX:
                continue
        else:
            spaces += 1
            if spaces > _SPACES_MAX:
                continue
        yield character, at


def _seen(text: str) -> Iterator[tuple[str, int]]:
    """Yields each character as displayed, with its index; HTML tags become line breaks or nothing."""
    text = text.replace("\r\n", " \n").replace("\r", "\n")
    if not _HTML.search(text):
        yield from zip(text, range(len(text)), strict=True)
        return
    at = 0
    while at < len(text):
        tag = _TAG.match(text, at) if text[at] == "<" else None
        entity = _ENTITY.match(text, at) if text[at] == "&" else None
        if tag:
            name = (tag[2] or "").lower()
            shown = "\n" if name in _BLOCK_TAGS else ""
            if name == "li" and not tag[0].startswith("</"):
                shown = "\n- "
            yield from ((character, at) for character in shown)
            at = tag.end()
        elif entity:
            yield from ((character, at) for character in html.unescape(entity[0]))
            at = entity.end()
        else:
            yield " " if text[at] == "\n" else text[at], at
            at += 1
