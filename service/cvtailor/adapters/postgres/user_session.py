"""Transactions as the end user: without a caller there is none, and row-level security guards each."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from types import CodeType
from typing import Any, Never

import structlog
from sqlalchemy import Connection, Executable, Row, event, exc, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from cvtailor.adapters.postgres.claims_seal import seal_claims
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from cvtailor.telemetry.metrics import TRANSACTION_SECONDS
from cvtailor.telemetry.spans import span

# One statement, with every setting that says who asks and what a name means: whatever an earlier
# transaction left on the connection, this one is who it should be. The three older settings of claims
# still win over `request.jwt.claims` in Supabase's auth.uid(); temporary tables come last, so that none
# is taken for one of ours.
_BECOME_USER = text(
    "select pg_catalog.set_config(name, value, true) from (values ('search_path', 'public, pg_temp'),"
    " ('role', 'authenticated'), ('request.jwt.claims', :claims), ('cvtailor.seal', :seal),"
    " ('request.jwt.claim', ''), ('request.jwt.claim.sub', ''), ('request.jwt.claim.role', ''))"
    " as settings (name, value)"
)
_log = structlog.get_logger(__name__)

_RETRY_PAUSES_SECONDS = (0.05, 0.2, 0.8)
_CONNECT_TIMEOUT_SECONDS = 5
_RECYCLE_SECONDS = 1800

# Classes and codes of SQLSTATE after which the same transaction may succeed: connection lost, server
# shutting down or starting, too many connections, serialization failure, deadlock.
_TRANSIENT = ("08", "57P01", "57P02", "57P03", "53300", "40001", "40P01")


def service_engine(dsn: str, *, pool_size: int = 10, pool_wait_seconds: float = 10.0) -> AsyncEngine:
    """Makes the pool of the service's connections; it opens them as they are needed.

    Args:
        dsn: ``postgresql://`` URI of the login ``cvtailor_service``, or of ``cvtailor_engine``.
        pool_size: Connections at most.
        pool_wait_seconds: How long a transaction may wait for one.
    """
    return create_async_engine(
        make_url(dsn).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_wait_seconds,
        pool_recycle=_RECYCLE_SECONDS,
        pool_use_lifo=True,
        json_serializer=_json,
        use_native_hstore=False,
        hide_parameters=True,  # CVs and letters must not reach logs with an error's text
        connect_args={
            "prepare_threshold": None,  # poolers in transaction mode hand statements to other sessions
            "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
            "application_name": "cvtailor",
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
        },
    )


class UserSession(Session):
    """A session whose transactions run as ``authenticated`` with the claims in ``info["claims"]``.

    ``info["password"]`` is the login's, and seals them.
    """


@event.listens_for(UserSession, "after_begin")
def _become_user(session: Session, _: SessionTransaction, connection: Connection) -> None:
    claims = session.info.get("claims") or {}
    if claims.get("role") != "authenticated" or not claims.get("sub"):
        raise PermissionError("A database transaction was begun without the claims of a verified user.")
    claims_text, seal = seal_claims(claims, session.info.get("password") or "")
    connection.execute(_BECOME_USER, {"claims": claims_text, "seal": seal})


class UserSessions:
    """Runs transactions for callers, and statements that touch no rows."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def transact[T](self, caller: Caller, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Runs ``work`` in one transaction as ``caller``; again, if the connection breaks or locks clash.

        Args:
            caller: Whose rows it sees.
            work: Must be safe to repeat even if a commit went through unnoticed.

        Raises:
            Unavailable: Postgres does not answer, or no connection was free in time.
        """

        async def once() -> T:
            session = AsyncSession(
                self._engine,
                sync_session_class=UserSession,
                info={"claims": caller.claims(), "password": self._engine.url.password},
                expire_on_commit=False,
            )
            async with session, session.begin():
                return await work(session)

        return await told(_name(work), once)

    async def ask(self, question: Executable, parameters: dict[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Runs one statement as the login itself, which sees no table and no function of ours.

        Raises:
            Unavailable: Postgres does not answer, or no connection was free in time.
        """
        return await ask(self._engine, question, parameters)

    async def check(self) -> None:
        """Raises Unavailable unless Postgres answers."""
        await self.ask(text("select 1"))

    async def close(self) -> None:
        """Closes the connections."""
        await self._engine.dispose()


async def ask(
    engine: AsyncEngine, question: Executable, parameters: dict[str, Any] | None = None
) -> Sequence[Row[Any]]:
    """Runs one statement as the login of the connections, in a transaction of its own.

    Raises:
        Unavailable: Postgres does not answer, or no connection was free in time.
    """

    async def once() -> Sequence[Row[Any]]:
        async with engine.begin() as connection:
            return (await connection.execute(question, parameters)).fetchall()

    return await told("ask", once)


async def told[T](name: str, once: Callable[[], Awaitable[T]]) -> T:
    """``persist``, timed and with a span; neither knows a statement or a value."""
    labels = {"db.operation.name": name}
    with span("transaction", {**labels, "db.system.name": "postgresql"}), TRANSACTION_SECONDS.timed(labels):
        return await persist(once)


@lru_cache(maxsize=256)
def _code_name(code: CodeType) -> str:
    # `PostgresRecords.accept.<locals>.work` is the transaction of `accept`.
    return code.co_qualname.split(".<locals>")[0].rpartition(".")[2]


def _name(work: Callable[..., object]) -> str:
    """Returns the name of the method that a transaction is the work of."""
    code = getattr(work, "__code__", None)
    return _code_name(code) if code else "work"


async def persist[T](once: Callable[[], Awaitable[T]]) -> T:
    """Does something to Postgres; again, if the connection breaks or locks clash.

    Raises:
        Unavailable: Postgres does not answer, or no connection was free in time.
    """
    for pause_seconds in (*_RETRY_PAUSES_SECONDS, None):
        try:
            return await once()
        except (exc.DBAPIError, exc.TimeoutError, OSError) as error:
            if pause_seconds is None or not _is_transient(error):
                _refuse(error)
        await asyncio.sleep(pause_seconds)
    raise AssertionError  # the last round returns or raises


def _is_transient(error: Exception) -> bool:
    if not isinstance(error, exc.DBAPIError):
        return isinstance(error, OSError)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no answer at all
        return error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError)
    return str(state).startswith(_TRANSIENT)


def _refuse(error: Exception) -> Never:
    away = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, OSError)
    if isinstance(error, away):
        # Whoever calls is told no more: the driver's text names host, port and login.
        _log.warning("postgres_away", error=_first_line(error))
        raise Unavailable("Postgres does not answer.") from error
    raise error


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig else error
    return str(cause).partition("\n")[0]


def _json(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if "\\u0000" not in written:
        return written
    # jsonb can't hold NUL. Escaped backslashes are consumed first, so that only real NULs match.
    return re.sub(r"\\\\|\\u0000", lambda found: "\ufffd" if found[0] != r"\\" else found[0], written)
