"""rendercv documents (2.x): the ``cv`` part, every entry type, with lines."""

from collections.abc import Mapping as ReadOnlyMapping

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import (
    CvBuilder,
    EntryDraft,
    SectionDraft,
    split_keep_mark,
)
from cvtailor.adapters.embedded_engine.cv_readers.document import (
    Fields,
    Items,
    Mapping,
    Node,
    Scalar,
    scalars,
    written_below,
)
from cvtailor.adapters.embedded_engine.cv_readers.headings import kind_of
from cvtailor.adapters.embedded_engine.cv_readers.links import web_url
from cvtailor.adapters.embedded_engine.cv_readers.source_text import unreadable
from cvtailor.adapters.embedded_engine.cv_readers.yaml_document import parse_yaml
from cvtailor.domain.base_cv import EntryKind, ProfileLink, SourcePosition
from cvtailor.domain.hidden_characters import HiddenCharacters

# Parts that say nothing about the person; only the design is something they may miss.
_SILENT_PARTS = frozenset({"locale", "settings", "rendercv_settings"})
_DESIGN_REASON = "the look is chosen in the request's options, not in the CV"
# The first field that an entry holds tells its kind, as in rendercv.
_KIND_OF_FIELD = {
    "bullet": EntryKind.BULLET,
    "number": EntryKind.BULLET,
    "reversed_number": EntryKind.BULLET,
    "label": EntryKind.ONE_LINE,
    "details": EntryKind.ONE_LINE,
    "company": EntryKind.EXPERIENCE,
    "position": EntryKind.EXPERIENCE,
    "institution": EntryKind.EDUCATION,
    "area": EntryKind.EDUCATION,
    "degree": EntryKind.EDUCATION,
    "authors": EntryKind.PUBLICATION,
    "journal": EntryKind.PUBLICATION,
    "doi": EntryKind.PUBLICATION,
    "title": EntryKind.PUBLICATION,
    "name": EntryKind.NORMAL,
}
_TEXT_KEYS = {
    EntryKind.BULLET: ("bullet", "number", "reversed_number"),
    EntryKind.ONE_LINE: ("details",),
}
_FACT_KEYS: ReadOnlyMapping[EntryKind, dict[str, str]] = {
    EntryKind.ONE_LINE: {"title": "label"},
    EntryKind.EXPERIENCE: {"organisation": "company", "title": "position"},
    EntryKind.EDUCATION: {"organisation": "institution", "title": "area", "degree": "degree"},
    EntryKind.PUBLICATION: {"organisation": "journal", "title": "title"},
    EntryKind.NORMAL: {"title": "name"},
}
_LOWER_CASE_WORDS = """
    a and as at but by for from if in into like near nor of off on onto or over so than that to upon when with
    yet
"""
_SMALL_WORDS = frozenset(_LOWER_CASE_WORDS.split())


def read_rendercv(text: str, builder: CvBuilder, hidden: HiddenCharacters) -> list[Scalar]:
    """Reads a rendercv document into ``builder``.

    Returns:
        Every text below ``cv``.

    Raises:
        InvalidInput: Broken YAML, or not a rendercv document; names line and path.
    """
    root = parse_yaml(text, builder.field, hidden)
    if not isinstance(root, Mapping) or not isinstance(cv := root.nodes.get("cv"), Mapping):
        raise unreadable(
            "The YAML has no `cv:` with fields below it. Send a rendercv document, which begins with `cv:`.",
            builder.field,
            line=1,
            path="cv",
        )
    source = written_below(cv)
    _read_cv(Fields(cv), builder)
    for key, node in root.nodes.items():
        if key == "design" and any(scalars(node)):
            builder.leave_out([Scalar(key, root.key_lines[key], key)], _DESIGN_REASON)
        elif key != "cv" and key != "design" and key not in _SILENT_PARTS:
            builder.leave_out(scalars(node), "not a part of a rendercv document")
    return source


