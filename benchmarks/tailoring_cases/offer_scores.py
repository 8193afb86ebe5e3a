"""Compares what was read in a job ad with its labels, field by field."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from cvtailor.adapters.embedded_engine.skills.table import SkillKind, load_skill_table
from cvtailor.domain.job_offer import JobOffer, Priority, RemotePolicy

from benchmarks.tailoring_cases.offers import LabelledOffer

_GENDER_MARK = re.compile(r"(?i)\s*\(?\b[mwfhdx](?:\s?/\s?[mwfhdx]){1,2}\b\)?|\s*\(h/f\)")
_WORD = re.compile(r"\w+[+#]*")
_SAME_TEXT = 0.6
"""Share of common words (Dice) from which two texts ask for the same thing."""


@dataclass
class Score:
    """Labels of one field that were found, those found that are none, and those missed."""

    right: float = 0
    wrong: float = 0
    missed: float = 0

    @property
    def f1(self) -> float:
        """F1 over all ads; 1 where there was nothing to find and nothing was found."""
        of = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / of if of else 1.0

    def add(self, right: float, wrong: float, missed: float) -> None:
        """Counts one ad."""
        self.right += right
        self.wrong += wrong
        self.missed += missed


@dataclass
class OfferScores:
    """The score of each field, and each miss in words."""

    fields: dict[str, Score] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def count(self, gold: LabelledOffer, read: JobOffer) -> None:
        """Compares one ad with its labels."""
        for name in ("title", "company", "location"):
            labels, value = getattr(gold, name), getattr(read, name)
            self._single(gold.id, name, value, labels, _is_one_of)
        remote = "" if read.remote_policy is RemotePolicy.UNKNOWN else read.remote_policy.value
        expected = "" if gold.remote is RemotePolicy.UNKNOWN else gold.remote.value
        self._single(gold.id, "remote", remote, [expected])
        self._single(gold.id, "salary", _salary_read(read), [_salary_labelled(gold)])
        deadline = read.deadline.isoformat() if read.deadline else ""
        self._single(gold.id, "deadline", deadline, [gold.deadline.isoformat() if gold.deadline else ""])
        self._single(gold.id, "language", read.language, [gold.language])
        for priority, labels in ((Priority.MUST, gold.must), (Priority.NICE, gold.nice)):
            texts = [item.text for item in read.requirements if item.priority is priority]
            self._several(gold.id, priority.value, texts, labels, _asks_the_same)
        # The labels name tools, standards and techniques; what else the table knows counts neither way.
        table = load_skill_table()
        tools = [
            name
            for name in read.skills
            if table.kind_of(name) is SkillKind.TOOL
            or any(_is_same_skill(name, label) for label in gold.skills)
        ]
        self._several(gold.id, "skills", tools, gold.skills, _is_same_skill)

    def mean_f1(self) -> float:
        """The mean over the fields."""
        return sum(score.f1 for score in self.fields.values()) / len(self.fields)

    def _score(self, name: str) -> Score:
        return self.fields.setdefault(name, Score())

    def _single(
        self,
        id: str,
        name: str,
        value: str,
        labels: Sequence[str],
        same: Callable[[str, Sequence[str]], bool] = lambda value, labels: value in labels,
    ) -> None:
        right = same(value, labels)
        self._score(name).add(right and bool(value), not right and bool(value), not right and any(labels))
        if not right:
            self.misses.append(f"{id} {name}: {value!r}, not {' or '.join(map(repr, labels))}")

    def _several(
        self,
        id: str,
        name: str,
        values: Sequence[str],
        labels: Sequence[str],
        same: Callable[[str, str], bool],
    ) -> None:
        open_labels = list(labels)
        wrong: list[str] = []
        for value in values:
            hit = next((label for label in open_labels if same(value, label)), None)
            if hit is not None:
                open_labels.remove(hit)
            elif not any(same(value, label) for label in labels):
                wrong.append(value)
        self._score(name).add(len(labels) - len(open_labels), len(wrong), len(open_labels))
        self.misses += [f"{id} {name}: not found {label!r}" for label in open_labels]
        self.misses += [f"{id} {name}: not asked {value!r}" for value in wrong]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(_GENDER_MARK.sub("", text).casefold()))


def _is_one_of(value: str, labels: Sequence[str]) -> bool:
    return _plain(value) in {_plain(label) for label in labels}


def _salary_labelled(gold: LabelledOffer) -> str:
    pay = gold.salary
    return _pay((pay.minimum, pay.maximum), pay.currency, pay.period.value) if pay else ""


def _salary_read(read: JobOffer) -> str:
    pay = read.salary
    return _pay((pay.minimum, pay.maximum), pay.currency, pay.period.value) if pay else ""


def _pay(sums: Iterable[float | None], currency: str, period: str) -> str:
    figures = "–".join(str(round(figure)) for figure in sums if figure is not None)
    return f"{figures} {currency} per {period}"


def _asks_the_same(value: str, label: str) -> bool:
    found, wanted = _plain(value).split(), _plain(label).split()
    common = len(set(found) & set(wanted))
    return 2 * common >= _SAME_TEXT * (len(set(found)) + len(set(wanted)))


def _is_same_skill(value: str, label: str) -> bool:
    return _plain(value) == _plain(label) or value in load_skill_table().names(label)
