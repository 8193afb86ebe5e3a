"""The sentences of letter and e-mail hold only words that the guard's closed list allows."""

import re
from collections.abc import Iterator
from dataclasses import fields

import pytest
from cvtailor.adapters.embedded_engine.writing.phrases import PHRASES
from cvtailor.domain.grounding.letter_words import applying_words, telling_words
from cvtailor.domain.grounding.words import FUNCTION_WORDS, words

_APPLYING = ("subject", "subject_bare", "greeting", "greeting_named", "applying", "applying_title")
_APPLYING += ("applying_bare", "closing", "farewell", "attached", "reply")


def sentences(language: str) -> Iterator[tuple[str, str]]:
    for field in fields(PHRASES[language]):
        value = getattr(PHRASES[language], field.name)
        for text in value.values() if hasattr(value, "values") else [value]:
            if isinstance(text, str):
                yield field.name, re.sub(r"\{\w+\}", " ", text)


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_every_word_of_a_letter_phrase_is_on_the_closed_list(language: str) -> None:
    applying = applying_words(language) | FUNCTION_WORDS
    telling = telling_words(language) | FUNCTION_WORDS
    unknown = [
        (field, word)
        for field, text in sentences(language)
        for word in words(text)
        if word not in (applying if field in _APPLYING else telling)
    ]
    assert unknown == []


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_the_closed_lists_hold_no_word_of_achievement(language: str) -> None:
    boasts = words("led managed expert senior award python million best geleitet dirigé dirigido")
    assert not (applying_words(language) | telling_words(language)) & set(boasts)
