"""Shows a run as it happens: a line a finished step, the time it took, a bar for the rest."""

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.prompt import IntPrompt, Prompt
from rich.table import Table

from cvtailor.cli.printable import escaped
from cvtailor.gen.cvtailor.v1 import application_pb2, match_report_pb2
from cvtailor.gen.cvtailor.v1 import event_pb2 as wire

STEP_NAMES = {
    wire.STEP_READ_CV: "Read the CV",
    wire.STEP_READ_OFFER: "Read the job ad",
    wire.STEP_MATCH: "Match",
    wire.STEP_ASK: "Ask about gaps",
    wire.STEP_TAILOR: "Tailor",
    wire.STEP_WRITE_LETTER: "Write the letter",
    wire.STEP_CHECK_CLAIMS: "Check every claim",
    wire.STEP_FIT_PAGES: "Fit the pages",
    wire.STEP_CHECK_AGREEMENT: "Check agreement",
    wire.STEP_RENDER: "Typeset and store",
    wire.STEP_FILE_RECORDS: "File the records",
}


ANSWER_CHARS_MAX = 500
_ANSWERS = (
    match_report_pb2.RequirementMatch.STATUS_MET,
    match_report_pb2.RequirementMatch.STATUS_PARTLY,
    match_report_pb2.RequirementMatch.STATUS_UNMET,
)


def summary_of(finished: wire.StepFinished) -> str:
    """Says in a few words what came out of a step."""
    match finished.WhichOneof("result"):
        case "cv_read":
            cv = finished.cv_read
            return f"{cv.name}: {cv.sections} sections, {cv.entries} entries, {cv.lines} lines"
        case "offer_read":
            offer = finished.offer_read.offer
            at = f" at {offer.company}" if offer.company else ""
            return f"{offer.title}{at}: {len(offer.requirements)} requirements, {len(offer.skills)} skills"
        case "matched":
            answers = Counter(match.status for match in finished.matched.report.matches)
            met, partly, unmet = (answers[status] for status in _ANSWERS)
            return f"{met} met, {partly} partly, {unmet} not"
        case "questions_closed":
            closed = finished.questions_closed
            return f"{closed.asked} asked, {closed.answered} answered, {closed.remembered} remembered"
        case "tailored":
            return f"{finished.tailored.lines_kept} lines chosen, {len(finished.tailored.left_out)} left out"
        case "letter_written":
            return finished.letter_written.subject
        case "claims_checked":
            checked = finished.claims_checked
            return f"{checked.kept} supported, {len(checked.rejected)} refused"
        case "pages_fitted":
            fit = finished.pages_fitted
            pages = f"{fit.pages} page{'s' * (fit.pages != 1)}"
            dropped = f"{len(fit.left_out)} lines dropped"
            return f"{pages}, last one {fit.fill:.0%} full, {dropped}, {fit.renders} layouts"
        case "agreement_checked":
            agreed = finished.agreement_checked
            said = f"{agreed.kept} paragraphs of letter and e-mail"
            return f"{said} agree with the CV, {len(agreed.rejected)} refused"
        case "rendered":
            made = finished.rendered
            return (
                f"{len(made.documents)} documents; machines read {made.ats.intact} of {made.ats.lines} pieces"
            )
        case "records_filed":
            filed = finished.records_filed
            return f"CV version {filed.cv_version}, {filed.action_points} action points"
    return ""


def progress_of(progress: wire.StepProgress) -> str:
    """Says in a few words how far a step is."""
    if not (progress.accepted or progress.rejected):
        return progress.message
    return f"{progress.message}, {progress.accepted} lines accepted, {progress.rejected} not"


def waiting_at(place: int) -> str:
    """Says which place a run has among those that wait for a worker."""
    return "Waiting: the next in the queue" if place == 1 else f"Waiting: place {place:,} in the queue"


