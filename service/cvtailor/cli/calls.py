"""Runs what a command asks of a service: reaches one, tells refusals, heeds interrupts."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import grpc.aio
import uvloop
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from rich.console import Console

from cvtailor.cli.connection import Connection, Target, connect
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import without_padding
from cvtailor.cli.refusals import tell_refusal
from cvtailor.domain.errors import CvtailorError
from cvtailor.settings import Settings

CALL_SECONDS = 30
"""A call that answers at once, and does not within this time, is given up."""

_PIPED_WIDTH = 240
"""Columns of a table that goes to another program, which wraps lines itself, or reads them."""

type Work = Callable[[Connection], Awaitable[ExitCode]]


def results() -> Console:
    """Returns where results go: plain if that is no terminal."""
    piped = not sys.stdout.isatty()
    return Console(
        file=without_padding(sys.stdout) if piped else None,
        highlight=False,
        markup=False,
        emoji=False,
        width=_PIPED_WIDTH if piped and "COLUMNS" not in os.environ else None,
    )


def run_console(as_json: bool) -> Console:
    """Returns where a run is told as it happens: beside its events, if those are printed as JSON."""
    stream = sys.stderr if as_json else sys.stdout
    return Console(stderr=as_json) if stream.isatty() else Console(file=without_padding(stream))


def talk() -> Console:
    """Returns where everything else goes that a person reads."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def print_json(message: Message) -> None:
    """Prints a message as the contract's JSON, on one line, at once."""
    sys.stdout.write(MessageToJson(message, indent=None) + "\n")
    sys.stdout.flush()


def run(work: Work, target: Target) -> ExitCode:
    """Does some work with a service; returns the exit code, having said what went wrong."""
    try:
        code = uvloop.run(_run(work, target))
        sys.stdout.flush()
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Who read has had enough; nothing may be written any more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except (CvtailorError, grpc.aio.AioRpcError) as error:
        return tell_refusal(error, talk())
    return code


async def _run(work: Work, target: Target) -> ExitCode:
    loop, main = asyncio.get_running_loop(), asyncio.current_task()
    if main:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, main.cancel)
    async with AsyncExitStack() as stack:
        with talk().status("Reaching the service"):
            connection = await stack.enter_async_context(connect(target, Settings()))
        return await work(connection)
