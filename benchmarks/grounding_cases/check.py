"""Checks the labelled cases and counts them: ``uv run python -m benchmarks.grounding_cases.check``."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import product

from rich.console import Console
from rich.table import Table

from benchmarks.grounding_cases.cases import KINDS, LABELS, LANGUAGES, SPLITS, Case, Language, read_cases

CASES_MIN = 480
CELL_CASES_MIN = 3
LANGUAGE_SHARE_MIN: dict[Language, float] = {"en": 0.45, "de": 0.15, "fr": 0.15, "es": 0.15}
LIKENESS_MAX = 0.75


def language_of(case: Case) -> str:
    """Returns the language that the id names."""
    return case.id.split("-")[0]


def split_of(case: Case) -> str:
    """Returns the split that the id names."""
    return case.id.split("-")[1]


def organisations(case: Case) -> set[str]:
    """Returns who the case's jobs and degrees are from, in lower case."""
    roles = [case.role, *([case.other.role] if case.other else [])]
    return {role.organisation.casefold() for role in roles if role.organisation}


def alike(one: str, other: str) -> bool:
    """Says whether two texts are nearly the same."""
    matcher = SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False)
    return (
        matcher.real_quick_ratio() >= LIKENESS_MAX
        and matcher.quick_ratio() >= LIKENESS_MAX
        and matcher.ratio() >= LIKENESS_MAX
    )


def faults_across_splits(cases: Sequence[Case]) -> Iterator[str]:
    """Yields what the development part and the test part share and must not."""
    dev, test = ([case for case in cases if split_of(case) == split] for split in SPLITS)
    shared = {name for case in dev for name in organisations(case)}
    for case in test:
        for name in sorted(shared & organisations(case)):
            yield f"{case.id}: {name!r} also stands in the development part"
    for one, other in product(dev, test):
        if language_of(one) != language_of(other):
            continue
        both_facts = one.target == other.target == "fact"  # two dates are always alike
        if (not both_facts and alike(one.claim, other.claim)) or any(
            alike(*pair) for pair in product(one.lines, other.lines)
        ):
            yield f"{other.id}: nearly the same as {one.id}"


def faults_in_counts(cases: Sequence[Case]) -> Iterator[str]:
    """Yields where there are too few cases of a sort."""
    if len(cases) < CASES_MIN:
        yield f"{len(cases)} cases, at least {CASES_MIN} wanted"
    labels = Counter(case.label for case in cases)
    if abs(labels["fabricated"] - labels["faithful"]) > 0.02 * len(cases):
        yield f"labels are not half and half: {dict(labels)}"
    for language, share in LANGUAGE_SHARE_MIN.items():
        count = sum(language_of(case) == language for case in cases)
        if count < share * len(cases):
            yield f"{language}: {count} cases are less than {share:.0%}"
    cells = Counter((language_of(case), split_of(case), case.kind, case.label) for case in cases)
    for cell in product(LANGUAGES, SPLITS, KINDS, LABELS):
        if cells[cell] < CELL_CASES_MIN:
            yield f"{' '.join(cell)}: {cells[cell]} cases, at least {CELL_CASES_MIN} wanted"


def faults_in_repeats(cases: Sequence[Case]) -> Iterator[str]:
    """Yields cases that ask the same question twice."""
    seen: dict[tuple[str, ...], str] = {}
    for case in cases:
        asked = (case.target, case.fact, case.claim, *case.cited)
        if asked in seen:
            yield f"{case.id}: asks the same as {seen[asked]}"
        seen.setdefault(asked, case.id)


def table_of(cases: Sequence[Case]) -> Table:
    """Counts the cases by kind, language, split and label."""
    table = Table(title=f"{len(cases)} cases, fabricated + faithful")
    table.add_column("kind", no_wrap=True)
    columns = tuple(product(LANGUAGES, SPLITS))
    for language, split in columns:
        table.add_column(f"{language}\n{split}", justify="right", no_wrap=True)
    table.add_column("all", justify="right", no_wrap=True)
    cells = Counter((case.kind, language_of(case), split_of(case), case.label) for case in cases)
    for kind in KINDS:
        pairs = [[cells[kind, *column, label] for label in LABELS] for column in columns]
        total = [sum(counts) for counts in zip(*pairs, strict=True)]
        table.add_row(kind, *(f"{fabricated}+{faithful}" for fabricated, faithful in [*pairs, total]))
    by_file = Counter((language_of(case), split_of(case)) for case in cases)
    table.add_row("all", *(str(by_file[column]) for column in columns), str(len(cases)), style="bold")
    return table


def main() -> None:
    """Prints the counts; exits with 1 if anything is wrong."""
    try:
        cases = [
            case for split, language in product(SPLITS, LANGUAGES) for case in read_cases(split, language)
        ]
    except ValueError as fault:
        sys.exit(str(fault))
    Console().print(table_of(cases))
    faults = [*faults_in_counts(cases), *faults_in_repeats(cases), *faults_across_splits(cases)]
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
