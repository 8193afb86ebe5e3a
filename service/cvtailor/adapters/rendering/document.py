"""The rendercv document, built by us from the domain type: nothing of a user's design or settings.

Only workers import this.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from rendercv.schema.models.design.built_in_design import built_in_design_adapter
from rendercv.schema.models.design.classic_theme import ClassicTheme
from rendercv.schema.models.locale.english_locale import EnglishLocale
from rendercv.schema.models.locale.locale import locale_adapter

from cvtailor.adapters.rendering.density import density_design
from cvtailor.adapters.rendering.entries import DateStyle, RendercvEntry, rendercv_entries
from cvtailor.adapters.rendering.header import contact_fields
from cvtailor.adapters.rendering.localization import dates_are_numbers, heading, locale, page_size
from cvtailor.adapters.rendering.typst_markup import clean
from cvtailor.domain.application import Density, Theme
from cvtailor.domain.tailored_cv import TailoredCv

type RendercvDocument = dict[str, Any]

_NUMERIC_DATE = "YEAR-MONTH_IN_TWO_DIGITS"
_HAIRLINES, _THIN_LINE = ("0.4pt", "0.5pt"), "0.67pt"
"""A hairline vanishes from the pictures: it is drawn only where it meets the middle of a pixel."""

_EDUCATION = {
    # A column of 1 cm breaks every degree but the shortest.
    Theme.CLASSIC: {
        "main_column": "**INSTITUTION**, DEGREE_WITH_AREA\nSUMMARY\nHIGHLIGHTS",
        "degree_column": None,
    },
    # Its own template names the degree, and the column it inherits names it again.
    Theme.HARVARD: {"degree_column": None},
    # Its own template says "in" in every language, and without a degree too.
    Theme.SB2NOV: {"main_column": "**INSTITUTION**\n*DEGREE_WITH_AREA*\nSUMMARY\nHIGHLIGHTS"},
}
"""Templates of education entries where those of the theme don't do."""


def rendercv_document(
    cv: TailoredCv, theme: Theme, today: date, density: Density = Density.NORMAL
) -> RendercvDocument:
    """Builds the document that rendercv validates.

    Args:
        cv: What to typeset.
        theme: One of rendercv's own.
        today: Date of the PDF, and what ``present`` means.
        density: How tightly it is set.

    Returns:
        A dictionary that ``RenderCVModel`` accepts and that YAML can hold.
    """
    defaults = theme_defaults(theme)
    single_date = _NUMERIC_DATE if dates_are_numbers(cv.language) else defaults.templates.single_date
    dates = DateStyle(_locale_model(cv.language), single_date)
    head: dict[str, Any] = {"name": clean(cv.contact.name)}
    if cv.headline and (headline := clean(cv.headline.text)):
        head["headline"] = headline
    return {
        "cv": {
            **head,
            **contact_fields(cv.contact, icons=defaults.header.connections.show_icons),
            "sections": _sections(cv, dates, today),
        },
        "design": _merged(_design(cv, theme, defaults, single_date), density_design(defaults, density)),
        "locale": locale(cv.language),
        "settings": {"current_date": today.isoformat()},
    }


@lru_cache(maxsize=len(Theme))
def theme_defaults(theme: Theme) -> ClassicTheme:
    """Returns a theme as rendercv ships it; not to be changed."""
    return built_in_design_adapter.validate_python({"theme": theme.value})


@lru_cache(maxsize=64)
def _locale_model(language: str) -> EnglishLocale:
    return locale_adapter.validate_python(locale(language))


def _sections(cv: TailoredCv, dates: DateStyle, today: date) -> dict[str, list[RendercvEntry]]:
    sections: dict[str, list[RendercvEntry]] = {}
    for section in cv.sections:
        entries = rendercv_entries(section.entries, dates, today)
        title = clean(heading(section.title, section.kind, cv.language)) or section.kind.value
        while title in sections:
            title += " "  # rendercv keeps sections in a dictionary; the space isn't seen.
        if entries:
            sections[title] = entries
    return sections


def _merged(design: dict[str, Any], part: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return design | {name: {**design.get(name, {}), **values} for name, values in part.items()}


def _design(cv: TailoredCv, theme: Theme, defaults: ClassicTheme, single_date: str) -> dict[str, Any]:
    templates: dict[str, Any] = {"single_date": single_date}
    if theme in _EDUCATION:
        templates["education_entry"] = _EDUCATION[theme]
    normal = defaults.templates.normal_entry.main_column
    templates["normal_entry"] = {"main_column": normal.replace("**NAME**", "**NAME**, ORGANISATION")}
    connections: dict[str, Any] = {"phone_number_format": "international"}
    if not defaults.header.connections.show_icons:
        connections["display_urls_instead_of_usernames"] = True  # Else two bare user names look alike.
    design: dict[str, Any] = {
        "theme": theme.value,
        "page": {"size": page_size(cv.contact), "show_top_note": False},
        "header": {"connections": connections},
        "sections": {"show_time_spans_in": []},  # A span of years is a claim that the CV doesn't make.
        "templates": templates,
    }
    if defaults.section_titles.line_thickness in _HAIRLINES:
        design["section_titles"] = {"line_thickness": _THIN_LINE}
    if defaults.typography.alignment == "justified":
        design["typography"] = {"alignment": "justified-with-no-hyphenation"}
    return design
