"""LinkedIn's export → a base CV; every line of it is a cell of the export, or a line of one."""

from collections.abc import Mapping
from typing import NamedTuple

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder
from cvtailor.adapters.embedded_engine.cv_readers.language import language_of
from cvtailor.adapters.linkedin.archive import HOW_TO_EXPORT, exported_files, unreadable_export
from cvtailor.adapters.linkedin.person import PERSON_FILES, read_person
from cvtailor.adapters.linkedin.sections import SECTIONS, read_section
from cvtailor.adapters.linkedin.tables import Row, rows_of
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.hidden_characters import HiddenCharacters

_COLUMNS = {section.file: section.columns for section in SECTIONS} | dict(PERSON_FILES)
_LANGUAGE_CHARS_MAX = 20_000
# Columns whose words are the person's sentences.
_PROSE = ("Summary", "Headline", "Description", "Notes", "Title", "Degree Name", "Role")


class LinkedInCv(NamedTuple):
    """What an export gives.

    Attributes:
        cv: The base CV; ``unplaced`` names file, row and column of what found no place.
        files_not_read: Names of the export's other CSV files: contacts, messages, settings.
    """

    cv: BaseCv
    files_not_read: tuple[str, ...]


def read_linkedin_export(content: bytes) -> LinkedInCv:
    """Reads the ZIP file that LinkedIn sends, the basic export or the complete one.

    Raises:
        InvalidInput: It can't be unpacked, is too large, is no export of LinkedIn's, or one without the
            person's name or anything to say of them (``CV_UNREADABLE``).
    """
    files = exported_files(content, _COLUMNS)
    if not files.contents:
        raise unreadable_export(f"none of LinkedIn's files, such as Profile.csv, is in it. {HOW_TO_EXPORT}")
    hidden = HiddenCharacters()
    tables = {
        name: rows_of(name, found, _COLUMNS[name], hidden) for name, found in sorted(files.contents.items())
    }
    language = language_of(_prose(tables))
    builder = CvBuilder("")
    read_person(tables, builder, language)
    if not builder.contact.name:
        raise unreadable_export(f"Profile.csv, with the person's name, is not in it. {HOW_TO_EXPORT}")
    for section in SECTIONS:
        if rows := tables.get(section.file):
            read_section(section, rows, builder, language)
    cv = builder.build(hidden.notices())
    return LinkedInCv(cv.model_copy(update={"language": language}), files.others)


def _prose(tables: Mapping[str, list[Row]]) -> str:
    """The person's sentences, by which the language is told; Skills and names would mislead."""
    said = (text for rows in tables.values() for row in rows for text in row.peek(*_PROSE))
    return "\n".join(said)[:_LANGUAGE_CHARS_MAX]
