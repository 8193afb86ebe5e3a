"""``cvtailor generate``: one run, watched, and its documents fetched."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, cast
from uuid import uuid4

import grpc
import grpc.aio
import uvloop
from google.protobuf.json_format import MessageToJson
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from rich.console import Console

from cvtailor.cli.connection import Connection, Target, connect
from cvtailor.cli.display import Display
from cvtailor.cli.exit_codes import ExitCode, exit_code_for
from cvtailor.domain.errors import CvtailorError, InvalidInput
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2, event_pb2
from cvtailor.settings import Settings

_MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_TRIES_TO_CONNECT = 2
_TRIES_TO_REATTACH = 6
_LAST = frozenset({"completed", "failed", "cancelled"})


type _Answers = (
    grpc.aio.UnaryStreamCall[Any, cv_generator_pb2.GenerateApplicationResponse]
    | grpc.aio.UnaryStreamCall[Any, cv_generator_pb2.WatchApplicationResponse]
)


class Order(NamedTuple):
    """What the user asked for on the command line."""

    cv: Path
    job: Path
    out: Path | None
    theme: str
    pages: int
    language: str
    tone: str
    keep: tuple[str, ...]
    interactive: bool
    request_id: str


def run(order: Order, target: Target, as_json: bool) -> ExitCode:
    """Makes the application; returns the exit code."""
    console = Console(stderr=as_json)
    try:
        request = _request(order)
        return uvloop.run(_generate(order, request, target, console, as_json))
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    except CvtailorError as error:
        console.print(f"[red]error:[/] {error.message}", highlight=False)
        return ExitCode.RETRY_LATER if error.caller_retries else ExitCode.CALLER_ERROR
    except grpc.aio.AioRpcError as error:
        _print_status(error, console)
        return exit_code_for(error.code())


async def _generate(
    order: Order,
    request: cv_generator_pb2.GenerateApplicationRequest,
    target: Target,
    console: Console,
    as_json: bool,
) -> ExitCode:
    loop, main = asyncio.get_running_loop(), asyncio.current_task()
    interrupts = 0

    def interrupt() -> None:
        nonlocal interrupts
        interrupts += 1
        if main and interrupts == 1:
            main.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt)
    with Display(console) as display:
        async with connect(target, Settings()) as connection:
            application_id = ""
            try:
                async for event in _events(connection, request):
                    application_id = event.application_id or application_id
                    if as_json:
                        sys.stdout.write(MessageToJson(event, indent=None) + "\n")
                        sys.stdout.flush()
                    else:
                        display.show(event)
                    if order.interactive and event.HasField("question_asked"):
                        await _answer(connection, event, display, as_json)
                return await _finish(order, event, connection, display, console, as_json)
            except asyncio.CancelledError:
                if main:
                    main.uncancel()
                await _cancel(connection, application_id, console)
                return ExitCode.INTERRUPTED


async def _events(
    connection: Connection, request: cv_generator_pb2.GenerateApplicationRequest
) -> AsyncIterator[event_pb2.ApplicationEvent]:
    """Yields the run's events to the last one, through broken connections."""
    seen, application_id, tries = 0, "", 0
    while True:
        if application_id:
            watch = cv_generator_pb2.WatchApplicationRequest(
                application_id=application_id, after_sequence=seen
            )
            answers: _Answers = connection.stub.WatchApplication(watch, metadata=connection.metadata)
        else:
            answers = connection.stub.GenerateApplication(request, metadata=connection.metadata)
        try:
            async for answer in answers:
                event, tries = answer.event, 0
                application_id = event.application_id
                if event.sequence == 0:
                    continue
                seen = event.sequence
                yield event
                if event.WhichOneof("event") in _LAST:
                    return
        except grpc.aio.AioRpcError as error:
            # The request id makes it safe to ask again, even if the first answer never came.
            tries += 1
            patience = _TRIES_TO_REATTACH if application_id else _TRIES_TO_CONNECT
            if error.code() is not grpc.StatusCode.UNAVAILABLE or tries >= patience:
                raise
            await asyncio.sleep(0.2 * 2**tries)
        finally:
            answers.cancel()


