"""Short forms and what they stand for: by a table, by initials, by a full stop."""

import re
from collections.abc import Iterator, Sequence

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.words import FUNCTION_WORDS, canonical_words

_ACRONYM = re.compile(r"\b[A-ZÀ-Ý]{3,6}s?\b")
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
        if word in short_here and any(_spelt_by(word, line) for line in evidence):
            places.add(at)
    for short, longs in lexicon.abbreviations.items():
        if short in known:
            for long in longs:
                places |= set(_places(long, claim, lexicon))
    for short in short_there:
        for start, size in _initials(short, claim):
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
    return (
        frozenset() if text.isupper() and " " in text else frozenset(map(str.lower, _ACRONYM.findall(text)))
    )


def _long_forms(word: str, lexicon: Lexicon) -> tuple[tuple[str, ...], ...]:
    return lexicon.abbreviations.get(word, ())


def _places(long: Sequence[str], line: Sequence[str], lexicon: Lexicon) -> Iterator[int]:
    for start in range(len(line) - len(long) + 1):
        if all(lexicon.same(one, other) for one, other in zip(long, line[start:], strict=False)):
            yield from range(start, start + len(long))


def _stands_in(long: Sequence[str], line: Sequence[str], lexicon: Lexicon) -> bool:
    return any(True for _ in _places(long, line, lexicon))


def _spelt_by(short: str, line: Sequence[str]) -> bool:
    return any(True for _ in _initials(short, line))


def _initials(short: str, line: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yields start and length of what a word is the initials of; small words may be skipped."""
    yield from _spelt(short, line)
    if short.endswith("s") and len(short) > 3:
        yield from _spelt(short[:-1], line)  # BOMs


def _spelt(short: str, line: Sequence[str]) -> Iterator[tuple[int, int]]:
    for start, word in enumerate(line):
        if word[0] != short[0]:
            continue
        rest, at = short[1:], start + 1
        while rest and at < len(line):
            if line[at][0] == rest[0]:
                rest = rest[1:]
            elif line[at] not in FUNCTION_WORDS:
                break
            at += 1
        if not rest and at - start > 1:
            yield start, at - start
