"""Markdown CVs."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title
from cvtailor.adapters.embedded_engine.cv_readers.outline import (
    Block,
    Bullet,
    Heading,
    Paragraph,
    without_emphasis,
)
from cvtailor.adapters.embedded_engine.cv_readers.outlined_cv import read_outline
from cvtailor.adapters.embedded_engine.cv_readers.source_text import split_lines, unreadable
from cvtailor.domain.limits import CV_NESTING_MAX

_PARSER = MarkdownIt("commonmark", {"maxNesting": CV_NESTING_MAX + 2}).disable("inline")
_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HTML = re.compile(r"<(?:!--|/?[a-z])[^<>]*>", re.IGNORECASE)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]+|[^\s<>@]+@[^\s<>@]+)>")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_FRONT_MATTER_FENCE = "---"
_FRONT_MATTER_LINES_MAX = 40


def read_markdown(text: str, builder: CvBuilder) -> list[Scalar]:
    """Reads a Markdown CV into ``builder``.

    Returns:
        The source, line by line.
    """
    lines = split_lines(text, builder.field)
    source = [
        Scalar(line.strip(), number) for number, line in enumerate(lines, 1) if _LETTER_OR_DIGIT.search(line)
    ]
    front, body = _without_front_matter(lines)
    outline = _Outline(body, builder)
    blocks = list(outline.blocks())
    builder.leave_out(
        (line for line in source if line.line not in outline.seen and line.line not in front),
        "shown nowhere in Markdown, such as a link definition",
    )
    metadata = tuple(line for line in source if line.line in front)
    read_outline([Paragraph(metadata), *blocks] if metadata else blocks, builder)
    return source


def _without_front_matter(lines: list[str]) -> tuple[range, str]:
    """Blanks a leading ``---`` block, so that line numbers stay; returns the lines it covers."""
    if lines[0].strip() == _FRONT_MATTER_FENCE:
        for index, line in enumerate(lines[1:_FRONT_MATTER_LINES_MAX], 1):
            if line.strip() == _FRONT_MATTER_FENCE:
                return range(2, index + 1), "\n".join([""] * (index + 1) + lines[index + 1 :])
    return range(0), "\n".join(lines)


class _Outline:
    """Walks the block tokens of a Markdown text; ``seen`` are the source lines that came out."""

    def __init__(self, text: str, builder: CvBuilder) -> None:
        self._lines = text.split("\n")
        self._tokens = _PARSER.parse(text)
        self._builder = builder
        self._count_at_depth: dict[int, int] = {}
        self.seen: set[int] = set()

    def blocks(self) -> Iterator[Block]:
        depth = -1
        item: Token | None = None
        for index, token in enumerate(self._tokens):
            if token.type in ("bullet_list_open", "ordered_list_open"):
                depth += 1
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                depth -= 1
            elif token.type == "list_item_open":
                item = token
            elif token.type == "inline":
                opened = self._tokens[index - 1]
                yield from self._inline(token, opened, depth, item)
                item = None
            elif token.type in ("fence", "code_block"):
                yield from self._code(token)
            elif token.type == "html_block":
                yield from self._html(token)
            if token.level >= CV_NESTING_MAX:
                raise unreadable(
                    f"The Markdown is nested deeper than {CV_NESTING_MAX} levels; flatten it.",
                    self._builder.field,
                    line=token.map[0] + 1 if token.map else None,
                )

    def _inline(self, token: Token, opened: Token, depth: int, item: Token | None) -> Iterator[Block]:
        first_line = (token.map or [0])[0] + 1
        lines = tuple(self._visible(token.content, first_line))
        if not lines:
            return
        if opened.type == "heading_open":
            yield Heading(_joined(lines), int(opened.tag[1:]))
        elif depth >= 0:
            text = _joined(lines)
            if item is not None and not self._counts_on(item.info, depth):
                text = Scalar(f"{item.info}{item.markup} {text.value}", text.line)
            yield Bullet(text, depth)
        elif len(lines) == 1 and is_known_title(lines[0].value) and _looks_like_a_title(lines[0].value):
            yield Heading(lines[0], 2)
        else:
            yield Paragraph(lines)

    def _counts_on(self, ordinal: str, depth: int) -> bool:
        """Whether a number before a list item only counts; "7. Klasse" and "2019. Award" say something."""
        if not ordinal:
            return True
        count = self._count_at_depth.get(depth, 0)
        self._count_at_depth[depth] = int(ordinal)
        return int(ordinal) in (1, count + 1)

    def _visible(self, content: str, first_line: int) -> Iterator[Scalar]:
        """Yields the lines of inline text without HTML, which is reported."""
        for number, raw in enumerate(content.split("\n"), first_line):
            self.seen.add(number)
            line = _AUTOLINK.sub(r"\1", _TAG.sub(" | ", raw))
            if hidden := _HTML.findall(line):
                self._builder.leave_out([Scalar(" ".join(hidden), number)], "HTML is not shown")
                line = _HTML.sub(" ", line)
            line = line.strip().removesuffix("\\").strip()
            if _LETTER_OR_DIGIT.search(line):
                yield Scalar(line, number)
            elif line:
                self.seen.discard(number)

    def _code(self, token: Token) -> Iterator[Block]:
        start, end = token.map or [0, 0]
        lines = [
            Scalar(self._lines[index].strip(), index + 1)
            for index in range(start, min(end, len(self._lines)))
            if _LETTER_OR_DIGIT.search(self._lines[index])
        ]
        self.seen.update(line.line for line in lines if line.line)
        if lines:
            yield Paragraph(tuple(lines))

    def _html(self, token: Token) -> Iterator[Block]:
        start, end = token.map or [0, 0]
        self.seen.update(range(start + 1, end + 1))
        hidden = [
            Scalar(line.strip(), start + 1 + index) for index, line in enumerate(token.content.split("\n"))
        ]
        self._builder.leave_out(
            (line for line in hidden if _LETTER_OR_DIGIT.search(line.value)), "HTML is not shown"
        )
        return iter(())


def _looks_like_a_title(line: str) -> bool:
    bare = without_emphasis(line)
    return bare != line or bare.isupper() or bare.rstrip().endswith(":")


def _joined(lines: tuple[Scalar, ...]) -> Scalar:
    return Scalar(" ".join(line.value for line in lines), lines[0].line)
