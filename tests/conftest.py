"""One Postgres for the whole session, and a fresh, migrated database for each test that asks."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.migrator import migrate
from cvtailor.adapters.postgres.model_ledger import PostgresModelLedger
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from databases import Database
from loopback.loopback_fixtures import loopback_attempts, loopback_only

__all__ = ["loopback_attempts", "loopback_only"]

_TEMPLATE = "cvtailor_template"

# Whoever runs the tests may have a configuration file; the tests are to be the same without.
os.environ["CVTAILOR_CONFIG"] = ""


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The server; with a migrated template in it."""
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-tests-"))
    folder.chmod(0o711)  # the server of a root user runs as `nobody` and must get through
    server = EmbeddedPostgres(folder / "postgres", settings={"fsync": "off", "max_connections": "200"})
    server.start()
    try:
        with psycopg.connect(server.dsn(Login.ADMIN), autocommit=True) as connection:
            connection.execute(f"create database {_TEMPLATE}".encode())
        migrate(server.dsn(Login.ADMIN, _TEMPLATE), server.passwords())
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A fresh database with this build's schema."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres.dsn(Login.ADMIN), autocommit=True) as connection:
        connection.execute(f"create database {name} template {_TEMPLATE} owner postgres".encode())
        yield Database(name, *(postgres.dsn(login, name) for login in Login))
        connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
async def sessions(database: Database) -> AsyncIterator[UserSessions]:
    """The service's pool of connections to the database."""
    sessions = UserSessions(service_engine(database.service, pool_size=5))
    yield sessions
    await sessions.close()


@pytest.fixture
async def overview(database: Database) -> AsyncIterator[Overview]:
    """What the engine's login may ask of all users' rows."""
    overview = Overview(service_engine(database.engine, pool_size=2))
    yield overview
    await overview.close()


@pytest.fixture
def records(sessions: UserSessions) -> PostgresRecords:
    """The records in the database."""
    return PostgresRecords(sessions)


@pytest.fixture
def ledger(sessions: UserSessions) -> PostgresModelLedger:
    """The ledger of model calls in the database."""
    return PostgresModelLedger(sessions)


@pytest.fixture
async def events(
    sessions: UserSessions, overview: Overview, database: Database
) -> AsyncIterator[PostgresRunEvents]:
    """The event log in the database, listening."""
    events = PostgresRunEvents(sessions, overview, database.service, heartbeat_seconds=30, poll_seconds=0.05)
    await events.start()
    yield events
    await events.close()
