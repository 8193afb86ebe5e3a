"""The Typst source of a CV: rendercv's model, themes and templates, our text.

rendercv's own templating is not used where it meets the person's words: it puts names and links into
Typst strings unescaped, keeps one Markdown parser for all CVs, looks for templates in the working
directory and fetches photos. Here each word becomes Typst markup by ``typst_markup``, and only then
meets a template.

Only workers import this.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import rendercv
from rendercv.schema.models.cv.section import dictionary_key_to_proper_section_title
from rendercv.schema.models.rendercv_model import RenderCVModel
from rendercv.schema.models.validation_context import ValidationContext

from cvtailor.adapters.rendering.document import RendercvDocument
from cvtailor.adapters.rendering.entry_markup import entry_markup
from cvtailor.adapters.rendering.header import connections
from cvtailor.adapters.rendering.typst_markup import inline, literal, plain_text, typst_string

_EPILOGUE = """
#context {
  let margin(side) = {
    let all = page.margin
    (if type(all) == dictionary { all.at(side) } else { all }).length.pt()
  }
  [#metadata((
    pages: counter(page).final().first(),
    y: here().position().y.pt(),
    height: page.height.pt(),
    top: margin("top"),
    bottom: margin("bottom"),
  )) <cvtailor-end>]
}
"""
END_LABEL = "<cvtailor-end>"
"""Label of the measurements that ``measured`` adds to a source."""

_BULLETS = """
#show list: set par(justify: false, linebreaks: "optimized")
#show list: set text(costs: (runt: 250%))
"""
"""Bullet points are too narrow to be justified without gaps, and end in no line of a single word."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SET_AS_ONE_BLOCK = frozenset({"TextEntry", "BulletEntry", "OneLineEntry"})
"""Types of entries whose whole section rendercv sets in one block."""

_UNBROKEN_LINES_MAX = 14
_LINE_CHARS_MIN = 50


def rendercv_model(document: RendercvDocument, today: date) -> RenderCVModel:
    """Validates a document as rendercv does, without rendercv's YAML reader.

    Raises:
        pydantic.ValidationError: rendercv refuses it.
    """
    context = {"context": ValidationContext(input_file_path=None, current_date=today)}
    return RenderCVModel.model_validate(document, context=context)


def typst_source(document: RendercvDocument, model: RenderCVModel, language: str) -> str:
    """Returns the Typst source of a CV.

    Args:
        document: What was validated; its words are the ones printed.
        model: The validated document; is used up.
        language: BCP 47 primary language of the text.
    """
    design = model.design
    rtl = model.locale.is_rtl and _is_written_from_right_to_left(str(document["cv"]["sections"]))
    name = plain_text(document["cv"]["name"])
    cv = SimpleNamespace(
        name=inline(document["cv"]["name"]),
        headline=inline(document["cv"].get("headline", "")),
        photo=None,
        _plain_name=_inside_quotes(name),
        _connections=connections(document["cv"], model.cv, design, rtl),
        _footer=_footer(name),
        _top_note="",
    )
    shared: dict[str, Any] = {
        "cv": cv,
        "design": design,
        "locale": SimpleNamespace(
            language_iso_639_1=language if _LANGUAGE.fullmatch(language) else "en",
            is_rtl=rtl,
        ),
        "settings": SimpleNamespace(
            pdf_title=_inside_quotes(f"{name} - CV"),
            _resolved_current_date=model.settings.current_date,
        ),
    }
    # Before the preamble: rendercv looks at the top level of what comes after it.
    parts = [_BULLETS, _render("Preamble", shared), _render("Header", shared)]
    for key, section in zip(document["cv"]["sections"], model.cv.rendercv_sections, strict=True):
        is_list = section.entry_type in _SET_AS_ONE_BLOCK
        parts.append(_page_break(is_list and _lines_about(section.entries) > _UNBROKEN_LINES_MAX))
        title = inline(dictionary_key_to_proper_section_title(key.strip()))
        parts.append(_render("SectionBeginning", shared, section_title=title, entry_type=section.entry_type))
        for entry in section.entries:
            if not is_list:
                parts.append(_page_break(_lines_about([entry]) > _UNBROKEN_LINES_MAX))
            shown = entry_markup(entry, model)
            parts.append(_render(f"entries/{section.entry_type}", shared, entry=shown))
    return "\n\n".join(parts) + "\n"


def measured(source: str) -> str:
    """Returns a source that also says where it ends, under ``END_LABEL``."""
    return source.rstrip("\n") + _EPILOGUE


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    folder = Path(rendercv.__file__).parent / "renderer" / "templater" / "templates" / "typst"
    # Typst is no HTML: what goes in has been made safe for Typst.
    return jinja2.Environment(  # noqa: S701
        loader=jinja2.FileSystemLoader(folder), trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )


def _render(template: str, shared: dict[str, Any], **own: Any) -> str:
    return _environment().get_template(f"{template}.j2.typ").render(**shared, **own)


def _inside_quotes(text: str) -> str:
    return typst_string(text)[1:-1]


def _is_written_from_right_to_left(text: str) -> bool:
    """Tells by a third of its letters; the language, of headings and dates, may not be the text's."""
    kinds = Counter(map(unicodedata.bidirectional, text))
    return 2 * (kinds["R"] + kinds["AL"]) > kinds["L"]


def _page_break(allowed: bool) -> str:
    """Returns markup after which entries may, or may not, go on on the next page.

    What may not break and is higher than a page would run off its end and be lost; what may break
    and is short looks torn.
    """
    return f"#rendercv-config.update(all => all + (entries-allow-page-break: {str(allowed).lower()}))"


def _lines_about(entries: Sequence[Any]) -> int:
    """Returns an upper estimate of the lines that entries of rendercv's model fill."""
    texts: list[str] = []
    for entry in entries:
        fields = [entry] if isinstance(entry, str) else entry.model_dump(exclude_none=True).values()
        for value in fields:
            texts += value if isinstance(value, list) else [str(value)]
    return sum(1 + len(text) // _LINE_CHARS_MIN for text in texts)


def _footer(name: str) -> str:
    """Returns the footer's Typst code: name and page number, from two pages on."""
    return (
        "context if counter(page).final().first() > 1 "
        f"[#emph[{literal(name + ' – ')}#counter(page).display()/#counter(page).final().first()]]"
    )
