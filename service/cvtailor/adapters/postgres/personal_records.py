"""``PersonalRecords`` in Postgres: everything of one person, read in one snapshot or deleted at once."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, Table, Text, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres import tables
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.ports import DeletedRecords, PersonalDataNote
from cvtailor.domain.run import TERMINAL

_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_SNAPSHOT_SECONDS_MAX = 300.0
_BATCH_ROWS = 10
_BATCHES_AHEAD = 4

# Someone's whole past may take longer than the 15 s that a statement of the service has.
_TAKE_TIME = text("select set_config('statement_timeout', '60s', true)")
_DELETE = text("select applications, documents from cvtailor.delete_my_records(:request_id)")
_NOTE = text("select cvtailor.note_personal_data(:action, :request_id, :rows, :files, :bytes, :complete)")

log = structlog.get_logger(__name__)

type _Batch = list[tuple[str, str]]


def personal_tables() -> list[Table]:
    """Returns every table of ours that holds somebody's rows, by name."""
    registered = tables.ApplicationRow.metadata.tables.values()
    ours = (table for table in registered if table.schema is None and "user_id" in table.columns)
    return sorted(ours, key=lambda table: table.name)


class PostgresPersonalRecords:
    """Exports and deletes, as the person themselves. See ``domain.ports.PersonalRecords``.

    An export is one transaction, so it shows one moment. Its rows are read a little ahead, and if nobody
    takes them it ends: who reads slowly must not keep a connection of the pool for long.
    """

    def __init__(
        self, sessions: UserSessions, *, exports_at_once_max: int = 2, stall_seconds_max: float = 20.0
    ) -> None:
        """Takes the connections.

        Args:
            sessions: Where rows are read.
            exports_at_once_max: Connections that exports may hold at most; fewer than there are.
            stall_seconds_max: How long an export waits for whoever reads it; less than the server lets a
                transaction idle.
        """
        self._sessions = sessions
        self._turns = asyncio.Semaphore(exports_at_once_max)
        self._stall_seconds_max = stall_seconds_max

    async def export(self, caller: Caller) -> AsyncGenerator[tuple[str, str]]:
        """See ``PersonalRecords.export``; close the iterator when leaving early.

        Raises:
            Unavailable: Postgres does not answer, other exports go on, or this one was read too slowly.
        """
        ahead = _ReadAhead(self._stall_seconds_max)
        reading = asyncio.create_task(self._read(caller, ahead))
        try:
            while batch := await ahead.take():
                for row in batch:
                    yield row
            await reading
        finally:
            reading.cancel()
            await asyncio.wait({reading})

    async def delete(self, caller: Caller, request_id: str) -> DeletedRecords:
        """See ``PersonalRecords.delete``."""

        async def work(session: AsyncSession) -> DeletedRecords:
            await session.execute(_TAKE_TIME)
            mine = col(tables.RunRow.user_id) == caller.user_id
            runs = (await session.scalars(select(col(tables.RunRow.id)).where(mine))).all()
            applications, documents = (await session.execute(_DELETE, {"request_id": request_id})).one()
            return DeletedRecords(applications=applications, documents=documents, runs=tuple(runs))

        deleted = await self._sessions.transact(caller, work)
        _tell(caller, "records_deleted", applications=deleted.applications, documents=deleted.documents)
        return deleted

    async def note(self, caller: Caller, note: PersonalDataNote) -> None:
        """See ``PersonalRecords.note``; where a commit goes through unnoticed, it is noted twice."""

        async def work(session: AsyncSession) -> None:
            await session.execute(_NOTE, note.model_dump())

        await self._sessions.transact(caller, work)
        told = note.model_dump(exclude={"action", "request_id"}, exclude_none=True)
        _tell(caller, note.action.value, **told)

    async def open_runs(self, caller: Caller) -> tuple[UUID, ...]:
        """See ``PersonalRecords.open_runs``."""

        async def work(session: AsyncSession) -> tuple[UUID, ...]:
            run = tables.RunRow
            found = await session.scalars(
                select(col(run.id))
                .where(col(run.user_id) == caller.user_id, col(run.state).not_in(TERMINAL))
                .order_by(col(run.created_at), col(run.id))
            )
            return tuple(found)

        return await self._sessions.transact(caller, work)

    async def _read(self, caller: Caller, ahead: "_ReadAhead") -> None:
        async def work(session: AsyncSession) -> None:
            if ahead.begun:
                raise Unavailable("The connection to Postgres broke in the middle of the export; try again.")
            await session.connection(execution_options=_SNAPSHOT)
            for table in personal_tables():
                rows = await session.stream_scalars(
                    _rows_of(table, caller), execution_options={"yield_per": _BATCH_ROWS}
                )
                async for batch in rows.partitions():
                    await ahead.put([(table.name, row) for row in batch])

        try:
            if self._turns.locked():
                raise Unavailable("Other exports are being made; try again in a minute.")
            async with self._turns, asyncio.timeout(_SNAPSHOT_SECONDS_MAX):
                await self._sessions.transact(caller, work)
        except TimeoutError:
            raise _too_slow() from None
        finally:
            ahead.end()


class _ReadAhead:
    """Hands batches over to who reads at another pace, a few at a time."""

    def __init__(self, stall_seconds_max: float) -> None:
        self._stall_seconds_max = stall_seconds_max
        self._room = asyncio.Semaphore(_BATCHES_AHEAD)
        self._batches: asyncio.Queue[_Batch] = asyncio.Queue()
        self.begun = False

    async def put(self, batch: _Batch) -> None:
        """Waits for room, and hands over."""
        self.begun = True
        try:
            async with asyncio.timeout(self._stall_seconds_max):
                await self._room.acquire()
        except TimeoutError:
            # Not as it is: a timeout would be taken for a lost connection.
            raise _too_slow() from None
        self._batches.put_nowait(batch)

    def end(self) -> None:
        """Hands over an empty batch: no more come."""
        self._batches.put_nowait([])

    async def take(self) -> _Batch:
        batch = await self._batches.get()
        self._room.release()
        return batch


def _rows_of(table: Table, caller: Caller) -> Select[Any]:
    # The rows as Postgres writes them: every column, whether or not this build's models know it. Whose
    # they are, the policies say too.
    row = cast(func.row_to_json(table.table_valued()), Text)
    return select(row).where(table.c.user_id == caller.user_id).order_by(*table.primary_key.columns)


def _tell(caller: Caller, action: str, **counts: int) -> None:
    # The entry of the log, in the log lines as well: they may be kept elsewhere.
    log.info("personal_data", action=action, user_id=str(caller.user_id), **counts)


def _too_slow() -> Unavailable:
    return Unavailable("The export was read too slowly to be made of one moment; try again.")
