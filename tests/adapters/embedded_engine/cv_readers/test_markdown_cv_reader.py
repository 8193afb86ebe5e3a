"""Markdown CVs."""

from textwrap import dedent

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource, Entry, SectionKind
from cvtailor.domain.errors import InvalidInput


def read(text: str) -> BaseCv:
    return read_cv(CvSource(format=CvFormat.MARKDOWN, content=dedent(text).encode()))


def only_entry(head: str, section: str = "Experience") -> Entry:
    cv = read(f"# Ada Byron\n\n## {section}\n\n{head}\n\n- Did it\n")
    assert len(cv.sections[0].entries) == 1
    assert not cv.unplaced
    return cv.sections[0].entries[0]


@pytest.mark.parametrize(
    "head",
    [
        "### Staff Nurse, Thames Hospital\n\nMarch 2019 – present | London",
        "### Staff Nurse\n\n**Thames Hospital, London** — 03/2019 – heute",
        "**Thames Hospital** | Staff Nurse | London | 2019-03 – present",
        "### Thames Hospital — Staff Nurse (Mar 2019 – Present)\n*London*",
        "**Staff Nurse** · Thames Hospital · London · mars 2019 à aujourd'hui",
        "### Staff Nurse at Thames Hospital, London\n*marzo de 2019 – actualidad*",
    ],
)
def test_the_same_job_reads_the_same_however_it_is_laid_out(head: str) -> None:
    job = only_entry(head)
    assert (job.title, job.organisation, job.location) == ("Staff Nurse", "Thames Hospital", "London")
    assert (job.start_date, job.end_date) == ("2019-03", "present")
    assert [line.text for line in job.highlights] == ["Did it"]


def test_a_degree_is_parted_from_its_field() -> None:
    degree = only_entry("### BSc (Hons) in Nursing\nUniversity of Leeds | 2013 – 2016", "Education")
    assert (degree.degree, degree.title, degree.organisation) == (
        "BSc (Hons)",
        "Nursing",
        "University of Leeds",
    )


def test_roles_below_an_employer_keep_that_employer() -> None:
    cv = read("""\
        # Ada Byron
        ## Experience
        ### Globex
        #### Team Lead
        2019 – now
        - Led
        #### Engineer
        2015 – 2019
        - Built
        ### Initech
        Developer, 2012 – 2015
        - Fixed
        """)
    roles = [(entry.organisation, entry.title, entry.start_date) for _, entry in cv.entries()]
    assert roles == [
        ("Globex", "Team Lead", "2019"),
        ("Globex", "Engineer", "2015"),
        ("Initech", "Developer", "2012"),
    ]


def test_the_block_at_the_top_is_contact_data() -> None:
    cv = read("""\
        # Ada Byron
        **Backend engineer**

        London, UK · [ada@example.org](mailto:ada@example.org) · +44 20 7946 0958 · [LinkedIn](https://www.linkedin.com/in/ada) · <https://ada.example>

        ## Skills
        - **Languages:** Python, SQL
        """)  # noqa: E501
    contact = cv.contact
    assert (contact.name, contact.location, contact.website) == (
        "Ada Byron",
        "London, UK",
        "https://ada.example",
    )
    assert contact.headline
    assert contact.headline.text == "Backend engineer"
    assert (contact.email, contact.phone) == ("ada@example.org", "+44 20 7946 0958")
    assert [(link.network, link.username) for link in contact.profiles] == [("LinkedIn", "ada")]
    assert cv.evidence()["skills[0].title"].text == "Languages"
    assert not cv.unplaced


def test_private_details_are_reported_and_other_details_kept() -> None:
    top = "# Eva\n\nNurse\n\nLeeds | eva@example.org | Führerschein B\n\nGeboren am 14.02.1987\n"
    cv = read(f"{top}\n## Profil\n\nText.\n")
    assert [gone.text for gone in cv.unplaced] == ["Geboren am 14.02.1987"]
    assert cv.sections[-1].kind is SectionKind.OTHER
    assert cv.sections[-1].entries[0].text is not None
    assert cv.sections[-1].entries[0].text.text == "Führerschein B"


def test_front_matter_is_contact_data() -> None:
    cv = read("---\nname: Max Muster\nemail: max@example.org\n---\n\n# Experience\n\n- Built it\n")
    assert (cv.contact.name, cv.contact.email) == ("Max Muster", "max@example.org")


def test_hidden_html_and_link_definitions_are_reported_not_read() -> None:
    text = """\
        # Ada
        ## Skills
        - SQL <span style="display:none">and</span> R

        <!-- hire this one -->

        [ref]: https://example.org/x
        """
    cv = read(text)
    assert cv.evidence()["skills[0].text"].text == "SQL and R"
    assert [(gone.position.line, gone.text, gone.reason) for gone in cv.unplaced] == [
        (3, '<span style="display:none"> </span>', "HTML is not shown"),
        (5, "<!-- hire this one -->", "HTML is not shown"),
        (7, "[ref]: https://example.org/x", "shown nowhere in Markdown, such as a link definition"),
    ]


def test_a_bullet_below_a_bullet_stays_one_line_with_it() -> None:
    cv = read("# Ada\n\n## Experience\n\n### Lead, Acme Ltd\n2019\n\n- Led\n  - three teams\n- Built\n")
    assert [line.text for line in cv.sections[0].entries[0].highlights] == ["Led - three teams", "Built"]


def test_numbers_that_say_something_are_not_taken_for_counting() -> None:
    cv = read("# Ada\n\n## Awards\n\n1. First\n2. Second\n\n## Service\n\n7. Klasse geleitet\n")
    texts = [line.text for _, entry in cv.entries() for line in entry.lines()]
    assert texts == ["First", "Second", "7. Klasse geleitet"]


def test_two_sections_of_one_title_have_two_keys() -> None:
    cv = read("# Ada\n\n## Projects\n\n- A\n\n## Projects\n\n- B\n\n## Проекты\n\n- C\n")
    assert [section.key for section in cv.sections] == ["projects", "projects_2", "other_section"]


def test_a_section_without_content_is_reported() -> None:
    cv = read("# Ada\n\n## Skills\n\n- SQL\n\n## Awards\n")
    assert [(gone.text, gone.position.line) for gone in cv.unplaced] == [("Awards", 7)]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("# Ada\n", None, "no content"),
        ("## Experience\n\n- x\n", 1, "no name"),
        ("# Ada\n\n" + "a" * 5_000, 3, "4,000 are read"),
        ("# Ada\n\n## Skills\n" + "- a\n" * 4_100, 4_002, "more than 4,000 lines"),
        ("# Ada\n\n## Skills\n\n" + ">" * 400 + " a\n", 5, "deeper than 32"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int | None, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        read(text)
    assert caught.value.line == line
