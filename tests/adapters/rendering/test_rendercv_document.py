"""The document that goes to rendercv: ours from the first key to the last, and nothing lost."""

from datetime import date
from typing import Any

import pytest
from cvtailor.adapters.rendering.document import rendercv_document
from cvtailor.adapters.rendering.source import rendercv_model
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import Contact, EntryKind, ProfileLink, SectionKind
from cvtailor.domain.tailored_cv import TailoredCv
from rendering_samples import contact_cv, entry, full_cv, section

TODAY = date(2026, 11, 22)


def document(cv: TailoredCv, theme: Theme = Theme.CLASSIC) -> dict[str, Any]:
    made = rendercv_document(cv, theme, TODAY)
    rendercv_model(made, TODAY)
    return made


def header(**contact: object) -> dict[str, Any]:
    return document(contact_cv(**contact))["cv"]


def entries(*given: object, kind: SectionKind = SectionKind.OTHER) -> list[Any]:
    cv = TailoredCv(contact=Contact(name="Ada"), sections=(section(kind, "Things", *given),))
    return document(cv)["cv"]["sections"]["Things"]


def job(**fields: object) -> dict[str, Any]:
    return entries(entry(EntryKind.EXPERIENCE, organisation="Engine Works", title="Analyst", **fields))[0]


def test_the_design_is_ours_and_names_no_file_or_command() -> None:
    made = document(full_cv())
    assert set(made) == {"cv", "design", "locale", "settings"}
    assert made["settings"] == {"current_date": TODAY.isoformat()}
    assert "photo" not in made["cv"]
    assert made["design"]["typography"]["alignment"] == "justified-with-no-hyphenation"


def test_what_rendercv_validates_goes_into_its_own_fields() -> None:
    assert header(
        email="ada@example.com",
        phone="+49 30 901820",
        website="https://ada.example.com",
        location="London",
        profiles=[
            ProfileLink(network="github", username="ada"),
            ProfileLink(network="LinkedIn", username="ada", url="https://www.linkedin.com/in/ada/"),
        ],
    ) == {
        "name": "Ada Byron",
        "location": "London",
        "email": "ada@example.com",
        "phone": "+49 30 901820",
        "website": "https://ada.example.com",
        "social_networks": [
            {"network": "GitHub", "username": "ada"},
            {"network": "LinkedIn", "username": "ada"},
        ],
        "sections": {"Notes": ["Some text."]},
    }


@pytest.mark.parametrize(
    ("contact", "icon", "text"),
    [
        ({"phone": "(030) 90 18 20"}, "phone", "(030) 90 18 20"),
        ({"phone": "+49 1"}, "phone", "+49 1"),
        ({"email": "ada at example"}, "envelope", "ada at example"),
        ({"email": "ada@example.com, ada@example.org"}, "envelope", "ada@example.com, ada@example.org"),
        ({"website": "ada.example.com"}, "link", "ada.example.com"),
        ({"website": "javascript:alert(1)"}, "link", "javascript:alert(1)"),
        ({"profiles": [ProfileLink(network="ORCID", username="0000")]}, "orcid", "0000"),
        ({"profiles": [ProfileLink(network="GitHub", username='a"b')]}, "github", 'a"b'),
        ({"profiles": [ProfileLink(network="Xing", username="ada")]}, "xing", "ada"),
        ({"profiles": [ProfileLink(network="Some Net", username="ada")]}, "link", "Some Net: ada"),
        (
            {"profiles": [ProfileLink(network="Some Net", username="", url="ftp://x")]},
            "link",
            "Some Net: ftp://x",
        ),
    ],
)
def test_contact_data_that_rendercv_refuses_is_shown_all_the_same(
    contact: dict[str, Any], icon: str, text: str
) -> None:
    assert header(**contact)["custom_connections"] == [
        {"fontawesome_icon": icon, "placeholder": text, "url": None}
    ]


