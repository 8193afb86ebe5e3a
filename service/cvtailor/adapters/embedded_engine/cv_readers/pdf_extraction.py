"""PDF to words that know where they stand and whether a person can see them; a program of its own.

Runs in a process that is killed when it takes too long (``pdf_process``): a PDF of 5 KB whose forms call
each other doubles the work with each of them, and PDFium can't be interrupted. Needs PDFium, the standard
library and our locks only, so that it starts in a tenth of a second, and nothing is rasterised, so that no
image decoder sees the file. A file that breaks PDFium all the same can compute, and answer.
"""

import codecs
import ctypes
import json
import math
import sys
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from cvtailor.adapters import confinement

PAGES_MAX = 20
CHARS_MAX = 200_000
_OBJECTS_MAX = 50_000
_PAINTED_MAX = 400
_LINKS_MAX = 400
_FORM_DEPTH_MAX = 6

_WHITE = (255, 255, 255)
_COLOUR_STEP_MIN = 24
_ALPHA_MIN = 26
_OPAQUE = 250
_SIZE_MIN = 3.0
_BACKGROUND_SIDE_MIN = 4.0
_SCAN_RATIO = 0.4
_RECOGNISED_RATIO = 0.8
_BOLD_WEIGHT = 600
_BOLD_NAMES = ("bold", "black", "heavy", "demi")
_SYMBOL_FONTS = ("wingdings", "webdings", "dingbat", "awesome", "icon")
_PICTURE = "\uf0b7"
_HYPHENS = frozenset({0x02, 0xFFFE, 0x2010, 0x2011})
_SPACES = frozenset({0x09, 0x0A, 0x0D, 0x20, 0xA0})
_UNPAINTED_MODES = frozenset({3, 7})
_OUTLINED_MODE = 1
_STROKED_MODES = frozenset({2, 6})
_NOTE_SUBTYPES = frozenset({pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_WIDGET})


class _Refused(Exception):
    """The file is not read; the first argument says why, in a word that ``pdf_process`` explains."""


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


class _Painted(NamedTuple):
    """A filled shape or picture; ``colour`` is None where it can't be told for each point."""

    order: int
    box: _Box
    colour: tuple[int, int, int] | None


class _Face(NamedTuple):
    """What the characters of one text object share; ``look`` is the same for the same font and colour."""

    size: float
    bold: bool
    symbols: bool
    upright: bool
    mode: int
    order: int
    look: int


