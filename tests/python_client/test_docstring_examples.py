"""The examples of the docstrings do what they show: each as typed at ``python -m asyncio``."""

import ast
import inspect
import shutil
from collections.abc import Iterator
from contextlib import redirect_stdout
from doctest import ELLIPSIS, DocTestParser, Example, OutputChecker
from io import StringIO
from pathlib import Path
from typing import Any

import cvtailor_client
import pytest
from cvtailor_client import CvTailor, sync

from benchmarks.service_process import EXAMPLES, ServiceProcess


def examples_of(docstring: str) -> list[Example]:
    return DocTestParser().get_examples(docstring)


def documented() -> Iterator[tuple[str, str]]:
    """What is public and whose docstring has an example, each with that docstring."""
    public = {name: getattr(cvtailor_client, name) for name in cvtailor_client.__all__}
    for name, one in {**public, "sync.CvTailor": sync.CvTailor, "sync.RunEvents": sync.RunEvents}.items():
        of_a_class = vars(one).items() if inspect.isclass(one) else ()
        members = {f"{name}.{member}": value for member, value in of_a_class if member[0] != "_"}
        for path, value in {name: one, **members}.items():
            docstring = inspect.getdoc(value) or ""
            if examples_of(docstring):
                yield path, docstring


DOCUMENTED = dict(documented())


async def shown(example: Example, names: dict[str, Any]) -> str:
    """Returns what the prompt shows after an example."""
    code = compile(example.source, "<example>", "single", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    printed = StringIO()
    with redirect_stdout(printed):
        waiting = eval(code, names)  # noqa: S307
        if inspect.iscoroutine(waiting):
            await waiting
    return printed.getvalue()


async def differences(docstring: str, names: dict[str, Any]) -> str:
    """Returns where the examples of a docstring show something else than they do; empty if nowhere."""
    checker = OutputChecker()
    for example in examples_of(docstring):
        got = await shown(example, names)
        if not checker.check_output(example.want, got, ELLIPSIS):
            return f"{example.source}{checker.output_difference(example, got, ELLIPSIS)}"
    return ""


def test_what_a_newcomer_calls_first_has_an_example() -> None:
    first = {"CvTailor", "CvTailor.generate", "CvTailor.tailor", "sync.CvTailor", "sync.CvTailor.generate"}
    assert first <= DOCUMENTED.keys()


@pytest.mark.parametrize("path", DOCUMENTED)
async def test_an_example_shows_what_it_does(
    path: str, service: ServiceProcess, client: CvTailor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cv.yaml", "job.txt"):
        shutil.copy(EXAMPLES / "engineer" / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CVTAILOR_TOKEN", service.token)
    if "list_page" in DOCUMENTED[path] or path == "CvTailor.list":
        await client.tailor(Path("cv.yaml"), Path("job.txt"))
    here = DOCUMENTED[path].replace("127.0.0.1:50051", service.address)
    assert await differences(here, {"client": client}) == ""


async def test_an_example_that_shows_something_else_is_told() -> None:
    assert "Got:\n    3" in await differences(">>> import asyncio\n>>> await asyncio.sleep(0, 3)\n4\n", {})
