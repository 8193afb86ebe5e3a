"""What a text is about, as a bag of weighted terms: stems, skills with all they prove, competences."""

import csv
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from cvtailor.adapters.embedded_engine.skills.table import SkillTable
from cvtailor.adapters.embedded_engine.words import STOP_WORDS, stems, tokens, unmarked, word_set
from cvtailor.domain.limits import LINES_REMEMBERED_MAX, WORDS_REMEMBERED_MAX
from cvtailor.domain.stemming import stem_of

NAMED_WEIGHT = 1.0
BROADER_WEIGHT = 0.8
COMPETENCE_WEIGHT = 0.7
_INSIDE_NAME_WEIGHT = 0.4
_COMMON_VERB_WEIGHT = 0.4
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
    teams people person persons équipe équipes personne personnes equipo equipos persona personas personen
    """
)

_COMMON_VERBS = word_set(
    """
    design designed build built run ran keep kept make made take took create created develop developed
    maintain maintained manage managed organise organised organize organized support supported help helped
    provide provided ensure ensured handle handled prepare prepared perform performed carry carried use used
    participate participated deliver delivered write wrote written drive drove own owned order ordered hold
    held give gave bring brought entwickeln entwickelt erstellen erstellt durchführen durchgeführt
    unterstützen unterstützt betreuen betreut übernehmen übernommen begleiten begleitet organisieren
    organisiert planen geplant halten gehalten führen geführt arbeiten mitarbeit assurer assuré réaliser
    réalisé participer participé gérer géré préparer préparé tenir tenu suivre suivi mettre mis prendre
    pris passer passé faire fait accompagner gestionar gestionado realizar realizado preparar preparado
    elaborar elaborado apoyar apoyado mantener mantenido participar participado llevar llevado hacer hecho
    """
)
"""Verbs of nearly every line of work: sharing one of them with an ad says little."""


@lru_cache(maxsize=8)
def _common_stems(language: str) -> frozenset[str]:
    return frozenset(stem_of(word, language) for word in _COMMON_VERBS)


@lru_cache(maxsize=8)
def filler_stems(language: str) -> frozenset[str]:
    """Returns stems of words that ads use everywhere and that tell nothing about what is asked."""
    return frozenset(stem_of(word, language) for word in _FILLERS)


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


@lru_cache(maxsize=WORDS_REMEMBERED_MAX)
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


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def _bag(text: str, language: str, table: SkillTable) -> Mapping[str, float]:
    plain = unmarked(text)
    bag: dict[str, float] = dict(Counter(content_stems(plain, language)))
    named = frozenset(table.names(plain))
    for name in table.proven_by(named):
        bag[f"skill:{name}"] = NAMED_WEIGHT if name in named else BROADER_WEIGHT
    for name in competences(plain):
        bag[f"competence:{name}"] = COMPETENCE_WEIGHT
    return bag


def is_named(term: str) -> bool:
    """Whether a term stands for a skill or a competence, not for a mere word."""
    return ":" in term


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
    for word in content_stems(rest, language):
        query[word] = _COMMON_VERB_WEIGHT if word in _common_stems(language) else 1.0
    named = frozenset(table.names(plain))
    for name in sorted(table.proven_by(named)):
        query[f"skill:{name}"] = NAMED_WEIGHT if name in named else _NEIGHBOUR_WEIGHT
    for name in sorted(competences(rest)):
        query[f"competence:{name}"] = COMPETENCE_WEIGHT
    return query
