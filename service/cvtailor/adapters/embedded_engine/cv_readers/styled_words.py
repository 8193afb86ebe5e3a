"""Words that know how they look to text; what PDF and DOCX have in common below the line."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

_LIGATURES = dict(zip(range(0xFB00, 0xFB07), ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))
_LINK_TARGET = re.compile(r"^(?:https?://|mailto:|tel:)[^\s<>()\[\]]+$", re.IGNORECASE)
_NOT_SAID = re.compile(r"^(?:https?://(?:www\.)?|mailto:|tel:)|[^a-z0-9@]+")


class StyledWord(NamedTuple):
    """A word; ``link`` is where it leads, or empty, and ``gap`` tells of a wide gap before it."""

    text: str
    bold: bool
    link: str = ""
    gap: bool = False


def text_of(words: Iterable[StyledWord]) -> str:
    """Writes words with Markdown links and every wide gap as two spaces.

    Where bold ends there is a wide gap too: what stood before it is a name of its own (**Acme**, Developer).
    """
    parts: list[str] = []
    was_bold = False
    for (link, is_bold, _), run in groupby(_numbered(words), key=lambda numbered: numbered[1]):
        said = [word for word, _ in run]
        label = " ".join(word.text for word in said).translate(_LIGATURES)
        gap = said[0].gap or (was_bold and not is_bold)
        parts += ["  " if gap else " ", _linked(label, link) if link else label]
        was_bold = is_bold
    return "".join(parts[1:])


def _numbered(words: Iterable[StyledWord]) -> Iterable[tuple[StyledWord, tuple[str, bool, int]]]:
    gaps = 0
    for word in words:
        gaps += word.gap
        yield word, (word.link, word.bold, gaps)


def is_link_target(target: str) -> bool:
    """Whether a link leads to the web, a mailbox or a telephone."""
    return bool(_LINK_TARGET.match(target))


def _linked(label: str, target: str) -> str:
    """Writes a link in Markdown, unless the label says where it leads."""
    bare = label.rstrip(",;|•·").rstrip()
    if not bare or not is_link_target(target) or "[" in label or "]" in label:
        return label
    if _NOT_SAID.sub("", bare.casefold()) == _NOT_SAID.sub("", target.casefold()):
        return label
    return f"[{bare}]({target}){label[len(bare) :]}"
