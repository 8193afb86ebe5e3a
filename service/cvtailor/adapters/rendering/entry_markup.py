"""Entries of rendercv's model as Typst markup.

rendercv's entry templates are filled with slots, and the words, which are Typst markup already, go
into the slots last. So no word can be taken for a mark of a template.

Only workers import this.
"""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from rendercv.renderer.templater.entry_templates_from_input import render_entry_templates
from rendercv.schema.models.design.classic_theme import Templates
from rendercv.schema.models.rendercv_model import RenderCVModel

from cvtailor.adapters.rendering.links import safe_url, shown_url
from cvtailor.adapters.rendering.typst_markup import (
    SLOT_CLOSE,
    SLOT_OPEN,
    fill_slots,
    inline,
    literal,
    template_block,
    typst_string,
)

_WORDS = (
    *("company", "position", "institution", "area", "degree", "location", "summary"),
    *("name", "title", "journal", "label", "details", "organisation"),
)
_WORD_LISTS = ("highlights", "authors")
_COLUMNS = ("main_column", "date_and_location_column", "degree_column")
_TEMPLATES = ("experience_entry", "education_entry", "normal_entry", "publication_entry")
_CALENDAR_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?|present")
_COMMA_BEFORE_DASH = re.compile(r", *(?= –)")
_NOTHING_BEFORE = re.compile(r"^(?:[,–] | (?=\())", re.MULTILINE)


def entry_markup(entry: Any, model: RenderCVModel) -> Any:
    """Returns an entry as its Typst template wants it, every word in it Typst markup.

    Args:
        entry: An entry of ``model``; is used up.
        model: Gives templates, locale and date.
    """
    if isinstance(entry, str):
        return inline(entry)
    if hasattr(entry, "bullet"):
        return SimpleNamespace(bullet=inline(entry.bullet))
    slots = _Slots()
    slots.take_words(entry)
    slots.take_link(entry)
    _join_studies(entry, model.locale.phrases.degree_with_area)
    filled = render_entry_templates(
        entry,
        templates=_templates(model.design.templates),
        locale=model.locale,
        show_time_span=False,
        current_date=model.settings.current_date,
    )
    return SimpleNamespace(**{column: slots.show(getattr(filled, column, "")) for column in _COLUMNS})


class _Slots:
    """Takes the words of one entry, leaves slots in their place, and puts them back as markup."""

    def __init__(self) -> None:
        self._contents: list[str] = []

    def take_words(self, entry: Any) -> None:
        for field in _WORDS:
            if words := getattr(entry, field, None):
                setattr(entry, field, self._put(inline(words)))
        for field in _WORD_LISTS:
            if lines := getattr(entry, field, None):
                setattr(entry, field, [self._put(inline(line)) for line in lines])
        when = getattr(entry, "date", None)
        if isinstance(when, str) and not _CALENDAR_DATE.fullmatch(when):
            entry.date = self._put(inline(when))

    def take_link(self, entry: Any) -> None:
        doi = getattr(entry, "doi", None)
        if not doi and not getattr(entry, "url", None):
            return
        url = safe_url(str(entry.doi_url if doi else entry.url)) or ""
        text = literal(doi or shown_url(url))
        entry.link = self._put(f"#link({typst_string(url)})[{text}]" if url else text)
        entry.doi = entry.url = None

    def show(self, filled_template: str | None) -> str:
        if not filled_template:
            return ""
        template = _NOTHING_BEFORE.sub("", _COMMA_BEFORE_DASH.sub("", filled_template))
        return fill_slots(template_block(template), self._contents)

    def _put(self, markup: str) -> str:
        self._contents.append(markup)
        return f"{SLOT_OPEN}{len(self._contents) - 1}{SLOT_CLOSE}"


def _join_studies(entry: Any, phrase: str) -> None:
    """Joins degree and area ourselves; rendercv leaves half of the emphasis when either is missing."""
    degree, area = getattr(entry, "degree", None), getattr(entry, "area", None)
    if degree and area:
        entry.studies = phrase.replace("DEGREE", degree).replace("AREA", area)
    elif degree or area:
        entry.studies = degree or area


def _templates(templates: Templates) -> Templates:
    """Returns a theme's templates with real dashes, and with placeholders for what we make ourselves."""

    def ours(text: str) -> str:
        return text.replace(" -- ", " – ").replace("URL", "LINK").replace("DEGREE_WITH_AREA", "STUDIES")

    changed = {name: _with_main_column(getattr(templates, name), ours) for name in _TEMPLATES}
    return templates.model_copy(update=changed)


def _with_main_column(template: Any, change: Callable[[str], str]) -> Any:
    return template.model_copy(update={"main_column": change(template.main_column)})
