"""The commands of a page's shell blocks, as words."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).parents[2]
PAGES = sorted(
    [
        *(REPO / "docs").rglob("*.md"),
        *(
            REPO / name
            for name in ("README.md", "CONTRIBUTING.md", "examples/README.md", "clients/python/README.md")
        ),
    ]
)
_FENCE = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_HERE_DOCUMENT = re.compile(r"<<-?\s*'?(\w+)'?(.*?\n).*?^\1$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)
_ASSIGNMENT = re.compile(r"\w+=")
_OPERATORS = "();<>|&\n"


def shell_blocks(page: str) -> list[str]:
    """Returns the text of each block of shell commands."""
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in _FENCE.findall(page)]


def calls_of(program: str, script: str) -> Iterator[list[str]]:
    """Yields the words after a program's name, for each call of it, also within others such as `uv run`."""
    for words in _commands(script):
        while words and _ASSIGNMENT.match(words[0]):
            words.pop(0)
        if words[:2] == ["uv", "run"] or (words[:2] == ["docker", "compose"] and program in words):
            words = words[words.index(program) :] if program in words else []
        if words and words[0] == program:
            yield words[1:]


def _commands(script: str) -> Iterator[list[str]]:
    plain = _COMMENT.sub("", _HERE_DOCUMENT.sub(r"\2", script).replace("\\\n", " "))
    lexer = shlex.shlex(plain, posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace, lexer.commenters = " \t\r", ""
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set(_OPERATORS):
            yield words
            words = []
        else:
            words.append(word)
    yield words
