"""Servers of every Postgres version, each started once a session; a fresh database for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from databases import Database
from supabase_servers import MAJORS, Server, running_server


@pytest.fixture(scope="session")
def server_of() -> Iterator[Callable[[int], Server]]:
    """Returns the server of a major version, started when it is first asked for."""
    running: dict[int, Server] = {}
    with ExitStack() as stack:

        def of(major: int) -> Server:
            if major not in running:
                running[major] = stack.enter_context(running_server(major))
            return running[major]

        yield of


@pytest.fixture(params=MAJORS, ids=lambda major: f"postgres{major}")
def server(request: pytest.FixtureRequest, server_of: Callable[[int], Server]) -> Server:
    """Each version in turn."""
    return server_of(request.param)


@pytest.fixture
def server15(server_of: Callable[[int], Server]) -> Server:
    """Debian's, which has extensions that the others lack."""
    return server_of(15)


@pytest.fixture
def supabase_database(server: Server) -> Iterator[Database]:
    """A fresh database with this build's schema, on each version."""
    with server.database() as database:
        yield database
