"""The target by which coverage-guided fuzzing calls every method."""

from collections.abc import Iterator

import pytest

from tests.fuzz.hostile_boundary import Server, UncleanStatus
from tests.fuzz.hostile_calls import METHODS


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def test_every_method_is_called_and_answers_or_refuses_cleanly(server: Server) -> None:
    requests = server.requests()
    assert set(requests) == set(METHODS)
    for name, contents in requests.items():
        for content in (*contents, b"", b"\xff", b"\x0a\xff\xff\xff\xff\x0f"):
            server.call(name, content)


def test_a_method_that_crashes_is_seen(server: Server) -> None:
    server.served.generator._records = None
    (content,) = server.requests()["GetApplication"]
    with pytest.raises(UncleanStatus, match="GetApplication ended with INTERNAL"):
        server.call("GetApplication", content)