class _Page:
    """One open page."""

    def __init__(self, document: Any, index: int) -> None:
        self._page = pdfium.FPDF_LoadPage(document, index)
        if not self._page:
            raise _Refused("broken")
        self._document = document
        self._text = pdfium.FPDFText_LoadPage(self._page)
        self.width = pdfium.FPDF_GetPageWidthF(self._page)
        self.height = pdfium.FPDF_GetPageHeightF(self._page)
        self.rotation = pdfium.FPDFPage_GetRotation(self._page)
        self.char_count = pdfium.FPDFText_CountChars(self._text)
        self._orders: dict[int | None, int] = {}
        self._painted: list[_Painted] = []
        self._objects = 0
        self._largest_picture = 0.0

    def close(self) -> None:
        pdfium.FPDFText_ClosePage(self._text)
        pdfium.FPDF_ClosePage(self._page)

    def read(self) -> dict[str, Any]:
        count = pdfium.FPDFPage_CountObjects(self._page)
        self._survey((pdfium.FPDFPage_GetObject(self._page, index) for index in range(count)), ())
        links = list(self._links())
        words = list(self._words(links))
        unpainted = sum(word[-1] == "unpainted" for word in words)
        page_area = self.width * self.height
        recognised = (
            bool(words)
            and unpainted >= _RECOGNISED_RATIO * len(words)
            and self._largest_picture >= _SCAN_RATIO * page_area
        )
        if recognised:
            words = [[*word[:-1], "" if word[-1] == "unpainted" else word[-1]] for word in words]
        return {
            "width": self.width,
            "height": self.height,
            "recognised": recognised,
            "words": words,
            "links": [target for _, target in links],
            "notes": list(self._notes()),
        }

    def _survey(self, objects: Iterator[Any], matrices: tuple[Any, ...]) -> None:
        """Numbers the objects in the order they are painted, and notes what could hide or carry text."""
        for item in objects:
            self._objects += 1
            if self._objects > _OBJECTS_MAX:
                return
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._orders[_address(item)] = self._objects
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                if len(matrices) < _FORM_DEPTH_MAX:
                    matrix = pdfium.FS_MATRIX()
                    pdfium.FPDFPageObj_GetMatrix(item, matrix)
                    count = pdfium.FPDFFormObj_CountObjects(item)
                    inner = (pdfium.FPDFFormObj_GetObject(item, index) for index in range(count))
                    self._survey(inner, (matrix, *matrices))
            elif len(self._painted) < _PAINTED_MAX:
                self._note_painted(item, kind, matrices)

    def _note_painted(self, item: Any, kind: int, matrices: tuple[Any, ...]) -> None:
        edges = [ctypes.c_float() for _ in range(4)]
        if not pdfium.FPDFPageObj_GetBounds(item, *edges):
            return
        box = _Box(*(edge.value for edge in edges))
        for matrix in matrices:
            box = _moved(box, matrix)
        if min(box.right - box.left, box.top - box.bottom) < _BACKGROUND_SIDE_MIN:
            return
        colour = None
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
            rgba = _rgba(pdfium.FPDFPageObj_GetFillColor, item)
            if not fill.value or (rgba and rgba[3] < _ALPHA_MIN):
                return
            if rgba and rgba[3] >= _OPAQUE and _is_rectangle(item):
                colour = rgba[:3]
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            area = (box.right - box.left) * (box.top - box.bottom)
            self._largest_picture = max(self._largest_picture, area)
        self._painted.append(_Painted(self._objects, box, colour))

    def _words(self, links: list[tuple[_Box, str]]) -> Iterator[list[Any]]:
        text, face = self._text, None
        address: int | None = -1
        x, y, loose = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
        word: list[Any] | None = None
        for index in range(self.char_count):
            code = pdfium.FPDFText_GetUnicode(text, index)
            if code in _SPACES:
                if word:
                    yield self._placed(word)
                word = None
                continue
            here = _address(pdfium.FPDFText_GetTextObject(text, index))
            if face is None or here != address:
                address, face = here, self._face(index, here)
            pdfium.FPDFText_GetCharOrigin(text, index, x, y)
            pdfium.FPDFText_GetLooseCharBox(text, index, loose)
            box = _Box(loose.left, loose.bottom, loose.right, loose.top)
            if word and face.upright and self._is_apart(word, box, y.value, face.size):
                yield self._placed(word)
                word = None
            letter = _letter(code, face)
            if word is None:
                middle = (box.left + box.right) / 2, (box.bottom + box.top) / 2
                link = next((at for at, (area, _) in enumerate(links) if area.holds(*middle)), -1)
                hidden = self._hidden(index, face, box)
                word = [letter, box.left, box.right, y.value, face.size, face.bold, face.look, link, hidden]
            else:
                word[0] += letter
                word[2] = max(word[2], box.right)
                word[5] &= face.bold or not letter.isalnum()
        if word:
            yield self._placed(word)

    @staticmethod
    def _is_apart(word: list[Any], box: _Box, y: float, size: float) -> bool:
        """Whether a character begins a word though no space stands before it; raised ones ("1st") do not."""
        gap = box.left - word[2]
        return bool(abs(y - word[3]) > 0.5 * max(size, word[4]) or gap > 0.35 * size or gap < -1.5 * size)

    def _placed(self, word: list[Any]) -> list[Any]:
        """Turns a word with its page, and rounds."""
        letters, x0, x1, y, *rest = word
        if self.rotation == 1:
            x0, x1, y = y, y + (x1 - x0), self.height - x0
        elif self.rotation == 2:
            x0, x1, y = self.width - x1, self.width - x0, self.height - y
        elif self.rotation == 3:
            x0, x1, y = self.width - y, self.width - y + (x1 - x0), x0
        return [letters, round(x0, 1), round(x1, 1), round(y, 1), *rest]

    def _face(self, index: int, address: int | None) -> _Face:
        matrix, flags, name = pdfium.FS_MATRIX(), ctypes.c_int(), ctypes.create_string_buffer(128)
        pdfium.FPDFText_GetMatrix(self._text, index, matrix)
        pdfium.FPDFText_GetFontInfo(self._text, index, name, 128, flags)
        size = pdfium.FPDFText_GetFontSize(self._text, index) * math.hypot(matrix.c, matrix.d)
        item = pdfium.FPDFText_GetTextObject(self._text, index)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(item) if item else 0
        font = name.value.decode("utf-8", "replace").casefold()
        bold = (
            pdfium.FPDFText_GetFontWeight(self._text, index) >= _BOLD_WEIGHT
            or mode in _STROKED_MODES
            or any(word in font for word in _BOLD_NAMES)
        )
        upright = abs(matrix.b) <= abs(matrix.a) if self.rotation % 2 == 0 else abs(matrix.a) <= abs(matrix.b)
        symbols = any(word in font for word in _SYMBOL_FONTS)
        order = self._orders.get(address, 0)
        look = zlib.crc32(
            f"{font.rpartition('+')[2]} {_rgba(pdfium.FPDFText_GetFillColor, self._text, index)}".encode()
        )
        return _Face(round(size, 1), bold, symbols, upright and not self.rotation, mode, order, look)

    def _hidden(self, index: int, face: _Face, box: _Box) -> str:
        """Says why a person can't see a character; empty if they can, or if it can't be told."""
        if face.mode in _UNPAINTED_MODES:
            return "unpainted"
        if 0 < face.size < _SIZE_MIN:
            return "tiny"
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        width, height = (self.height, self.width) if self.rotation % 2 else (self.width, self.height)
        if not _Box(0, 0, width, height).holds(x, y):
            return "off_page"
        ink = pdfium.FPDFText_GetStrokeColor if face.mode == _OUTLINED_MODE else pdfium.FPDFText_GetFillColor
        rgba = _rgba(ink, self._text, index)
        if rgba is None or not face.order:
            return ""
        if rgba[3] < _ALPHA_MIN:
            return "transparent"
        here = [painted for painted in self._painted if painted.box.holds(x, y)]
        if any(painted.order > face.order and painted.colour is not None for painted in here):
            return "covered"
        below = [painted for painted in here if painted.order < face.order]
        ground = below[-1].colour if below else _WHITE
        if ground and max(abs(rgba[channel] - ground[channel]) for channel in range(3)) < _COLOUR_STEP_MIN:
            return "same_colour"
        return ""

    def _links(self) -> Iterator[tuple[_Box, str]]:
        position, link = ctypes.c_int(), pdfium.FPDF_LINK()
        for _ in range(_LINKS_MAX):
            if not pdfium.FPDFLink_Enumerate(self._page, position, link):
                return
            area, action = pdfium.FS_RECTF(), pdfium.FPDFLink_GetAction(link)
            if not action or not pdfium.FPDFLink_GetAnnotRect(link, area):
                continue
            size = pdfium.FPDFAction_GetURIPath(self._document, action, None, 0)
            if 1 < size <= 4_096:
                buffer = ctypes.create_string_buffer(size)
                pdfium.FPDFAction_GetURIPath(self._document, action, buffer, size)
                box = _Box(area.left, area.bottom, area.right, area.top)
                yield box, buffer.value.decode("utf-8", "replace")

    def _notes(self) -> Iterator[str]:
        """Yields the texts of form fields and notes, which are no text of the page."""
        for index in range(min(pdfium.FPDFPage_GetAnnotCount(self._page), _LINKS_MAX)):
            note = pdfium.FPDFPage_GetAnnot(self._page, index)
            if pdfium.FPDFAnnot_GetSubtype(note) in _NOTE_SUBTYPES:
                for key in (b"V", b"Contents"):
                    buffer = (ctypes.c_ushort * 2_048)()
                    size = pdfium.FPDFAnnot_GetStringValue(note, key, buffer, ctypes.sizeof(buffer))
                    if 2 < size <= ctypes.sizeof(buffer):
                        yield bytes(buffer)[: size - 2].decode("utf-16-le", "replace")
            pdfium.FPDFPage_CloseAnnot(note)


