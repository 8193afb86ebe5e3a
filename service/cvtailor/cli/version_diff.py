"""``cvtailor diff``, and the lines of ``cvtailor show --lines``."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cvtailor.cli.application_calls import Application, application_named
from cvtailor.cli.calls import CALL_SECONDS, print_json, results
from cvtailor.cli.connection import Connection
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import indented, words
from cvtailor.cli.run_story import RunStory, story_of
from cvtailor.domain.errors import InvalidInput
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2

type Change = application_pb2.LineChange
type Diff = cv_generator_pb2.CompareVersionsResponse

FATES = {
    application_pb2.LINE_FATE_KEPT: "unchanged",
    application_pb2.LINE_FATE_REWORDED: "reworded",
    application_pb2.LINE_FATE_COMPOSED: "made of several",
    application_pb2.LINE_FATE_LEFT_OUT: "left out",
    application_pb2.LINE_FATE_ADDED: "added",
}
_MARKS = {
    application_pb2.LINE_FATE_KEPT: (" ", "dim"),
    application_pb2.LINE_FATE_LEFT_OUT: ("-", "red"),
    application_pb2.LINE_FATE_ADDED: ("+", "green"),
}
_CHANGED = ("~", "yellow")


async def show_diff(
    connection: Connection, name: str, from_version: int | None, to_version: int, whole: bool, as_json: bool
) -> ExitCode:
    """Shows how one version of an application's CV differs from another.

    Args:
        connection: The service.
        name: The application.
        from_version: The version before; 0: the base CV; None: that which the later one was made from.
        to_version: The version after; 0: the newest.
        whole: Whether to show the lines that did not change, too.
        as_json: Whether to print the contract's answer instead.
    """
    application = await application_named(connection, name)
    after = to_version or application.cv_version
    if not after:
        raise InvalidInput("The application has no CV yet: `cvtailor watch` shows how far it is.")
    before = parent_of(application, after) if from_version is None else from_version
    diff = await compared(connection, application.id, before, after)
    if as_json:
        print_json(diff)
        return ExitCode.OK
    newest = after == application.cv_version
    story = await story_of(connection, application) if newest else RunStory()
    results().print(view_of(diff, story.reasons, whole=whole))
    return ExitCode.OK


def parent_of(application: Application, version: int) -> int:
    """Returns the version that one was made from; 0, the base CV, for the first."""
    return next((each.parent_version for each in application.versions if each.version == version), 0)


async def compared(connection: Connection, application_id: str, before: int, after: int) -> Diff:
    """Returns the diff of two versions."""
    return await connection.stub.CompareVersions(
        cv_generator_pb2.CompareVersionsRequest(
            application_id=application_id, from_version=before, to_version=after
        ),
        metadata=connection.metadata,
        timeout=CALL_SECONDS,
    )


def view_of(diff: Diff, reasons: Mapping[str, str], *, whole: bool) -> RenderableType:
    """Returns a diff for people.

    Args:
        diff: The diff.
        reasons: Why lines are left out, by evidence id.
        whole: Whether to show the lines that did not change, too.
    """
    before = f"version {diff.from_version}" if diff.from_version else "the base CV"
    shown = [each for each in diff.changes if whole or each.fate != application_pb2.LINE_FATE_KEPT]
    return Group(
        Text(f"--- {before}", "bold"),
        Text(f"+++ version {diff.to_version}", "bold"),
        *lines_of(shown, reasons),
        Text(),
        Text(tally_of(diff.changes), "dim"),
    )


def tally_of(changes: Iterable[Change]) -> str:
    """Returns how many lines have which fate."""
    counts = Counter(each.fate for each in changes)
    told = [f"{counts[fate]} {name}" for fate, name in FATES.items() if counts[fate]]
    return ", ".join(told) or "The versions have the same lines."


def lines_of(changes: Sequence[Change], reasons: Mapping[str, str]) -> Iterable[RenderableType]:
    """Yields each line with what it rests on, under the entry that it stands in.

    A reason that several lines have is told once, in a note below them all.
    """
    whys = [_why(change, reasons) for change in changes]
    shared = [why for why, lines in Counter(filter(None, whys)).items() if lines > 1]
    notes = {why: f"[{number}]" for number, why in enumerate(shared, start=1)}
    entry = ""
    for change, why in zip(changes, whys, strict=True):
        if change.entry != entry:
            entry = change.entry
            yield Text()
            if entry:
                yield words(entry, "bold")
        told = f" {notes[why]}" if why in notes else f": {why}" if why else ""
        yield from _line(change, told)
    if notes:
        yield Text()
        yield from (words(f"{note} {why}", "dim") for why, note in notes.items())


def _why(change: Change, reasons: Mapping[str, str]) -> str:
    """Returns why a line is left out; empty if it is not, or nothing tells."""
    if change.fate != application_pb2.LINE_FATE_LEFT_OUT:
        return ""
    return next((reasons[id] for id in change.evidence_ids if id in reasons), "")


def _line(change: Change, told: str) -> Iterable[RenderableType]:
    mark, style = _MARKS.get(change.fate, _CHANGED)
    changed = mark == _CHANGED[0]
    if changed or mark == "-":
        yield _marked("-", words(change.before, "red"))
    if mark != "-":
        yield _marked("+" if changed else mark, words(change.after, "green" if changed else style))
    ids = ", ".join(change.evidence_ids)
    fate = FATES.get(change.fate, "changed")
    yield indented(words(f"{ids}  {fate}{told}", "dim cyan"), 4)


def _marked(mark: str, text: Text) -> RenderableType:
    """Returns a line behind its mark, which stands before each line of it."""
    grid = Table.grid(padding=(0, 1))
    for line in text.split("\n"):
        grid.add_row(Text(mark, text.style), line)
    return indented(grid, 2)
