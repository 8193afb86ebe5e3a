"""The work of one worker process: documents in, bytes out. One thread, one job at a time.

Only workers import this: it loads rendercv, Typst and the fonts.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import pydantic
import rendercv_fonts
import typst
import yaml

from cvtailor.adapters.rendering.document import RendercvDocument, rendercv_document
from cvtailor.adapters.rendering.empty_folder import own_empty_folder
from cvtailor.adapters.rendering.packages import install_packages, is_whole
from cvtailor.adapters.rendering.source import END_LABEL, measured, rendercv_model, typst_source
from cvtailor.domain.application import Density, Theme
from cvtailor.domain.errors import RenderRefused
from cvtailor.domain.ports import PageFit, RenderedCv, TypesetCv
from cvtailor.domain.tailored_cv import TailoredCv

PIXELS_PER_INCH = 108.0
_ARCHIVABLE_AND_ACCESSIBLE: list[typst.PDFStandard] = ["a-2a", "ua-1"]
_MISSING_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_NOT_THERE = Path("/nonexistent")


class Press:
    """A Typst compiler with rendercv in front of it.

    Args:
        cache_dir: Holds the Typst packages, which are written on first use, and this press's empty folder.
    """

    def __init__(self, cache_dir: Path) -> None:
        self._packages = install_packages(cache_dir)
        self._root = own_empty_folder(cache_dir)
        self._fonts = typst.Fonts(
            include_system_fonts=False, font_paths=list(rendercv_fonts.paths_to_font_folders)
        )
        self._latest = self._compiler()

    def is_whole(self) -> bool:
        """Whether the packages are still where they were laid, and its folder is there."""
        return is_whole(self._packages) and self._root.is_dir()

    @property
    def folders(self) -> tuple[Path, ...]:
        """What it reads from, besides its libraries."""
        return self._packages, self._root

    def lay_out(
        self,
        cv: TailoredCv,
        theme: Theme,
        today: date,
        density: Density = Density.NORMAL,
        page_limit: int = 0,
    ) -> tuple[PageFit, TypesetCv | None]:
        """Lays a CV out, and makes its PDF if it takes at most so many pages; raises RenderRefused."""
        document = rendercv_document(cv, theme, today, density)
        source = self._source(document, cv, today)
        try:
            # A compiler answers one query about a source that is not a file.
            self._latest = self._compiler(source)
            end = json.loads(self._latest.query(END_LABEL, field="value", one=True))
        except RuntimeError as error:
            raise _refused(error) from None
        area = end["height"] - end["top"] - end["bottom"]
        fit = PageFit(pages=end["pages"], fill=min(1.0, max(0.0, (end["y"] - end["top"]) / area)))
        return fit, self._made(document, source) if fit.pages <= page_limit else None

    def typeset(
        self, cv: TailoredCv, theme: Theme, today: date, density: Density = Density.NORMAL
    ) -> TypesetCv:
        """Makes PDF and sources; raises RenderRefused."""
        document = rendercv_document(cv, theme, today, density)
        return self._made(document, self._source(document, cv, today))

    def pictures(self, source: str) -> tuple[bytes, ...]:
        """Makes pictures of the pages from a Typst source; raises RenderRefused."""
        try:
            made = self._compiled(source, format="png", ppi=PIXELS_PER_INCH)
        except RuntimeError as error:
            raise _refused(error) from None
        return tuple(made) if isinstance(made, list) else (made,)

    def render(
        self, cv: TailoredCv, theme: Theme, today: date, density: Density = Density.NORMAL
    ) -> RenderedCv:
        """Makes PDF, sources and pictures; raises RenderRefused."""
        made = self.typeset(cv, theme, today, density)
        return RenderedCv(**made.model_dump(), page_pngs=self.pictures(made.typst))

    def _made(self, document: RendercvDocument, source: str) -> TypesetCv:
        try:
            pdf, missing = self._pdf(source)
        except RuntimeError as error:
            raise _refused(error) from None
        return TypesetCv(pdf=pdf, typst=source, yaml=rendercv_yaml(document), missing_glyphs=missing)

    def _source(self, document: RendercvDocument, cv: TailoredCv, today: date) -> str:
        try:
            model = rendercv_model(document, today)
        except pydantic.ValidationError as error:
            where = "; ".join(".".join(map(str, fault["loc"])) for fault in error.errors()[:5])
            raise RenderRefused(f"rendercv refuses the CV at {where}.") from None
        return typst_source(document, model, cv.language)

    def _pdf(self, source: str) -> tuple[bytes, tuple[str, ...]]:
        """Returns the PDF, PDF/A-2a and PDF/UA-1 if every character has a glyph, and those that don't."""
        missing: tuple[str, ...] = ()
        try:
            pdf = self._compiled(source, format="pdf", pdf_standards=_ARCHIVABLE_AND_ACCESSIBLE)
        except typst.TypstError as error:
            pdf, missing = self._compiled(source, format="pdf"), missing_glyphs(error.diagnostic)
        return cast("bytes", pdf), missing  # Only pictures come as a list.

    def _compiled(self, source: str, **options: Any) -> bytes | list[bytes]:
        """Compiles with the compiler that was used last: what it had last, it need not lay out again."""
        made = self._latest.compile(input=measured(source).encode(), **options)
        return cast("bytes | list[bytes]", made)

    def _compiler(self, source: str = "") -> typst.Compiler:
        return typst.Compiler(
            input=measured(source).encode(),
            root=self._root,
            font_paths=self._fonts,
            ignore_system_fonts=True,
            package_path=self._packages,
            package_cache_path=_NOT_THERE,
        )


def missing_glyphs(diagnostic: str) -> tuple[str, ...]:
    """Returns the characters that a PDF/A diagnostic says no font could draw, each once, in order."""
    texts = (_ESCAPE.sub(_unescaped, text) for text in _MISSING_GLYPH.findall(diagnostic))
    return tuple(dict.fromkeys(texts))


def rendercv_yaml(document: RendercvDocument) -> str:
    """Returns a document as YAML that means the same to YAML 1.1 and, as rendercv reads it, YAML 1.2."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.CSafeDumper):
    """Quotes strings that YAML 1.2 would read as numbers."""


def _string(dumper: _Dumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else '"' if re.match(r"[-+.]?\d", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _string)


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else escape[2]


def _refused(error: RuntimeError) -> RenderRefused:
    # Typst's diagnostics quote the source, which is somebody's CV: they go no further.
    kind = "a package that is not there" if "package" in str(error) else "its source"
    return RenderRefused(f"Typst refuses the CV because of {kind}; this is a fault of the service.")
