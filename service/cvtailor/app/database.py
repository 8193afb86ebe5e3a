"""The database that the settings name, brought to this build's schema."""

import asyncio
from contextlib import AsyncExitStack, ExitStack
from typing import NamedTuple

from sqlalchemy import make_url

from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.migrator import check_schema, migrate
from cvtailor.app.parts import secret
from cvtailor.domain.errors import InvalidInput
from cvtailor.settings import Settings


class Logins(NamedTuple):
    """Connection URIs of the two logins of the service."""

    service: str
    engine: str


def migrate_database(settings: Settings) -> list[str]:
    """Applies the migrations that the database lacks; returns their versions.

    Raises:
        CvtailorError: Postgres does not answer, or a migration failed.
    """
    if settings.embedded:
        with ExitStack() as stack:
            server = _embedded_server(settings)
            stack.callback(server.stop)
            return migrate(server.dsn(Login.ADMIN), server.passwords())
    if not settings.admin_database_url:
        raise InvalidInput("Set CVTAILOR_ADMIN_DATABASE_URL to the URL of the role that owns the schema.")
    passwords = {
        login.value: make_url(url).password or ""
        for login, url in zip((Login.SERVICE, Login.ENGINE), _logins_of(settings), strict=True)
    }
    return migrate(secret(settings.admin_database_url), passwords)


def prepared_logins(settings: Settings, stack: AsyncExitStack) -> Logins:
    """Makes sure that the database is there and has this build's schema."""
    if settings.embedded:
        server = _embedded_server(settings)
        stack.push_async_callback(asyncio.to_thread, server.stop)
        migrate(server.dsn(Login.ADMIN), server.passwords())
        return Logins(server.dsn(Login.SERVICE), server.dsn(Login.ENGINE))
    logins = _logins_of(settings)
    if missing := check_schema(logins.service):
        raise InvalidInput(f"The database lacks {', '.join(missing)}: run `cvtailor migrate` first.")
    return logins


def _embedded_server(settings: Settings) -> EmbeddedPostgres:
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    server.start()
    return server


def _logins_of(settings: Settings) -> Logins:
    if not settings.engine_database_url:
        raise InvalidInput("CVTAILOR_DATABASE_URL is set, CVTAILOR_ENGINE_DATABASE_URL is not: set both.")
    return Logins(secret(settings.database_url), secret(settings.engine_database_url))
