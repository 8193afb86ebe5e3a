"""Ports in memory: fakes that keep the ports' promises and nothing more."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID

from cvtailor.domain.application import (
    Application,
    ApplicationChange,
    ApplicationRequest,
    ApplicationStatus,
    Document,
    RevisionWish,
)
from cvtailor.domain.base_cv import CvSource
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    NotUnderstood,
    QueueFull,
    Reason,
    Unavailable,
)
from cvtailor.domain.job_offer import JobPosting
from cvtailor.domain.ports import AcceptedRun, ApplicationPage, KeptVersion, Readings
from cvtailor.domain.run import (
    Accepted,
    Completed,
    EventPayload,
    QuestionAnswered,
    RunEvent,
    RunState,
    Step,
    StepStarted,
    application_id_for,
    run_id_for,
)
from rpc.rpc_samples import ALICE, NOW, an_application


class MemoryRecords:
    def __init__(self) -> None:
        self.applications: dict[UUID, tuple[UUID, Application]] = {}
        self.accepted: dict[UUID, ApplicationRequest] = {}
        self.replies: list[QuestionAnswered] = []
        self.changes: list[ApplicationChange] = []
        self.wishes: list[RevisionWish] = []
        self.versions: dict[int, KeptVersion] = {}
        self.older: dict[int, tuple[Document, ...]] = {}
        self.fail: Callable[[], None] = lambda: None
        self.slow: asyncio.Event | None = None
        self.cancelled = asyncio.Event()

    def keep(self, application: Application, owner: UUID = ALICE) -> Application:
        self.applications[application.id] = (owner, application)
        return application

    async def accept(self, caller: Caller, request_id: str, request: ApplicationRequest) -> AcceptedRun:
        run_id = run_id_for(caller.user_id, request_id)
        if self.slow:
            await self.slow.wait()
        known = self.accepted.setdefault(run_id, request)
        if known != request:
            raise Conflict("That request_id was used with another request.", field="request_id")
        application = an_application(run_id=run_id, id=application_id_for(run_id))
        created = application.id not in self.applications
        if created:
            self.keep(application.model_copy(update={"status": ApplicationStatus.GENERATING}), caller.user_id)
        return AcceptedRun(
            run_id=run_id,
            application_id=application.id,
            created=created,
            first=_event(application, 1, Accepted()) if created else None,
        )

    async def state_of(self, caller: Caller, run_id: UUID) -> RunState:
        owners = {application.run_id: owner for owner, application in self.applications.values()}
        if owners.get(run_id) != caller.user_id:
            raise NotFound(f"There is no run {run_id} of yours.")
        return RunState.QUEUED

    async def accept_revision(self, caller: Caller, request_id: str, wish: RevisionWish) -> AcceptedRun:
        application = await self.get(caller, wish.application_id)
        self.wishes.append(wish)
        run_id = run_id_for(caller.user_id, request_id)
        self.keep(application.model_copy(update={"run_id": run_id}), caller.user_id)
        return AcceptedRun(run_id=run_id, application_id=application.id, created=True)

    async def version(self, caller: Caller, application_id: UUID, number: int = 0) -> KeptVersion:
        await self.get(caller, application_id)
        return self.versions[number or max(self.versions)]

    async def documents(self, caller: Caller, application_id: UUID, number: int) -> tuple[Document, ...]:
        await self.get(caller, application_id)
        return self.older.get(number, ())

    async def answer(self, caller: Caller, application_id: UUID, reply: QuestionAnswered) -> None:
        await self.get(caller, application_id)
        self.replies.append(reply)

    async def get(self, caller: Caller, application_id: UUID) -> Application:
        self.fail()
        owner, application = self.applications.get(application_id, (None, None))
        if application is None or owner != caller.user_id:
            raise NotFound(f"No application {application_id}.", field="application_id")
        return application

    async def update(self, caller: Caller, application_id: UUID, change: ApplicationChange) -> Application:
        application = await self.get(caller, application_id)
        self.changes.append(change)
        wanted = {"status": change.status, "notes": change.notes}
        changed = {name: value for name, value in wanted.items() if value is not None}
        changed["revision"] = application.revision + 1
        return self.keep(application.model_copy(update=changed), caller.user_id)

    async def list(
        self, caller: Caller, page_size: int, page_token: str, statuses: Sequence[ApplicationStatus] = ()
    ) -> ApplicationPage:
        self.fail()
        if self.slow:
            try:
                await self.slow.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        start = int(page_token or 0)
        mine = [each for owner, each in self.applications.values() if owner == caller.user_id]
        mine = [each for each in mine if not statuses or each.status in statuses]
        more = str(start + page_size) if len(mine) > start + page_size else ""
        return ApplicationPage(applications=tuple(mine[start : start + page_size]), next_page_token=more)


class MemoryEvents:
    def __init__(self) -> None:
        self.logs: dict[UUID, list[RunEvent]] = {}
        self.heartbeat_seconds = 60.0
        self.followers = 0
        self.told = 0
        self.held: list[AsyncIterator[RunEvent | None]] = []
        self.grown = asyncio.Condition()

    async def tell(self, application: Application, *payloads: EventPayload) -> None:
        async with self.grown:
            log = self.logs.setdefault(application.run_id, [])
            for payload in payloads:
                log.append(_event(application, len(log) + 1, payload))
            self.grown.notify_all()

    def follow(self, caller: Caller, run_id: UUID, after_sequence: int) -> AsyncIterator[RunEvent | None]:
        # Held, so that whoever does not close it is not saved by its last reference going away.
        self.held.append(self._follow(run_id, after_sequence))
        return self.held[-1]

    async def _follow(self, run_id: UUID, after_sequence: int) -> AsyncIterator[RunEvent | None]:
        self.followers += 1
        try:
            sent = after_sequence
            while True:
                log = self.logs.setdefault(run_id, [])
                for event in log[sent:]:
                    sent = event.sequence
                    self.told += 1
                    yield event
                if sent and sent <= len(log) and log[sent - 1].is_last:
                    return
                async with self.grown:
                    try:
                        async with asyncio.timeout(self.heartbeat_seconds):
                            await self.grown.wait_for(lambda: len(log) > sent)  # noqa: B023
                    except TimeoutError:
                        event = None
                if len(log) <= sent:
                    yield None
        finally:
            self.followers -= 1


def _event(application: Application, number: int, payload: EventPayload) -> RunEvent:
    return RunEvent(
        run_id=application.run_id,
        application_id=application.id,
        sequence=number,
        at=NOW,
        step_index=max(number - 1, 0),
        percent=min(10 * number, 100),
        payload=payload,
    )


class MemoryQueue:
    def __init__(self, records: MemoryRecords, events: MemoryEvents) -> None:
        self.records = records
        self.events = events
        self.started: list[UUID] = []
        self.read: list[Readings | None] = []
        self.forgotten: list[UUID] = []
        self.full = False
        self.begins = asyncio.Event()
        self.begins.set()
        self.fails = False
        self.positions: dict[UUID, int] = {}
        self.plays: tuple[EventPayload, ...] = (
            Accepted(),
            StepStarted(step=Step.READ_CV),
            Completed(documents=(), keywords_covered=("ward",), gaps=(), pages=1),
        )

    async def start(
        self, caller: Caller, run_id: UUID, behind: int = 0, read: Readings | None = None
    ) -> None:
        await self.begins.wait()
        if self.fails:
            raise Unavailable("Postgres does not answer.")
        if run_id not in self.started:
            (application,) = (a for _, a in self.records.applications.values() if a.run_id == run_id)
            await self.events.tell(application, *self.plays)
        self.started.append(run_id)
        self.read.append(read)

    async def cancel(self, caller: Caller, run_id: UUID) -> None:
        owner, application = self.records.applications[application_id_for(run_id)]
        if application.status is ApplicationStatus.GENERATING:
            cancelled = application.model_copy(update={"status": ApplicationStatus.CANCELLED})
            self.records.keep(cancelled, owner)

    async def check_room(self) -> None:
        if self.full:
            raise QueueFull("2 runs wait already; try again later.")

    async def position(self, run_id: UUID) -> int:
        return self.positions.get(run_id, 0)

    async def forget(self, run_ids: Sequence[UUID]) -> None:
        self.forgotten += run_ids


class PickyCvReader:
    async def read(self, source: CvSource) -> None:
        if b"broken" in source.content:
            message = "Line 3: 'name' is missing."
            raise InvalidInput(message, reason=Reason.CV_UNREADABLE, field="cv", line=3, path="cv.name")
        if b"rambling" in source.content:
            raise NotUnderstood("The CV has no name.", reason=Reason.CV_UNREADABLE, field="cv")


class PickyOfferReader:
    async def read(self, posting: JobPosting) -> None:
        if "lorem ipsum" in posting.text:
            raise NotUnderstood("The posting asks for nothing.", reason=Reason.POSTING_UNREADABLE)
