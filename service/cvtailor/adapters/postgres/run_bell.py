"""Tells this process which runs have new events: by one LISTEN connection, or by asking."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
from typing import Never
from uuid import UUID

import structlog
from psycopg import AsyncConnection
from sqlalchemy import text

from cvtailor.adapters.postgres.event_log import NEWS_CHANNEL
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.errors import CvtailorError

_log = structlog.get_logger(__name__)

_NOTIFY = text("select pg_notify(:channel, :payload)")
_ECHO = "echo "
_ECHO_SECONDS = 2.0
_FIRST_ECHO_SECONDS = 3.0
_DEAF_SECONDS = 300.0
_UNLISTEN_ATTEMPTS = 20
_UNLISTEN_PAUSE_SECONDS = 0.05
_RUNS_PER_QUESTION = 1_000
_RECONNECT_SECONDS_MAX = 5.0

type _Connection = AsyncConnection[tuple[object, ...]]
type Ring = Callable[[UUID, UUID, int], None]
"""Takes a user, a run of theirs and the number of its last event."""


class RunBell:
    """Rings for every run that has news.

    A LISTEN that works is proved by an echo: the bell notifies itself through the pool and must hear it.
    Behind a pooler in transaction mode it never does, so it takes its LISTEN back and tries again after
    minutes. Then, and whenever the connection is gone, one query every ``poll_seconds`` asks after all
    followed runs at once.
    """

    def __init__(
        self,
        sessions: UserSessions,
        overview: Overview,
        listen_dsn: str,
        *,
        poll_seconds: float,
        ring: Ring,
        gone: Callable[[UUID], None],
        followed: Callable[[], Iterable[UUID]],
    ) -> None:
        """Prepares; ``start`` starts.

        Args:
            sessions: The pool that sends the echo.
            overview: Who asks.
            listen_dsn: URI of a direct connection for LISTEN, of the login ``cvtailor_service``.
            poll_seconds: Pause between questions while LISTEN is dead; longer if the answers take longer.
            ring: Called for each run with news.
            gone: Called for each followed run that doesn't exist any more.
            followed: Returns the runs to ask after.
        """
        self._sessions = sessions
        self._overview = overview
        self._listen_dsn = listen_dsn
        self._poll_seconds = poll_seconds
        self._ring = ring
        self._gone = gone
        self._followed = followed
        self._deaf = asyncio.Event()
        self._deaf.set()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def listening(self) -> bool:
        """Whether LISTEN is proved to work."""
        return not self._deaf.is_set()

    def start(self) -> None:
        """Starts listening and polling."""
        self._tasks = [asyncio.create_task(self._listen_forever()), asyncio.create_task(self._poll_forever())]

    async def close(self) -> None:
        """Stops both."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen_forever(self) -> None:
        pause_seconds = 0.1
        while True:
            try:
                async with await AsyncConnection.connect(
                    self._listen_dsn,
                    autocommit=True,
                    prepare_threshold=None,
                    connect_timeout=5,
                    application_name="cvtailor-listen",
                    keepalives_idle=5,
                    keepalives_interval=2,
                    keepalives_count=3,
                ) as connection:
                    server = await _listen(connection)
                    if await self._hears(connection, _FIRST_ECHO_SECONDS):
                        pause_seconds = 0.1
                        await self._hear(connection)
                    await _unlisten(connection, server)
                    pause_seconds = _DEAF_SECONDS
                    _log.warning("run events are not heard through LISTEN, polling")
            except Exception as error:  # Whatever it is: without this task streams wait for ever.
                _log.warning("not listening for run events, polling", error=type(error).__name__)
            finally:
                self._deaf.set()
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(2 * pause_seconds, _RECONNECT_SECONDS_MAX)

    async def _hear(self, connection: _Connection) -> Never:
        while True:
            if not await self._hears(connection, _ECHO_SECONDS) and self.listening:
                self._deaf.set()
                _log.warning("run events are not heard any more, polling")
            # A second net, as wide as it is cheap: runs that were deleted, and whatever was missed.
            await self._ask()

    async def _hears(self, connection: _Connection, seconds: float) -> bool:
        """Rings for what is heard in that time; returns whether the echo was."""
        echo = _ECHO + secrets.token_hex(8)
        await self._sessions.ask(_NOTIFY, {"channel": NEWS_CHANNEL, "payload": echo})
        heard = False
        async with contextlib.aclosing(connection.notifies(timeout=seconds)) as notices:
            async for notice in notices:
                if notice.payload == echo:
                    heard = True
                    self._deaf.clear()
                elif not notice.payload.startswith(_ECHO):
                    self._ring_for(notice.payload)
        return heard

    async def _poll_forever(self) -> None:
        while True:
            # Looked at before asking: the last question must be asked after the ear is open.
            listening = self.listening
            began = time.monotonic()
            try:
                await self._ask()
            except CvtailorError:
                pass  # Postgres is away, and whoever asked it has said so.
            except Exception as error:
                _log.error("run_events_not_polled", error=type(error).__name__)
            if listening:
                await self._deaf.wait()
            else:
                await asyncio.sleep(max(self._poll_seconds, time.monotonic() - began))

    async def _ask(self) -> None:
        for run_ids in batched(list(self._followed()), _RUNS_PER_QUESTION):
            await self._ask_after(run_ids)

    async def _ask_after(self, run_ids: Sequence[UUID]) -> None:
        heads = await self._overview.heads(run_ids)
        for user_id, run_id, head in heads:
            self._ring(user_id, run_id, head)
        for run_id in set(run_ids) - {run_id for _, run_id, _ in heads}:
            self._gone(run_id)

    def _ring_for(self, payload: str) -> None:
        try:
            user_id, run_id, last_sequence = payload.split(" ")
            self._ring(UUID(user_id), UUID(run_id), int(last_sequence))
        except ValueError:
            _log.warning("notification of another shape ignored", channel=NEWS_CHANNEL)


async def _listen(connection: _Connection) -> object:
    """Returns which of the server's processes listens."""
    async with connection.transaction():
        await connection.execute(f"listen {NEWS_CHANNEL}".encode())
        return await _server_process(connection)


async def _unlisten(connection: _Connection, server: object) -> None:
    """Ends the LISTEN that a pooler gave to a session of its own, which would be told of news for ever."""
    for _ in range(_UNLISTEN_ATTEMPTS):
        async with connection.transaction():
            await connection.execute(b"unlisten *")
            if await _server_process(connection) == server:
                return
        await asyncio.sleep(_UNLISTEN_PAUSE_SECONDS)


async def _server_process(connection: _Connection) -> object:
    cursor = await connection.execute(b"select pg_backend_pid()")
    return await cursor.fetchone()
