"""Finds what an ad asks for, and what it says the work is."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cvtailor.adapters.embedded_engine.offers.cues import LABELLED_FACT, PAGE_FURNITURE, Sentence, read_cues
from cvtailor.adapters.embedded_engine.offers.headings import Zone, heading_zone, inline_heading
from cvtailor.adapters.embedded_engine.offers.posting import PostingLine
from cvtailor.adapters.embedded_engine.skills.table import SkillTable

_ABBREVIATION = "".join(
    rf"(?<!\b{word})"
    for word in (r"z\.B", "bzw", r"e\.g", r"i\.e", "ca", "Dr", "Mr", "Ms", "St", r"p\.ex", "min", "max")
)
_SENTENCE_BREAK = re.compile(
    _ABBREVIATION + r"(?<=[a-zà-ÿß)\]%\"”0-9+#])[.!?]\s+(?=[\"“(]?[A-ZÀ-ÝÄÖÜ¿¡0-9])|\s*;\s+"
)
_LIST_BREAK = re.compile(r",\s+(?:(?:and|und|et|y)\s+)?")
_CHARS_MAX = 600
_CHARS_MIN = 2
_TASK_WORDS_MIN = 3
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


def find_asks(lines: list[PostingLine], table: SkillTable) -> list[Ask]:
    """Returns requirements (zones ``MUST`` and ``NICE``) and tasks (``TASKS``) in the ad's order.

    Headings decide where the ad has them; where it has none, each sentence is judged by its words.
    Without a single requirement, tasks are asked of the person, and after them sentences that name skills.
    """
    pieces = list(_pieces(lines))
    asks = [Ask(piece.text, piece.start, piece.end, zone) for piece in pieces if (zone := _judge(piece))]
    if any(ask.zone in {Zone.MUST, Zone.NICE} for ask in asks):
        return asks
    if asks:
        return [Ask(ask.text, ask.start, ask.end, Zone.MUST) for ask in asks] + asks
    return [
        Ask(piece.text, piece.start, piece.end, Zone.MUST)
        for piece in pieces
        if piece.zone not in _SILENT and not piece.cues.for_machines and table.mentions(piece.text)
    ]


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
            offset = line.start + start
            after_list = has_list and not line.is_bullet
            yield _Piece(text, offset, offset + len(text), zone, line.is_bullet, read_cues(text), after_list)


def _sentences(line: PostingLine) -> Iterator[tuple[int, int]]:
    """Yields the sentences of a paragraph; a bullet is one piece unless its sentences differ in rank."""
    breaks = list(_SENTENCE_BREAK.finditer(line.text))
    if inline_heading(line.text):
        breaks = [match for match in breaks if ";" not in match[0]]
    cuts = [0, *(match.end() for match in breaks), len(line.text)]
    parts = [(start, end) for start, end in itertools.pairwise(cuts) if line.text[start:end].strip()]
    if line.is_bullet and len(parts) > 1:
        ranks = {read_cues(line.text[start:end]).nice for start, end in parts}
        machines = any(read_cues(line.text[start:end]).for_machines for start, end in parts)
        if len(ranks) == 1 and not machines:
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
        if commas and all(len(item.split()) <= 9 for item in items) and not re.search(r"\.\s", rest):
            breaks = commas
    start = 0
    for stop, end in [*((match.start(), match.end()) for match in breaks), (len(rest), len(rest))]:
        text = rest[start:stop].strip(" ,;")
        if text:
            offset = at + start
            yield _Piece(text, offset, offset + len(text), zone, True, read_cues(text))
        start = end


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
        if not cues.asks and (piece.follows_list or (cues.self_description and not piece.is_listed)):
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
