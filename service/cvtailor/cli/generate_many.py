"""Several job ads at once: a run each, a few at a time, and a table of how well they match."""

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import grpc
import grpc.aio
from google.rpc.error_details_pb2 import RetryInfo
from grpc_status import rpc_status
from rich.console import Console

from cvtailor.cli.connection import Connection, Target, connect
from cvtailor.cli.display_many import Board
from cvtailor.cli.exit_codes import ExitCode, exit_code_for
from cvtailor.cli.generate import cancel, download_all, ended_without_result, print_event
from cvtailor.cli.printable import escaped
from cvtailor.cli.run_stream import events_of_run
from cvtailor.domain.errors import CvtailorError
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2, match_report_pb2
from cvtailor.settings import Settings

AT_ONCE_MAX = 4
"""Runs at once: what one service does at once by default; more would only wait there."""

WAIT_SECONDS_MIN, WAIT_SECONDS_MAX = 0.1, 60.0
WAITS_MAX = 200
_WORST_LAST = (
    ExitCode.OK,
    ExitCode.RETRY_LATER,
    ExitCode.CALLER_ERROR,
    ExitCode.SERVICE_ERROR,
    ExitCode.INTERRUPTED,
)
_NAME_CHARS_MAX = 60
_ID_CHARS = 8


@dataclass
class Job:
    """One of the job ads, and how far its application is.

    Attributes:
        label: Of the ad: the file as it was named, or the page's address.
        last: The event that says most of where the run is.
        place: Of the run among those that wait for a worker, 1 for the next, until it begins.
        offer: What the ad says, once it is read.
        coverage: Of the CV as it was made.
        code: Once it has ended.
        told: Why it has no result.
        folder: Where its documents lie.
    """

    label: str
    request: cv_generator_pb2.GenerateApplicationRequest
    application_id: str = ""
    last: event_pb2.ApplicationEvent = field(default_factory=event_pb2.ApplicationEvent)
    place: int = 0
    offer: str = ""
    coverage: match_report_pb2.Coverage = field(default_factory=match_report_pb2.Coverage)
    code: ExitCode | None = None
    told: str = ""
    folder: Path | None = None


async def generate_many(
    requests: Sequence[tuple[str, cv_generator_pb2.GenerateApplicationRequest]],
    target: Target,
    folder: Path,
    console: Console,
    as_json: bool,
) -> ExitCode:
    """Makes an application for each request; one that fails does not stop the others.

    Args:
        requests: With the label of the job ad that each is for.
        target: The service to ask.
        folder: Gets a folder for each application.
        console: Where to tell a person.
        as_json: Print the events of all runs, as they come, instead of a table.

    Returns:
        The worst of their exit codes.
    """
    main = asyncio.current_task()
    jobs = [Job(label, request) for label, request in requests]
    with Board(console, jobs, shown=not as_json) as board:
        async with connect(target, Settings()) as connection:
            turns = asyncio.Semaphore(AT_ONCE_MAX)
            try:
                async with asyncio.TaskGroup() as group:
                    for job in jobs:
                        group.create_task(_in_turn(turns, job, connection, folder, board, as_json))
            except asyncio.CancelledError:
                if main:
                    main.uncancel()
                unfinished = [job for job in jobs if job.code is None]
                await asyncio.gather(*(cancel(connection, job.application_id) for job in unfinished))
                for job in unfinished:
                    job.code, job.told = ExitCode.INTERRUPTED, "[yellow]cancelled[/]: no CV was made"
    board.show_results()
    return max((job.code or ExitCode.OK for job in jobs), key=_WORST_LAST.index)


async def _in_turn(
    turns: asyncio.Semaphore, job: Job, connection: Connection, folder: Path, board: Board, as_json: bool
) -> None:
    async with turns:
        try:
            await _make(job, connection, folder, board, as_json)
        except CvtailorError as error:
            job.told = f"[red]error:[/] {escaped(error.message)}"
            job.code = ExitCode.RETRY_LATER if error.caller_retries else ExitCode.CALLER_ERROR
        except grpc.aio.AioRpcError as error:
            job.told = f"[red]{error.code().name}:[/] {escaped(str(error.details()))}"
            job.code = exit_code_for(error.code())
        board.refresh()


async def _make(job: Job, connection: Connection, folder: Path, board: Board, as_json: bool) -> None:
    def waits(place: int) -> None:
        job.place = place
        board.refresh()

    event = event_pb2.ApplicationEvent()
    for refusals in range(WAITS_MAX + 1):
        try:
            async for event in events_of_run(connection, job.request, waits):
                _note(job, event)
                if as_json:
                    print_event(event)
                else:
                    board.refresh()
            break
        except grpc.aio.AioRpcError as error:
            # Asked again with the same request id, so that nothing is made twice.
            seconds = _seconds_to_wait(error)
            if seconds is None or refusals == WAITS_MAX:
                raise
            job.last = event_pb2.ApplicationEvent()
            await asyncio.sleep(seconds)
    if event.WhichOneof("event") == "completed":
        job.folder = folder / _folder_name(job)
        await download_all(connection, event, job.folder)
        job.code = ExitCode.OK
    else:
        job.code, job.told = ended_without_result(event)


def _note(job: Job, event: event_pb2.ApplicationEvent) -> None:
    job.application_id, job.last = event.application_id, event
    if event.WhichOneof("event") == "step_finished":
        finished = event.step_finished
        if finished.HasField("offer_read"):
            offer = finished.offer_read.offer
            job.offer = " at ".join(filter(None, (offer.title, offer.company)))
        elif finished.HasField("pages_fitted"):
            job.coverage = finished.pages_fitted.coverage_after


def _seconds_to_wait(error: grpc.aio.AioRpcError) -> float | None:
    """Returns when to ask a service again that has too much to do; None if asking again is of no use."""
    if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
        return None
    # An AioRpcError has what a call has; only the types do not say so.
    status = rpc_status.from_call(cast("grpc.Call", error))
    for detail in status.details if status else ():
        retry = RetryInfo()
        if detail.Unpack(retry):
            seconds: float = retry.retry_delay.ToMilliseconds() / 1000
            return min(max(seconds, WAIT_SECONDS_MIN), WAIT_SECONDS_MAX)
    return None


def _folder_name(job: Job) -> str:
    """Returns a name that a person finds again, and that no other application has."""
    words = unicodedata.normalize("NFKD", job.offer).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", words)[:_NAME_CHARS_MAX].strip("-")
    return "-".join(filter(None, (name, job.application_id[:_ID_CHARS])))