def test_a_profile_leads_where_the_person_said_and_not_where_rendercv_guesses() -> None:
    company = ProfileLink(network="LinkedIn", username="ada", url="https://linkedin.com/company/ada")
    assert header(profiles=[company])["custom_connections"] == [
        {"fontawesome_icon": "linkedin", "placeholder": "ada", "url": "https://linkedin.com/company/ada"}
    ]


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        ({"start_date": "2020-05", "end_date": "present"}, {"start_date": "2020-05", "end_date": "present"}),
        ({"start_date": "2019", "end_date": "2020"}, {"start_date": 2019, "end_date": 2020}),
        ({"start_date": "2020-05", "end_date": "2020"}, {"date": "May 2020 – 2020"}),
        ({"start_date": "2030-01", "end_date": "present"}, {"date": "Jan 2030 – present"}),
        ({"start_date": "2020-05"}, {"date": "2020-05"}),
        ({"end_date": "2020"}, {"date": 2020}),
        ({"date": "Fall 2020"}, {"date": "Fall 2020"}),
        ({"date": "2020-13"}, {"date": "2020\\-13"}),
        ({"start_date": "sometime", "end_date": "2020-02-30"}, {"date": "sometime – 2020\\-02\\-30"}),
        ({}, {}),
    ],
)
def test_dates_rendercv_would_refuse_or_extend_are_written_out(
    dates: dict[str, str], shown: dict[str, Any]
) -> None:
    made = job(**dates)
    assert {field: made[field] for field in ("start_date", "end_date", "date") if field in made} == shown


def test_a_start_without_an_end_is_not_called_present() -> None:
    assert "end_date" not in job(start_date="2020-05")


def test_dates_are_written_in_the_language_of_the_cv() -> None:
    odd = entry(EntryKind.EXPERIENCE, organisation="Werk", start_date="2030-03", end_date="present")
    cv = TailoredCv(
        contact=Contact(name="Ada"), sections=(section(SectionKind.OTHER, "Dinge", odd),), language="de"
    )
    made = document(cv)
    assert made["cv"]["sections"]["Dinge"][0]["date"] == "März 2030 – heute"
    assert document(cv.model_copy(update={"language": "sv"}))["design"]["templates"][
        "single_date"
    ].startswith("YEAR-")


def test_a_section_of_mixed_lines_becomes_one_type() -> None:
    assert entries(
        entry(EntryKind.TEXT, text="words"),
        entry(EntryKind.ONE_LINE, title="La*bel", text="details"),
        entry(EntryKind.BULLET, text="point"),
    ) == [{"bullet": "words"}, {"bullet": "**La\\*bel:** details"}, {"bullet": "point"}]


def test_an_entry_with_more_than_its_type_shows_takes_the_section_with_it() -> None:
    made = entries(
        entry(EntryKind.ONE_LINE, title="Python", text="ten years", highlights=["CPython contributor"]),
        entry(EntryKind.TEXT, text="words"),
    )
    assert made == [
        {"name": "Python", "summary": "ten years", "highlights": ["CPython contributor"]},
        {"name": "", "summary": "words"},
    ]


def test_a_normal_entry_shows_every_fact() -> None:
    assert entries(
        entry(
            EntryKind.NORMAL,
            title="Prize",
            organisation="Society",
            degree="First",
            location="Bath",
            date="1843",
            authors=("A. Byron",),
            doi="10.1000/1",
            url="https://prize.example.com",
            summary="For notes.",
        )
    ) == [
        {
            "name": "[Prize, First](https://prize.example.com)",
            "organisation": "Society",
            "date": 1843,
            "location": "Bath",
            "summary": "A. Byron · DOI 10.1000/1 · For notes.",
        }
    ]


def test_sections_of_the_same_title_and_entries_without_words_do_no_harm() -> None:
    first, second = (section(SectionKind.OTHER, "Notes", entry(EntryKind.TEXT, text=text)) for text in "ab")
    empty = section(SectionKind.OTHER, "Empty", entry(EntryKind.TEXT), entry(EntryKind.ONE_LINE))
    cv = TailoredCv(contact=Contact(name="Ada"), sections=(first, empty, second))
    assert document(cv)["cv"]["sections"] == {"Notes": ["a"], "Notes ": ["b"]}


def test_a_publication_keeps_doi_url_and_journal() -> None:
    both = entry(
        EntryKind.PUBLICATION, title="T", doi="10.1000/1", url="https://t.example.com", organisation="J"
    )
    odd = entry(
        EntryKind.PUBLICATION, title="T", doi="unknown", organisation="J", start_date="2019", end_date="2020"
    )
    made = entries(both, odd)
    assert made[0] == {
        "title": "[T](https://t.example.com)",
        "authors": [],
        "journal": "J",
        "doi": "10.1000/1",
    }
    assert made[1] == {"title": "T", "authors": [], "journal": "J, DOI unknown", "date": "2019 – 2020"}
