"""rendercv documents."""

import time
from textwrap import dedent

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource, EntryKind, SectionKind
from cvtailor.domain.errors import InvalidInput, Reason


def read(text: str) -> BaseCv:
    return read_cv(CvSource(format=CvFormat.RENDERCV_YAML, content=dedent(text).encode()))


def refusal(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    assert caught.value.reason is Reason.CV_UNREADABLE
    assert caught.value.field == "base_cv.rendercv_yaml"
    return caught.value


ENGINEER = """\
    cv:
      name: Ada Byron
      headline: Backend engineer
      email: [ada@example.org, byron@example.org]
      phone: "+44 20 7946 0958"
      website: https://ada.example
      photo: /etc/passwd
      social_networks:
        - {network: GitHub, username: ada}
      custom_connections:
        - {fontawesome_icon: calendar-days, placeholder: Book a call, url: https://cal.example/ada}
      sections:
        experience:
          - company: Analytical Engines
            position: Programmer
            start_date: 2020-09
            highlights:
              - Wrote the first program
              - Cut run time by 40 % [keep]
        selected_honors:
          - bullet: Fellow
          - reversed_number: Talk
        skills:
          - label: Languages
            details: NO, 0x1F, 2020-01-01
        Welcome to my CV:
          - Plain text
        publications:
          - title: Notes
            authors: ['*Ada Byron*', L. Menabrea]
            journal: Memoirs
            doi: 10.5555/1843
            date: 1843-09
    design:
      theme: classic
    locale:
      language: english
    """


def test_every_entry_type_keeps_its_text_as_typed() -> None:
    cv = read(ENGINEER)
    kinds = [entry.kind for _, entry in cv.entries()]
    assert kinds == [
        EntryKind.EXPERIENCE,
        EntryKind.BULLET,
        EntryKind.BULLET,
        EntryKind.ONE_LINE,
        EntryKind.TEXT,
        EntryKind.PUBLICATION,
    ]
    evidence = cv.evidence()
    assert evidence["skills[0].text"].text == "NO, 0x1F, 2020-01-01"
    assert evidence["publications[0].authors"].text == "*Ada Byron*, L. Menabrea"
    assert evidence["selected_honors[1].text"].text == "Talk"
    assert [section.title for section in cv.sections][1] == "Selected Honors"
    assert cv.sections[1].kind is SectionKind.AWARDS


def test_every_line_knows_its_line_and_path_in_the_source() -> None:
    line = read(ENGINEER).evidence()["experience[0].highlights[1]"]
    assert line.position.line == 19
    assert line.position.path == "cv.sections.experience[0].highlights[1]"


def test_a_line_that_ends_with_keep_is_marked_and_loses_the_mark() -> None:
    entry = read(ENGINEER).sections[0].entries[0]
    assert [(line.text, line.keep) for line in entry.highlights] == [
        ("Wrote the first program", False),
        ("Cut run time by 40 %", True),
    ]


def test_an_entry_with_keep_is_marked_and_nothing_is_said_to_be_lost() -> None:
    cv = read("""\
        cv:
          name: Ada
          sections:
            papers:
              - {title: Notes, authors: [Ada], doi: "https://doi.org/10.5555/1", keep: true}
              - {title: More, authors: [Ada]}
        """)
    assert [(entry.keep, entry.doi) for _, entry in cv.entries()] == [(True, "10.5555/1"), (False, "")]
    assert not cv.unplaced


def test_a_beginning_without_an_end_is_present_as_in_rendercv() -> None:
    entry = read(ENGINEER).sections[0].entries[0]
    assert (entry.start_date, entry.end_date) == ("2020-09", "present")


def test_a_second_address_becomes_a_profile_and_the_photo_is_reported() -> None:
    cv = read(ENGINEER)
    assert cv.contact.email == "ada@example.org"
    assert [profile.network for profile in cv.contact.profiles] == ["Email", "GitHub", "calendar-days"]
    assert [(gone.position.path, gone.position.line) for gone in cv.unplaced] == [
        ("cv.photo", 7),
        ("design", 34),
    ]


def test_unknown_fields_and_dead_links_are_reported_not_lost() -> None:
    cv = read("""\
        cv:
          name: Ada
          website: [javascript:alert(1), "javascript://example.org/%0aalert(1)"]
          nickname: Countess
          sections:
            jobs:
              - {company: A, position: B, salary: 12 pounds}
              - {when: yesterday}
        """)
    assert [(gone.text, gone.position.line) for gone in cv.unplaced] == [
        ("javascript:alert(1)", 3),
        ("javascript://example.org/%0aalert(1)", 3),
        ("12 pounds", 7),
        ("yesterday", 8),
        ("Countess", 4),
    ]


def test_dates_that_are_no_dates_stay_as_typed() -> None:
    cv = read("""\
        cv:
          name: Ada
          sections:
            jobs:
              - {company: A, position: B, start_date: Michaelmas 1840, end_date: 1841-13}
              - {company: C, position: D, start_date: 2021-05, end_date: 2020-01}
              - {company: E, position: F, start_date: März 2020, end_date: heute}
        """)
    facts = [(entry.date, entry.start_date, entry.end_date) for _, entry in cv.entries()]
    assert facts == [
        ("Michaelmas 1840 – 1841-13", "", ""),
        ("2021-05 – 2020-01", "", ""),
        ("", "2020-03", "present"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("cv:\n  name: [unclosed\n", 3, "broken"),
        ("cv:\n  name: A\n  name: B\n", 3, "stands twice"),
        ("cv:\n  name: &a A\n  email: *a\n", 3, "alias"),
        ("cv:\n  <<: {name: A}\n", 2, "merge keys"),
        ("cv:\n  name: !!python/object:os.system A\n", 2, "tag"),
        ("cv:\n  name: A\n---\ncv:\n", 3, "second document"),
        ("cv:\n  name: A\n  sections: later\n", 3, "section titles"),
        ("cv:\n  name: A\n  sections:\n    jobs: many\n", 4, "list of entries"),
        ("name: A\n", 1, "no `cv:`"),
        ("- a\n", 1, "no `cv:`"),
        ("cv:\n  ? [a]\n  : b\n", 2, "key must be"),
        ("cv:\n  email: a@example.org\n", 1, "no name"),
        ("cv:\n  name: A\n", None, "no content"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int | None, says: str) -> None:
    error = refusal(text)
    assert says in error.message
    assert error.line == line


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_hundred_thousand_levels_are_refused_at_once(opening: str) -> None:
    began = time.perf_counter()
    error = refusal("cv:\n  " + opening * 100_000)
    assert "deeper than 32" in error.message
    assert time.perf_counter() - began < 1


def test_a_bomb_of_aliases_is_refused_where_it_begins() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert refusal("\n".join(lines)).line == 2


def test_escapes_do_not_bring_hidden_characters_back() -> None:
    cv = read('cv:\n  name: Ada\n  sections:\n    a:\n      - "safe\\u202Etxt\\0 \\U000E0041"\n')
    assert cv.evidence()["a[0].text"].text == "safetxt"
    assert {gone.position.line for gone in cv.unplaced} == {5}
