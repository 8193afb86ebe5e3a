"""Which lines of an entry can't be understood without another one: "It cut ...", "Ran the chain on ..."."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from cvtailor.adapters.embedded_engine.words import STOP_WORDS
from cvtailor.domain.base_cv import EvidenceId, Line

_GOES_ON = re.compile(
    r"(?i)^(?:this|these|those|it|its|they|there|both|also|additionally|in addition|then|later|"
    r"after(?:wards| that)|as a result|thereby|for (?:this|that|it)|the latter|"
    r"dies|diese[srmn]?|dabei|dadurch|damit|dazu|dafür|daraus|daraufhin|hierfür|hierbei|dort|außerdem|"
    r"zudem|anschließend|später|"
    r"cela|ces?|cette|celui-ci|celle-ci|pour cela|ensuite|puis|également|de plus|"
    r"esto|estos?|estas?|ello|para ello|además|también|luego|después)\b|^[a-zà-ÿ]{3,}ly after\b|^…|^\.\.\."
)
_DETERMINERS = r"the|th(?:is|ese|ose)|diese[srmn]?|cet(?:te)?|ces?|est[ea]|est[ao]s"
_DEFINITE = re.compile(rf"(?i)\b(?:{_DETERMINERS})\s+(?=\w)")
_NOUN_PHRASE = re.compile(r"\w[\w-]*(?: \w[\w-]*){0,3}")
_SELF_DEFINED = frozenset({"that", "which", "who", "of", "für", "die", "der", "das", "qui", "que", "de"})
_WORD = re.compile(r"[^\W\d_]{5,}")
_KNOWN_NEXT = re.compile(rf"(?i)\b(?:{_DETERMINERS}|my|our|their|his|her)\s+(?=(?P<between>\w+\s+)?)")
_ROOT_CHARS = 6


def antecedents(lines: Sequence[Line]) -> Mapping[EvidenceId, EvidenceId]:
    """Returns, for each line that refers to an earlier one, the line that it refers to.

    A line that opens with a pronoun or goes on with "also" refers to the one before it. A definite noun
    refers to the nearest earlier line that brought it in: "the comparison" to "Compared four models".

    Args:
        lines: Of one entry, in the person's order.
    """
    found: dict[EvidenceId, EvidenceId] = {}
    nearest: dict[str, int] = {}  # Root of a noun to the last line so far that brought it in.
    for at, line in enumerate(lines):
        if at and goes_on(line):
            found[line.id] = lines[at - 1].id
        else:
            earlier = [nearest[root] for root in _taken_as_known(line) if root in nearest]
            if earlier:
                found[line.id] = lines[max(earlier)].id
        nearest.update(dict.fromkeys(_brought_in(line), at))
    return found


def goes_on(line: Line) -> bool:
    """Whether a line opens as the continuation of the one before it."""
    return bool(_GOES_ON.match(line.text))


def _taken_as_known(line: Line) -> Iterator[str]:
    """Yields the roots of the nouns that a line names as if they had been spoken of."""
    for match in _DEFINITE.finditer(line.text):
        phrase = _NOUN_PHRASE.match(line.text, match.end())
        words = phrase[0].split() if phrase else []
        noun = list(takewhile(lambda word: word not in STOP_WORDS, words))
        after = words[len(noun) : len(noun) + 1]
        # "The pipeline that cut ..." says itself which one is meant.
        if noun and noun[-1].islower() and not _SELF_DEFINED & set(after):
            yield from _roots(noun[-1])


def _brought_in(line: Line) -> Iterator[str]:
    """Yields the roots of what a line speaks of without taking it as known."""
    known = {at for match in _KNOWN_NEXT.finditer(line.text) for at in (match.end(), match.end("between"))}
    for match in _WORD.finditer(line.text):
        if match.start() not in known:
            yield from _roots(match[0])


def _roots(text: str) -> Iterator[str]:
    """Yields what a verb and its noun have in common, roughly: "comparison" and "compared" are "compar"."""
    for match in _WORD.finditer(text.lower()):
        if match[0] not in STOP_WORDS:
            yield match[0][:_ROOT_CHARS].removesuffix("s")
