"""How tightly a theme is set, within what is pleasant to read: body text of 9.5 to 10.5 pt."""

import re
from typing import Any, NamedTuple

from rendercv.schema.models.design.classic_theme import ClassicTheme

from cvtailor.domain.application import Density

_LENGTH = re.compile(r"([\d.]+)([a-z]+)")


class _Scale(NamedTuple):
    """Factors on the theme's own lengths; the body's font size is added to, in points."""

    body_points: float
    line_spacing: float
    margins: float
    entries: float
    section_titles: float


_SCALES = {
    Density.COMPACT: _Scale(-0.5, 0.88, 0.8, 0.7, 0.75),
    Density.ROOMY: _Scale(0.5, 1.15, 1.1, 1.3, 1.3),
    Density.AIRY: _Scale(0.5, 1.28, 1.15, 1.6, 1.6),
}


def density_design(theme: ClassicTheme, density: Density) -> dict[str, dict[str, Any]]:
    """Returns the part of a rendercv design that sets a theme tighter or wider than it is."""
    if density not in _SCALES:
        return {}
    scale = _SCALES[density]
    page, spaces, titles = theme.page, theme.sections, theme.section_titles
    return {
        "page": {
            f"{side}_margin": _times(getattr(page, f"{side}_margin"), scale.margins)
            for side in ("top", "bottom", "left", "right")
        },
        "typography": {
            "line_spacing": _times(theme.typography.line_spacing, scale.line_spacing),
            "font_size": {"body": _plus(theme.typography.font_size.body, scale.body_points)},
        },
        "sections": {
            name: _times(getattr(spaces, name), scale.entries)
            for name in ("space_between_regular_entries", "space_between_text_based_entries")
        },
        "section_titles": {
            name: _times(getattr(titles, name), scale.section_titles)
            for name in ("space_above", "space_below")
        },
    }


def _times(length: str, factor: float) -> str:
    number, unit = _parts(length)
    return f"{number * factor:.3f}{unit}"


def _plus(length: str, points: float) -> str:
    number, unit = _parts(length)
    return f"{number + points:g}{unit}"


def _parts(length: str) -> tuple[float, str]:
    found = _LENGTH.fullmatch(str(length))
    if not found:
        raise ValueError(f"not a length: {length}")
    return float(found[1]), found[2]
