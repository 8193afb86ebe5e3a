"""JSON Resume documents (schema 1.0.0, and the older names of its fields)."""

from collections.abc import Callable
from dataclasses import dataclass

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
    Scalar,
    written_below,
)
from cvtailor.adapters.embedded_engine.cv_readers.json_document import parse_json
from cvtailor.adapters.embedded_engine.cv_readers.language import language_of
from cvtailor.adapters.embedded_engine.cv_readers.links import NETWORK_NAMES, web_url
from cvtailor.adapters.embedded_engine.cv_readers.our_titles import label_of, title_of
from cvtailor.adapters.embedded_engine.cv_readers.source_text import unreadable
from cvtailor.domain.base_cv import EntryKind, ProfileLink, SectionKind, SourcePosition
from cvtailor.domain.hidden_characters import HiddenCharacters

_NOT_CV = frozenset({"$schema", "meta"})


def read_json_resume(text: str, builder: CvBuilder, hidden: HiddenCharacters) -> list[Scalar]:
    """Reads a JSON Resume document into ``builder``.

    Returns:
        Every text of the document but ``$schema`` and ``meta``.

    Raises:
        InvalidInput: Broken JSON, or not a JSON Resume document; names line and path.
    """
    root = parse_json(text, builder.field, hidden)
    if not isinstance(root, Mapping) or not isinstance(root.nodes.get("basics"), Mapping):
        raise unreadable(
            "The JSON has no `basics` object. Send a JSON Resume document (jsonresume.org/schema).",
            builder.field,
            line=1,
            path="basics",
        )
    source = [
        scalar for key, node in root.nodes.items() if key not in _NOT_CV for scalar in written_below(node)
    ]
    language = language_of(" ".join(scalar.value for scalar in source))
    document = Fields(root)
    for key in _NOT_CV:
        document.node(key)
    basics = document.fields("basics")
    assert basics is not None  # noqa: S101
    _read_basics(basics, builder, language)
    for key, (kind, read) in _SECTIONS.items():
        node = root.nodes.get(key)
        if not isinstance(node, Items):
            continue
        section = builder.section(
            title_of(kind, language), kind, SourcePosition(line=root.key_lines[key], path=key)
        )
        for fields in document.each(key):
            read(_Part(fields, section, builder, language))
            builder.leave_out(fields.rest(), f"not a field of `{key}` in JSON Resume")
        for text_item in document.texts(key):
            section.add_line(EntryKind.BULLET, text_item)
    builder.leave_out(document.rest(), "not a part of a JSON Resume document")
    return source


def _read_basics(basics: Fields, builder: CvBuilder, language: str) -> None:
    contact = builder.contact
    contact.name = basics.text("name").value
    contact.headline = basics.text("label") or None
    for channel in ("email", "phone"):
        if value := basics.text(channel).value:
            contact.add(channel, value)
    if url := _take_url(basics, builder, "url", "website"):
        contact.add("website", url)
    if location := basics.fields("location"):
        parts = [location.text(key).value for key in ("city", "region", "countryCode", "country")]
        contact.location = ", ".join(dict.fromkeys(part for part in parts if part))
        builder.leave_out(location.rest(), "the header shows town, region and country only")
    else:
        contact.location = basics.text("location").value
    for profile in basics.each("profiles"):
        network = profile.text("network").value
        contact.profiles.append(
            ProfileLink(
                network=NETWORK_NAMES.get(network.casefold(), network),
                username=profile.text("username").value,
                url=_take_url(profile, builder, "url"),
            )
        )
        builder.leave_out(profile.rest(), "not a field of a profile")
    if summary := basics.text("summary"):
        section = builder.section(
            title_of(SectionKind.SUMMARY, language), SectionKind.SUMMARY, summary.position
        )
        section.add_line(EntryKind.TEXT, summary)
    builder.leave_out([basics.text("image", "picture")], "photos are not taken from documents")
    builder.leave_out(basics.rest(), "not a field of `basics` in JSON Resume")


def _take_url(fields: Fields, builder: CvBuilder, *keys: str) -> str:
    typed = fields.text(*keys)
    url = web_url(typed.value)
    if typed and not url:
        builder.leave_out([typed], "not a web address (http or https)")
    return url


