"""``cvtailor list`` and ``cvtailor actions``: what there is, and what there is to do."""

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import grpc.aio
from google.protobuf.json_format import MessageToDict
from rich.table import Table
from rich.text import Text

from cvtailor.cli.application_calls import (
    Application,
    application_named,
    application_of,
    applications,
    heading,
    short,
    status_name,
)
from cvtailor.cli.calls import print_json, results, talk
from cvtailor.cli.connection import Connection
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import cut_to_fit, day, how_long_ago, words
from cvtailor.cli.run_story import RunStory, story_of
from cvtailor.gen.cvtailor.v1 import application_pb2

STATUS_STYLES = {
    "generating": "cyan",
    "failed": "red",
    "cancelled": "dim",
    "ready": "green",
    "submitted": "blue",
    "interviewing": "magenta",
    "offer": "bold green",
    "accepted": "bold green",
    "rejected": "dim",
    "withdrawn": "dim",
    "archived": "dim",
}
_PROCEEDING = ("draft", "ready", "submitted", "interviewing", "offer")
_AT_ONCE = 8
_MATCHES_SECONDS = 3


class ToDo(NamedTuple):
    """An action point, and whose it is."""

    application: Application
    point: application_pb2.ActionPoint


async def list_applications(
    connection: Connection, statuses: Sequence[str], limit: int, as_json: bool
) -> ExitCode:
    """Lists applications, newest first; ``limit`` 0 lists all."""
    # One more than asked for tells whether there are more.
    found = [each async for each in applications(connection, limit and limit + 1, statuses)]
    shown = found[:limit] if limit else found
    if as_json:
        for application in shown:
            print_json(application)
        return ExitCode.OK
    if not shown:
        some = "No application has that status" if statuses else "You have no application yet"
        talk().print(f"{some}: `cvtailor generate CV JOB` makes one, `cvtailor list` shows all.")
        return ExitCode.OK
    stories = await _stories(connection, shown)
    results().print(table_of(shown, stories, datetime.now(UTC)))
    if len(found) > len(shown):
        talk().print(f"\nThe newest {len(shown)}; --limit N or --all shows more.")
    return ExitCode.OK


async def _stories(connection: Connection, shown: Sequence[Application]) -> dict[str, RunStory]:
    """Returns what the runs tell, by application; without those that take too long to fetch."""
    gate, stories = asyncio.Semaphore(_AT_ONCE), dict[str, RunStory]()

    async def fetch(application: Application) -> None:
        async with gate:
            stories[application.id] = await story_of(connection, application)

    tasks = [asyncio.create_task(fetch(each)) for each in shown]
    done, late = await asyncio.wait(tasks, timeout=_MATCHES_SECONDS)
    for task in late:
        task.cancel()
    for error in (task.exception() for task in done):
        # The list itself is there; a column with gaps is better than none.
        if error and not isinstance(error, grpc.aio.AioRpcError):
            raise error
    return stories


def table_of(shown: Sequence[Application], stories: dict[str, RunStory], now: datetime) -> Table:
    """Returns a row for each application."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Id", no_wrap=True, style="cyan")
    # Rich narrows the columns that may wrap first: these two, whose cells are cut instead.
    table.add_column("Title")
    table.add_column("Company")
    table.add_column("Status", no_wrap=True)
    table.add_column("Pages", no_wrap=True, justify="right")
    table.add_column("Match", no_wrap=True, justify="right")
    table.add_column("Updated", no_wrap=True)
    for application in shown:
        status = status_name(application.status)
        table.add_row(
            short(application.id),
            cut_to_fit(words(application.title or "–")),
            cut_to_fit(words(application.company)),
            Text(status, STATUS_STYLES.get(status, "")),
            str(pages_of(application) or "–"),
            match_of(stories.get(application.id)),
            how_long_ago(application.update_time, now),
        )
    return table


def pages_of(application: Application) -> int:
    """Returns the pages of an application's CV; there is a picture of each."""
    kind = application_pb2.DOCUMENT_KIND_CV_PAGE_PNG
    return sum(document.kind == kind for document in application.documents)


def match_of(story: RunStory | None) -> str:
    """Returns the share of must-haves that the CV shows evidence for."""
    return f"{story.coverage.must:.0%}" if story and story.coverage else "–"


async def list_actions(connection: Connection, name: str, limit: int, as_json: bool) -> ExitCode:
    """Lists what there is to do for one application, or, without a name, for those that proceed."""
    if name:
        wholes = [await application_named(connection, name)]
    else:
        found = [each async for each in applications(connection, limit, _PROCEEDING)]
        wholes = [await application_of(connection, each.id) for each in found]
    todo = in_order(ToDo(each, point) for each in wholes for point in each.action_points)
    if as_json:
        for each in todo:
            point = MessageToDict(each.point)
            sys.stdout.write(json.dumps({"applicationId": each.application.id, "actionPoint": point}) + "\n")
        return ExitCode.OK
    if not todo:
        talk().print("Nothing to do. `cvtailor generate CV JOB` makes an application.")
        return ExitCode.OK
    results().print(table_of_actions(todo, datetime.now(UTC).astimezone().date(), of_several=not name))
    return ExitCode.OK


def in_order(todo: Iterable[ToDo]) -> list[ToDo]:
    """Returns things to do as they come due; what has no date comes last."""
    return sorted(todo, key=lambda each: (day(each.point.due_date) or date.max, each.point.priority))


def table_of_actions(todo: Sequence[ToDo], today: date, *, of_several: bool) -> Table:
    """Returns two lines for each thing to do; what is overdue stands out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for application, point in todo:
        due = day(point.due_date)
        style = "bold red" if due and due < today else "yellow" if due == today else ""
        about = words(point.title, "bold")
        if of_several:
            about.append(f"  {short(application.id)} ", "cyan").append_text(
                words(heading(application), "dim")
            )
        table.add_row(Text(f"{due}" if due else "no date", style), about)
        if point.details:
            table.add_row("", words(point.details))
    return table
