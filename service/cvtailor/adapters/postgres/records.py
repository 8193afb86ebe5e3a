"""``Records`` in Postgres."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, case, cast, func, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.accepting import accept_request
from cvtailor.adapters.postgres.answering import keep_answer, read_answers
from cvtailor.adapters.postgres.application_view import read_application, read_page
from cvtailor.adapters.postgres.event_log import LockedRun, extend_log, lock_run, no_such_run
from cvtailor.adapters.postgres.filing import asked_of, file_rows
from cvtailor.adapters.postgres.revising import accept_revision, check_not_too_late, has_cv
from cvtailor.adapters.postgres.tables import ApplicationRow, RunRow
from cvtailor.adapters.postgres.updating import change_application, no_such_application
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.adapters.postgres.versions import read_version, read_version_documents
from cvtailor.domain.application import (
    Application,
    ApplicationChange,
    ApplicationRequest,
    ApplicationStatus,
    Document,
    RevisionWish,
)
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Conflict, InvalidInput, Reason, Unauthenticated
from cvtailor.domain.limits import LIST_PAGE_SIZE_DEFAULT, LIST_PAGE_SIZE_MAX
from cvtailor.domain.ports import USUAL_LIMITS, AcceptedRun, ApplicationPage, KeptVersion, Results, RunLimits
from cvtailor.domain.question import Answer
from cvtailor.domain.run import (
    TERMINAL,
    Cancelled,
    Completed,
    EventDraft,
    Failed,
    QuestionAnswered,
    RunState,
    records_filed,
)
from cvtailor.domain.step_results import RecordsFiled

_ENSURE_USER = text("select auth.ensure_current_user()")
_REASON_CHARS = 100
_MESSAGE_CHARS = 4_000
_LAST_EVENTS = {
    RunState.SUCCEEDED: Completed,
    RunState.FAILED: Failed,
    RunState.CANCELLED: Cancelled,
}
_STATUS_AFTER = {
    RunState.FAILED: ApplicationStatus.FAILED,
    RunState.CANCELLED: ApplicationStatus.CANCELLED,
}


class PostgresRecords:
    """The applications and runs; every transaction runs as the caller. See ``domain.ports.Records``."""

    def __init__(self, sessions: UserSessions, limits: RunLimits = USUAL_LIMITS) -> None:
        """Takes where rows are read and written, and how much one person may have made."""
        self._sessions = sessions
        self._limits = limits

    async def accept(self, caller: Caller, request_id: str, request: ApplicationRequest) -> AcceptedRun:
        """See ``Records.accept``.

        Raises:
            Conflict: The request id was used with another payload (``REQUEST_ID_REUSED``).
            QuotaExceeded: The caller has as many runs in progress, or begun lately, as one person may.
            Unauthenticated: The caller's account does not exist.
        """

        async def work(session: AsyncSession) -> AcceptedRun:
            return await accept_request(session, caller, request_id, request, self._limits)

        try:
            return await self._sessions.transact(caller, work)
        except IntegrityError as error:
            if "_user_id_fkey" not in str(error.orig):
                raise
            await self.ensure_user(caller)
        return await self._sessions.transact(caller, work)

    async def accept_revision(self, caller: Caller, request_id: str, wish: RevisionWish) -> AcceptedRun:
        """See ``Records.accept_revision``."""

        async def work(session: AsyncSession) -> AcceptedRun:
            return await accept_revision(session, caller, request_id, wish, self._limits)

        return await self._sessions.transact(caller, work)

    async def version(self, caller: Caller, application_id: UUID, number: int = 0) -> KeptVersion:
        """See ``Records.version``."""

        async def work(session: AsyncSession) -> KeptVersion:
            return await read_version(session, application_id, number)

        return await self._sessions.transact(caller, work)

    async def documents(self, caller: Caller, application_id: UUID, number: int) -> tuple[Document, ...]:
        """See ``Records.documents``."""

        async def work(session: AsyncSession) -> tuple[Document, ...]:
            return await read_version_documents(session, application_id, number)

        return await self._sessions.transact(caller, work)

    async def ensure_user(self, caller: Caller) -> None:
        """Makes the account of a verified caller where no Supabase Auth does.

        Raises:
            Unauthenticated: This is a Supabase project, and it has no such user.
        """

        async def work(session: AsyncSession) -> None:
            await session.execute(_ENSURE_USER)

        try:
            await self._sessions.transact(caller, work)
        except ProgrammingError as error:
            raise Unauthenticated(
                "The token is of a user who doesn't exist any more; sign in again.",
                reason=Reason.TOKEN_INVALID,
            ) from error

    async def request_of(self, caller: Caller, run_id: UUID) -> ApplicationRequest:
        """See ``Records.request_of``."""

        async def work(session: AsyncSession) -> str | None:
            # As text: only pydantic's JSON mode reads bytes from base64.
            request = cast(col(RunRow.request), Text)
            return await session.scalar(select(request).where(col(RunRow.id) == run_id))

        found = await self._sessions.transact(caller, work)
        if found is None:
            raise no_such_run(run_id)
        return ApplicationRequest.model_validate_json(found)

    async def file_results(
        self, caller: Caller, run_id: UUID, results: Results, last: Sequence[EventDraft]
    ) -> RecordsFiled:
        """See ``Records.file_results``."""
        if not last or not isinstance(last[-1].payload, Completed):
            raise ValueError("the last event of a run that succeeded must say so")

        async def work(session: AsyncSession) -> RecordsFiled:
            run = await lock_run(session, run_id)
            asked = await asked_of(session, run)
            filed = records_filed(run_id, len(results.action_points), asked.revision)
            if run.state is RunState.SUCCEEDED:
                return filed
            if run.ended:
                raise Conflict(f"Run {run_id} is {run.state} already.", reason=Reason.RUN_ENDED)
            if asked.revision:
                await check_not_too_late(session, run.application_id, asked.revision)
            await file_rows(session, run, asked, results, filed)
            await extend_log(session, run.id, last, state=RunState.SUCCEEDED, finished_at=func.now())
            return filed

        return await self._sessions.transact(caller, work)

    async def end_run(
        self,
        caller: Caller,
        run_id: UUID,
        state: RunState,
        last: EventDraft,
        reason: str = "",
        message: str = "",
    ) -> bool:
        """See ``Records.end_run``."""
        if state not in TERMINAL or not isinstance(last.payload, _LAST_EVENTS[state]):
            raise ValueError(f"a run that is {state} can't end with the event {last.payload.type}")

        async def work(session: AsyncSession) -> bool:
            run = await lock_run(session, run_id)
            if run.ended:
                return False
            await extend_log(
                session,
                run.id,
                [last],
                state=state,
                finished_at=func.now(),
                error_reason=reason[:_REASON_CHARS],
                error_message=message.replace("\0", "\ufffd")[:_MESSAGE_CHARS],
            )
            if status := _STATUS_AFTER.get(state):
                await _end_application(session, run, status)
            return True

        return await self._sessions.transact(caller, work)

    async def state_of(self, caller: Caller, run_id: UUID) -> RunState:
        """See ``Records.state_of``."""

        async def work(session: AsyncSession) -> RunState | None:
            return await session.scalar(select(col(RunRow.state)).where(col(RunRow.id) == run_id))

        state = await self._sessions.transact(caller, work)
        if state is None:
            raise no_such_run(run_id)
        return state

    async def answer(self, caller: Caller, application_id: UUID, reply: QuestionAnswered) -> None:
        """See ``Records.answer``."""

        async def work(session: AsyncSession) -> None:
            await keep_answer(session, application_id, reply)

        await self._sessions.transact(caller, work)

    async def answers(self, caller: Caller) -> tuple[Answer, ...]:
        """See ``Records.answers``."""
        return await self._sessions.transact(caller, read_answers)

    async def get(self, caller: Caller, application_id: UUID) -> Application:
        """See ``Records.get``."""

        async def work(session: AsyncSession) -> Application | None:
            return await read_application(session, application_id)

        application = await self._sessions.transact(caller, work)
        if application is None:
            raise no_such_application(application_id)
        return application

    async def update(self, caller: Caller, application_id: UUID, change: ApplicationChange) -> Application:
        """See ``Records.update``."""

        async def work(session: AsyncSession) -> Application | None:
            await change_application(session, application_id, change)
            return await read_application(session, application_id)

        application = await self._sessions.transact(caller, work)
        if application is None:
            raise no_such_application(application_id)
        return application

    async def list(
        self,
        caller: Caller,
        page_size: int,
        page_token: str,
        statuses: Sequence[ApplicationStatus] = (),
    ) -> ApplicationPage:
        """See ``Records.list``; a page size of 0 means the default, one too large the largest."""
        if page_size < 0:
            raise InvalidInput("page_size can't be negative.", field="page_size")
        size = min(page_size or LIST_PAGE_SIZE_DEFAULT, LIST_PAGE_SIZE_MAX)

        async def work(session: AsyncSession) -> ApplicationPage:
            return await read_page(session, size, page_token, statuses)

        return await self._sessions.transact(caller, work)

    async def check(self) -> None:
        """See ``Records.check``."""
        await self._sessions.check()


async def _end_application(session: AsyncSession, run: LockedRun, status: ApplicationStatus) -> None:
    current = col(ApplicationRow.status)
    # Its owner may have moved it on while the run went on; that stands. What came of a revision changes
    # nothing of the version before.
    ended = case(
        (current != ApplicationStatus.GENERATING, current),
        (has_cv(run.application_id), ApplicationStatus.READY),
        else_=status,
    )
    await session.execute(
        update(ApplicationRow).where(col(ApplicationRow.id) == run.application_id).values(status=ended)
    )
