"""German words that are one in one text and two in the other."""

import pytest
from cvtailor.domain.grounding.german import is_composed, rejoined
from cvtailor.domain.grounding.lexicon import lexicon_of
from grounding_builders import refused


@pytest.mark.parametrize(
    ("apart", "joined"),
    [
        ("leitete zwei Praktikanten an", "anleitete zwei Praktikanten"),
        ("Ich führte Protokolle ein und aus", "Ich einführte Protokolle und aus"),
        ("ein Team mit fünf Leuten", "ein Team mit fünf Leuten"),
    ],
)
def test_a_separable_verb_is_put_together(apart: str, joined: str) -> None:
    assert rejoined(apart) == joined


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("lagerverwaltung", {"lager", "verwaltung"}),
        ("fehlersuche", {"fehler", "suche"}),
        ("ultraschall", {"ultraschalluntersuchungen"}),
        ("wartungsarbeiten", {"wartung"}),
    ],
)
def test_a_compound_is_made_of_known_words(word: str, known: set[str]) -> None:
    assert is_composed(word, known, lexicon_of("de"))


@pytest.mark.parametrize(
    ("word", "known"),
    [("hausmeister", {"haus", "meister"}), ("chefarzt", {"arzt", "chef"}), ("lagerverwaltung", {"lager"})],
)
def test_a_title_or_half_a_compound_is_not(word: str, known: set[str]) -> None:
    assert not is_composed(word, known, lexicon_of("de"))


def test_an_abbreviation_may_take_letters_of_a_compound() -> None:
    line = "Ausbildung zur Zahnmedizinischen Fachangestellten"
    assert refused("Ausbildung zur ZFA", line, "de") == ""
    assert refused("Ausbildung zur ZTA", line, "de")


def test_keeping_the_minutes_is_not_leading_the_meeting() -> None:
    assert refused("Sitzung geleitet und Protokolle geführt", "Protokolle der Sitzung geführt", "de")
