"""What a CV's language changes."""

import pytest
from cvtailor.adapters.rendering.localization import heading, locale, page_size
from cvtailor.domain.base_cv import Contact, SectionKind


@pytest.mark.parametrize(
    ("title", "language", "shown"),
    [
        ("Experience", "de", "Berufserfahrung"),
        ("work history", "fr", "Expérience professionnelle"),
        ("Berufserfahrung", "en", "Experience"),
        ("Werdegang", "de", "Werdegang"),
        ("Work experience", "en", "Work experience"),
        ("Ships I Built", "de", "Ships I Built"),
        ("Experience", "ja", "Experience"),
        ("Experience", "no", "Arbeidserfaring"),
    ],
)
def test_usual_headings_are_put_into_the_language_and_own_ones_stay(
    title: str, language: str, shown: str
) -> None:
    assert heading(title, SectionKind.EXPERIENCE, language) == shown


def test_a_heading_counts_only_for_its_own_kind() -> None:
    assert heading("Experience", SectionKind.OTHER, "de") == "Experience"


def test_rendercv_has_a_locale_or_english_stands_in() -> None:
    assert locale("tr") == {"language": "turkish"}
    assert locale("sv") == {"language": "english", "present": "nuvarande"}


@pytest.mark.parametrize(
    ("language", "march"), [("fr", "mars"), ("es", "marzo"), ("it", "marzo"), ("no", "mars")]
)
def test_months_are_small_where_the_language_writes_them_so(language: str, march: str) -> None:
    names = locale(language)["month_names"]
    assert names[2] == march
    assert all(name.islower() for name in (*names, *locale(language)["month_abbreviations"]))


def test_german_and_english_months_keep_their_capital() -> None:
    assert "month_names" not in locale("de").keys() | locale("en").keys()
    assert "month_abbreviations" not in locale("en")


def test_short_months_are_those_that_people_write() -> None:
    assert locale("fr")["month_abbreviations"][7] == "août"
    assert locale("de")["month_abbreviations"][2] == "März"


@pytest.mark.parametrize(
    ("phone", "location", "paper"),
    [
        ("+49 30 901820", "Berlin", "a4"),
        ("(415) 555-0132", "San Francisco, CA", "us-letter"),
        ("+1 415 555 0132", "", "us-letter"),
        ("", "Toronto, Canada", "us-letter"),
        ("+44 20 7946 0958", "London (moving to the USA)", "a4"),
        ("", "", "a4"),
    ],
)
def test_paper_follows_where_the_person_is(phone: str, location: str, paper: str) -> None:
    assert page_size(Contact(name="Ada", phone=phone, location=location)) == paper
