"""Which file of the export becomes which section, and which column what in it."""

from collections.abc import Callable
from typing import NamedTuple

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder, EntryDraft, SectionDraft
from cvtailor.adapters.embedded_engine.cv_readers.dates import iso
from cvtailor.adapters.embedded_engine.cv_readers.document import NOTHING, Scalar
from cvtailor.adapters.embedded_engine.cv_readers.links import web_url
from cvtailor.adapters.embedded_engine.cv_readers.our_titles import title_of
from cvtailor.adapters.linkedin.tables import Row
from cvtailor.domain.base_cv import EntryKind, SectionKind, SourcePosition

_STARTED = ("Started On", "Start Date")
_FINISHED = ("Finished On", "End Date")
_LANGUAGES = ("en", "de", "fr", "es")
_NO_PLACE = "no place for it in a CV; add it to a line if it matters"


class _SectionOfFile(NamedTuple):
    """A section made of one file.

    Attributes:
        file: Its name in the export.
        columns: One of these is in its header.
        titles: In English, German, French and Spanish, for a kind without titles of its own.
        read: Adds what the rows say to the section.
    """

    file: str
    columns: tuple[str, ...]
    kind: SectionKind
    read: Callable[[SectionDraft, list[Row], CvBuilder], None]
    titles: tuple[str, str, str, str] | None = None

    def title(self, language: str) -> str:
        """The section's title, in the CV's language if it is one of the four."""
        if self.titles is None:
            return title_of(self.kind, language)
        return self.titles[_LANGUAGES.index(language) if language in _LANGUAGES else 0]


def _entry(
    section: SectionDraft, row: Row, kind: EntryKind, title: str, organisation: tuple[str, ...] = ()
) -> EntryDraft:
    entry = section.add(kind, row.position)
    entry.title = row.text(title).value
    entry.organisation = row.text(*organisation).value
    return entry


def _set_url(entry: EntryDraft, row: Row, builder: CvBuilder) -> None:
    typed = row.text("Url")
    entry.url = web_url(typed.value)
    if not entry.url:
        builder.leave_out([typed], "not a web address (http or https)")


def _set_one_date(entry: EntryDraft, *dates: Scalar) -> None:
    typed = next(filter(None, dates), NOTHING).value
    entry.date = iso(typed) or typed


def _set_period(entry: EntryDraft, row: Row, *, goes_on: bool) -> None:
    """Sets the dates; a beginning alone means "until today" only where LinkedIn means that by it."""
    start, end = row.text(*_STARTED), row.text(*_FINISHED)
    if start and not end and not goes_on:
        _set_one_date(entry, start)
    else:
        entry.set_dates(start, end, NOTHING)


def _read_roles(organisation: str, title: str) -> Callable[[SectionDraft, list[Row], CvBuilder], None]:
    def read(section: SectionDraft, rows: list[Row], _: CvBuilder) -> None:
        for row in rows:
            entry = _entry(section, row, EntryKind.EXPERIENCE, title, (organisation,))
            entry.location = row.text("Location").value
            _set_period(entry, row, goes_on=True)
            entry.highlights = row.lines("Description")

    return read


def _read_education(section: SectionDraft, rows: list[Row], _: CvBuilder) -> None:
    for row in rows:
        entry = _entry(section, row, EntryKind.EDUCATION, "Field Of Study", ("School Name",))
        degree = row.text("Degree Name").value
        entry.title, entry.degree = (entry.title, degree) if entry.title else (degree, "")
        _set_period(entry, row, goes_on=False)
        entry.highlights = row.lines("Notes", "Activities")


def _read_skills(section: SectionDraft, rows: list[Row], _: CvBuilder) -> None:
    names = [name for row in rows if (name := row.text("Name"))]
    if names:
        # One row of a CV, as people write it; each skill is still a word for word copy of its cell.
        section.add_line(EntryKind.TEXT, Scalar(", ".join(name.value for name in names), None, names[0].path))


def _read_rows(label: str, details: str) -> Callable[[SectionDraft, list[Row], CvBuilder], None]:
    def read(section: SectionDraft, rows: list[Row], _: CvBuilder) -> None:
        pairs = [(row.text(label), row.text(details)) for row in rows]
        # rendercv wants all entries of a section alike.
        labelled = any(said for _, said in pairs)
        for name, said in pairs:
            if labelled and name:
                section.add_line(EntryKind.ONE_LINE, said, name.value)
            else:
                section.add_line(EntryKind.BULLET, name or said)

    return read


