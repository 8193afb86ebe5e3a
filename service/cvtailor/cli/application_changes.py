"""``cvtailor status set`` and ``cvtailor note``: what the owner writes into an application."""

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import grpc.aio

from cvtailor.cli.application_calls import (
    Application,
    Status,
    application_named,
    application_of,
    heading,
    short,
    status_name,
    status_value,
)
from cvtailor.cli.application_summary import next_steps
from cvtailor.cli.calls import CALL_SECONDS, print_json, talk
from cvtailor.cli.connection import Connection
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import harmless
from cvtailor.cli.refusals import reason_of
from cvtailor.domain.errors import Conflict, InvalidInput, Reason
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2

NOTES_CHARS_MAX = 20_000
_APPENDS_MAX = 5
_EDITORS = ("sensible-editor", "nano", "vim", "vi")


async def set_status(connection: Connection, name: str, status: str, as_json: bool) -> ExitCode:
    """Puts an application into a status."""
    seen = await application_named(connection, name)
    after = await _update_as_seen(connection, seen, status=status_value(status))
    if as_json:
        print_json(after)
        return ExitCode.OK
    before, now = status_name(seen.status), status_name(after.status)
    told = f"{before} → {now}" if before != now else f"{now}, as before"
    talk().print(f"{heading(after)}: {told}", markup=False)
    if after.HasField("submission") and not seen.HasField("submission"):
        talk().print("What was sent is kept as it is now: ad, documents, letter, and the diff to your CV.")
    if steps := next_steps(after):
        talk().print(f"Next: {', '.join(steps)}")
    return ExitCode.OK


async def print_notes(connection: Connection, name: str, as_json: bool) -> ExitCode:
    """Prints the notes of an application."""
    application = await application_named(connection, name)
    if as_json:
        print_json(application)
    elif application.notes:
        text = application.notes.rstrip("\n") + "\n"
        sys.stdout.write(harmless(text) if sys.stdout.isatty() else text)
    else:
        talk().print(f"No notes yet: `cvtailor note {short(application.id)} TEXT` writes one.")
    return ExitCode.OK


async def write_notes(connection: Connection, name: str, text: str, as_json: bool) -> ExitCode:
    """Replaces the notes of an application."""
    seen = await application_named(connection, name)
    return _told(await _update_as_seen(connection, seen, notes=checked(text)), as_json)


async def append_notes(connection: Connection, name: str, text: str, as_json: bool) -> ExitCode:
    """Adds a line to the notes of an application; what others add meanwhile stays."""
    seen = await application_named(connection, name)
    for attempt in range(1, _APPENDS_MAX + 1):
        before = f"{seen.notes.rstrip()}\n" if seen.notes.strip() else ""
        try:
            after = await _update(connection, seen, notes=checked(f"{before}{text.strip()}\n"))
        except grpc.aio.AioRpcError as error:
            if reason_of(error) != Reason.REVISION_STALE or attempt == _APPENDS_MAX:
                raise
            seen = await application_of(connection, seen.id)
        else:
            break
    return _told(after, as_json)


async def edit_notes(connection: Connection, name: str, as_json: bool) -> ExitCode:
    """Lets the person edit the notes in their editor; keeps the text if it can't be stored."""
    seen = await application_named(connection, name)
    path = Path(tempfile.mkdtemp(prefix="cvtailor-note-")) / f"{short(seen.id)}.md"
    path.write_text(seen.notes, encoding="utf-8")
    try:
        await asyncio.to_thread(_edit, path)
    except InvalidInput as error:
        if path.read_text(encoding="utf-8") != seen.notes:
            raise InvalidInput(f"{error.message} Your text is in {path}.") from error
        shutil.rmtree(path.parent)
        raise
    text = path.read_text(encoding="utf-8")
    if text == seen.notes:
        shutil.rmtree(path.parent)
        talk().print("The notes are as they were.")
        return ExitCode.OK
    try:
        after = await _update(connection, seen, notes=checked(text))
    except InvalidInput as error:
        raise InvalidInput(f"{error.message} Your text is in {path}.") from error
    except grpc.aio.AioRpcError as error:
        talk().print(f"Your text is in {path}.", markup=False)
        if reason_of(error) == Reason.REVISION_STALE:
            raise await _changed_meanwhile(connection, seen) from error
        raise
    shutil.rmtree(path.parent)
    return _told(after, as_json)


def _edit(path: Path) -> None:
    """Opens a file in the person's editor and waits until they are done.

    Raises:
        InvalidInput: There is no editor, or it failed.
    """
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR") or next(filter(shutil.which, _EDITORS), "")
    if not chosen:
        raise InvalidInput("There is no editor: name one in EDITOR, or give the text as an argument.")
    try:
        done = subprocess.run([*shlex.split(chosen), str(path)], check=False)  # noqa: S603
    except (OSError, ValueError) as error:
        raise InvalidInput(f"The editor {chosen!r} can't be started: check EDITOR.") from error
    if done.returncode:
        raise InvalidInput(f"The editor {chosen!r} ended with {done.returncode}; the notes are as they were.")


def checked(text: str) -> str:
    """Returns notes that the contract accepts.

    Raises:
        InvalidInput: They are too long.
    """
    if len(text) > NOTES_CHARS_MAX:
        raise InvalidInput(f"Notes may have {NOTES_CHARS_MAX:,} characters; these would have {len(text):,}.")
    return text


async def _update(
    connection: Connection, seen: Application, *, status: Status | None = None, notes: str | None = None
) -> Application:
    request = cv_generator_pb2.UpdateApplicationRequest(
        application_id=seen.id, revision=seen.revision, status=status, notes=notes
    )
    answer = await connection.stub.UpdateApplication(
        request, metadata=connection.metadata, timeout=CALL_SECONDS
    )
    return answer.application


async def _update_as_seen(
    connection: Connection, seen: Application, *, status: Status | None = None, notes: str | None = None
) -> Application:
    """Changes an application, unless it has moved on since it was read.

    Raises:
        Conflict: It has; says what became of it.
    """
    try:
        return await _update(connection, seen, status=status, notes=notes)
    except grpc.aio.AioRpcError as error:
        if reason_of(error) == Reason.REVISION_STALE:
            raise await _changed_meanwhile(connection, seen) from error
        raise


async def _changed_meanwhile(connection: Connection, seen: Application) -> Conflict:
    """Returns the error that says what became of an application since it was read."""
    now = await application_of(connection, seen.id)
    moved = f"it is {status_name(now.status)} now" if now.status != seen.status else "its notes changed"
    if now.status == seen.status and now.notes == seen.notes:
        moved = "it was worked on"
    return Conflict(
        f"Nothing was changed: {short(seen.id)} has moved on since it was read, {moved}. "
        f"Look at it (`cvtailor show {short(seen.id)}`) and decide anew.",
        reason=Reason.REVISION_STALE,
    )


def _told(after: Application, as_json: bool) -> ExitCode:
    if as_json:
        print_json(after)
    else:
        talk().print(f"Noted for {heading(after)}.", markup=False)
    return ExitCode.OK
