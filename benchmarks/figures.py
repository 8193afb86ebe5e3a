"""Shows what a benchmark measured: a table for people, one JSON object for programs."""

import argparse
import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Options(NamedTuple):
    """The options that every benchmark has."""

    quick: bool
    as_json: bool


def options(description: str | None) -> Options:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; ends within 45 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args()
    return Options(chosen.quick, chosen.json)


def percentile(values: Sequence[float], percent: float) -> float:
    """Returns the value below which so many percent of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Sequence[float]) -> float:
    """Returns the median."""
    return statistics.median(values)


def show(title: str, rows: Sequence[tuple[str, str]], figures: Mapping[str, object], as_json: bool) -> None:
    """Prints the rows as a table, or the figures as JSON."""
    if as_json:
        print(json.dumps(figures))
        return
    table = Table(title=f"{title} ({platform.machine()}, Python {platform.python_version()})")
    table.add_column("measured")
    table.add_column("value", justify="right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