@dataclass(frozen=True, slots=True)
class _Part:
    """One object of a section, and where it goes."""

    fields: Fields
    section: SectionDraft
    builder: CvBuilder
    language: str

    def entry(self, kind: EntryKind, **facts: str) -> EntryDraft:
        """Begins an entry with the fields that most parts of the schema share.

        Args:
            facts: Field of the entry to the schema's names for it, parted by spaces.
        """
        fields = self.fields
        entry = self.section.add(kind, fields.position)
        for fact, keys in facts.items():
            value, marked = split_keep_mark(fields.text(*keys.split()).value)
            setattr(entry, fact, value)
            entry.keep |= marked
        entry.keep |= fields.text("keep").value.casefold() == "true"
        entry.url = _take_url(fields, self.builder, "url", "website")
        entry.location = fields.text("location").value
        entry.summary = fields.text("summary") or None
        entry.highlights = list(fields.texts("highlights"))
        entry.set_dates(fields.text("startDate"), fields.text("endDate"), fields.text("date", "releaseDate"))
        return entry

    def add_labelled(self, entry: EntryDraft, field: str, source: tuple[Scalar, ...]) -> None:
        """Adds a list of words as one line: ``Courses: Statics, Dynamics``."""
        if source:
            words = ", ".join(scalar.value for scalar in source)
            line = f"{label_of(field, self.language)}{words}"
            entry.highlights.append(Scalar(line, source[0].line, source[0].path))

    def add_row(self, label: Scalar, details: str, source: Scalar) -> None:
        """Adds a labelled row, or a bullet where there is a label alone."""
        if details:
            row = Scalar(details, source.line, source.path)
            self.section.add_line(EntryKind.ONE_LINE, row, label.value)
        else:
            self.section.add_line(EntryKind.BULLET, label)


def _read_work(part: _Part) -> None:
    names = (
        "name company" if part.section.kind is SectionKind.EXPERIENCE else "organization organisation name"
    )
    entry = part.entry(EntryKind.EXPERIENCE, organisation=names, title="position")
    if description := part.fields.text("description"):
        if entry.summary is None:
            entry.summary = description
        else:
            entry.highlights.insert(0, description)


def _read_education(part: _Part) -> None:
    entry = part.entry(EntryKind.EDUCATION, organisation="institution", title="area", degree="studyType")
    score = part.fields.text("score", "gpa")
    part.add_labelled(entry, "grade", (score,) if score else ())
    part.add_labelled(entry, "courses", part.fields.texts("courses"))


def _read_project(part: _Part) -> None:
    entry = part.entry(EntryKind.NORMAL, title="name", organisation="entity")
    entry.summary = part.fields.text("description") or entry.summary
    part.add_labelled(entry, "roles", part.fields.texts("roles"))
    part.add_labelled(entry, "keywords", part.fields.texts("keywords"))
    part.builder.leave_out([part.fields.text("type")], "the type of a project is not shown")


def _read_honour(part: _Part) -> None:
    part.entry(EntryKind.NORMAL, title="title name", organisation="awarder issuer")


def _read_publication(part: _Part) -> None:
    entry = part.entry(EntryKind.PUBLICATION, title="name", organisation="publisher")
    entry.authors = tuple(author.value for author in part.fields.texts("authors"))
    entry.doi = part.fields.text("doi").value


def _read_skill(part: _Part) -> None:
    label, level = part.fields.text("name"), part.fields.text("level")
    keywords = part.fields.texts("keywords")
    details = ", ".join(scalar.value for scalar in keywords)
    if level:
        details = f"{details} ({level.value})" if details else level.value
    part.add_row(label, details, keywords[0] if keywords else level or label)


def _read_language(part: _Part) -> None:
    label, fluency = part.fields.text("language", "name"), part.fields.text("fluency")
    part.add_row(label, fluency.value, fluency or label)


def _read_reference(part: _Part) -> None:
    entry = part.entry(EntryKind.NORMAL, title="name")
    entry.summary = part.fields.text("reference") or entry.summary


# An object has no order of its own; this is the one that readers of CVs expect.
_SECTIONS: dict[str, tuple[SectionKind, Callable[[_Part], None]]] = {
    "work": (SectionKind.EXPERIENCE, _read_work),
    "education": (SectionKind.EDUCATION, _read_education),
    "skills": (SectionKind.SKILLS, _read_skill),
    "projects": (SectionKind.PROJECTS, _read_project),
    "volunteer": (SectionKind.VOLUNTEERING, _read_work),
    "publications": (SectionKind.PUBLICATIONS, _read_publication),
    "certificates": (SectionKind.CERTIFICATES, _read_honour),
    "awards": (SectionKind.AWARDS, _read_honour),
    "languages": (SectionKind.LANGUAGES, _read_language),
    "interests": (SectionKind.INTERESTS, _read_skill),
    "references": (SectionKind.REFERENCES, _read_reference),
}
