"""PDF CVs."""

from collections import Counter

import pytest
from cvtailor.adapters.embedded_engine.cv_readers.pdf_columns import ways_to_read
from cvtailor.adapters.embedded_engine.cv_readers.pdf_process import pdf_pages
from cvtailor.adapters.embedded_engine.cv_readers.pdf_words import BrokenWords
from cvtailor.domain.base_cv import BaseCv
from pdf_making import HEAD, read, typeset

JOBS = """
== Experience
*Staff Engineer* #h(1fr) Mar 2019 – Present\\
Analytical Engines Ltd, London
- Cut the run time of the Bernoulli table by 35 % by moving the inner loops to a vectorised implementation
- Led three engineers
*Engineer* #h(1fr) Jan 2015 – Feb 2019\\
Difference Works, Leeds
- Kept the looms running
"""
SIDE = """
== Skills
- Python
- PostgreSQL
- Kubernetes
- Docker
== Languages
English: native\\
French: B2\\
Latin: some
"""


def jobs(cv: BaseCv) -> list[tuple[str, str, str, int]]:
    entries = [entry for section, entry in cv.entries() if section.kind == "experience"]
    return [(job.title, job.organisation, job.start_date, len(job.highlights)) for job in entries]


def lines(cv: BaseCv) -> list[str]:
    return [line.text for _, entry in cv.entries() for line in entry.lines()]


BOTH_JOBS = [
    ("Staff Engineer", "Analytical Engines Ltd", "2019-03", 2),
    ("Engineer", "Difference Works", "2015-01", 1),
]


def test_wrapped_lines_are_one_line_with_its_page_and_its_place() -> None:
    cv = read(typeset(JOBS))
    assert jobs(cv) == BOTH_JOBS
    line = cv.evidence()["experience[0].highlights[0]"]
    assert line.text.endswith("by moving the inner loops to a vectorised implementation")
    assert (line.position.line, line.position.path) == (6, "page 1")
    assert not cv.unplaced


@pytest.mark.parametrize("order", ["side, main", "main, side"])
def test_columns_are_read_one_after_the_other(order: str) -> None:
    widths = "(4cm, 1fr)" if order.startswith("side") else "(1fr, 4cm)"
    cells = f"#let side = [{SIDE}]\n#let main = [{JOBS}]\n"
    cv = read(typeset(f"{cells}#grid(columns: {widths}, column-gutter: 1cm, {order})"))
    assert jobs(cv) == BOTH_JOBS
    assert {section.title: len(section.entries) for section in cv.sections} == {
        "Experience": 2,
        "Skills": 4,
        "Languages": 3,
    }


def test_a_name_below_other_text_is_still_the_name() -> None:
    head = HEAD.replace("#text(size: 24pt", "#align(right)[Birmingham]\n#text(size: 24pt")
    assert read(typeset(JOBS, head)).contact.name == "Ada Byron"


def test_letters_set_apart_are_words() -> None:
    title = '#text(size: 13pt, weight: "bold", tracking: 4pt)[EXPERIENCE]\n\n'
    cv = read(typeset(JOBS.replace("== Experience\n", title)))
    assert [section.title for section in cv.sections] == ["EXPERIENCE"]


def test_links_keep_where_they_lead_and_unsafe_ones_are_told() -> None:
    safe = JOBS.replace("Led three", 'Led #link("https://example.org/t")[three]')
    unsafe = safe.replace("looms", '#link("javascript:alert(1)")[looms]')
    cv = read(typeset('#link("https://github.com/adab")[GitHub]\n' + unsafe))
    assert [(profile.network, profile.username) for profile in cv.contact.profiles] == [("GitHub", "adab")]
    assert lines(cv)[1:] == ["Led [three](https://example.org/t) engineers", "Kept the looms running"]
    assert [(gone.text, gone.reason) for gone in cv.unplaced] == [
        ("javascript:alert(1)", "not a web address (http or https)")
    ]


@pytest.mark.parametrize(
    ("hidden", "why"),
    [
        ("#text(fill: white)[SECRET]", "text in the colour of what is behind it; not used"),
        ("#text(fill: luma(250))[SECRET]", "text in the colour of what is behind it; not used"),
        ("#rect(fill: black)[SECRET]", "text in the colour of what is behind it; not used"),
        ("#text(fill: rgb(0, 0, 0, 1%))[SECRET]", "transparent text; not used"),
        ("#text(size: 1pt)[SECRET]", "text too small to be seen; not used"),
        ("#place(dx: -20cm)[SECRET]", "text outside the page; not used"),
        (
            "#box[SECRET#place(top, rect(fill: white, width: 3cm, height: 1cm))]",
            "text behind a shape; not used",
        ),
    ],
)
def test_text_that_nobody_sees_is_told_and_no_evidence(hidden: str, why: str) -> None:
    cv = read(typeset(f"{JOBS}\n{hidden}\n"))
    assert ("SECRET", why) in [(gone.text, gone.reason) for gone in cv.unplaced]
    assert not [found for found in cv.evidence().values() if "SECRET" in found.text]


