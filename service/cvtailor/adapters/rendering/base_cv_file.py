"""A base CV as a rendercv file for its owner to edit; our own reader reads the same CV from it.

Imports rendercv, which takes a second.
"""

from datetime import date
from typing import Any

from cvtailor.adapters.rendering.document import rendercv_document
from cvtailor.adapters.rendering.press import rendercv_yaml
from cvtailor.adapters.rendering.source import rendercv_model
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import BaseCv, Entry, EntryKind, Line
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection

_KEEP_MARK = " [keep]"
_LINES = frozenset({EntryKind.TEXT, EntryKind.BULLET})


def base_cv_yaml(cv: BaseCv, today: date) -> str:
    """Returns a base CV as YAML that rendercv accepts: contact data and sections, no design.

    Args:
        cv: What to write; what is "always keep" is marked ``[keep]``.
        today: What ``present`` means to rendercv's check that nothing ends before it starts.

    Raises:
        pydantic.ValidationError: rendercv refuses it.
    """
    document = rendercv_document(_as_it_is(cv), Theme.CLASSIC, today)
    rendercv_model(document, today)
    return rendercv_yaml({"cv": document["cv"]})


def _as_it_is(cv: BaseCv) -> TailoredCv:
    """Returns the CV with nothing tailored, so that it is written by what writes tailored ones."""
    sections: dict[str, TailoredSection] = {}
    for section in cv.sections:
        entries = tuple(_entry(entry) for entry in section.entries)
        if known := sections.get(section.title):
            # The file's sections have unique titles.
            sections[section.title] = known.model_copy(update={"entries": known.entries + entries})
        else:
            sections[section.title] = TailoredSection(
                key=section.key, kind=section.kind, title=section.title, entries=entries
            )
    return TailoredCv(
        contact=cv.contact,
        headline=_claim(cv.contact.headline),
        sections=tuple(sections.values()),
        language=cv.language,
    )


def _entry(entry: Entry) -> TailoredEntry:
    facts: dict[str, Any] = {
        field: getattr(entry, field) for field in TailoredEntry.model_fields if hasattr(entry, field)
    }
    if entry.kind is EntryKind.NORMAL and entry.title and entry.organisation:
        # rendercv's normal entries have a name and nothing else of that sort.
        facts |= {"title": f"{entry.title}, {entry.organisation}", "organisation": ""}
    keeps_by_text = entry.text is not None and entry.text.keep
    if entry.keep and not keeps_by_text and entry.kind not in _LINES:
        field = "title" if facts["title"] else "organisation"
        facts[field] += _KEEP_MARK
    facts |= {
        "text": _claim(entry.text),
        "summary": _claim(entry.summary),
        "highlights": tuple(filter(None, map(_claim, entry.highlights))),
    }
    return TailoredEntry(source_id=entry.id, **facts)


def _claim(line: Line | None) -> Claim | None:
    if line is None:
        return None
    return Claim(id=line.id, text=line.text + (_KEEP_MARK if line.keep else ""), evidence_ids=(line.id,))
