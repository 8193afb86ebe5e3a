"""Writes docs/cli.md from the commands' own declarations; ``--check`` says whether it is stale.

python -m tools.cli_reference
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import typer
from cvtailor.cli.main import app

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
_HEAD = """# Commands

<!-- Made by `python -m tools.cli_reference` from the commands themselves. -->

`cvtailor COMMAND --help` says the same at the terminal; `cvtailor --install-completion` lets your shell
complete commands and options.

Exit codes: 0 done, 1 the service's fault, 2 yours to fix, 75 try again later, 130 interrupted.
"""
_CALL = re.compile(r"(cvtailor |.*\$\(cvtailor |\S+ \| cvtailor )")
_PAGE_NAME = re.compile(r"docs/(\w+\.md)")
_KINDS = {int: "whole number", float: "number", Path: "path", str: "text"}


class Command(NamedTuple):
    """A command as the program declares it.

    Attributes:
        words: How it is called, such as ``("cvtailor", "status", "set")``.
        help: What it does; paragraphs are parted by empty lines.
        arguments: Its positional parameters, in order.
        options: The others.
    """

    words: tuple[str, ...]
    help: str
    arguments: tuple[Any, ...]
    options: tuple[Any, ...]


def commands() -> list[Command]:
    """Returns every command that is not hidden, in the order of the help."""
    return list(_below(typer.main.get_command(app), ("cvtailor",)))


def page() -> str:
    """Returns the page's text."""
    return "\n".join([_HEAD, *(line for command in commands() for line in _section(command))])


def _below(node: Any, words: tuple[str, ...]) -> Iterator[Command]:
    for name, child in node.commands.items():
        if child.hidden:
            continue
        if not hasattr(child, "commands") or child.invoke_without_command:
            yield _command(child, (*words, name))
        if hasattr(child, "commands"):
            yield from _below(child, (*words, name))


def _command(node: Any, words: tuple[str, ...]) -> Command:
    shown = [parameter for parameter in node.params if not getattr(parameter, "hidden", False)]
    arguments = tuple(one for one in shown if one.param_type_name == "argument")
    options = tuple(one for one in shown if one.param_type_name == "option")
    return Command(words, "\n\n".join(filter(None, (node.help, node.epilog))), arguments, options)


def _section(command: Command) -> Iterator[str]:
    names = [_placeholder(argument) for argument in command.arguments]
    options = ["[OPTIONS]"] if command.options else []
    yield f"## {' '.join(command.words)}"
    yield from ("", "```text", " ".join([*command.words, *options, *names]), "```", "")
    yield from (_as_markdown(command.help), "")
    if command.arguments:
        yield from ("| argument | what it is |", "|---|---|")
        yield from (f"| `{_placeholder(one)}` | {_words(one)} |" for one in command.arguments)
        yield ""
    if command.options:
        yield from ("| option | value | default | what it does |", "|---|---|---|---|")
        yield from (_option(one) for one in command.options)
        yield ""


def _placeholder(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()).strip("[]{}<>.")
    if argument.nargs == -1:
        name += "…"
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    return f"| {names} | {_value(option)} | {_default(option)} | {_words(option)} |"


def _value(option: Any) -> str:
    if option.is_flag:
        return ""
    kind = option.type_descriptor.annotation
    while get_origin(kind) in (list, tuple, Union, UnionType):
        kind = get_args(kind)[0]
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    bounds = [
        f"{words} {bound}" for words, bound in (("from", option.min), ("to", option.max)) if bound is not None
    ]
    return " ".join([_KINDS.get(kind, "text"), *bounds])


def _default(option: Any) -> str:
    if isinstance(option.show_default, str):
        return option.show_default
    if option.is_flag or option.default in (None, "", ()) or not option.show_default:
        return ""
    return f"`{option.default}`"


def _words(parameter: Any) -> str:
    words = _one_line(parameter.help or "")
    return f"{words} Set by `{parameter.envvar}`, too." if parameter.envvar else words


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _as_markdown(text: str) -> str:
    """Returns a command's help, with its examples as one block of commands."""
    words, calls = [], []
    for part in re.split(r"\n\s*\n", text.replace("\b", "").strip()):
        lines = [re.sub(r"^Examples?:\s*", "", line.strip()) for line in part.splitlines()]
        if all(not line or _CALL.match(line) for line in lines):
            calls += filter(None, lines)
        else:
            words.append(_PAGE_NAME.sub(r"[\1](\1)", " ".join(lines)))
    return "\n\n".join([*words, *(["\n".join(["```sh", *calls, "```"])] if calls else [])])


def main() -> int:
    """Writes the page, or with ``--check`` compares it; returns the exit code."""
    if "--check" in sys.argv[1:]:
        if PAGE.read_text() == page():
            return 0
        print(f"{PAGE.name} is not what the commands say: run `python -m tools.cli_reference`.")
        return 1
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
