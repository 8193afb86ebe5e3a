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
    assert locale("nb") == {"language": "norwegian_bokmål"}
    assert locale("sv") == {"language": "english", "present": "nuvarande"}


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
