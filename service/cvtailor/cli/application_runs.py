"""``cvtailor watch``, ``revise`` and ``cancel``: runs of applications that exist."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from rich.console import Console

from cvtailor.cli.application_calls import (
    Application,
    application_named,
    application_of,
    heading,
    short,
    status_name,
)
from cvtailor.cli.calls import CALL_SECONDS, print_json, results, run_console, talk
from cvtailor.cli.connection import Connection
from cvtailor.cli.display import Display
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.run_story import RunStory
from cvtailor.cli.run_stream import RunRequest, answer_question, events_of_run
from cvtailor.cli.version_diff import compared, parent_of, view_of
from cvtailor.domain.errors import InvalidInput
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2, event_pb2


class Options(NamedTuple):
    """Choices of a revision; None is as before."""

    theme: str | None = None
    pages: int | None = None
    language: str | None = None
    tone: str | None = None
    interactive: bool = False

    def wire(self) -> cv_generator_pb2.GenerationOptions | None:
        """Returns the contract's options; None if nothing was chosen, and all is as before."""
        if self == Options():
            return None
        return cv_generator_pb2.GenerationOptions(
            theme=cv_generator_pb2.Theme.Value(f"THEME_{(self.theme or 'unspecified').upper()}"),
            page_limit=self.pages or 0,
            language_code=self.language or "",
            tone=cv_generator_pb2.Tone.Value(f"TONE_{(self.tone or 'unspecified').upper()}"),
            interactive=self.interactive,
        )


class Wish(NamedTuple):
    """What the next version should be like.

    Attributes:
        edits: Lines and entries by what is decided about them: `hide`, `pin`, `revert`, `keep`, `release`.
        feedback: What to emphasise or to change.
        options: Design, pages, language and tone.
    """

    edits: Mapping[str, Sequence[str] | None]
    feedback: str = ""
    options: Options = Options()

    def request(self, application: Application) -> cv_generator_pb2.ReviseApplicationRequest:
        """Returns what to ask of the service.

        Raises:
            InvalidInput: Nothing is wished for.
        """
        kinds, options = cv_generator_pb2.Edit.Kind, self.options.wire()
        edits = [
            cv_generator_pb2.Edit(kind=kinds.Value(f"KIND_{kind.upper()}"), target=target)
            for kind, targets in self.edits.items()
            for target in targets or ()
        ]
        if not (edits or self.feedback.strip() or options):
            raise InvalidInput(
                "Say what to change: --hide, --pin, --revert, --keep or --release LINE, --feedback TEXT, "
                f"--theme, --pages, --language or --tone. `cvtailor show {short(application.id)} --lines` "
                "names the lines."
            )
        return cv_generator_pb2.ReviseApplicationRequest(
            application_id=application.id,
            request_id=str(uuid4()),
            parent_version=application.cv_version,
            edits=edits,
            feedback=self.feedback,
            options=options,
        )


async def watch(
    connection: Connection, name: str, after_sequence: int, interactive: bool, as_json: bool
) -> ExitCode:
    """Follows the last run of an application; an interrupt leaves it alone."""
    application = await application_named(connection, name)
    application_id, runs = application.id, application.status == application_pb2.APPLICATION_STATUS_GENERATING
    # Behind the last event of a run that has ended nothing comes, not even an end: read it from the start.
    request = cv_generator_pb2.WatchApplicationRequest(
        application_id=application_id, after_sequence=after_sequence if runs else 0
    )
    seen = event_pb2.ApplicationEvent(application_id=application_id, sequence=after_sequence)
    try:
        async for event in _shown(connection, request, interactive, as_json, after_sequence):
            seen = event
    except asyncio.CancelledError:
        again = f"cvtailor watch {short(application_id)} --after {seen.sequence}"
        talk().print(f"\nStopped watching; the run goes on: {again}")
        return ExitCode.INTERRUPTED
    if seen.sequence == after_sequence:
        talk().print(f"Nothing came after event {after_sequence}: the run has ended.")
        return ExitCode.OK
    return outcome_of(seen, talk())


async def revise(connection: Connection, name: str, wish: Wish, as_json: bool) -> ExitCode:
    """Makes a new version of an application's CV; an interrupt cancels it, the version before stays."""
    application = await application_named(connection, name)
    request = wish.request(application)
    seen, story = event_pb2.ApplicationEvent(), RunStory()
    try:
        async for event in _shown(connection, request, wish.options.interactive, as_json):
            seen = event
            story.add(event)
    except asyncio.CancelledError:
        if seen.application_id:
            await _cancel(connection, application.id)
        talk().print("\nCancelled; the version before stays.")
        return ExitCode.INTERRUPTED
    code = outcome_of(seen, talk())
    if code is ExitCode.OK and not as_json:
        after = await application_of(connection, application.id)
        before = parent_of(after, after.cv_version)
        diff = await compared(connection, after.id, before, after.cv_version)
        results().print(view_of(diff, story.reasons, whole=False))
    return code


async def cancel(connection: Connection, name: str, as_json: bool) -> ExitCode:
    """Stops the run of an application."""
    before = await application_named(connection, name)
    after = await _cancel(connection, before.id)
    if as_json:
        print_json(after)
        return ExitCode.OK
    told = f"{heading(before)} is {status_name(after.status)}."
    if before.status != application_pb2.APPLICATION_STATUS_GENERATING:
        told += " There was no run to stop."
    talk().print(told, markup=False)
    return ExitCode.OK


async def _cancel(connection: Connection, application_id: str) -> Application:
    answer = await connection.stub.CancelApplication(
        cv_generator_pb2.CancelApplicationRequest(application_id=application_id),
        metadata=connection.metadata,
        timeout=CALL_SECONDS,
    )
    return answer.application


async def _shown(
    connection: Connection, request: RunRequest, interactive: bool, as_json: bool, after_sequence: int = 0
) -> AsyncIterator[event_pb2.ApplicationEvent]:
    """Yields the events of a run that come after a number, each as soon as it was shown."""
    with Display(run_console(as_json)) as display:
        async for event in events_of_run(connection, request, display.show_waiting):
            if event.sequence <= after_sequence:
                continue
            if as_json:
                print_json(event)
            else:
                display.show(event)
            if interactive and event.HasField("question_asked"):
                await answer_question(connection, event, display, as_json)
            yield event


def outcome_of(last: event_pb2.ApplicationEvent, console: Console) -> ExitCode:
    """Says how a run ended and what to do next; returns the exit code.

    Args:
        last: The last event of the run.
        console: Where to say it.
    """
    id = short(last.application_id)
    match last.WhichOneof("event"):
        case "completed":
            done = last.completed
            console.print(
                f"\n{done.pages} page{'s' * (done.pages != 1)}. Gaps: {', '.join(done.gaps) or 'none'}"
            )
            console.print(f"cvtailor open {id}   cvtailor show {id}   cvtailor export {id}", style="dim")
            return ExitCode.OK
        case "cancelled":
            console.print("[yellow]cancelled[/]")
            return ExitCode.INTERRUPTED
    console.print("[red]failed:[/]", end=" ")
    console.print(last.failed.message, markup=False)
    return ExitCode.RETRY_LATER if last.failed.retryable else ExitCode.SERVICE_ERROR