@pytest.mark.parametrize(
    "shown", ["#rect(fill: black)[#text(fill: white)[SEEN]]", "#text(fill: luma(150))[SEEN]"]
)
def test_light_text_that_can_be_seen_is_text(shown: str) -> None:
    cv = read(typeset(f"{JOBS}\n{shown}\n"))
    assert any("SEEN" in found.text for found in cv.evidence().values())
    assert not cv.unplaced


def test_page_numbers_and_repeated_heads_are_taken_off_and_told() -> None:
    footer = 'context counter(page).display("1/1", both: true)'
    head = HEAD.replace("margin", f"header: [Curriculum vitae of Ada], footer: {footer}, margin")
    cv = read(typeset(f"{JOBS}\n#pagebreak()\n== Skills\n- Python\n", head))
    told = [(gone.text, gone.position.path, gone.reason) for gone in cv.unplaced]
    assert ("1/2", "page 1", "page number") in told
    assert ("Curriculum vitae of Ada", "page 2", "repeated on every page") in told
    assert lines(cv)[-1] == "Python"


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("regard-", "ing the rest", "regarding the rest"),
        ("a well-", "known tool", "a well-known tool"),
        ("Software-", "Entwickler", "Software-Entwickler"),
        ("Ein-", "und Ausgabe", "Ein- und Ausgabe"),
        ("on CI/", "CD", "on CI/CD"),
        ("the punch-", "card", "the punch-card"),
        ("2019 –", "2021", "2019 – 2021"),
    ],
)
def test_words_broken_at_the_end_of_a_row_are_made_whole(above: str, below: str, whole: str) -> None:
    assert BrokenWords([]).join(above, below) == whole


def test_a_word_that_can_not_be_made_whole_for_sure_is_told() -> None:
    body = JOBS.replace("Led three engineers", "Led the punch-\\ card archive and its three engineers")
    cv = read(typeset(body))
    assert [(gone.text, gone.reason) for gone in cv.unplaced] == [
        ("punch-card", "1 × word with a hyphen at the end of a row; check the spelling")
    ]


def test_each_way_to_read_holds_every_word_of_the_file_once() -> None:
    cells = f"#let side = [{SIDE}]\n#let main = [{JOBS}]\n"
    pdf = typeset(f"{cells}#grid(columns: (4cm, 1fr), column-gutter: 1cm, side, main)")
    pages = pdf_pages(pdf, "base_cv.file.content")
    written = Counter(word.text for page in pages for word in page.words if word.text != "•")
    ways = list(ways_to_read(pages))
    assert len(ways) == 3
    for flows in ways:
        rows = [row.text for flow in flows for row in flow]
        assert Counter(" ".join(rows).split()) == written


def test_an_employer_that_wraps_beside_its_date_comes_back_whole() -> None:
    head = (
        "columns: (6cm, 1fr), strong[Thamesmere University Hospital Trust], align(right)[Mar 2019 – Present]"
    )
    body = f"== Experience\n#grid({head})\nStaff Nurse\n- Care for level 3 patients\n"
    [job] = next(section for section in read(typeset(body)).sections if section.kind == "experience").entries
    assert (job.organisation, job.title) == ("Thamesmere University Hospital Trust", "Staff Nurse")


def test_a_small_month_begins_a_date_and_goes_on_with_no_line() -> None:
    body = """
== Formation
*Titre professionnel Technicien supérieur en méthodes et exploitation logistique, niveau cinq*\\
septembre 2025 – juin 2026
- Gestion des stocks
"""
    [entry] = read(typeset(body)).sections[0].entries
    assert (entry.start_date, entry.end_date) == ("2025-09", "2026-06")


def test_a_date_of_two_rows_is_one_date() -> None:
    body = """
== Experience
#grid(columns: (2.2cm, 1fr), column-gutter: 5mm, [September 2015 – February 2019],
  [*Engineer*\\ Difference Works])
"""
    [entry] = read(typeset(body)).sections[0].entries
    assert (entry.title, entry.start_date, entry.end_date) == ("Engineer", "2015-09", "2019-02")