def _read_cv(cv: Fields, builder: CvBuilder) -> None:
    contact = builder.contact
    contact.name = cv.text("name").value
    contact.headline = cv.text("headline", "label") or None
    contact.location = cv.text("location").value
    for channel in ("email", "phone"):
        for item in cv.texts(channel):
            contact.add(channel, item.value.removeprefix("tel:"))
    for item in cv.texts("website"):
        if url := web_url(item.value):
            contact.add("website", url)
        else:
            builder.leave_out([item], "not a web address (http or https)")
    for network in cv.each("social_networks"):
        profile = ProfileLink(network=network.text("network").value, username=network.text("username").value)
        contact.profiles.append(profile)
        builder.leave_out(network.rest(), "not a field of a social network")
    for connection in cv.each("custom_connections"):
        _read_connection(connection, builder)
    if photo := cv.text("photo"):
        builder.leave_out([photo], "photos are not taken from documents")
    sections = cv.node("sections")
    if isinstance(sections, Mapping):
        for key, node in sections.nodes.items():
            position = SourcePosition(line=sections.key_lines[key], path=f"cv.sections.{key}")
            _read_section(key, node, position, builder)
    elif not isinstance(sections, Scalar) or sections:
        raise unreadable(
            "`cv.sections` must hold section titles with a list below each.",
            builder.field,
            line=sections.line,
            path="cv.sections",
        )
    builder.leave_out(cv.rest(), "not a field of a rendercv CV")


def _read_connection(connection: Fields, builder: CvBuilder) -> None:
    shown, target = connection.text("placeholder"), connection.text("url")
    url = web_url(target.value)
    if target and not url:
        builder.leave_out([target], "not a web address (http or https)")
    icon = connection.text("fontawesome_icon").value
    builder.contact.profiles.append(ProfileLink(network=icon or "link", username=shown.value, url=url))
    builder.leave_out(connection.rest(), "not a field of a connection")


def _read_section(key: str, node: Node, position: SourcePosition, builder: CvBuilder) -> None:
    if isinstance(node, Scalar) and not node:
        return
    if not isinstance(node, Items):
        raise unreadable(
            f"Section {key[:80]!r} must be a list of entries; begin each with `-`.",
            builder.field,
            line=position.line,
            path=position.path,
        )
    title = _title_of(key)
    section = builder.section(title, kind_of(title), position)
    for item in node.nodes:
        if isinstance(item, Scalar):
            section.add_line(EntryKind.TEXT, item)
        elif isinstance(item, Mapping):
            _read_entry(Fields(item), section, builder)
        else:
            builder.leave_out(scalars(item), "a list where an entry was expected")


def _title_of(key: str) -> str:
    """Makes ``selected_honors`` a title as rendercv does; a key with capitals or spaces is one already."""
    if " " in key or any(map(str.isupper, key)):
        return key
    words = key.split("_")
    return " ".join(word if word in _SMALL_WORDS else word[:1].upper() + word[1:] for word in words)


def _read_entry(fields: Fields, section: SectionDraft, builder: CvBuilder) -> None:
    kind = next((kind for key, kind in _KIND_OF_FIELD.items() if key in fields), None)
    if kind is None:
        builder.leave_out(fields.rest(), "matches no entry type of rendercv")
        return
    entry = section.add(kind, fields.position)
    for fact, key in _FACT_KEYS.get(kind, {}).items():
        value, marked = split_keep_mark(fields.text(key).value)
        setattr(entry, fact, value)
        entry.keep |= marked
    entry.text = fields.text(*_TEXT_KEYS.get(kind, ())) or None
    entry.keep |= fields.text("keep").value.casefold() == "true"
    if kind not in _TEXT_KEYS:
        entry.location = fields.text("location").value
        entry.summary = fields.text("summary") or None
        entry.highlights = list(fields.texts("highlights"))
        entry.set_dates(fields.text("start_date"), fields.text("end_date"), fields.text("date"))
        _read_publication(entry, fields, builder)
    builder.leave_out(fields.rest(), "not a field of this type of entry")


def _read_publication(entry: EntryDraft, fields: Fields, builder: CvBuilder) -> None:
    entry.authors = tuple(author.value for author in fields.texts("authors"))
    doi = fields.text("doi").value
    entry.doi = doi.removeprefix("https://doi.org/").removeprefix("http://doi.org/")
    url = fields.text("url")
    entry.url = web_url(url.value)
    if url and not entry.url:
        builder.leave_out([url], "not a web address (http or https)")
