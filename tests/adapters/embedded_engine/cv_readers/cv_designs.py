"""The example CVs in designs that are not ours: Typst sources of the tests' own, filled with a CV as data."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import rendercv_fonts
import typst
from cvtailor.adapters.embedded_engine.cv_readers.outline import split_links
from cvtailor.domain.base_cv import BaseCv, Entry, EntryKind

_FOLDER = Path(__file__).parent / "designs"
_FONTS = ("Lato", "Source Sans 3", "Roboto", "Open Sans", "Noto Sans", "EB Garamond")
DESIGNS = tuple(path.stem for path in sorted(_FOLDER.glob("*.typ")) if path.stem != "parts")

_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_TODAY = {"en": "Present", "de": "heute", "fr": "aujourd’hui", "es": "actualidad"}


def design_pdf(name: str, cv: BaseCv) -> bytes:
    """Typesets a CV in a design."""
    folders = [str(path) for path in _font_folders()]
    return typst.compile(
        str(_FOLDER / f"{name}.typ"),
        root=str(_FOLDER),
        font_paths=folders,
        ignore_system_fonts=True,
        sys_inputs={"cv": json.dumps(as_typed(cv))},
    )


@cache
def _font_folders() -> tuple[Path, ...]:
    return tuple(path for path in rendercv_fonts.paths_to_font_folders if path.name in _FONTS)


def as_typed(cv: BaseCv) -> dict[str, Any]:
    """The CV as a person would type it: dates in words, links as their text."""
    contact = cv.contact
    ways = (contact.location, contact.phone, contact.email, contact.website.removeprefix("https://"))
    profiles = (profile.url.removeprefix("https://") or profile.username for profile in contact.profiles)
    return {
        "language": cv.language,
        "name": contact.name,
        "headline": contact.headline.text if contact.headline else "",
        "contact": [way for way in (*ways, *profiles) if way],
        "sections": [
            {
                "title": section.title,
                "kind": section.kind.value,
                "entries": [_entry(entry, cv.language) for entry in section.entries],
            }
            for section in cv.sections
        ],
    }


def _entry(entry: Entry, language: str) -> dict[str, Any]:
    by = ", ".join(entry.authors)
    return {
        "kind": entry.kind.value,
        "title": title_of(entry),
        "organisation": ". ".join(part for part in (by, entry.organisation) if part),
        "location": entry.location,
        "when": _when(entry, language),
        "text": _plain(entry.text.text) if entry.text else "",
        "summary": _plain(entry.summary.text) if entry.summary else "",
        "highlights": [_plain(line.text) for line in entry.highlights],
    }


def title_of(entry: Entry) -> str:
    """Degree and field of study as one, since people write them so."""
    if entry.kind is EntryKind.EDUCATION and entry.degree:
        return f"{entry.degree} {entry.title}".strip()
    return entry.title


def _plain(text: str) -> str:
    return split_links(text)[0]


def _when(entry: Entry, language: str) -> str:
    if entry.date:
        return _day(entry.date, language)
    return " – ".join(_day(day, language) for day in (entry.start_date, entry.end_date) if day)


def _day(day: str, language: str) -> str:
    if day == "present":
        return _TODAY[language]
    year, _, month = day[:7].partition("-")
    if not month.isdigit():
        return day
    name = _MONTHS[language].split()[date(2000, int(month), 1).month - 1]
    return f"{name} de {year}" if language == "es" else f"{name} {year}"
