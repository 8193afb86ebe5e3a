"""DBOS in this process: how it is launched, what it may say, and how it goes within a bounded time."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import sqlalchemy
import structlog
from dbos import DBOS, DBOSConfig, _core, _sys_db
from dbos._dbos import _get_dbos_instance  # it has no public way to stop taking runs, or to tell which it has
from dbos._error import (
    DBOSAwaitedWorkflowCancelledError,
    DBOSException,
    DBOSNonExistentWorkflowError,
)
from dbos._serialization import DefaultSerializer, Serializer
from dbos._utils import retriable_postgres_exception
from sqlalchemy.exc import DBAPIError

from cvtailor.domain.errors import Unavailable

_CANCEL_POLL_SECONDS = 0.25
_LOOK_SECONDS = 0.05
_DESTROY_SECONDS = 3.0
_DBOS_PAUSE_SECONDS_MAX = 2.0
_MIGRATION_ATTEMPTS = 5
_MIGRATION_PAUSE_SECONDS = 1.0
_MIGRATION_SECONDS_MAX = 300.0

_CONNECTIONS: dict[str, Any] = {
    # A pooler in transaction mode forgets prepared statements.
    "connect_args": {"prepare_threshold": None, "connect_timeout": 5},
    # Payloads must not reach logs with an error's text.
    "hide_parameters": True,
}

# What an execution ends with that waits for what another one makes of the run, once it is cancelled or its
# journal has gone. Nobody waits for that execution.
_EXPECTED = (DBOSAwaitedWorkflowCancelledError, DBOSNonExistentWorkflowError)

log = structlog.get_logger(__name__)

_gone = threading.Event()
"""Set once DBOS is on its way out of this process."""


def configured(database_url: str, executor_id: str, version: str, serializer: Serializer) -> DBOSConfig:
    """Returns how DBOS is to run here."""
    return {
        "name": "cvtailor",
        "system_database_url": database_url,
        "executor_id": executor_id,
        "application_version": version,
        "log_level": "ERROR",
        "max_executor_threads": 32,
        "sys_db_pool_size": 8,
        "serializer": serializer,
        "db_engine_kwargs": dict(_CONNECTIONS),
        "run_migrations": False,  # ``migrate`` has done it; this makes sure
        "use_listen_notify": True,
    }


def prepare() -> None:
    """Sets what DBOS has no setting for; the version is pinned."""
    _gone.clear()
    # A cancelled run stops within this time wherever it is done; one question for all runs of the process.
    _core._PREEMPTIBLE_POLL_INTERVAL_SEC = _CANCEL_POLL_SECONDS  # noqa: SLF001
    replaced: Any = _sys_db
    replaced.retriable_postgres_exception = _is_worth_a_retry
    replaced.time = _ShortPauses()
    for name in ("dbos", "asyncio"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, _OneLine) for each in logger.filters):
            logger.addFilter(_OneLine())
    # It adds one that prints tracebacks to a logger that has none.
    if not logging.getLogger("dbos").handlers:
        logging.getLogger("dbos").addHandler(logging.NullHandler())


async def migrate(database_url: str) -> None:
    """Brings DBOS's tables up to date, which its launch would do on the event loop.

    There a migration could wait for ever for a transaction of this very process. Of processes that start
    at once, one migrates; the others wait 30 s for it, go on beside it, and may fail over what it does.
    When they try again they find it done.

    Raises:
        Unavailable: It kept failing, or did not come to an end.
    """
    attempt = 1
    try:
        async with asyncio.timeout(_MIGRATION_SECONDS_MAX):
            while True:
                try:
                    return await _in_thread(lambda: _migrate(database_url))
                except DBAPIError as error:
                    cause = type(error.orig or error).__name__
                    log.warning("durable_engine_not_migrated", error=cause, attempt=attempt)
                    if attempt == _MIGRATION_ATTEMPTS:
                        message = f"the durable engine's tables could not be brought up to date: {cause}"
                        raise Unavailable(message) from error
                attempt += 1
                await asyncio.sleep(_MIGRATION_PAUSE_SECONDS)
    except TimeoutError as error:
        raise Unavailable(
            f"the durable engine's tables were not up to date after {_MIGRATION_SECONDS_MAX:.0f} s; "
            "look in pg_locks for who holds a table of the schema dbos"
        ) from error


def stop_taking() -> None:
    """Takes nothing from the queue any more."""
    for event in _get_dbos_instance().background_thread_stop_events:
        event.set()


def at_work() -> list[str]:
    """Returns the runs that executions of this process are at."""
    return _get_dbos_instance()._active_workflows_set.activeList()  # noqa: SLF001


async def destroy(drain_seconds: float) -> None:
    """Lets executions end for a while, then ends DBOS; threads of it may go on waiting for Postgres."""
    await _until(lambda: not at_work(), drain_seconds)
    # DBOS made its own threads the loop's default. It ends them, and all of them may be waiting for Postgres.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="cvtailor"))
    ending = threading.Thread(target=DBOS.destroy, name="dbos-destroy", daemon=True)
    ending.start()
    _gone.set()
    if not await _until(lambda: not ending.is_alive(), _DESTROY_SECONDS):
        log.warning("dbos_left", after_seconds=_DESTROY_SECONDS)


def _migrate(database_url: str) -> None:
    # As ``DBOS.migrate`` does it, which lets nobody say how to connect.
    url = sqlalchemy.make_url(database_url).set(drivername="postgresql+psycopg")
    engine = sqlalchemy.create_engine(url, pool_size=2, max_overflow=0, **_CONNECTIONS)
    try:
        _sys_db.SystemDatabase.create(
            system_database_url=database_url,
            engine_kwargs={},
            engine=engine,
            schema="dbos",
            serializer=DefaultSerializer(),
            executor_id=None,
        ).run_migrations()
    finally:
        engine.dispose()


async def _in_thread(work: Callable[[], None]) -> None:
    """Does work in a thread that the end of the process does not wait for."""
    done = Future[None]()

    def run() -> None:
        done.set_running_or_notify_cancel()
        try:
            work()
            done.set_result(None)
        except Exception as error:
            done.set_exception(error)

    threading.Thread(target=run, name="dbos-migrate", daemon=True).start()
    await asyncio.wrap_future(done)


async def _until(condition: Callable[[], bool], seconds: float) -> bool:
    """Returns whether it came true in that time; threads tell only who asks."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not (held := condition()) and loop.time() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_SECONDS)
    return held


