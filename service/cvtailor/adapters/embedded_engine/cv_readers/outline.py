"""What Markdown and plain text have in common: headings, bullets and paragraphs, in source order."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.domain.limits import LINES_REMEMBERED_MAX


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest."""

    text: Scalar
    level: int


@dataclass(frozen=True, slots=True)
class Bullet:
    """A list item; depth 0 is outermost."""

    text: Scalar
    depth: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text without an empty line between them.

    Attributes:
        wrapped: Lines may go on with the ones above; false where each is known to be whole.
    """

    lines: tuple[Scalar, ...]
    wrapped: bool = True


type Block = Heading | Bullet | Paragraph

BULLETS = "•‣⁃∙·»›→⇒\u25a0-\u25ff★☆\u2700-\u27bf\ue000-\uf8ff"
"""What stands before a list item, for a character class.

Geometric shapes, dingbats, and what fonts of symbols have in private use.
"""

_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|\*|(?<!\w)_)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LINK = re.compile(r"\[([^\[\]]+)\]\(\s*<?([^\s()<>]+(?:\([^\s()]*\))?)>?\s*\)")
_WRAPPED_CHARS_MIN = 55
_FACT_CHARS_MAX = 400
_EMPHASIS_MARKS = "*_"
# Of a fact that is written by hand; each mark without its twin costs a look at all of the text.
_MARKS_MAX = 32


def lines_of(block: Block) -> tuple[Scalar, ...]:
    """The source lines of a block."""
    return block.lines if isinstance(block, Paragraph) else (block.text,)


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def without_emphasis(text: str) -> str:
    """Removes Markdown emphasis from a text short enough to be a fact; facts are plain text."""
    marks = sum(map(text.count, _EMPHASIS_MARKS)) if len(text) <= _FACT_CHARS_MAX else 0
    if not marks or marks > _MARKS_MAX:
        return text
    return _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))


def split_links(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Replaces Markdown links by their text, and lists them as (text, target)."""
    links = [(found[1], found[2]) for found in _LINK.finditer(text)]
    return _LINK.sub(r"\1", text), links


def tidy(text: str) -> str:
    """Makes every run of white space one space."""
    return " ".join(text.split())


def joined(lines: tuple[Scalar, ...], begins: Callable[[str], object] | None = None) -> Iterator[Scalar]:
    """Joins lines that were wrapped at a margin, and leaves short lines, which were meant as lines, apart.

    Args:
        begins: Says of a line that it never continues the one above.
    """
    pending: list[Scalar] = []
    for line in lines:
        if pending and (len(pending[-1].value) < _WRAPPED_CHARS_MIN or (begins and begins(line.value))):
            yield _one(pending)
            pending = []
        pending.append(line)
    if pending:
        yield _one(pending)


def _one(lines: list[Scalar]) -> Scalar:
    return Scalar(tidy(" ".join(line.value for line in lines)), lines[0].line, lines[0].path)