def use_of(use: application_pb2.ModelUse) -> str:
    """Says in a few words what model calls took."""
    cost = f"${use.cost_usd:.4f}" if use.HasField("cost_usd") else "no known price"
    tokens = f"{use.input_tokens + use.output_tokens:,} tokens"
    return f"{use.calls} calls, {tokens}, {cost} ({', '.join(use.models)})"


class Display:
    """Prints events; a context manager, because the bar needs to be put away."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("Starting the service", total=100)

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def show_waiting(self, place: int) -> None:
        """Shows the place of the run among those that wait for a worker."""
        self._progress.update(self._task, description=waiting_at(place))

    def show(self, event: wire.ApplicationEvent) -> None:
        """Shows one event."""
        match event.WhichOneof("event"):
            case "accepted":
                self._console.print(f"Application [bold]{event.application_id}[/]")
            case "step_started":
                name = STEP_NAMES[event.step_started.step]
                self._progress.update(self._task, description=f"{event.step_index}/{event.step_count} {name}")
            case "step_progress":
                progress = event.step_progress
                name, words = STEP_NAMES[progress.step], progress_of(progress)
                self._progress.update(self._task, description=f"{name}: {escaped(words)}")
            case "step_finished":
                step = event.step_finished
                name, ms = STEP_NAMES[step.step], step.duration.ToMilliseconds()
                summary = escaped(summary_of(step))
                self._line(f"[green]✓[/] {name:<18} [dim]{ms:>5} ms[/]  ", summary)
            case "warning":
                warning = event.warning
                quote = f" “{escaped(warning.quote)}”" if warning.quote else ""
                self._line("[yellow]![/] ", f"{escaped(warning.message)}{quote}")
        if event.sequence:
            self._progress.update(self._task, completed=event.percent)

    def ask(self, question: wire.Question) -> tuple[str, str]:
        """Asks at the terminal; returns the entry and the answer, both empty if there is none."""
        self._stop()
        try:
            self._console.print(f"\n[bold]?[/] {escaped(question.text)}", highlight=False)
            for number, place in enumerate(question.places, start=1):
                self._console.print(f"  {number}  {escaped(place.label)}", highlight=False)
            numbers = [str(number) for number in range(len(question.places) + 1)]
            chosen = IntPrompt.ask("Where? (0: not done)", console=self._console, choices=numbers, default=0)
            if not chosen:
                return "", ""
            text = Prompt.ask("What exactly, in one line", console=self._console).strip()
            return (question.places[chosen - 1].entry_id, text[:ANSWER_CHARS_MAX]) if text else ("", "")
        finally:
            self._start()

    # Where nobody sees the bar move, all that it leaves is empty lines.
    def _start(self) -> None:
        if self._console.is_terminal:
            self._progress.start()

    def _stop(self) -> None:
        if self._console.is_terminal:
            self._progress.stop()

    def _line(self, head: str, said: str) -> None:
        """Prints a line; what does not fit into the terminal goes on below its words."""
        if not self._console.is_terminal:
            self._console.print(f"{head}{said}", highlight=False, soft_wrap=True)
            return
        line = Table.grid()
        line.add_column(no_wrap=True)
        line.add_column()
        line.add_row(head, said)
        self._console.print(line, highlight=False)

    def show_result(self, event: wire.ApplicationEvent, folder: Path, paths: list[Path]) -> None:
        """Shows where the documents lie, what the CV covers and what it does not."""
        done = event.completed
        table = Table.grid(padding=(0, 2))
        table.add_row("Application", event.application_id)
        table.add_row("Folder", str(folder))
        for path in paths:
            table.add_row("", path.name)
        table.add_row("Pages", str(done.pages))
        if done.HasField("model_use"):
            table.add_row("Models", use_of(done.model_use))
        table.add_row("Covered", ", ".join(done.keywords_covered) or "none")
        table.add_row("Gaps", "\n".join(done.gaps) or "none")
        self._console.print()
        self._console.print(table)
