"""How well the lines of a CV are ranked for an ad, against relevance labels."""

import json
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path
from typing import NamedTuple

from cvtailor.domain.base_cv import (
    BaseCv,
    Contact,
    Entry,
    EntryKind,
    EvidenceId,
    Line,
    Section,
    SectionKind,
)
from cvtailor.domain.job_offer import JobOffer

from benchmarks.applications import Maker
from benchmarks.corpora import example

EXAMPLE_LABELS = Path(__file__).parent / "tailoring_cases" / "evidence.json"
_LABELLED_MIN = 2
"""Relevant lines that a CV must have for an ad: with one of them the order hardly matters."""


class RankingFigures(NamedTuple):
    """Mean nDCG@5 within a CV and how many CVs by ads went in."""

    ndcg: float
    pairs: int


async def evidence_ranking(maker: Maker, gold: Path) -> RankingFigures:
    """Ranks the labelled lines of each CV for each ad of a file of labels."""
    labelled = json.loads(gold.read_text(encoding="utf-8"))
    values = []
    for job in labelled["jobs"].values():
        offer = await maker.read_offer(job["text"])
        for name, lines in labelled["cvs"].items():
            labels = [int(job["labels"].get(name, {}).get(str(at), 0)) for at in range(len(lines))]
            if sum(label > 0 for label in labels) >= _LABELLED_MIN:
                by_id = {_id(at): label for at, label in enumerate(labels)}
                values.append(await _ndcg_of(maker, _cv_of(lines), offer, by_id))
    return RankingFigures(sum(values) / len(values), len(values))


async def example_ranking(maker: Maker) -> RankingFigures:
    """Ranks the labelled bullet points of each example's CV for its ad."""
    values = []
    for name, entries in json.loads(EXAMPLE_LABELS.read_text(encoding="utf-8"))["labels"].items():
        named_cv, ad = example(name)
        cv = await maker.read_cv(named_cv.source)
        by_id = {
            line.id: int(label)
            for _, entry in cv.entries()
            if entry.id in entries
            for line, label in zip(entry.highlights, entries[entry.id], strict=True)
        }
        values.append(await _ndcg_of(maker, cv, await maker.read_offer(ad.text), by_id))
    return RankingFigures(sum(values) / len(values), len(values))


async def _ndcg_of(maker: Maker, cv: BaseCv, offer: JobOffer, labels: Mapping[EvidenceId, int]) -> float:
    score = {line.evidence_id: line.relevance for line in (await maker.match(cv, offer)).ranking}
    order = sorted(labels, key=lambda line_id: -score[line_id])
    return ndcg([labels[id] for id in order], 5)


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
