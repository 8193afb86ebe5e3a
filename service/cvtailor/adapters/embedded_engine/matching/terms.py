"""What a text is about, as a bag of weighted terms: stems, skills with all they prove, competences."""

import csv
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from cvtailor.adapters.embedded_engine.skills.table import SkillTable
from cvtailor.adapters.embedded_engine.words import STOP_WORDS, stem, stems, tokens, unmarked, word_set

NAMED_WEIGHT = 1.0
BROADER_WEIGHT = 0.8
COMPETENCE_WEIGHT = 0.7
_INSIDE_NAME_WEIGHT = 0.4
_NEIGHBOUR_WEIGHT = 0.4

_FILLERS = word_set(
    """
    experience experienced strong skill skills ability able knowledge good great excellent working work
    year years proven solid understanding plus required requirement requirements preferred must ideally
    similar related relevant field equivalent least minimum proficiency proficient familiar familiarity
    hands-on deep demonstrated advanced basic background competent competence evidence environment role
    team new high level part daily habits help best new erfahrung erfahrungen berufserfahrung
    mehrjährige kenntnisse gute guten gut sehr sicher sicherer sichere umgang jahre jahren fundierte
    idealerweise vorteil wünschenswert mindestens bereich bereichen abgeschlossene abgeschlossenes hohe
    freude bereitschaft fähigkeit niveau expérience expériences maîtrise connaissance connaissances
    bonne bonnes bon solide ans année années souhaité idéalement minimum capacité aisance pratique
    première équivalent niveau experiencia conocimiento conocimientos dominio nivel buen buena buenos
    años año mínimo capacidad valorable deseable similar equivalente manejo sector haber conocer
    professional progressive recent commercial overall beruflich berufliche professionnelle profesional
    """
)


@lru_cache(maxsize=8)
def filler_stems(language: str) -> frozenset[str]:
    """Returns stems of words that ads use everywhere and that tell nothing about what is asked."""
    return frozenset(stem(word, language) for word in _FILLERS)


@cache
def _competences() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    whole: dict[str, str] = {}
    prefixes: list[tuple[str, str]] = []
    source = files(__package__).joinpath("competences.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(source.splitlines()):
        for word in row["words"].split():
            if word.endswith("*"):
                prefixes.append((word[:-1], row["name"]))
            else:
                whole[word] = row["name"]
    return whole, tuple(prefixes)


@lru_cache(maxsize=16_384)
def _competences_of(word: str) -> frozenset[str]:
    whole, prefixes = _competences()
    found = {name for prefix, name in prefixes if word.startswith(prefix) and len(word) <= len(prefix) + 8}
    if word in whole:
        found.add(whole[word])
    return frozenset(found)


def competences(text: str) -> frozenset[str]:
    """Returns the general competences that the words of a text speak of."""
    return frozenset().union(*(_competences_of(word) for word in tokens(text) if word not in STOP_WORDS))


def content_stems(text: str, language: str) -> tuple[str, ...]:
    """Returns the stems of a requirement that say what is asked."""
    return tuple(word for word in stems(unmarked(text), language) if word not in filler_stems(language))


@lru_cache(maxsize=4_096)
def _bag(text: str, language: str, table: SkillTable) -> Mapping[str, float]:
    plain = unmarked(text)
    bag: dict[str, float] = dict(Counter(content_stems(plain, language)))
    named = frozenset(table.names(plain))
    for name in table.proven_by(named):
        bag[f"skill:{name}"] = NAMED_WEIGHT if name in named else BROADER_WEIGHT
    for name in competences(plain):
        bag[f"competence:{name}"] = COMPETENCE_WEIGHT
    return bag


def bag_of(text: str, language: str, table: SkillTable) -> Mapping[str, float]:
    """Returns the terms of a text of the CV."""
    return _bag(text, language, table)


def query_of(text: str, language: str, table: SkillTable) -> Mapping[str, float]:
    """Returns the terms of a text of the offer.

    Words inside the name of a skill count little by themselves: "experiment design" is not about design.
    What a named skill proves counts a little too, so that a neighbour of it is found (MySQL for PostgreSQL).
    """
    plain = unmarked(text)
    rest = plain
    for mention in reversed(table.mentions(plain)):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    query: dict[str, float] = dict.fromkeys(content_stems(plain, language), _INSIDE_NAME_WEIGHT)
    query |= dict.fromkeys(content_stems(rest, language), 1.0)
    named = frozenset(table.names(plain))
    for name in sorted(table.proven_by(named)):
        query[f"skill:{name}"] = NAMED_WEIGHT if name in named else _NEIGHBOUR_WEIGHT
    for name in sorted(competences(rest)):
        query[f"competence:{name}"] = COMPETENCE_WEIGHT
    return query
