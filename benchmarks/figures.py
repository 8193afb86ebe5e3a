"""Shows what a benchmark measured: a table for people, one JSON object for programs."""

import argparse
import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Options(NamedTuple):
    """The options that every benchmark has.

    Attributes:
        quick: Fewer rounds.
        as_json: One JSON object instead of a table.
        charts: A folder, of those that draw some.
        parts: Those chosen, of one that has parts.
    """

    quick: bool
    as_json: bool
    charts: Path | None = None
    parts: tuple[str, ...] = ()


def options(description: str | None, *, draws_charts: bool = False, parts: Sequence[str] = ()) -> Options:
    """Reads the command line; each of ``parts`` can be run alone, and without ``--part`` all are."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; ends within 45 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    if draws_charts:
        parser.add_argument("--charts", type=Path, metavar="FOLDER", help="draw what was measured, as SVG")
    if parts:
        parser.add_argument("--part", choices=parts, action="append", help="only this; may be repeated")
    chosen = parser.parse_args()
    chosen_parts = tuple(getattr(chosen, "part", None) or parts)
    return Options(chosen.quick, chosen.json, getattr(chosen, "charts", None), chosen_parts)


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
