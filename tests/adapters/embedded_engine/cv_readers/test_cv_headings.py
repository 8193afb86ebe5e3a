"""Section titles."""

import pytest
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title, kind_of
from cvtailor.domain.base_cv import SectionKind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Professional Experience", SectionKind.EXPERIENCE),
        ("BERUFLICHER WERDEGANG", SectionKind.EXPERIENCE),
        ("Akademischer Werdegang", SectionKind.EDUCATION),
        ("Formation", SectionKind.EDUCATION),
        ("Formation continue", SectionKind.CERTIFICATES),
        ("Centres d’intérêt", SectionKind.INTERESTS),
        ("Sobre mí", SectionKind.SUMMARY),
        ("selected_honors", SectionKind.AWARDS),
        ("Programming Languages", SectionKind.SKILLS),
        ("Languages", SectionKind.LANGUAGES),
        ("Kenntnisse & Fähigkeiten", SectionKind.SKILLS),
        ("Ehrenamt und Interessen", SectionKind.VOLUNTEERING),
        ("Welcome to RenderCV", SectionKind.OTHER),
    ],
)
def test_titles_tell_the_kind_in_any_language(title: str, kind: SectionKind) -> None:
    assert kind_of(title) is kind


@pytest.mark.parametrize(
    "line", ["John Smith", "Experienced engineer with skills", "Work hard.", "x" * 5_000]
)
def test_ordinary_lines_are_no_titles(line: str) -> None:
    assert not is_known_title(line)
