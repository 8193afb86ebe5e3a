"""``RunEvents`` in Postgres."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.event_log import extend_log, lock_run, no_such_run
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.run_bell import RunBell
from cvtailor.adapters.postgres.run_feed import PAGE_EVENTS, Progress, RunFeed, Seat
from cvtailor.adapters.postgres.tables import EventRow, RunRow
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.run import TERMINAL, Cancelled, Completed, EventDraft, Failed, RunEvent
from cvtailor.telemetry.metrics import EVENT_DELAY_SECONDS, EVENTS_TOLD

_ACCEPTED_SEQUENCE = 1
_FIRST_HEARTBEAT_SECONDS = 0.3


class PostgresRunEvents:
    """The event log of each run; see ``domain.ports.RunEvents``.

    Following costs no database connection: one bell a process wakes the followers, and of those who
    follow the same run one reads for all.
    """

    def __init__(
        self,
        sessions: UserSessions,
        overview: Overview,
        listen_dsn: str,
        *,
        heartbeat_seconds: float = 15.0,
        waiting_heartbeat_seconds: float = 2.0,
        poll_seconds: float = 0.25,
    ) -> None:
        """Prepares; ``start`` before following.

        Args:
            sessions: Where rows are read and written.
            overview: Where one question asks after every followed run, whoever's it is.
            listen_dsn: URI of a direct connection of the login ``cvtailor_service``, for LISTEN.
            heartbeat_seconds: Silence after which a follower gets None.
            waiting_heartbeat_seconds: The same of a run that has not begun, whose place in the queue changes.
            poll_seconds: Pause between questions while LISTEN does not work.
        """
        self._sessions = sessions
        self._heartbeat_seconds = heartbeat_seconds
        self._waiting_heartbeat_seconds = min(waiting_heartbeat_seconds, heartbeat_seconds)
        self._feeds: dict[UUID, dict[UUID, RunFeed]] = {}
        self._bell = RunBell(
            sessions,
            overview,
            listen_dsn,
            poll_seconds=poll_seconds,
            ring=self._ring,
            gone=self._close_feeds,
            followed=lambda: self._feeds,
        )

    @property
    def listening(self) -> bool:
        """Whether events arrive by LISTEN rather than by polling."""
        return self._bell.listening

    async def start(self) -> None:
        """Starts waiting for news."""
        self._bell.start()

    async def close(self) -> None:
        """Stops; followers still there get heartbeats only."""
        await self._bell.close()

    async def append(self, caller: Caller, run_id: UUID, drafts: Sequence[EventDraft]) -> None:
        """See ``RunEvents.append``; terminal events are those of ``Records`` to write."""
        if any(isinstance(draft.payload, Completed | Failed | Cancelled) for draft in drafts):
            raise ValueError("a run's last event is written with its end, by Records")

        async def work(session: AsyncSession) -> list[RunEvent]:
            told = await extend_log(session, run_id, drafts)
            if not told:
                await lock_run(session, run_id)  # refuses if it is not the caller's
            return told

        told = await self._sessions.transact(caller, work)
        # Whoever follows the run here need not read what was told here.
        if told and (feed := self._feeds.get(run_id, {}).get(caller.user_id)):
            feed.hear(told)
        EVENTS_TOLD.tell(len(drafts))

    async def follow(
        self, caller: Caller, run_id: UUID, after_sequence: int
    ) -> AsyncGenerator[RunEvent | None]:
        """See ``RunEvents.follow``; close the iterator when leaving early."""
        # Seated before looking, so that nothing falls between the two.
        with self._seat(caller, run_id) as seat:
            # Who waits learns its place soon, then now and then.
            feed, waiting_seconds = seat.feed, min(_FIRST_HEARTBEAT_SECONDS, self._waiting_heartbeat_seconds)
            cursor = await feed.begin(after_sequence)
            if feed.ended and cursor == feed.head:
                return
            event: RunEvent | None = None
            watched = False
            while True:
                before = -1
                while before < cursor < feed.head:
                    before = cursor
                    # The page has no name: an idle follower must not keep it in memory.
                    for event in await feed.after(cursor):
                        if watched:
                            EVENT_DELAY_SECONDS.tell((datetime.now(UTC) - event.at).total_seconds())
                        yield event
                        cursor = event.sequence
                        if event.is_last:
                            return
                if feed.gone:
                    raise no_such_run(run_id)
                begun, watched = cursor > _ACCEPTED_SEQUENCE, True
                if not await seat.news(self._heartbeat_seconds if begun else waiting_seconds):
                    waiting_seconds = self._waiting_heartbeat_seconds
                    event = None
                    feed.forget()
                    yield event

    @contextmanager
    def _seat(self, caller: Caller, run_id: UUID) -> Iterator[Seat]:
        # By user too: a stranger, whom the first look refuses, must not even share the owner's feed.
        of_run = self._feeds.setdefault(run_id, {})
        feed = of_run.get(caller.user_id)
        if feed is None:
            feed = of_run[caller.user_id] = RunFeed(
                lambda: self._progress(caller, run_id), lambda sequence: self._page(caller, run_id, sequence)
            )
        seat = Seat(feed)
        feed.seats.add(seat)
        try:
            yield seat
        finally:
            feed.seats.discard(seat)
            if not feed.seats:
                of_run.pop(caller.user_id, None)
            if not of_run:
                self._feeds.pop(run_id, None)

    def _ring(self, user_id: UUID, run_id: UUID, head: int) -> None:
        if feed := self._feeds.get(run_id, {}).get(user_id):
            feed.advance(head)

    def _close_feeds(self, run_id: UUID) -> None:
        for feed in self._feeds.get(run_id, {}).values():
            feed.close()

    async def _progress(self, caller: Caller, run_id: UUID) -> Progress:
        async def work(session: AsyncSession) -> Progress:
            columns = (col(RunRow.last_sequence), col(RunRow.state))
            found = await session.execute(select(*columns).where(col(RunRow.id) == run_id))
            row = found.one_or_none()
            if row is None:
                raise no_such_run(run_id)
            return Progress(row.last_sequence, ended=row.state in TERMINAL)

        return await self._sessions.transact(caller, work)

    async def _page(self, caller: Caller, run_id: UUID, after_sequence: int) -> Sequence[RunEvent]:
        async def work(session: AsyncSession) -> Sequence[RunEvent]:
            found = await session.execute(
                select(EventRow, col(RunRow.application_id))
                .join(
                    RunRow,
                    (col(RunRow.user_id) == col(EventRow.user_id)) & (col(RunRow.id) == col(EventRow.run_id)),
                )
                .where(
                    col(EventRow.user_id) == caller.user_id,
                    col(EventRow.run_id) == run_id,
                    col(EventRow.sequence) > after_sequence,
                )
                .order_by(col(EventRow.sequence))
                .limit(PAGE_EVENTS)
            )
            return [_event(row, application_id) for row, application_id in found]

        return await self._sessions.transact(caller, work)


def _event(row: EventRow, application_id: UUID) -> RunEvent:
    return RunEvent(
        run_id=row.run_id,
        application_id=application_id,
        sequence=row.sequence,
        at=row.at,
        step_index=row.step_index,
        step_count=row.step_count,
        percent=row.percent,
        payload=row.payload,
    )