async def _answer(
    connection: Connection, event: event_pb2.ApplicationEvent, display: Display, as_json: bool
) -> None:
    """Puts a question to the person at the terminal; programs answer with AnswerQuestion themselves."""
    if as_json or not sys.stdin.isatty():
        return
    question = event.question_asked.question
    entry_id, text = await asyncio.to_thread(display.ask, question)
    await connection.stub.AnswerQuestion(
        cv_generator_pb2.AnswerQuestionRequest(
            application_id=event.application_id, question_id=question.id, entry_id=entry_id, text=text
        ),
        metadata=connection.metadata,
    )


async def _finish(
    order: Order,
    event: event_pb2.ApplicationEvent,
    connection: Connection,
    display: Display,
    console: Console,
    as_json: bool,
) -> ExitCode:
    if event.WhichOneof("event") == "completed":
        folder = order.out or Path("out") / event.application_id
        paths = [
            await _download(connection, event.application_id, document, folder)
            for document in event.completed.documents
        ]
        if not as_json:
            display.show_result(event, folder, paths)
        return ExitCode.OK
    if event.WhichOneof("event") == "cancelled":
        console.print("[yellow]cancelled[/] by somebody else")
        return ExitCode.INTERRUPTED
    failed = event.failed
    console.print(f"[red]failed:[/] {failed.message}", highlight=False)
    return ExitCode.RETRY_LATER if failed.retryable else ExitCode.SERVICE_ERROR


async def _download(
    connection: Connection, application_id: str, document: application_pb2.Document, folder: Path
) -> Path:
    call = connection.stub.DownloadDocument(
        cv_generator_pb2.DownloadDocumentRequest(application_id=application_id, name=document.name),
        metadata=connection.metadata,
    )
    content = b"".join([part.chunk async for part in call])
    # The name comes from the service; only its last part may choose where the file goes.
    path = folder / Path(document.name).name
    await asyncio.to_thread(_write, path, content)
    return path


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise InvalidInput(f"{path} can't be written: {error.strerror}; choose another --out") from error


async def _cancel(connection: Connection, application_id: str, console: Console) -> None:
    if application_id:
        with suppress(grpc.aio.AioRpcError):
            await connection.stub.CancelApplication(
                cv_generator_pb2.CancelApplicationRequest(application_id=application_id),
                metadata=connection.metadata,
                timeout=5,
            )
    console.print("[yellow]cancelled[/]: nothing was kept")


def _request(order: Order) -> cv_generator_pb2.GenerateApplicationRequest:
    content = order.cv.read_bytes()
    suffix = order.cv.suffix.lower()
    cv = cv_generator_pb2.BaseCv()
    try:
        if suffix in (".yaml", ".yml"):
            cv.rendercv_yaml = content.decode()
        elif suffix == ".json":
            cv.json_resume = content.decode()
        else:
            media_type = _MEDIA_TYPES.get(suffix, "text/plain")
            cv.file.CopyFrom(cv_generator_pb2.CvFile(content=content, media_type=media_type))
        posting = (sys.stdin.buffer.read() if str(order.job) == "-" else order.job.read_bytes()).decode()
    except UnicodeDecodeError as error:
        message = f"{order.cv} or {order.job} is not UTF-8 text (byte {error.start}): save it as UTF-8"
        raise InvalidInput(message) from error
    except OSError as error:
        raise InvalidInput(f"{error.filename} can't be read: {error.strerror}") from error
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
        base_cv=cv,
        posting=cv_generator_pb2.JobPosting(text=posting),
        options=options,
    )


def _print_status(error: grpc.aio.AioRpcError, console: Console) -> None:
    console.print(f"[red]{error.code().name}:[/] {error.details()}", highlight=False)
    # An AioRpcError has what a call has; only the types do not say so.
    status = rpc_status.from_call(cast("grpc.Call", error))
    for detail in status.details if status else ():
        violations = error_details_pb2.BadRequest()
        if detail.Unpack(violations):
            for violation in violations.field_violations:
                if violation.description not in str(error.details()):
                    console.print(f"  {violation.field}: {violation.description}", highlight=False)
