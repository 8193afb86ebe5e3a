"""How runs and paragraphs of a DOCX look, through the styles that they inherit from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_INHERITED_MAX = 12
_SIZE_DEFAULT = 10.0
_HEADING_LEVEL_MAX = 9
_TITLE_SIZE = 26.0
_OFF = frozenset({"0", "false", "off", "none"})
_TINY_HALF_POINTS = 5
_WHITE_MIN = 0xE6
_BULLET_WORDS = ("list bullet", "list number", "list paragraph bullet")


@dataclass(frozen=True, slots=True)
class Look:
    """What a style says; None where it leaves it to what it inherits from.

    Attributes:
        size: In points.
        space_before: In points.
        list_level: Of a list item from 0; -1 for "no list".
        outline_level: Of a heading from 1.
    """

    size: float | None = None
    bold: bool | None = None
    hidden: bool | None = None
    space_before: float | None = None
    list_level: int | None = None
    outline_level: int | None = None

    def over(self, below: "Look") -> "Look":
        """Returns this look with what it leaves open taken from ``below``."""
        return Look(
            *(
                getattr(below, name) if getattr(self, name) is None else getattr(self, name)
                for name in self.__dataclass_fields__
            )
        )


class Styles:
    """The styles of a document, each resolved once."""

    def __init__(self, document: "Document") -> None:
        root = document.styles.element
        self._elements = {style.get(f"{W}styleId"): style for style in root.iterchildren(f"{W}style")}
        self._default = next(
            (
                style.get(f"{W}styleId")
                for style in self._elements.values()
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true")
            ),
            None,
        )
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._of_document = look_of_run(defaults).over(Look(size=_SIZE_DEFAULT, bold=False, hidden=False))
        self._resolved: dict[str | None, Look] = {}
        self._own: dict[str | None, Look] = {}

    def paragraph(self, properties: Any) -> Look:
        """The look of a paragraph by its ``w:pPr``, with that of its runs."""
        style = _child(properties, "pStyle")
        named = self.named(style if style in self._elements else self._default)
        return _look_of_paragraph(properties).over(named).over(self._of_document)

    def named(self, style_id: str | None) -> Look:
        """The look of a style, its ancestors included."""
        if style_id not in self._resolved:
            look, seen = Look(), 0
            at = style_id
            while at in self._elements and seen < _INHERITED_MAX:
                element = self._elements[at]
                if at not in self._own:
                    self._own[at] = _look_of_style(element)
                look = look.over(self._own[at])
                at, seen = _child(element, "basedOn"), seen + 1
            self._resolved[style_id] = look
        return self._resolved[style_id]


def look_of_run(properties: Any) -> Look:
    """The look that a ``w:rPr`` sets itself."""
    if properties is None:
        return Look()
    half_points = _number(_child(properties, "sz"))
    tiny = half_points is not None and half_points <= _TINY_HALF_POINTS
    return Look(
        size=None if half_points is None else half_points / 2,
        bold=_switch(properties, "b"),
        hidden=True if tiny else _switch(properties, "vanish"),
    )


def is_white(properties: Any) -> bool:
    """Whether a run is set in white or nearly so, on nothing that would set it off."""
    colour = _child(properties, "color") or ""
    if len(colour) != 6 or properties.find(f"{W}highlight") is not None:
        return False
    try:
        channels = bytes.fromhex(colour)
    except ValueError:
        return False
    return min(channels) >= _WHITE_MIN


def _look_of_style(element: Any) -> Look:
    look = look_of_run(element.find(f"{W}rPr")).over(_look_of_paragraph(element.find(f"{W}pPr")))
    name = (_child(element, "name") or "").casefold()
    level = _number(name.removeprefix("heading ")) if name.startswith("heading ") else None
    return Look(
        size=_TITLE_SIZE if name == "title" and look.size is None else look.size,
        bold=look.bold,
        hidden=look.hidden,
        space_before=look.space_before,
        list_level=0 if look.list_level is None and name.startswith(_BULLET_WORDS) else look.list_level,
        outline_level=int(level) if level else look.outline_level,
    )


def _look_of_paragraph(properties: Any) -> Look:
    if properties is None:
        return Look()
    spacing = properties.find(f"{W}spacing")
    twentieths = _number(spacing.get(f"{W}before")) if spacing is not None else None
    outline = _number(_child(properties, "outlineLvl"))
    return Look(
        space_before=None if twentieths is None else twentieths / 20,
        list_level=_list_level(properties.find(f"{W}numPr")),
        outline_level=int(outline) + 1 if outline is not None and outline < _HEADING_LEVEL_MAX else None,
    )


def _list_level(numbering: Any) -> int | None:
    if numbering is None:
        return None
    if _child(numbering, "numId") == "0":
        return -1
    return int(_number(_child(numbering, "ilvl")) or 0)


def _child(element: Any, name: str) -> str | None:
    """The value of a child of an element, such as that of ``w:sz``."""
    found = element.find(f"{W}{name}") if element is not None else None
    return None if found is None else found.get(f"{W}val")


def _switch(properties: Any, name: str) -> bool | None:
    found = properties.find(f"{W}{name}")
    return None if found is None else (found.get(f"{W}val") or "1") not in _OFF


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
