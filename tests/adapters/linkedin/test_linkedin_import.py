"""LinkedIn's export → base CV → the YAML that is written → the same base CV."""

from datetime import date

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.linkedin import read_linkedin_export
from cvtailor.adapters.rendering.base_cv_file import base_cv_yaml
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource, Entry, SectionKind
from hypothesis import given, settings
from hypothesis import strategies as st
from linkedin_exports import COMPLETE, archive, positions, table, with_profile

TODAY = date(2026, 1, 15)


def cv_of(content: bytes) -> BaseCv:
    return read_linkedin_export(content).cv


def entries(cv: BaseCv, kind: SectionKind) -> list[Entry]:
    return [entry for section, entry in cv.entries() if section.kind is kind]


def lines(entry: Entry) -> list[str]:
    return [line.text for line in entry.highlights]


def read_back(cv: BaseCv) -> BaseCv:
    source = CvSource(format=CvFormat.RENDERCV_YAML, content=base_cv_yaml(cv, TODAY).encode())
    return read_cv(source)


def said(cv: BaseCv) -> list[str]:
    """Every line of the entries, links and emphasis that the file adds aside."""
    return [line.text for _, entry in cv.entries() for line in entry.lines()]


def test_a_complete_export_becomes_a_cv() -> None:
    cv = cv_of(archive(COMPLETE, "Complete_LinkedInDataExport_01-05-2026/"))
    assert (cv.contact.name, cv.contact.email) == ("Ada Muster", "ada@example.org")
    assert (cv.contact.website, cv.contact.phone) == ("https://ada.example", "+49 30 23125 114")
    assert [profile.network for profile in cv.contact.profiles] == ["GitHub", "X"]
    acme, beta = entries(cv, SectionKind.EXPERIENCE)
    assert (acme.organisation, acme.start_date, acme.end_date) == ("Acme", "2020-01", "present")
    assert lines(acme) == [
        "Built the billing pipeline, in Python",
        "Cut its cost by 30%",
        "Mentored two juniors",
    ]
    assert (beta.start_date, beta.end_date) == ("2017", "2019-12")
    assert lines(beta) == ["Wrote the importer", "Kept the servers alive"]
    assert [section.title for section in cv.sections] == [
        "Profile", "Experience", "Education", "Skills", "Languages", "Certificates", "Projects",
        "Volunteering", "Publications", "Patents", "Awards", "Courses", "Test scores", "Memberships",
    ]  # fmt: skip


def test_the_file_that_is_written_is_read_without_a_warning_and_says_the_same() -> None:
    cv = cv_of(archive(COMPLETE))
    again = read_back(cv)
    assert again.unplaced == ()
    assert said(again) == said(cv)
    assert [(section.key, section.kind) for section in again.sections] == [
        (section.key, section.kind) for section in cv.sections
    ]
    for kind in (SectionKind.EXPERIENCE, SectionKind.EDUCATION, SectionKind.PUBLICATIONS):
        unplaced = {"position", "summary", "highlights"}
        assert [entry.model_dump(exclude=unplaced) for entry in entries(again, kind)] == [
            entry.model_dump(exclude=unplaced) for entry in entries(cv, kind)
        ]


def test_what_finds_no_place_is_told_by_file_row_and_column() -> None:
    read = read_linkedin_export(archive(COMPLETE))
    told = {item.position.path: item.text for item in read.cv.unplaced}
    assert told == {
        "Profile.csv, row 2, Birth Date": "Jan 5, 1990",
        "Profile.csv, row 2, Industry": "Software",
        "Profile.csv, row 2, Zip Code": "10115",
        "Email Addresses.csv, row 2, Email Address": "old@example.org",
        "Certifications.csv, row 2, License Number": "AB-1",
        "Volunteering.csv, row 2, Cause": "POVERTY",
    }
    assert set(read.files_not_read) == {"Connections.csv", "messages.csv"}


def test_a_column_that_is_new_is_told_and_not_lost() -> None:
    skills = table(("Name", "Years"), ("Python", "8"))
    (item,) = cv_of(with_profile(Skills=skills)).unplaced
    assert (item.position.path, item.text) == ("Skills.csv, row 2, Years", "8")


def test_a_basic_export_with_a_byte_order_mark_is_enough() -> None:
    cv = cv_of(archive({"Profile.csv": "\ufeffFirst Name,Last Name,Summary\nAda,Muster,I weld.\n"}))
    assert (cv.contact.name, said(cv)) == ("Ada Muster", ["I weld."])


def test_notes_before_the_header_are_passed_over() -> None:
    noted = 'Notes:\n"Exported on request, see the help pages."\n\nName\nWelding\n'
    assert said(cv_of(with_profile(Skills=noted))) == ["Welding"]


@pytest.mark.parametrize(
    ("started", "finished", "expected"),
    [
        ("Jan 2020", "Dec 2021", ("2020-01", "2021-12", "")),
        ("2019", "2020", ("2019", "2020", "")),
        ("Mär 2019", "Dez 2020", ("2019-03", "2020-12", "")),
        ("janv. 2019", "août 2020", ("2019-01", "2020-08", "")),
        ("ene 2019", "dic 2020", ("2019-01", "2020-12", "")),
        ("Jan 2020", "", ("2020-01", "present", "")),
        ("a while ago", "2020", ("", "", "a while ago – 2020")),
    ],
)
def test_dates_are_read_in_four_languages_and_kept_as_typed_otherwise(
    started: str, finished: str, expected: tuple[str, str, str]
) -> None:
    cv = cv_of(with_profile(Positions=positions([("Acme", "Welder", "", "", started, finished)])))
    (entry,) = entries(cv, SectionKind.EXPERIENCE)
    assert (entry.start_date, entry.end_date, entry.date) == expected


def test_a_school_without_an_end_is_not_said_to_go_on() -> None:
    school = table(("School Name", "Start Date", "End Date"), ("Lyceum", "2003", ""))
    (entry,) = entries(cv_of(with_profile(Education=school)), SectionKind.EDUCATION)
    assert (entry.date, entry.end_date) == ("2003", "")


def test_titles_are_in_the_language_of_the_text() -> None:
    said_in_german = "Ich habe die Abrechnung aufgebaut und zwei Auszubildende betreut."
    cv = cv_of(with_profile(Positions=positions([("Acme", "Leiter", said_in_german, "", "2019", "")])))
    assert (cv.language, cv.sections[0].title) == ("de", "Berufserfahrung")


cells = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells, cells, cells, cells), min_size=1, max_size=4), cells)
def test_whatever_the_cells_hold_the_file_is_valid_and_every_line_comes_from_a_cell(
    rows: list[tuple[str, ...]], summary: str
) -> None:
    profile = table(("First Name", "Last Name", "Summary"), ("Ada", "Muster", f"x {summary}"))
    cv = cv_of(archive({"Profile.csv": profile, "Positions.csv": positions(rows)}))
    typed = [letters(" ".join(cell for row in rows for cell in row) + summary)]
    for line in said(cv):
        assert all(part in typed[0] or part == "x" for part in map(letters, line.split()))
    again = read_back(cv)
    assert (again.contact.name, again.unplaced) == ("Ada Muster", ())


def letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isascii() and character.isalnum())
