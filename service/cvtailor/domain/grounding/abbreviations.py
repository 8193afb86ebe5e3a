"""Short forms and what they stand for: by a table, by initials, by a full stop."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from unicodedata import combining, normalize

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.morphology import is_word
from cvtailor.domain.grounding.words import FUNCTION_WORDS, canonical_words, content_words
from cvtailor.domain.limits import WORDS_REMEMBERED_MAX

_ACRONYM = re.compile(r"\b[A-ZÀ-Ý]{2,6}s?\b")
_SHORT_CHARS = 2
_PART_CHARS_MIN = 3
_LAST_CHARS_MIN = 4
_CUT = re.compile(r"([^\W\d_]{3,})\.(?=[\s,;)\d]|$)")


def covered_by_abbreviation(
    claim: Sequence[str],
    texts: Sequence[str],
    evidence: Sequence[Sequence[str]],
    said: str,
    lexicon: Lexicon,
) -> frozenset[int]:
    """Returns the places of claim words that write out, or shorten, something in the evidence.

    Args:
        claim: Words of the claim, in order.
        texts: The cited lines.
        evidence: Words of each of them, in order.
        said: The claim as it is written.
        lexicon: With the short forms of the language.
    """
    known = frozenset(word for line in evidence for word in line)
    short_here, short_there = _acronyms(said), frozenset().union(*map(_acronyms, texts))
    places: set[int] = set()
    for at, word in enumerate(claim):
        if any(_stands_in(long, line, lexicon) for long in _long_forms(word, lexicon) for line in evidence):
            places.add(at)
        if word in short_here and any(_stands_spelt(word, line, lexicon) for line in evidence):
            places.add(at)
    for short in known & lexicon.abbreviations.keys():
        for long in lexicon.abbreviations[short]:
            places |= set(_places(long, claim, lexicon))
    for short in short_there:
        for start, size in _initials(short, claim, lexicon):
            places |= set(range(start, start + size))
    return frozenset(places)


def abbreviated_words(claim: str, cited: Cited, lexicon: Lexicon) -> frozenset[str]:
    """Returns the words of a claim that write out, or shorten, something in the evidence."""
    said = canonical_words(claim, lexicon)
    lines = [canonical_words(line, lexicon) for line in cited.texts]
    return frozenset(said[at] for at in covered_by_abbreviation(said, cited.texts, lines, claim, lexicon))


def cut_short(text: str) -> Iterator[str]:
    """Yields the words of a text that are cut short by a full stop, like "cat."."""
    yield from (match[1].lower() for match in _CUT.finditer(text))


def _acronyms(text: str) -> frozenset[str]:
    # In a line that is all capitals every word looks like one.
    if text.isupper() and sum(word.isalpha() for word in content_words(text)) > 1:
        return frozenset()
    return frozenset(map(str.lower, _ACRONYM.findall(text)))


def _long_forms(word: str, lexicon: Lexicon) -> tuple[tuple[str, ...], ...]:
    return lexicon.abbreviations.get(word, ())


def _places(long: Sequence[str], line: Sequence[str], lexicon: Lexicon) -> Iterator[int]:
    for start in range(len(line) - len(long) + 1):
        if all(lexicon.same(one, other) for one, other in zip(long, line[start:], strict=False)):
            yield from range(start, start + len(long))


def _stands_in(long: Sequence[str], line: Sequence[str], lexicon: Lexicon) -> bool:
    return any(True for _ in _places(long, line, lexicon))


def _stands_spelt(short: str, line: Sequence[str], lexicon: Lexicon) -> bool:
    return any(True for _ in _initials(short, line, lexicon))


def _initials(short: str, line: Sequence[str], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Yields start and length of what a word is the initials of; small words may be skipped.

    Two letters that the table knows mean what the table says.
    """
    plural = short.endswith("s") and len(short) > _SHORT_CHARS
    for letters in (short, short[:-1]) if plural else (short,):  # BOMs
        if len(letters) == _SHORT_CHARS and letters in lexicon.abbreviations:
            continue
        bare = _bare(letters)
        for start in range(len(line)):
            end = _spelt(bare, line, start, lexicon.language)
            if end > start:
                yield start, end - start


def _spelt(letters: str, line: Sequence[str], at: int, language: str, words: int = 0) -> int:
    """Returns the index behind the words that begin with these letters, 0 if they don't."""
    if at == len(line) or _bare(line[at])[0] != letters[0]:
        again = words and at < len(line) and line[at] in FUNCTION_WORDS
        return _spelt(letters, line, at + 1, language, words) if again else 0
    # "Zahnmedizinische Fachangestellte": the last letter is that of a part of a compound.
    within = _common(letters[1:], _part_initials(line[at], language))
    for taken in range(within, -1, -1):
        rest = letters[1 + taken :]
        if not rest:
            return at + 1 if words or taken else 0
        end = _spelt(rest, line, at + 1, language, words + 1)
        if end:
            return end
    return 0


def _common(letters: str, found: str) -> int:
    """Returns how many of the letters stand in another text in this order."""
    count = 0
    for letter in found:
        if letters[count : count + 1] == letter:
            count += 1
    return count


@lru_cache(maxsize=WORDS_REMEMBERED_MAX)
def _part_initials(word: str, language: str) -> str:
    """Returns the initials of the parts behind the first one of a German compound."""
    if language != "de":
        return ""
    ends = range(_PART_CHARS_MIN, len(word) - _LAST_CHARS_MIN + 1)
    return "".join(word[at] for at in ends if is_word(word[at:], language))


def _bare(word: str) -> str:
    """Returns a word without accents: the "É" of "État" is the "E" of "D.E."."""
    if word.isascii():
        return word
    return "".join(letter for letter in normalize("NFD", word) if not combining(letter)) or word
