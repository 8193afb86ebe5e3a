import io
import re

from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.main import app
from cvtailor.cli.refusals import HINTS, tell_refusal
from cvtailor.domain.errors import InvalidInput, Reason, Unavailable
from rich.console import Console
from typer.main import get_command


def told(error: InvalidInput | Unavailable) -> tuple[ExitCode, str]:
    console = Console(file=io.StringIO(), width=200)
    code = tell_refusal(error, console)
    assert isinstance(console.file, io.StringIO)
    return code, console.file.getvalue()


def test_the_exit_code_says_who_acts_next() -> None:
    assert told(InvalidInput("wrong"))[0] is ExitCode.CALLER_ERROR
    assert told(Unavailable("away"))[0] is ExitCode.RETRY_LATER


def test_brackets_in_a_message_are_text() -> None:
    assert "experience[a].highlights" in told(InvalidInput("no line experience[a].highlights"))[1]


def test_hints_are_for_reasons_that_exist_and_name_commands_that_exist() -> None:
    commands = getattr(get_command(app), "commands")  # noqa: B009
    assert {*HINTS} <= {*Reason}
    named = {name for hint in HINTS.values() for name in re.findall(r"`cvtailor ([\w-]+)", hint)}
    assert named <= {*commands}