def _letter(code: int, face: _Face) -> str:
    if code in _HYPHENS:
        return "-"
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > sys.maxunicode:
        return "\ufffd"
    return _PICTURE if face.symbols else chr(code)


def _address(item: Any) -> int | None:
    return ctypes.cast(item, ctypes.c_void_p).value if item else None


def _rgba(ask: Any, *subject: Any) -> tuple[int, int, int, int] | None:
    channels = [ctypes.c_uint() for _ in range(4)]
    if not ask(*subject, *channels):
        return None
    red, green, blue, alpha = (channel.value for channel in channels)
    return red, green, blue, alpha


def _moved(box: _Box, by: Any) -> _Box:
    xs = [by.a * x + by.c * y + by.e for x in (box.left, box.right) for y in (box.bottom, box.top)]
    ys = [by.b * x + by.d * y + by.f for x in (box.left, box.right) for y in (box.bottom, box.top)]
    return _Box(min(xs), min(ys), max(xs), max(ys))


def _is_rectangle(path: Any) -> bool:
    count = pdfium.FPDFPath_CountSegments(path)
    if not 4 <= count <= 6:
        return False
    kinds = (
        pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(path, index)) for index in range(count)
    )
    return all(kind in (pdfium.FPDF_SEGMENT_LINETO, pdfium.FPDF_SEGMENT_MOVETO) for kind in kinds)


