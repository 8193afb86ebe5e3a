"""What elements of a DOCX hold and say; each question looks at an element once, however deep others nest."""

import re
from collections.abc import Iterator
from typing import Any

from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.docx_styles import W

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def own(element: Any, tag: str) -> Iterator[Any]:
    """Yields what an element has of a kind, without what another element like it within it has."""
    open_ = [element.iterchildren()]
    while open_:
        child = next(open_[-1], None)
        if child is None:
            open_.pop()
            continue
        if child.tag == tag:
            yield child
        if child.tag != element.tag:
            open_.append(child.iterchildren())


def said_in(element: Any, where: str) -> Iterator[Scalar]:
    """Yields the text of every paragraph in an element, however deep it stands."""
    texts: dict[Any, list[str]] = {paragraph: [] for paragraph in element.iter(f"{W}p")}
    for node in element.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}p"):
        around = next(node.iterancestors(f"{W}p"), None)
        if around is not None:
            texts[around].append(node.text or "" if node.tag == f"{W}t" else " ")
    for paragraph, parts in texts.items():
        text = " ".join("".join(parts).split())
        if _LETTER_OR_DIGIT.search(text) and next(paragraph.iterancestors(FALLBACK), None) is None:
            yield Scalar(text, path=where)


class Surroundings:
    """What is around a paragraph; of a cell or a choice that many share, it is found out once."""

    def __init__(self) -> None:
        self._shaded: dict[Any, bool] = {}
        self._replaced: dict[Any, bool] = {}

    def set_off(self, paragraph: Any) -> bool:
        """Whether something coloured may be behind a paragraph: shading, a cell's, or a text box's."""
        if next(paragraph.iterancestors(f"{W}txbxContent"), None) is not None:
            return True
        return _holds(paragraph, f"{W}shd") or any(map(self._is_shaded, paragraph.iterancestors(f"{W}tc")))

    def _is_shaded(self, cell: Any) -> bool:
        if cell not in self._shaded:
            self._shaded[cell] = _holds(cell, f"{W}shd")
        return self._shaded[cell]

    def repeats(self, box: Any) -> bool:
        """Whether a text box is the old notation of one that stands beside it in the new."""
        fallback = next(box.iterancestors(FALLBACK), None)
        if fallback is None:
            return False
        if fallback not in self._replaced:
            choice = next(fallback.iterancestors(_ALTERNATIVES)).find(_CHOICE)
            self._replaced[fallback] = choice is not None and _holds(choice, f"{W}txbxContent")
        return self._replaced[fallback]


def _holds(element: Any, tag: str) -> bool:
    return next(element.iter(tag), None) is not None


def text_of_run(run: Any) -> str:
    """The text of a run, tabs and line breaks in it."""
    parts: list[str] = []
    for child in run.iterchildren():
        if child.tag == f"{W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{W}tab", f"{W}ptab"):
            parts.append("\t")
        elif child.tag == f"{W}cr" or (child.tag == f"{W}br" and child.get(f"{W}type") is None):
            parts.append("\n")
        elif child.tag == f"{W}noBreakHyphen":
            parts.append("-")
        elif child.tag == f"{W}sym":
            parts.append("\uf0b7 ")
    return "".join(parts)
