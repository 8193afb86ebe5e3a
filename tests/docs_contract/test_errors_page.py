"""docs/errors.md tells of every reason, with what the service's own code makes of it."""

import ast
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from cvtailor.domain.errors import CvtailorError, Reason
from google.protobuf.json_format import ParseDict
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from tools.error_reference import HEADING, PAGE
from tools.error_samples import SAMPLES

REPO = Path(__file__).parents[2]
PROSE, _, TEXT = (REPO / PAGE).read_text().partition(HEADING)
ENTRIES = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", TEXT, re.MULTILINE | re.DOTALL))


@cache
def messages_of_the_service() -> tuple[re.Pattern[str], ...]:
    """Returns every text in the service's code as a pattern; what is filled in may be anything."""
    found = set()
    for file in (REPO / "service" / "cvtailor").rglob("*.py"):
        if "gen" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            text = "".join(
                re.escape(part.value)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else ".+"
                for part in parts
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
            # A pattern that is nearly all filled in would let anything pass.
            if len(text.replace(".+", "")) >= 12:
                found.add(text)
    return tuple(re.compile(text, re.DOTALL) for text in found)


def is_said_by_the_service(message: str) -> bool:
    return any(pattern.fullmatch(message) for pattern in messages_of_the_service())


def test_every_reason_has_an_entry_and_a_sample() -> None:
    assert set(ENTRIES) == {reason.value for reason in Reason}
    assert set(SAMPLES) == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_the_sample_is_what_a_client_decodes(reason: Reason) -> None:
    shown = json.loads(ENTRIES[reason.value].partition("```json\n")[2].partition("```")[0])
    if "Only in `Failed`" in ENTRIES[reason.value]:
        assert shown["failed"]["reason"] == f"ERROR_REASON_{reason}"
        return
    status, info = ParseDict(shown, Status()), ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (info.reason, info.domain) == (reason.value, "cvtailor.v1")


@pytest.mark.parametrize("reason", Reason)
def test_the_sample_says_what_the_service_says(reason: Reason) -> None:
    raised = SAMPLES[reason]()
    if isinstance(raised, CvtailorError):
        assert raised.reason is reason
    if reason in (Reason.INVALID_ARGUMENT, Reason.CV_UNREADABLE, Reason.MODEL_ANSWER_INVALID):
        return  # put together of parts, by our code or another's
    assert is_said_by_the_service(raised.message), raised.message


def test_a_sample_that_the_service_does_not_say_is_noticed() -> None:
    assert is_said_by_the_service("The run asks no question[3].")
    assert not is_said_by_the_service("The run asks nothing of that kind, sorry.")


def test_the_clients_have_what_the_page_names() -> None:
    (python,) = re.findall(r"```python\n(.*?)```", PROSE, re.DOTALL)
    # As the body of a coroutine, because it awaits.
    tree = ast.parse("async def example():\n" + "".join(f"    {line}\n" for line in python.splitlines()))
    (imported,) = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    client = import_module(str(imported.module))
    assert [name.name for name in imported.names if not hasattr(client, name.name)] == []
    web = REPO / "clients" / "web" / "src" / "client"
    told = set(re.findall(r"(?:error|client)\.(\w+)", PROSE.partition("```ts\n")[2].partition("```")[0]))
    sources = (web / "error.ts").read_text() + (web / "client.ts").read_text()
    assert {name for name in told if not re.search(rf"\b{name}\b[?]?[:(]|get {name}\(", sources)} <= {
        "message"
    }
