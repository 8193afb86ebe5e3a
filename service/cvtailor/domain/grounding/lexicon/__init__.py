"""What words mean to the guard, by language: a ``*.txt`` table, read into a ``Lexicon``, and a ``*.kin.txt``.

A ``*.kin.txt`` holds classes of words and phrases, one a line, that may take one another's place; it is read
by ``kin.py``. A class is wider than a group of synonyms: it never supports a word by itself, only where the
claim has lost the word of the evidence that it stands for. ``special > general`` goes one way only.

Sections of a ``*.txt`` table:
    light: verbs that only make a sentence of a noun ("performed").
    function: words that say nothing by themselves.
    forms: irregular forms of one word, and deverbal nouns that no rule finds.
    synonyms: words of equal strength that may stand for each other.
    phrases: ``several words | other form = what they count as``.
    role.N, skill.N: how great a part, or how good a command, a word claims; 1 is the least.
    negation: words that take something back.
    exact: words that need themselves as evidence, and no relative of theirs.
    persons: nouns for whoever leads; they need themselves as evidence.
    cause: words that say one thing came of another.
    generic: nouns that say nothing beside one that does ("booking system").
    giving, taking: "gave training" is no more than "training", and the opposite of "received training".
    making: verbs that only say there is a document or a treatment; for languages whose lines are nouns.
    trades: agents that are titles; who plans something is no "planner".
    attempted: words of rung 1 that yet tell of something done, and so need evidence.
    records: what is kept, not led, by a verb that means both ("Protokoll führen").
    changes: nouns for a number that goes up or down, whoever brought it about.
    less, more: what somebody does who brings a number down or up.
    happened: what a number does by itself, and nobody's merit.
    current, since: words that say something lasts until now.
    abbreviations: a short form and what it may be short for.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

from cvtailor.domain.grounding.morphology import lemma_of, roots
from cvtailor.domain.limits import WORDS_REMEMBERED_MAX

LANGUAGES = ("en", "de", "fr", "es")
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu)'|'s?(?!\w)")
_PREFIXED = {
    "en": re.compile(r"^(?:re|over|under|out|co)(?=\w{3})"),
    "de": re.compile(
        r"^(?:be|ver|er|ent|zer|ab|an|auf|aus|bei|ein|fest|her|hin|los|mit|nach|um|unter|vor|weg|weiter|zu|zurück|"
        r"zusammen|über|durch)(?=\w{3})"
    ),
}
"""Prefixes of irregular verbs: "behoben" is to "Behebung" as "gehoben" to "Hebung"."""


class Lexicon:
    """The words of one language.

    Args:
        language: BCP 47 primary language.
        table: Sections of its table.

    Attributes:
        language: As given.
        function: Words that say nothing by themselves.
        cause: Words that say one thing came of another.
        less: Roots of what brings a number down.
        more: Roots of what brings a number up.
        happened: Words for a number that goes up or down by itself.
        changes: Nouns for such a change, which say nothing of who brought it about.
        generic: Nouns that say nothing beside one that does.
        records: What is kept, not led, by the verb for both: "Protokoll führen".
        trades: Agents that are titles.
        current: Words that say something lasts until now.
        since: Words that give its beginning.
        abbreviations: Long forms by short form, as words.
    """

    def __init__(self, language: str, table: Mapping[str, list[str]]) -> None:
        self.language = language
        self._lemmas = {form: group[0] for group in _groups(table["forms"]) for form in group}
        self._exact = _words(table["exact"])
        self.roots = lru_cache(maxsize=WORDS_REMEMBERED_MAX)(self._roots)
        self._synonyms: dict[str, set[int]] = defaultdict(set)
        for number, group in enumerate(_groups(table["synonyms"])):
            for word in group:
                # "service" is a form of "serve", and yet "serviced" has a meaning of its own.
                own = frozenset() if word in self._exact else roots(word, language)
                for root in self.roots(word) | own:
                    self._synonyms[root].add(number)
        self.function = _words(table["function"])
        self._persons = _words(table["persons"])
        self._light = self._all_roots(table["light"])
        self._negation = self._all_roots(table["negation"])
        self.cause = _words(table["cause"])
        self.less = self._all_roots(table["less"])
        self.more = self._all_roots(table["more"])
        self.happened = _words(table["happened"])
        self.changes = _words(table["changes"])
        self.current = _words(table["current"])
        self.since = _words(table["since"])
        self.abbreviations = {
            group[0]: tuple(tuple(self.without_elision(long).split("_")) for long in group[1:])
            for group in _groups(table["abbreviations"])
        }
        self.generic = _words(table["generic"])
        self.records = tuple(sorted(_words(table["records"])))
        self.trades = _words(table["trades"])
        self._giving = self._all_roots(table["giving"])
        self._taking = self._all_roots(table["taking"])
        self._making = self._all_roots(table["making"])
        self._attempted = self._all_roots(table["attempted"])
        self._ladders = {ladder: dict(self._rungs(table, ladder)) for ladder in ("role", "skill")}
        phrases = dict(_phrases(table["phrases"]))
        self._phrases = phrases
        self._phrase = re.compile(rf"\b(?:{_one_of(phrases)})(?!\w)")
        self.meanings = lru_cache(maxsize=WORDS_REMEMBERED_MAX)(self._meanings)
        self.same = lru_cache(maxsize=WORDS_REMEMBERED_MAX)(self._same)

    def _roots(self, word: str) -> frozenset[str]:
        """Returns the roots of a lower-case word, irregular forms and exact words seen to."""
        if word in self._exact:
            return frozenset({"=" + self._lemmas.get(word, word)})
        if word in self._lemmas:
            return frozenset({"=" + self._lemmas[word]}) | roots(self._lemmas[word], self.language)
        again = _PREFIXED[self.language].match(word) if self.language in _PREFIXED else None
        if again and word[again.end() :] in self._lemmas:
            return frozenset({again[0] + self._lemmas[word[again.end() :]]}) | roots(word, self.language)
        lemma = lemma_of(word, self.language)
        own = roots(word, self.language)
        return own if lemma == word or lemma in self._exact else own | roots(lemma, self.language)

    def _meanings(self, word: str) -> frozenset[str | int]:
        own = self.roots(word)
        groups = {number for root in own for number in self._synonyms.get(root, ())}
        return frozenset(own | groups)

    def _same(self, one: str, other: str) -> bool:
        return one == other or not self.meanings(one).isdisjoint(self.meanings(other))

    def negates(self, word: str) -> bool:
        """Whether a word takes something back."""
        return not self._negation.isdisjoint(self.roots(word))

    def is_person(self, word: str) -> bool:
        """Whether a word names somebody who leads."""
        return word in self._persons

    def names_leader(self, word: str) -> bool:
        """Whether a word, or what a German compound ends with, names somebody who leads."""
        return word in self._persons or (
            self.language == "de"
            and word.endswith(tuple(person for person in self._persons if len(person) > 3))
        )

    def is_light(self, word: str) -> bool:
        """Whether a verb says no more than that something was done."""
        return not self._light.isdisjoint(self.roots(word))

    def gives(self, word: str) -> bool:
        """Whether a verb only hands over what its noun says: "gave advice"."""
        return not self._giving.isdisjoint(self.roots(word))

    def takes(self, word: str) -> bool:
        """Whether a verb says that somebody else gave or did it: "received advice"."""
        return not self._taking.isdisjoint(self.roots(word))

    def makes(self, word: str) -> bool:
        """Whether a verb says no more of a document or treatment than that there is one."""
        return not self._making.isdisjoint(self.roots(word))

    def attempts(self, word: str) -> bool:
        """Whether a word takes back and yet tells of something done: "planned", "observed"."""
        return not self._attempted.isdisjoint(self.roots(word))

    def strength(self, ladder: str, word: str) -> int:
        """Returns the rung of a word on ``role`` or ``skill``, from 1; 0 if it stands on neither."""
        rungs = self._ladders[ladder]
        level, roots = rungs.get(word, 0), self.roots(word)
        if level or rungs.keys().isdisjoint(roots):
            return level
        return max(rungs.get(root, 0) for root in roots)

    def rephrased(self, text: str) -> str:
        """Returns a lower-case text with each known phrase in its one-word form."""
        return self._phrase.sub(lambda match: self._phrases[match[0]], text)

    def without_elision(self, text: str) -> str:
        """Returns a lower-case text without "l'", "d'" and the possessive "'s"."""
        return _ELISION.sub("", text)

    def _all_roots(self, lines: Iterable[str]) -> frozenset[str]:
        return frozenset(root for word in _words(lines) for root in self.roots(word))

    def _rungs(self, table: Mapping[str, list[str]], ladder: str) -> Iterator[tuple[str, int]]:
        for section, lines in table.items():
            name, _, level = section.partition(".")
            if name == ladder:
                for word in _words(lines):
                    yield word, int(level)
                    for root in self.roots(word) if ladder == "role" else _declined(word, self.language):
                        yield root, int(level)


def _declined(word: str, language: str) -> Iterator[str]:
    """Yields a German adjective with its endings; a skill's rung is too near other words for its root."""
    yield from (word + ending for ending in ("e", "er", "es", "en", "em") if language == "de")


def _groups(lines: Iterable[str]) -> list[list[str]]:
    return [line.split() for line in lines]


def _words(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


def _phrases(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        said, _, meant = line.partition(" = ")
        for phrase in said.split("|"):
            yield phrase, meant


def _one_of(phrases: Iterable[str]) -> str:
    """Returns a pattern for any of the phrases, the longest first; only those of one letter are tried."""
    by_letter: dict[str, list[str]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        by_letter[phrase[0]].append(re.escape(phrase[1:]))
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


@lru_cache(maxsize=len(LANGUAGES))
def _load(language: str) -> Lexicon:
    table: dict[str, list[str]] = defaultdict(list)
    section = ""
    text = files("cvtailor.domain.grounding.lexicon").joinpath(f"{language}.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            table[section].append(line)
    return Lexicon(language, table)


def lexicon_of(language: str) -> Lexicon:
    """Returns the words of a language; English for one that has no table."""
    return _load(language if language in LANGUAGES else "en")