def _is_worth_a_retry(error: Exception) -> bool:
    """Also what DBOS does not know for a lost connection: without a code it is no answer of Postgres."""
    if _gone.is_set():
        return False  # Whoever waits for a run in a thread would keep the process from its end.
    if retriable_postgres_exception(error):
        return True
    lost = psycopg.OperationalError | psycopg.InterfaceError
    return isinstance(error, DBAPIError) and isinstance(error.orig, lost) and error.orig.sqlstate is None


class _ShortPauses:
    """The module ``time``, but that DBOS does not sleep for minutes after Postgres is back."""

    @staticmethod
    def sleep(seconds: float) -> None:
        """Sleeps, but not for long."""
        time.sleep(min(seconds, _DBOS_PAUSE_SECONDS_MAX))

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)


class _OneLine(logging.Filter):
    """Lets through what is not of DBOS; of DBOS, says that something failed, and no more.

    Its messages and tracebacks quote errors, and errors quote what they failed on.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """See ``logging.Filter``."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, _EXPECTED):
            return False
        if record.name != "dbos" and not isinstance(error, DBOSException):
            return True
        if record.levelno >= logging.ERROR:
            told = type(getattr(error, "orig", None) or error).__name__ if error else ""
            log.error("durable_engine", error=told, at=f"{record.filename}:{record.lineno}")
        return False
