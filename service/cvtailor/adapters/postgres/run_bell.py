"""Tells this process which runs have new events: by one LISTEN connection, or by asking."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
from uuid import UUID

import psycopg
import structlog
from psycopg import AsyncConnection
from sqlalchemy import text

from cvtailor.adapters.postgres.event_log import NEWS_CHANNEL
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.errors import CvtailorError

_log = structlog.get_logger(__name__)

_HEADS = text("select run_id, user_id, last_sequence from cvtailor.run_heads(cast(:run_ids as uuid[]))")
_NOTIFY = text("select pg_notify(:channel, :payload)")
_ECHO = "echo "
_ECHO_SECONDS = 10.0
_RUNS_PER_QUESTION = 1_000
_RECONNECT_SECONDS_MAX = 5.0

type Ring = Callable[[UUID, UUID, int], None]
"""Takes a user, a run of theirs and the number of its last event."""


class RunBell:
    """Rings for every run that has news.

    A LISTEN that works is proved by an echo: the bell notifies itself through the pool and must hear it.
    Behind a pooler in transaction mode it never does; then, and whenever the connection is gone, one
    query every ``poll_seconds`` asks after all followed runs at once.
    """

    def __init__(
        self,
        sessions: UserSessions,
        listen_dsn: str,
        *,
        poll_seconds: float,
        ring: Ring,
        gone: Callable[[UUID], None],
        followed: Callable[[], Iterable[UUID]],
    ) -> None:
        """Prepares; ``start`` starts.

        Args:
            sessions: The pool that asks and sends the echo.
            listen_dsn: URI of a direct connection for LISTEN, of the login ``cvtailor_service``.
            poll_seconds: Pause between questions while LISTEN is dead.
            ring: Called for each run with news.
            gone: Called for each followed run that doesn't exist any more.
            followed: Returns the runs to ask after.
        """
        self._sessions = sessions
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
                    await connection.execute(f"listen {NEWS_CHANNEL}".encode())
                    pause_seconds = 0.1
                    await self._hear(connection)
            except (psycopg.Error, OSError, CvtailorError) as error:
                _log.warning("not listening for run events, polling", error=type(error).__name__)
            finally:
                self._deaf.set()
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(2 * pause_seconds, _RECONNECT_SECONDS_MAX)

    async def _hear(self, connection: AsyncConnection[tuple[object, ...]]) -> None:
        while True:
            echo = _ECHO + secrets.token_hex(8)
            await self._sessions.ask(_NOTIFY, {"channel": NEWS_CHANNEL, "payload": echo})
            heard = False
            async with contextlib.aclosing(connection.notifies(timeout=_ECHO_SECONDS)) as notices:
                async for notice in notices:
                    if notice.payload == echo:
                        heard = True
                        self._deaf.clear()
                    elif not notice.payload.startswith(_ECHO):
                        self._ring_for(notice.payload)
            if not heard and self.listening:
                self._deaf.set()
                _log.warning("run events are not heard through LISTEN, polling")
            # A second net, as wide as it is cheap: runs that were deleted, and whatever was missed.
            await self._ask()

    async def _poll_forever(self) -> None:
        while True:
            # Looked at before asking: the last question must be asked after the ear is open.
            listening = self.listening
            with contextlib.suppress(CvtailorError):
                await self._ask()
            if listening:
                await self._deaf.wait()
            else:
                await asyncio.sleep(self._poll_seconds)

    async def _ask(self) -> None:
        for run_ids in batched(list(self._followed()), _RUNS_PER_QUESTION):
            await self._ask_after(run_ids)

    async def _ask_after(self, run_ids: Sequence[UUID]) -> None:
        rows = await self._sessions.ask(_HEADS, {"run_ids": list(run_ids)})
        for row in rows:
            self._ring(row.user_id, row.run_id, row.last_sequence)
        for run_id in set(run_ids) - {row.run_id for row in rows}:
            self._gone(run_id)

    def _ring_for(self, payload: str) -> None:
        try:
            user_id, run_id, last_sequence = payload.split(" ")
            self._ring(UUID(user_id), UUID(run_id), int(last_sequence))
        except ValueError:
            _log.warning("notification of another shape ignored", channel=NEWS_CHANNEL)
