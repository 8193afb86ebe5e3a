"""Every shell block of the documentation parses, and calls commands and options that exist."""

import subprocess
from pathlib import Path

import pytest
from docs_site.shell_lines import PAGES, REPO, calls_of, shell_blocks

from tools.cli_reference import commands

COMMANDS = {command.words[1:]: command for command in commands()}
EVERYWHERE = {"--help", "-h"}
AT_THE_ROOT = EVERYWHERE | {"--install-completion", "--show-completion"}


def syntax_error(script: str) -> str:
    """Returns what bash has against a script; it is not run."""
    return subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False).stderr


def unknown(words: list[str]) -> str:
    """Returns the command or option of a call that does not exist, if there is one."""
    if not words or words[0].startswith("-"):
        return next((word for word in words if word not in AT_THE_ROOT), "")
    # Of a group that is called without one of its commands, the first is meant.
    names_of = (tuple(words[:2]), tuple(words[:1]), *(name for name in COMMANDS if name[0] == words[0]))
    command = next((COMMANDS[name] for name in names_of if name in COMMANDS), None)
    if command is None:
        return words[0]
    names = {name for option in command.options for name in (*option.opts, *option.secondary_opts)}
    options = [word.partition("=")[0] for word in words if word.startswith("-") and word != "-"]
    return next((option for option in options if option not in names | EVERYWHERE), "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_every_shell_block_parses_and_calls_what_exists(page: Path) -> None:
    faults = []
    for script in shell_blocks(page.read_text()):
        faults += [f"{error}\n{script}" for error in [syntax_error(script)] if error]
        faults += [
            f"{fault} in\n{script}" for call in calls_of("cvtailor", script) if (fault := unknown(call))
        ]
    assert faults == []


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("cvtailor generat cv.yaml job.txt", "generat"),
        ("uv run cvtailor generate cv.yaml job.txt --page 1", "--page"),
        ("A=1 cvtailor serve --webb &", "--webb"),
        ("T=$(cvtailor tokens)", "tokens"),
        ("docker compose exec service cvtailor doctr", "doctr"),
        ("echo x | cvtailor generate cv.yaml - --json=1 \\\n  --tone=warm", ""),
        ("kubectl --namespace cvtailor wait; install --group=cvtailor x  # cvtailor lies", ""),
        ("cat > cv.md <<'END'\ncvtailor nonsense: it's prose\nEND\ncvtailor doctor", ""),
    ],
)
def test_a_call_of_what_does_not_exist_is_found(script: str, fault: str) -> None:
    calls = list(calls_of("cvtailor", script))
    assert [found for call in calls if (found := unknown(call))] == ([fault] if fault else [])


def test_a_block_that_does_not_parse_is_found() -> None:
    (script,) = shell_blocks("- one\n\n  ```sh\n  if true; then\n  ```\n")
    assert "syntax error" in syntax_error(script)
