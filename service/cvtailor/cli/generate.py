"""``cvtailor generate``: a run for each job ad, watched, and its documents fetched."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import grpc.aio
import uvloop
from google.protobuf.json_format import MessageToJson
from rich.console import Console

from cvtailor.cli.calls import run_console
from cvtailor.cli.connection import Connection, Target, connect
from cvtailor.cli.cv_files import base_cv_of
from cvtailor.cli.display import Display
from cvtailor.cli.downloads import download
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.job_ads import JobAd, job_ads
from cvtailor.cli.printable import escaped
from cvtailor.cli.refusals import tell_refusal
from cvtailor.cli.run_stream import answer_question, events_of_run
from cvtailor.domain.errors import CvtailorError, InvalidInput
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2
from cvtailor.settings import Settings

APPLICATIONS_FOLDER = Path("out")


class Order(NamedTuple):
    """What the user asked for on the command line.

    Attributes:
        jobs: Paths, URLs, ``-`` for standard input.
        clipboard: One more ad is in the clipboard.
        out: Folder for the documents of one application.
        applications: Folder that gets a folder for each application, where ``out`` is not given.
    """

    cv: Path
    jobs: tuple[str, ...]
    clipboard: bool
    out: Path | None
    applications: Path
    theme: str
    pages: int
    language: str
    tone: str
    keep: tuple[str, ...]
    interactive: bool
    request_id: str


def run(order: Order, target: Target, as_json: bool) -> ExitCode:
    """Makes the applications; returns the exit code."""
    console = run_console(as_json)
    try:
        _check(order)
        return uvloop.run(_run(order, target, console, as_json))
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    except (CvtailorError, grpc.aio.AioRpcError) as error:
        return tell_refusal(error, console)


def _check(order: Order) -> None:
    # Said before the run; after it, its documents would have no place to go.
    folder = (order.out or order.applications).absolute()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        what = "is no folder" if not nearest.is_dir() else "can't be written"
        raise InvalidInput(f"{nearest} {what}: choose another --out.")
    if len(order.jobs) + order.clipboard == 1:
        return
    for option, is_set in (("--interactive", order.interactive), ("--request-id", order.request_id)):
        if is_set:
            raise InvalidInput(f"{option} is for one job ad at a time; name one, or leave {option} out.")


async def _run(order: Order, target: Target, console: Console, as_json: bool) -> ExitCode:
    _heed_interrupts()
    base_cv = base_cv_of(order.cv)
    with console.status("Reading the job ads"):
        ads = await job_ads(order.jobs, clipboard=order.clipboard)
    requests = [_request(order, base_cv, ad) for ad in ads]
    if len(ads) == 1:
        return await _generate(order, requests[0], target, console, as_json)
    # Imported here: for one job ad, none of it is needed.
    from cvtailor.cli.generate_many import generate_many

    folder = order.out or order.applications
    jobs = list(zip([ad.label for ad in ads], requests, strict=True))
    return await generate_many(jobs, target, folder, console, as_json)


def _heed_interrupts() -> None:
    """Makes the first interrupt cancel the work in progress; later ones wait for what that takes."""
    loop, main = asyncio.get_running_loop(), asyncio.current_task()
    interrupts = 0

    def interrupt() -> None:
        nonlocal interrupts
        interrupts += 1
        if main and interrupts == 1:
            main.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt)


async def _generate(
    order: Order,
    request: cv_generator_pb2.GenerateApplicationRequest,
    target: Target,
    console: Console,
    as_json: bool,
) -> ExitCode:
    main = asyncio.current_task()
    with Display(console) as display:
        async with connect(target, Settings()) as connection:
            application_id = ""
            try:
                async for event in events_of_run(connection, request, display.show_waiting):
                    application_id = event.application_id or application_id
                    if as_json:
                        print_event(event)
                    else:
                        display.show(event)
                    if order.interactive and event.HasField("question_asked"):
                        await answer_question(connection, event, display, as_json)
                return await _finish(order, event, connection, display, console, as_json)
            except asyncio.CancelledError:
                if main:
                    main.uncancel()
                await cancel(connection, application_id)
                console.print("[yellow]cancelled[/]: no CV was made")
                return ExitCode.INTERRUPTED


def print_event(event: event_pb2.ApplicationEvent) -> None:
    """Prints an event as the contract's JSON, on one line, at once."""
    sys.stdout.write(MessageToJson(event, indent=None) + "\n")
    sys.stdout.flush()


async def _finish(
    order: Order,
    event: event_pb2.ApplicationEvent,
    connection: Connection,
    display: Display,
    console: Console,
    as_json: bool,
) -> ExitCode:
    if event.WhichOneof("event") == "completed":
        folder = order.out or order.applications / event.application_id
        paths = await download_all(connection, event, folder)
        if not as_json:
            display.show_result(event, folder, paths)
        return ExitCode.OK
    code, told = ended_without_result(event)
    console.print(told, highlight=False)
    return code


async def download_all(
    connection: Connection, completed: event_pb2.ApplicationEvent, folder: Path
) -> list[Path]:
    """Puts the documents that a run made into a folder; returns where they lie.

    Raises:
        InvalidInput: The folder can't be written.
        grpc.aio.AioRpcError: The service does not give them.
    """
    id = completed.application_id
    try:
        return [await download(connection, id, each.name, folder) for each in completed.completed.documents]
    except InvalidInput as error:
        raise InvalidInput(
            f"{error.message}. The application is kept: `cvtailor export {id[:8]} --out FOLDER` fetches it."
        ) from error


def ended_without_result(event: event_pb2.ApplicationEvent) -> tuple[ExitCode, str]:
    """Returns the exit code for a run that failed or was cancelled, and what to say of it."""
    if event.WhichOneof("event") == "cancelled":
        return ExitCode.INTERRUPTED, "[yellow]cancelled[/] by somebody else"
    failed = event.failed
    code = ExitCode.RETRY_LATER if failed.retryable else ExitCode.SERVICE_ERROR
    return code, f"[red]failed:[/] {escaped(failed.message)}"


async def cancel(connection: Connection, application_id: str) -> None:
    """Cancels a run, if it got as far as having an id."""
    if application_id:
        with suppress(grpc.aio.AioRpcError):
            await connection.stub.CancelApplication(
                cv_generator_pb2.CancelApplicationRequest(application_id=application_id),
                metadata=connection.metadata,
                timeout=5,
            )


def _request(
    order: Order, base_cv: cv_generator_pb2.BaseCv, ad: JobAd
) -> cv_generator_pb2.GenerateApplicationRequest:
    options = cv_generator_pb2.GenerationOptions(
        theme=cv_generator_pb2.Theme.Value(f"THEME_{order.theme.upper()}"),
        tone=cv_generator_pb2.Tone.Value(f"TONE_{order.tone.upper()}"),
        page_limit=order.pages,
        language_code=order.language,
        keep_sections=order.keep,
        interactive=order.interactive,
    )
    return cv_generator_pb2.GenerateApplicationRequest(
        request_id=order.request_id or str(uuid4()),
        base_cv=base_cv,
        posting=cv_generator_pb2.JobPosting(text=ad.text, source_url=ad.source_url),
        options=options,
    )
