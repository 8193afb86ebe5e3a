"""Brings a database to this build's schema, recorded as the Supabase CLI records it."""

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import psycopg
import structlog
from psycopg import sql

from cvtailor.adapters.postgres.claims_seal import key_pads
from cvtailor.domain.errors import Unavailable, WeMustFix

_log = structlog.get_logger(__name__)

_LOCK = 0x6376_7461_696C  # "cvtail"
_FILE_NAME = re.compile(r"(\d{14})_(\w+)\.sql")
_CONNECT_TIMEOUT_SECONDS = 10
_SERVICE_LOGIN = "cvtailor_service"
_STORE_CLAIMS_KEY = (
    "insert into cvtailor.claims_keys (inner_pad, outer_pad) values (%s, %s)"
    " on conflict (inner_pad) do update set stored_at = now()"
)
_DROP_OLD_CLAIMS_KEYS = (
    "delete from cvtailor.claims_keys where inner_pad not in"
    " (select inner_pad from cvtailor.claims_keys order by stored_at desc limit 2)"
)


class Migration(NamedTuple):
    """One file of ``supabase/migrations``."""

    version: str
    name: str
    text: str


def migrations() -> list[Migration]:
    """Returns this build's migrations in order: from the wheel, or from the repository."""
    package = Path(str(resources.files("cvtailor.adapters.postgres")))
    folders = (package / "migrations", *(parent / "supabase" / "migrations" for parent in package.parents))
    folder = next((folder for folder in folders if folder.is_dir()), None)
    if folder is None:
        raise WeMustFix("This build has lost its migrations: no supabase/migrations beside it.")
    found = [(_FILE_NAME.fullmatch(path.name), path) for path in sorted(folder.glob("*.sql"))]
    return [Migration(match[1], match[2], path.read_text()) for match, path in found if match]


def migrate(dsn: str, passwords: Mapping[str, str] | None = None) -> list[str]:
    """Applies what is missing, each file in a transaction of its own; several at once are fine.

    On a plain Postgres without Supabase's schemas, given a superuser, it first lays those.

    Args:
        dsn: Connection URI of the owner of the schema: ``postgres`` of a Supabase project, or a
            superuser of a plain server.
        passwords: Passwords to give to login roles, by role name.

    Returns:
        The versions that were applied.

    Raises:
        Unavailable: Postgres does not answer.
        WeMustFix: The database is ahead of this build, or a migration failed.
    """
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_SECONDS) as connection:
            _lay_platform(connection)
            applied = [file.version for file in migrations() if _apply(connection, file)]
            _set_passwords(connection, passwords or {})
    except psycopg.OperationalError as error:
        raise Unavailable(f"Postgres does not answer to the migrator: {error}") from error
    except psycopg.Error as error:
        raise WeMustFix(f"The schema can't be brought up to date: {error}") from error
    if applied:
        _log.info("schema migrated", versions=applied)
    return applied


def check_schema(dsn: str) -> list[str]:
    """Returns the versions that this build has and the database lacks; ``cvtailor_service`` may ask too.

    Raises:
        Unavailable: Postgres does not answer.
        WeMustFix: The database is ahead of this build.
    """
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=_CONNECT_TIMEOUT_SECONDS) as connection:
            recorded = _recorded(connection)
    except psycopg.OperationalError as error:
        raise Unavailable(f"Postgres does not answer to the migrator: {error}") from error
    return [file.version for file in migrations() if file.version not in recorded]


def _lay_platform(connection: psycopg.Connection) -> None:
    superuser = connection.execute("select rolsuper from pg_roles where rolname = session_user").fetchone()
    if superuser != (True,):
        return
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        if connection.execute("select to_regnamespace('auth')").fetchone() == (None,):
            connection.execute(resources.files(__package__).joinpath("bootstrap.sql").read_bytes())
    # From here on as on a hosted project: `postgres`, which is no superuser there.
    connection.execute("set session authorization postgres")


def _apply(connection: psycopg.Connection, file: Migration) -> bool:
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        if file.version in _recorded(connection):
            return False
        connection.execute("create schema if not exists supabase_migrations")
        connection.execute(
            "create table if not exists supabase_migrations.schema_migrations"
            " (version text primary key, statements text[], name text)"
        )
        # Without parameters the whole file goes as one simple query, and the lock is held to its end.
        try:
            connection.execute(file.text.encode())
        except psycopg.ProgrammingError as error:
            raise WeMustFix(f"Migration {file.version}_{file.name}.sql can't be applied: {error}") from error
        connection.execute(
            "insert into supabase_migrations.schema_migrations (version, name, statements)"
            " values (%s, %s, %s)",
            [file.version, file.name, [file.text]],
        )
    return True


def _recorded(connection: psycopg.Connection) -> set[str]:
    table = connection.execute("select to_regclass('supabase_migrations.schema_migrations')").fetchone()
    if table == (None,):
        return set()
    rows = connection.execute("select version from supabase_migrations.schema_migrations")
    recorded = {str(row[0]) for row in rows}
    if unknown := recorded - {file.version for file in migrations()}:
        raise WeMustFix(
            f"The database is ahead of this build: it has migrations {', '.join(sorted(unknown))}."
            " Install the newer build, or restore the database."
        )
    return recorded


def _set_passwords(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        for role, password in passwords.items():
            # Sent as a verifier: the password itself never reaches the server or its log.
            verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
            statement = sql.SQL("alter role {} password {}")
            connection.execute(statement.format(sql.Identifier(role), sql.Literal(verifier.decode())))
        if passwords.get(_SERVICE_LOGIN):
            connection.execute(_STORE_CLAIMS_KEY, key_pads(passwords[_SERVICE_LOGIN]))
            connection.execute(_DROP_OLD_CLAIMS_KEYS)
