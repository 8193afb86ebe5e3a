"""Databases in which DBOS has its tables, without a DBOS that runs."""

import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from databases import Database

_TEMPLATE = "cvtailor_with_dbos"
_MIGRATE = (
    "import sys; from dbos import run_dbos_database_migrations as run; run(system_database_url=sys.argv[1])"
)


@pytest.fixture(scope="session")
def with_dbos(postgres: EmbeddedPostgres) -> str:
    """The name of a template with DBOS's tables, made by its own migrations."""
    with psycopg.connect(postgres.dsn(Login.ADMIN), autocommit=True) as connection:
        connection.execute(f"create database {_TEMPLATE} template cvtailor_template owner postgres".encode())
    dsn = postgres.dsn(Login.ENGINE, _TEMPLATE)
    subprocess.run([sys.executable, "-c", _MIGRATE, dsn], check=True, timeout=60)
    return _TEMPLATE


@pytest.fixture
def engine_database(postgres: EmbeddedPostgres, with_dbos: str) -> Iterator[Database]:
    """A fresh one."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres.dsn(Login.ADMIN), autocommit=True) as connection:
        connection.execute(f"create database {name} template {with_dbos} owner postgres".encode())
        yield Database(name, *(postgres.dsn(login, name) for login in Login))
        connection.execute(f"drop database {name} with (force)".encode())
