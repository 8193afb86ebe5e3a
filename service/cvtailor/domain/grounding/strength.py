"""How strongly something is claimed: taking part is not leading, and a reservation stays."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product

from cvtailor.domain.grounding.abbreviations import abbreviated_words
from cvtailor.domain.grounding.cited import Cited, without_names
from cvtailor.domain.grounding.kin import kin_of
from cvtailor.domain.grounding.lexicon import Lexicon, lexicon_of
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.words import FUNCTION_WORDS, canonical_words, plain, words
from cvtailor.domain.tailored_cv import RejectionReason

_LADDERS = ("role", "skill")
_STRONG = 3
_CLAUSE = re.compile(r"\s*[;,.|]\s+|\s+(?:and|und|et|y|while|but|aber|mais|pero)\s+")
_BY = frozenset({"by", "von", "par", "por"})
_CLAUSE_SHARE = 0.5
_TITLE_SHARE = 1.0
_CLAUSE_WORDS_MIN = 1


def makes_reservation(text: str, language: str) -> bool:
    """Whether a text says that something was done or is known in part only: "basic PHP".

    Args:
        text: A line, or an item of a list.
        language: Of the CV; lists of skills hold English words in any.
    """
    return any(
        lexicon.negates(word) or 1 in (lexicon.strength(ladder, word) for ladder in _LADDERS)
        for lexicon in map(lexicon_of, {language, "en"})
        for word in words(text)
    )


def check_strength(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses stronger words than the cited lines have, and lines whose reservation was left away."""
    for clause in _clauses(claim, lexicon):
        for ladder, word in product(_LADDERS, clause):
            level = lexicon.strength(ladder, word)
            if (
                level >= _STRONG
                and not _is_passive(clause, word)
                and level > _level_of_source(clause, word, ladder, cited, lexicon)
                and word not in abbreviated_words(claim, cited, lexicon)
            ):
                return _objection(f"“{word}” is stronger than the cited line")
    claimed = canonical_words(without_names(claim, cited), lexicon)
    for line in cited.lines:
        for part in _CLAUSE.split(plain(line)):
            dropped = _dropped_reservation(claimed, part, lexicon, _CLAUSE_SHARE)
            if dropped:
                return _objection(f"the cited line says “{dropped}”")
    for title in cited.titles:
        dropped = dropped_from_title(claimed, title, lexicon)
        if dropped:
            return _objection(f"the cited title says “{dropped}”")
    return None


def _is_passive(clause: Sequence[str], word: str) -> bool:
    """Whether a word tells what somebody else did to the person: "supervised by the head chef"."""
    at = clause.index(word)
    return _BY.isdisjoint(clause[:at]) and clause[at + 1 : at + 2] in {(by,) for by in _BY - {"de"}}


def dropped_from_title(claimed: Sequence[str], title: str, lexicon: Lexicon) -> str:
    """Returns the reservation of a job title that a claim names without it, or nothing."""
    return _dropped_reservation(claimed, title, lexicon, _TITLE_SHARE)


def dropped_from_item(claimed: Sequence[str], item: str, lexicon: Lexicon) -> str:
    """Returns the reservation of an item of a list that a claim names without it, or nothing."""
    return _dropped_reservation(claimed, item, lexicon, _CLAUSE_SHARE)


def _objection(detail: str) -> Objection:
    return Objection(RejectionReason.STRENGTH_INFLATED, detail)


def _clauses(text: str, lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """Yields the clauses of a text as words; a lone verb belongs to the next one ("built and ran it")."""
    pending: tuple[str, ...] = ()
    for part in _CLAUSE.split(plain(text)):
        pending += canonical_words(part, lexicon)
        if len(_telling(pending, lexicon)) >= _CLAUSE_WORDS_MIN:
            yield pending
            pending = ()
    if pending:
        yield pending


def _telling(clause: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Returns the words of a clause that say what it is about, not how much of it was the person's."""
    return [
        word
        for word in clause
        if word not in FUNCTION_WORDS
        and word not in lexicon.function
        and not any(lexicon.strength(ladder, word) for ladder in _LADDERS)
    ]


def _own_part(part: Sequence[str], strong: str, lexicon: Lexicon) -> list[str]:
    """Returns the words of evidence that may show the person's part: not "led by", nor a "manager" met."""
    records = any(word.startswith(lexicon.records) for word in part) if lexicon.records else False
    return [
        word
        for word, after in zip(part, (*part[1:], ""), strict=True)
        if after not in _BY
        and not (records and lexicon.same(word, "führen"))  # "Protokoll geführt"
        and (lexicon.is_person(word) == lexicon.is_person(strong) or word == strong)
    ]


def _level_of_source(clause: Sequence[str], strong: str, ladder: str, cited: Cited, lexicon: Lexicon) -> int:
    """Returns the rung that the evidence reaches where it speaks of the same thing."""
    evidence = [part for line in cited.texts for part in _clauses(line, lexicon)]
    about = _telling(clause, lexicon)
    shared = [sum(any(lexicon.same(word, other) for other in part) for word in about) for part in evidence]
    most = max(shared, default=0)
    levels = [
        max(
            (
                lexicon.strength(ladder, strong if lexicon.same(strong, word) else word)
                for word in _own_part(part, strong, lexicon)
            ),
            default=0,
        )
        for part, count in zip(evidence, shared, strict=True)
        if count == most
        or (
            any(lexicon.same(strong, word) for word in part) and 0 < len(_telling(part, lexicon)) <= 3 * count
        )
    ]
    return max(levels, default=0)


def _dropped_reservation(claimed: Collection[str], clause: str, lexicon: Lexicon, share: float) -> str:
    """Returns the reservation of a clause that a claim repeats without it, or nothing."""
    told = [word for word in canonical_words(clause, lexicon) if word not in FUNCTION_WORDS]
    reservations = {word: _reservations(word, lexicon) for word in told}
    guarded = [(word, kind) for word in told for kind in reservations[word]]
    rest = [word for word in told if not reservations[word]]
    if not guarded or not rest:
        return ""
    repeated = [word for word in rest if any(lexicon.same(word, other) for other in claimed)]
    if len(repeated) < share * len(rest):
        return ""
    kept = [kind for word in claimed if word not in rest for kind in _reservations(word, lexicon)]
    for word, kind in guarded:
        if kind == "skill" and any(kin_of(lexicon.language).akin(word, other) for other in claimed):
            continue  # "booked" rooms were "arranged" or "reserved"
        if kind not in kept:
            return word
        # "Shadowed the deputy" takes back twice, and "acted as deputy" once.
        kept.remove(kind)
    return ""


def _reservations(word: str, lexicon: Lexicon) -> set[str]:
    """Returns the ways in which a word takes something back."""
    kinds = {ladder for ladder in _LADDERS if lexicon.strength(ladder, word) == 1}
    return kinds | ({"negation"} if lexicon.negates(word) else set())
