"""``cvtailor open``, ``letter``, ``export``, ``download`` and ``link``: documents on their way out."""

import asyncio
import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import typer

from cvtailor.cli.application_calls import Application, application_named, id_of, short
from cvtailor.cli.calls import CALL_SECONDS, print_json, results, talk
from cvtailor.cli.connection import Connection
from cvtailor.cli.downloads import content_of, download, put
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import harmless, when
from cvtailor.domain.errors import InvalidInput, NotFound, Reason
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2

_STANDARD_OUTPUT = Path("-")


async def open_document(
    connection: Connection, name: str, document: str, version: int, out: Path | None, path_only: bool
) -> ExitCode:
    """Opens a document with whatever this machine opens such files with, or says where it lies."""
    application = await with_documents(connection, name)
    check_name(application, document, version)
    # Readable by its owner alone, and the system's to clear away.
    folder = out or Path(tempfile.mkdtemp(prefix=f"cvtailor-{short(application.id)}-"))
    path = await download(connection, application.id, document, folder, version)
    if path_only:
        sys.stdout.write(f"{path}\n")
    elif not has_opener() or typer.launch(str(path)) != 0:
        sys.stdout.write(f"{path}\n")
        talk().print("Nothing here can open it; the file is there.")
    else:
        talk().print(f"Opened {path}", markup=False)
    return ExitCode.OK


def has_opener() -> bool:
    """Whether this machine has a screen, and something that opens files on it."""
    if sys.platform != "linux":
        return True
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(screen) and shutil.which("xdg-open") is not None


async def print_letter(connection: Connection, name: str, email: bool, copy: bool) -> ExitCode:
    """Prints the letter or the e-mail, or puts it into the clipboard."""
    application = await with_documents(connection, name)
    text = application.letter_text
    if email:
        text = f"{application.email_subject}\n\n{application.email_text}"
    text = text.rstrip("\n") + "\n"
    if copy:
        _into_clipboard(text)
        talk().print(f"The {'e-mail' if email else 'letter'} is in the clipboard.")
        return ExitCode.OK
    sys.stdout.write(harmless(text) if sys.stdout.isatty() else text)
    return ExitCode.OK


def _into_clipboard(text: str) -> None:
    if find_spec("pyperclip") is None:
        raise InvalidInput("--copy needs the package pyperclip; without it: `cvtailor letter | wl-copy`.")
    import pyperclip  # type: ignore[import-untyped]

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException as error:
        raise InvalidInput(
            "No clipboard can be reached from here (on Linux it takes wl-clipboard, xclip or xsel); "
            "`cvtailor letter > letter.txt` keeps the text."
        ) from error


async def export_documents(
    connection: Connection, name: str, out: Path | None, version: int, as_json: bool
) -> ExitCode:
    """Puts all documents of an application into a folder."""
    application = await with_documents(connection, name)
    folder = out or Path("out") / application.id
    for document in application.documents:
        path = await download(connection, application.id, document.name, folder, version)
        if as_json:
            print_json(document)
        else:
            sys.stdout.write(f"{path}\n")
    return ExitCode.OK


async def download_document(
    connection: Connection, name: str, document: str, version: int, out: Path
) -> ExitCode:
    """Puts one document into a file, a folder or standard output."""
    application = await with_documents(connection, name)
    check_name(application, document, version)
    content = await content_of(connection, application.id, document, version)
    if out == _STANDARD_OUTPUT:
        if sys.stdout.isatty() and b"\0" in content:
            raise InvalidInput(f"{document} is no text: name a file with --out, or pipe it on.")
        sys.stdout.buffer.write(content)
        return ExitCode.OK
    path = await asyncio.to_thread(put, content, document, out)
    sys.stdout.write(f"{path}\n")
    return ExitCode.OK


async def link_document(
    connection: Connection, name: str, document: str, lifetime_seconds: int, as_json: bool
) -> ExitCode:
    """Prints a URL under which anybody can fetch a document for a while."""
    answer = await connection.stub.CreateDocumentLink(
        cv_generator_pb2.CreateDocumentLinkRequest(
            application_id=await id_of(connection, name), name=document, lifetime_seconds=lifetime_seconds
        ),
        metadata=connection.metadata,
        timeout=CALL_SECONDS,
    )
    if as_json:
        print_json(answer)
        return ExitCode.OK
    results().print(answer.url, soft_wrap=True)
    talk().print(f"Works for whoever has it until {when(answer.expire_time)}.")
    return ExitCode.OK


async def with_documents(connection: Connection, name: str) -> Application:
    """Returns an application that has documents.

    Raises:
        NotFound: It has none, or there is no such application.
    """
    application = await application_named(connection, name)
    if not application.documents:
        raise NotFound(
            f"{short(application.id)} has no documents: `cvtailor show {short(application.id)}` says why.",
            reason=Reason.DOCUMENT_NOT_FOUND,
        )
    return application


def check_name(application: Application, document: str, version: int) -> None:
    """Raises NotFound, with the names that there are, unless the newest version has such a document."""
    names = [each.name for each in application.documents]
    # Another version may have other pages; only the service knows.
    if not version and document not in names:
        raise NotFound(
            f"There is no document {document!r}; there are {', '.join(names)}.",
            reason=Reason.DOCUMENT_NOT_FOUND,
        )
