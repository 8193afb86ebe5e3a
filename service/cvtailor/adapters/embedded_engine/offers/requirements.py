"""Finds what an ad asks for, and what it says the work is."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cvtailor.adapters.embedded_engine.offers.cues import (
    LABELLED_FACT,
    PAGE_FURNITURE,
    Sentence,
)
from cvtailor.adapters.embedded_engine.offers.headings import Zone, heading_zone, inline_heading
from cvtailor.adapters.embedded_engine.offers.posting import PostingLine
from cvtailor.adapters.embedded_engine.skills.table import SkillTable

_ABBREVIATION = "".join(
    rf"(?<!\b{word})"
    for word in (r"z\.B", "bzw", r"e\.g", r"i\.e", "ca", "Dr", "Mr", "Ms", "St", r"p\.ex", "min", "max")
)
_SENTENCE_END = (
    _ABBREVIATION + r"(?:(?<=[a-zà-ÿß)\]%\"”0-9+#])|(?<=[A-Z]{2})|(?<=asse [A-Z])|(?<=rmis [A-Z]))[.!?]\s+"
)
_SENTENCE_BREAK = re.compile(_SENTENCE_END + r"(?=[\"“(]?[A-ZÀ-ÝÄÖÜ¿¡0-9])|\s*;\s+")
_LOWER_CASE_BREAK = re.compile(_SENTENCE_END + r"(?=[a-zà-ÿ])|\s*;\s+")
_ASKING_VERB = (
    r"(?:(?:you|vous|sie|du|tú|il|elle)\s+)?(?:(?:should|must|should also|doit|doivent|debe|muss|sollte)\s+)?"
    r"(?:have|hold|know|write|speak|bring|possess|can|are able|"
    r"haben?|hast|kenn(?:en|st)|besitz(?:en|t)|bring(?:en|st)|verfüg(?:en|st)|beherrsch(?:en|t)|sprech(?:en|t)|"
    r"avez|êtes|maîtrisez|justifiez|disposez|possédez|parlez|connaissez|savez|"
    r"tienes?|tener|hablas?|conoces?|conocer|dominas?|poseer|posees)\b"
)
_CLAUSE_BREAK = re.compile(
    rf",?\s+(?:and|und|sowie|et|ainsi que|y)\s+(?={_ASKING_VERB})|,\s+(?={_ASKING_VERB})", re.IGNORECASE
)
_LIST_BREAK = re.compile(r",\s+(?:(?:and|und|et|y)\s+)?")
_CHARS_MAX = 600
_CHARS_MIN = 2
_TASK_WORDS_MIN = 3
_ITEM_WORDS_MAX = 12
REQUIREMENTS_MAX = 80

_LISTING = frozenset({Zone.MUST, Zone.NICE, Zone.TASKS})
"""Zones that an unknown heading such as ``Cloud:`` parts without ending."""

_SILENT = frozenset({Zone.BENEFITS, Zone.APPLY, Zone.LEGAL})


@dataclass(frozen=True, slots=True)
class Ask:
    """A stretch of the ad that asks for something, or tells of a task."""

    text: str
    start: int
    end: int
    zone: Zone


def find_asks(lines: list[PostingLine], table: SkillTable, *, is_surely_an_ad: bool = False) -> list[Ask]:
    """Returns requirements (zones ``MUST`` and ``NICE``) and tasks (``TASKS``) in the ad's order.

    Headings decide where the ad has them; where it has none, each sentence is judged by its words.
    Without a single requirement, tasks are asked of the person, and after them sentences that name skills.
    Of what is surely an ad, but in words not known here, what is left of its sentences is asked.
    """
    pieces = list(_pieces(lines))
    asks = [Ask(piece.text, piece.start, piece.end, zone) for piece in pieces if (zone := _judge(piece))]
    if any(ask.zone in {Zone.MUST, Zone.NICE} for ask in asks):
        return asks
    if asks:
        return [Ask(ask.text, ask.start, ask.end, Zone.MUST) for ask in asks] + asks
    open_pieces = [piece for piece in pieces if piece.zone not in _SILENT and not piece.cues.for_machines]
    naming = [piece for piece in open_pieces if table.mentions(piece.text)]
    if not naming and is_surely_an_ad:
        naming = [piece for piece in open_pieces if _may_ask(piece)]
    return [Ask(piece.text, piece.start, piece.end, Zone.MUST) for piece in naming]


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    start: int
    end: int
    zone: Zone
    is_listed: bool
    cues: Sentence
    follows_list: bool = False


def _pieces(lines: list[PostingLine]) -> Iterator[_Piece]:
    zone, has_list = Zone.UNKNOWN, False
    for index, line in enumerate(lines):
        opened = heading_zone(line) if index else None
        if opened is not None:
            if not (opened is Zone.UNKNOWN and zone in _LISTING and line.text.endswith(":")):
                zone, has_list = opened, False
            continue
        has_list = has_list or line.is_bullet
        for start, end in _sentences(line):
            text = line.text[start:end]
            inline = inline_heading(text)
            if inline and not LABELLED_FACT.match(text):
                yield from _listed(text[inline[1] :], line.start + start + inline[1], inline[0])
                continue
            after_list = has_list and not line.is_bullet
            whole = Sentence(text)
            for clause, offset in _clauses(text, line.start + start, whole, is_prose=not line.is_bullet):
                end_of = offset + len(clause)
                cues = Sentence(clause, whole)
                yield _Piece(clause, offset, end_of, zone, line.is_bullet, cues, after_list)


def _clauses(text: str, at: int, cues: Sentence, *, is_prose: bool) -> Iterator[tuple[str, int]]:
    """Yields what a sentence asks for, part by part: "you have A, know B and write C" asks three things."""
    breaks = list(_CLAUSE_BREAK.finditer(text)) if is_prose and cues.asks else []
    cuts = [(0, 0), *(match.span() for match in breaks), (len(text), len(text))]
    for (_, start), (stop, _) in itertools.pairwise(cuts):
        clause = text[start:stop].rstrip(" ,")
        if clause:
            yield clause, at + start


def _sentences(line: PostingLine) -> Iterator[tuple[int, int]]:
    """Yields the sentences of a paragraph; a bullet is one piece unless its sentences differ in rank."""
    pattern = _LOWER_CASE_BREAK if line.text[:1].islower() else _SENTENCE_BREAK
    breaks = list(pattern.finditer(line.text))
    if inline_heading(line.text):
        breaks = [match for match in breaks if ";" not in match[0]]
    cuts = [0, *(match.end() for match in breaks), len(line.text)]
    parts = [(start, end) for start, end in itertools.pairwise(cuts) if line.text[start:end].strip()]
    if line.is_bullet and len(parts) > 1:
        cues = [Sentence(line.text[start:end]) for start, end in parts]
        if len({part.nice for part in cues}) == 1 and not any(part.for_machines for part in cues):
            parts = [(0, len(line.text))]
    for start, end in parts:
        yield start, start + len(line.text[start:end].rstrip(" ;."))


def _listed(text: str, at: int, zone: Zone) -> Iterator[_Piece]:
    """Yields the items of ``SQL and Python, experiment design`` after ``Must have:``."""
    rest = text.rstrip(" .")
    breaks = list(re.finditer(r"\s*;\s+", rest))
    if not breaks:
        commas = list(_LIST_BREAK.finditer(rest))
        cuts = [0, *(match.end() for match in commas), len(rest)]
        items = [rest[start:end] for start, end in itertools.pairwise(cuts)]
        if (
            commas
            and all(len(item.split()) <= _ITEM_WORDS_MAX for item in items)
            and not re.search(r"\.\s", rest)
        ):
            breaks = commas
    start = 0
    for stop, end in [*((match.start(), match.end()) for match in breaks), (len(rest), len(rest))]:
        text = rest[start:stop].strip(" ,;")
        if text:
            offset = at + start
            yield _Piece(text, offset, offset + len(text), zone, True, Sentence(text))
        start = end


def _may_ask(piece: _Piece) -> bool:
    cues, words = piece.cues, len(piece.text.split())
    if cues.boilerplate or cues.benefit or cues.self_description or LABELLED_FACT.match(piece.text):
        return False
    return words >= _TASK_WORDS_MIN and len(piece.text) <= _CHARS_MAX


def _judge(piece: _Piece) -> Zone | None:
    """Decides what a piece is: a requirement, a wish, a task, or nothing to act on."""
    cues, zone = piece.cues, piece.zone
    if not _CHARS_MIN <= len(piece.text) <= _CHARS_MAX or cues.for_machines or zone in _SILENT:
        return None
    if LABELLED_FACT.match(piece.text) or PAGE_FURNITURE.search(piece.text):
        return None
    if zone in {Zone.MUST, Zone.NICE}:
        if cues.boilerplate and not (piece.is_listed and cues.asks):
            return None
        if (piece.follows_list or (not piece.is_listed and cues.self_description)) and not cues.asks:
            return None
        return Zone.NICE if cues.nice else zone
    if cues.boilerplate or (cues.benefit and not cues.asks):
        return None
    if zone is Zone.TASKS:
        if cues.nice and cues.asks:
            return Zone.NICE
        return zone if len(piece.text.split()) >= _TASK_WORDS_MIN else None
    return _judge_by_words(piece)


def _judge_by_words(piece: _Piece) -> Zone | None:
    cues = piece.cues
    if cues.self_description and not re.search(r"(?i)\b(?:you|sie|du|vous|tú)\b", piece.text):
        return None
    if cues.asks and not (cues.task and not cues.nice):
        return Zone.NICE if cues.nice else Zone.MUST
    if cues.nice and len(piece.text.split()) > 2 and piece.zone is not Zone.ABOUT:
        return Zone.NICE
    return Zone.TASKS if cues.task else None