def extract(content: bytes) -> dict[str, Any]:
    """Reads a PDF.

    Returns:
        ``{"pages": [...]}`` as ``pdf_process`` takes it, or ``{"refused": reason}``.
    """
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        return {"refused": "locked" if locked else "broken"}
    try:
        return {"pages": list(_pages(document))}
    except _Refused as refusal:
        return {"refused": refusal.args[0]}


def _pages(document: Any) -> Iterator[dict[str, Any]]:
    count = pdfium.FPDF_GetPageCount(document)
    if count > PAGES_MAX:
        raise _Refused("many_pages")
    chars = 0
    for index in range(count):
        page = _Page(document, index)
        try:
            chars += page.char_count
            if chars > CHARS_MAX:
                raise _Refused("long")
            yield page.read()
        finally:
            page.close()


def main() -> None:
    """Reads a PDF from standard input, and writes JSON to standard output.

    The seconds of processor time it may use are its only argument.
    """
    content = sys.stdin.buffer.read()
    _lock_in(cpu_seconds_max=int(sys.argv[1]))
    pdfium.FPDF_InitLibrary()
    sys.stdout.buffer.write(json.dumps(extract(content)).encode())


def _lock_in(cpu_seconds_max: int) -> None:
    """Leaves this process only computing, as far as the kernel has locks for it.

    No file is left to read, fonts of the system neither: a PDF reads the same on every machine.
    """
    codecs.lookup("utf-16-le")  # Loaded while it can be.
    confinement.leave_network()
    confinement.read_nothing()
    confinement.give_up_rights(cpu_seconds_max)


if __name__ == "__main__":
    main()
