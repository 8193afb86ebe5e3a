"""The Typst packages a render needs, laid in a folder of ours so that nothing is fetched.

rendercv's Typst package imports ``@preview/fontawesome:0.6.0`` from the network. A small package of
that name, made here, takes its place: it draws each icon as a path in an artifact, so icons neither
need a font nor leave private-use characters in the text that is extracted from the PDF.

The icons are Font Awesome Free 7 (https://fontawesome.com), from the fonts that ``rendercv-fonts``
ships: CC BY 4.0 for the icons, SIL OFL 1.1 for the fonts.

Only workers import this.
"""

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import rendercv
import rendercv_fonts

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

_RENDERCV, _ICONS = Path("preview/rendercv/0.3.0"), Path("preview/fontawesome/0.6.0")
_PACKAGE_FILES = ("typst.toml", "lib.typ")
_FILES = tuple(package / name for package in (_RENDERCV, _ICONS) for name in _PACKAGE_FILES)
_DRAFT = "typst-draft-"
_DRAFT_SECONDS_MAX = 600
"""Far longer than it takes to write one."""

_BRANDS = "Font Awesome 7 Brands-Regular-400.otf"
_SOLID = "Font Awesome 7 Free-Solid-900.otf"
_BRAND_ICONS = (
    "behance bluesky dribbble facebook github gitlab imdb instagram kaggle linkedin mastodon medium orcid "
    "reddit researchgate stack-overflow telegram whatsapp x-twitter xing youtube"
)
_SOLID_ICONS = "arrow-up-right-from-square calendar-days code envelope graduation-cap link location-dot phone"
_ALIASES = {"external-link": "arrow-up-right-from-square"}
_FALLBACK = "link"

_MANIFEST = '[package]\nname = "fontawesome"\nversion = "0.6.0"\nentrypoint = "lib.typ"\n'
_LIBRARY = """\
// Icons: Font Awesome Free 7 by @fontawesome, https://fontawesome.com
// Icons CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), fonts SIL OFL 1.1.
// Per icon: width, height and depth in em, view box, path.
#let icons = (
{rows}
)

#let fa-icon(name, size: 1em, ..rest) = context {{
  let (width, height, depth, view, path) = icons.at(name, default: icons.at("{fallback}"))
  let svg = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='" + view + "'>"
      + "<path fill='" + text.fill.to-hex() + "' transform='scale(1 -1)' d='" + path + "'/></svg>"
  )
  box(
    width: width * size,
    height: height * size,
    baseline: depth * size,
    pdf.artifact(image(bytes(svg), format: "svg", width: width * size, height: height * size)),
  )
}}
"""


def install_packages(cache_dir: Path) -> Path:
    """Lays the packages under ``cache_dir``, or what is missing of them.

    Safe to be called by several processes at once, and to be killed: each file is moved into place
    whole, and what a killed process leaves is removed by a later one.

    Returns:
        The folder for Typst's ``package_path``.
    """
    folder = cache_dir / f"typst-packages-{_fingerprint()}"
    if is_whole(folder):
        return folder
    cache_dir.mkdir(parents=True, exist_ok=True)
    _sweep_drafts(cache_dir)
    with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=cache_dir, ignore_cleanup_errors=True) as draft:
        _write_packages(Path(draft))
        for file in _FILES:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (Path(draft) / file).replace(folder / file)
    return folder


def is_whole(folder: Path) -> bool:
    """Whether a folder still has all that ``install_packages`` laid there."""
    return all((folder / file).is_file() for file in _FILES)


def _sweep_drafts(cache_dir: Path) -> None:
    """Removes drafts whose process must have been killed; by age, for it may have been another machine's."""
    oldest = time.time() - _DRAFT_SECONDS_MAX
    for draft in cache_dir.glob(f"{_DRAFT}*"):
        with suppress(FileNotFoundError):  # Another process sweeps too.
            if draft.stat().st_mtime < oldest:
                shutil.rmtree(draft, ignore_errors=True)


def _fingerprint() -> str:
    made_of = (Path(__file__).read_text("utf-8"), version("rendercv"), version("rendercv-fonts"))
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:16]


def _write_packages(folder: Path) -> None:
    bundled = Path(rendercv.__file__).parent / "renderer" / "rendercv_typst"
    for package in (_RENDERCV, _ICONS):
        (folder / package).mkdir(parents=True)
    for name in _PACKAGE_FILES:
        shutil.copyfile(bundled / name, folder / _RENDERCV / name)
    (folder / _ICONS / "typst.toml").write_text(_MANIFEST, "utf-8")
    library = _LIBRARY.format(rows="\n".join(_rows()), fallback=_FALLBACK)
    (folder / _ICONS / "lib.typ").write_text(library, "utf-8")


def _rows() -> Iterator[str]:
    # Imported here: only the first worker ever draws; the others find the packages laid.
    from fontTools.ttLib import TTFont

    fonts = Path(rendercv_fonts.__file__).parent / "Font Awesome 7"
    drawn: dict[str, str] = {}
    for file, names in ((_BRANDS, _BRAND_ICONS), (_SOLID, _SOLID_ICONS)):
        with TTFont(fonts / file) as font:
            drawn |= {name: _row(font, name) for name in names.split()}
    drawn |= {alias: drawn[name] for alias, name in _ALIASES.items()}
    return (f'  "{name}": {row},' for name, row in sorted(drawn.items()))


def _row(font: "TTFont", name: str) -> str:
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.svgPathPen import SVGPathPen

    glyphs = font.getGlyphSet()
    path, bounds = SVGPathPen(glyphs), BoundsPen(glyphs)
    glyphs[name].draw(path)
    glyphs[name].draw(bounds)
    left, bottom, right, top = bounds.bounds
    em = font["head"].unitsPerEm
    size = f"{(right - left) / em:.4f}, {(top - bottom) / em:.4f}, {-bottom / em:.4f}"
    view = f"{left:g} {-top:g} {right - left:g} {top - bottom:g}"
    return f'({size}, "{view}", "{path.getCommands()}")'
