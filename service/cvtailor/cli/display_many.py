"""Shows several runs at once: a line each while they go, then how well each job matches."""

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from cvtailor.cli.display import STEP_NAMES, waiting_at
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import escaped

if TYPE_CHECKING:
    from cvtailor.cli.generate_many import Job

_REDRAWS_PER_SECOND = 8


class Board:
    """A live table of runs; a context manager, because the table needs to be put away."""

    def __init__(self, console: Console, jobs: "Sequence[Job]", *, shown: bool) -> None:
        self._console = console
        self._jobs = jobs
        self._shown = shown
        # Where nobody sees it change, it would be printed once, at the end, beside the results.
        self._live = Live(
            get_renderable=self._table,
            console=console,
            refresh_per_second=_REDRAWS_PER_SECOND,
            transient=True,
        )
        self._moves = shown and console.is_terminal

    def __enter__(self) -> Self:
        if self._moves:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def refresh(self) -> None:
        """Shows where the runs are now."""
        if self._moves:
            self._live.refresh()

    def show_results(self) -> None:
        """Prints what came of each job, the best match first, then those that came to nothing."""
        made = [job for job in self._jobs if job.code is ExitCode.OK]
        if self._shown and made:
            self._console.print("Share of the must-haves and nice-to-haves that each CV shows:\n")
            self._console.print(_results(made))
            self._console.print()
            for job in _best_first(made):
                self._console.print(
                    f"{job.label}: {job.folder}", markup=False, highlight=False, soft_wrap=True
                )
        for job in self._jobs:
            if job.code is not ExitCode.OK:
                self._console.print(
                    f"[red]✗[/] {escaped(job.label)}: {job.told}", highlight=False, soft_wrap=True
                )

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for job in self._jobs:
            table.add_row(_mark(job), escaped(job.label), f"{job.last.percent:>3} %", escaped(_doing(job)))
        return table


def _mark(job: "Job") -> str:
    if job.code is None:
        return "[dim]·[/]" if not job.application_id else "[cyan]▸[/]"
    return "[green]✓[/]" if job.code is ExitCode.OK else "[red]✗[/]"


def _doing(job: "Job") -> str:
    event = job.last
    match event.WhichOneof("event"):
        case "step_started":
            return f"{event.step_index}/{event.step_count} {STEP_NAMES[event.step_started.step]}"
        case "step_progress":
            return f"{STEP_NAMES[event.step_progress.step]}: {event.step_progress.message}"
        case "accepted" if job.place:
            return waiting_at(job.place)
        case None:
            return "waits"
        case _:
            return job.offer


def _best_first(made: "Sequence[Job]") -> "list[Job]":
    return sorted(made, key=lambda job: (-job.coverage.must, -job.coverage.nice, job.label))


def _results(made: "Sequence[Job]") -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Must", justify="right")
    table.add_column("Nice", justify="right")
    table.add_column("Pages", justify="right")
    table.add_column("Job", overflow="fold")
    table.add_column("From", overflow="fold")
    for job in _best_first(made):
        table.add_row(
            f"{job.coverage.must:.0%}",
            f"{job.coverage.nice:.0%}",
            str(job.last.completed.pages),
            escaped(job.offer),
            escaped(job.label),
        )
    return table