def _read_certificates(section: SectionDraft, rows: list[Row], builder: CvBuilder) -> None:
    for row in rows:
        entry = _entry(section, row, EntryKind.NORMAL, "Name", ("Authority",))
        _set_period(entry, row, goes_on=False)
        _set_url(entry, row, builder)


def _read_projects(section: SectionDraft, rows: list[Row], builder: CvBuilder) -> None:
    for row in rows:
        entry = _entry(section, row, EntryKind.NORMAL, "Title")
        _set_period(entry, row, goes_on=True)
        _set_url(entry, row, builder)
        entry.highlights = row.lines("Description")


def _read_publications(section: SectionDraft, rows: list[Row], builder: CvBuilder) -> None:
    for row in rows:
        entry = _entry(section, row, EntryKind.PUBLICATION, "Name", ("Publisher",))
        _set_one_date(entry, row.text("Published On"))
        _set_url(entry, row, builder)
        entry.summary = row.text("Description") or None


def _read_honours(section: SectionDraft, rows: list[Row], _: CvBuilder) -> None:
    for row in rows:
        entry = _entry(section, row, EntryKind.NORMAL, "Title", ("Issuer",))
        _set_one_date(entry, row.text("Issued On"))
        entry.highlights = row.lines("Description")


def _read_patents(section: SectionDraft, rows: list[Row], builder: CvBuilder) -> None:
    for row in rows:
        entry = _entry(section, row, EntryKind.NORMAL, "Title")
        entry.summary = row.text("Patent Number", "Application Number", "Number") or None
        _set_one_date(entry, row.text("Issued On"), row.text("Filed On", "Filing Date"))
        _set_url(entry, row, builder)
        entry.highlights = row.lines("Description")


def _read_tests(section: SectionDraft, rows: list[Row], _: CvBuilder) -> None:
    for row in rows:
        entry = _entry(section, row, EntryKind.NORMAL, "Name")
        entry.summary = row.text("Score") or None
        _set_one_date(entry, row.text("Taken On", "Test Date", "Date"))
        entry.highlights = row.lines("Description")


# fmt: off
SECTIONS: tuple[_SectionOfFile, ...] = (
    _SectionOfFile("Positions.csv", ("Company Name", "Title"), SectionKind.EXPERIENCE,
                   _read_roles("Company Name", "Title")),
    _SectionOfFile("Education.csv", ("School Name", "Degree Name"), SectionKind.EDUCATION, _read_education),
    _SectionOfFile("Skills.csv", ("Name",), SectionKind.SKILLS, _read_skills),
    _SectionOfFile("Languages.csv", ("Name",), SectionKind.LANGUAGES, _read_rows("Name", "Proficiency")),
    _SectionOfFile("Certifications.csv", ("Name",), SectionKind.CERTIFICATES, _read_certificates),
    _SectionOfFile("Projects.csv", ("Title",), SectionKind.PROJECTS, _read_projects),
    _SectionOfFile("Volunteering.csv", ("Company Name", "Role"), SectionKind.VOLUNTEERING,
                   _read_roles("Company Name", "Role")),
    _SectionOfFile("Publications.csv", ("Name",), SectionKind.PUBLICATIONS, _read_publications),
    _SectionOfFile("Patents.csv", ("Title",), SectionKind.OTHER, _read_patents,
                   ("Patents", "Patente", "Brevets", "Patentes")),
    _SectionOfFile("Honors.csv", ("Title",), SectionKind.AWARDS, _read_honours),
    _SectionOfFile("Courses.csv", ("Name",), SectionKind.CERTIFICATES, _read_rows("Name", "Number"),
                   ("Courses", "Kurse", "Formation continue", "Cursos")),
    _SectionOfFile("Test Scores.csv", ("Name",), SectionKind.OTHER, _read_tests,
                   ("Test scores", "Testergebnisse", "Résultats de tests", "Resultados de pruebas")),
    _SectionOfFile("Organizations.csv", ("Name",), SectionKind.OTHER, _read_roles("Name", "Position"),
                   ("Memberships", "Mitgliedschaften", "Adhésions", "Afiliaciones")),
)
# fmt: on
"""In the order in which readers of CVs expect them."""


def read_section(section: _SectionOfFile, rows: list[Row], builder: CvBuilder, language: str) -> None:
    """Adds a section made of a file's rows, and records the cells for which there is no place."""
    draft = builder.section(section.title(language), section.kind, SourcePosition(path=section.file))
    section.read(draft, rows, builder)
    for row in rows:
        builder.leave_out(row.rest(), _NO_PLACE)
    if not any(not entry.is_empty() for entry in draft.entries):
        builder.sections.remove(draft)
