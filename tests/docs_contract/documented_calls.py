"""What a page of shell commands says: its commands, and what it shows of their output."""

import json
import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CONSTANT = re.compile(r"[A-Z][A-Z_]+")
_END_OF_BLOCK = "\x1e"


@dataclass(frozen=True)
class Commands:
    """One block of commands, and the block of output that follows it, if there is one."""

    script: str
    shown: str = ""
    language: str = ""


def commands(page: str) -> list[Commands]:
    """Returns the blocks of a page in order.

    Raises:
        AssertionError: A block shows output that no command before it printed.
    """
    found: list[Commands] = []
    for language, text in _FENCE.findall(page):
        if language == "sh":
            found.append(Commands(text))
            continue
        assert found, f"no command prints this:\n{text}"
        assert not found[-1].shown, f"no command prints this:\n{text}"
        found[-1] = Commands(found[-1].script, text, language)
    return found


def run_in_one_shell(
    blocks: list[Commands], folder: Path, environment: dict[str, str], seconds_max: float
) -> list[str]:
    """Runs all blocks in one bash, which ends at the first command that fails; returns what each printed.

    Raises:
        AssertionError: A command failed, or the time was up; the block and its errors are told.
    """
    after_each = f"\nprintf '{_END_OF_BLOCK}'\n"
    leave_nothing = "trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT\n"
    shell = subprocess.Popen(
        [
            "bash",
            "-euo",
            "pipefail",
            "-c",
            leave_nothing + after_each.join([*(b.script for b in blocks), ""]),
        ],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, errors = shell.communicate(timeout=seconds_max)
    except subprocess.TimeoutExpired:
        os.killpg(shell.pid, signal.SIGTERM)  # as gentle as it can be: servers take theirs down too
        out, errors = shell.communicate(timeout=30)
        errors += f"\nnot done after {seconds_max:g} s"
    *printed, rest = out.split(_END_OF_BLOCK)
    if len(printed) < len(blocks):
        raise AssertionError(f"{blocks[len(printed)].script}\nprinted {rest!r} and failed:\n{errors}")
    assert shell.returncode == 0, errors
    return printed


def difference(block: Commands, printed: str) -> str:
    """Says how an output differs from what is shown: a text in any way, JSON in its shape."""
    # Go's printer of options varies its spaces on purpose, so that nobody relies on them.
    if block.language == "text" and printed.split() != block.shown.split():
        return f"{block.script}\nprinted\n{printed}\nand the page shows\n{block.shown}"
    if block.language == "json" and _shapes(printed) != _shapes(block.shown):
        return f"{block.script}\nprinted\n{printed}\nof another shape than the page shows:\n{block.shown}"
    return ""


def _shapes(documents: str) -> list[object]:
    """Returns the shape of each JSON document of a text."""
    decoder, shapes, rest = json.JSONDecoder(), [], documents.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        shapes.append(_shape(value))
        rest = rest[end:].lstrip()
    return shapes


def _shape(value: object) -> object:
    """Returns what two samples of the same call have in common: keys, types and named constants."""
    if isinstance(value, dict):
        return frozenset((key, _shape(of)) for key, of in value.items())
    if isinstance(value, list):
        return "list", frozenset(map(_shape, value))
    if isinstance(value, str):
        return value if _CONSTANT.fullmatch(value) else "string"
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
