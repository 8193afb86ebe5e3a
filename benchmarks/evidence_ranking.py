"""How well the lines of a CV are ranked for an ad, against relevance labels."""

import json
from collections.abc import Sequence
from math import log2
from pathlib import Path
from typing import NamedTuple

from cvtailor.domain.base_cv import BaseCv, Contact, Entry, EntryKind, Line, Section, SectionKind

from benchmarks.applications import Maker

_LABELLED_MIN = 2
"""Relevant lines that a CV must have for an ad: with one of them the order hardly matters."""


class RankingFigures(NamedTuple):
    """Mean nDCG@5 within a CV and how many CVs by ads went in."""

    ndcg: float
    pairs: int


async def evidence_ranking(maker: Maker, gold: Path) -> RankingFigures:
    """Ranks the labelled lines of each CV for each ad."""
    labelled = json.loads(gold.read_text(encoding="utf-8"))
    values = []
    for job in labelled["jobs"].values():
        offer = await maker.read_offer(job["text"])
        for name, lines in labelled["cvs"].items():
            labels = [int(job["labels"].get(name, {}).get(str(at), 0)) for at in range(len(lines))]
            if sum(label > 0 for label in labels) < _LABELLED_MIN:
                continue
            report = await maker.match(_cv_of(lines), offer)
            score = {line.evidence_id: line.relevance for line in report.ranking}
            order = sorted(range(len(lines)), key=lambda at: -score[_id(at)])
            values.append(ndcg([labels[at] for at in order], 5))
    return RankingFigures(sum(values) / len(values), len(values))


def ndcg(labels_in_order: Sequence[int], depth: int) -> float:
    """Returns the normalised discounted cumulative gain of labels in the order of a ranking."""
    best = _dcg(sorted(labels_in_order, reverse=True)[:depth])
    return _dcg(labels_in_order[:depth]) / best if best else 1.0


def _dcg(labels: Sequence[int]) -> float:
    return sum((2.0**label - 1) / log2(rank + 2) for rank, label in enumerate(labels))


def _cv_of(lines: Sequence[str]) -> BaseCv:
    highlights = tuple(Line(id=_id(at), text=text) for at, text in enumerate(lines))
    entry = Entry(id="experience[0]", kind=EntryKind.EXPERIENCE, highlights=highlights)
    section = Section(key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(entry,))
    return BaseCv(contact=Contact(name="Robin Example"), sections=(section,))


def _id(at: int) -> str:
    return f"experience[0].highlights[{at}]"
