"""Writes down what a successful run leaves."""

import hashlib
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cvtailor.adapters.postgres.columns import CommunicationChannel, CommunicationDirection, CommunicationKind
from cvtailor.adapters.postgres.event_log import LockedRun
from cvtailor.adapters.postgres.tables import (
    ActionPointRow,
    ApplicationRow,
    CommunicationRow,
    CvRow,
    CvVersionRow,
    DocumentRow,
    JobOfferRow,
    RunRow,
)
from cvtailor.domain.application import ApplicationStatus
from cvtailor.domain.model import DomainModel
from cvtailor.domain.ports import Results
from cvtailor.domain.revision import Revision
from cvtailor.domain.step_results import RecordsFiled
from cvtailor.domain.tailored_cv import Message

# The sizes of the columns, in characters. A run must not fail at its last step over a long title: the
# whole text is in the JSON beside it.
_TITLE_CHARS = 300
_SUBJECT_CHARS = 998
_BODY_CHARS = 100_000
_DETAILS_CHARS = 4_000
_ENGINE_CHARS = 200
_APP_VERSION_CHARS = 100
_MODELS_MAX = 20
_FEEDBACK_CHARS = 2_000


class Asked(NamedTuple):
    """What of a run's request its rows are made of."""

    posting: dict[str, Any]
    theme: str
    revision: Revision | None


async def asked_of(session: AsyncSession, run: LockedRun) -> Asked:
    """Returns what a run was asked for; of one whose request is not kept any more, nothing."""
    request = col(RunRow.request)
    found = await session.execute(
        select(request["posting"], request["options"], request["revision"]).where(col(RunRow.id) == run.id)
    )
    posting, options, revision = found.one()
    return Asked(
        posting=posting or {},
        theme=str((options or {}).get("theme", "")),
        revision=Revision.model_validate(revision) if revision else None,
    )


async def file_rows(
    session: AsyncSession, run: LockedRun, asked: Asked, results: Results, filed: RecordsFiled
) -> None:
    """Inserts every row of the results and makes the application READY."""
    owned: dict[str, Any] = {"user_id": run.user_id}
    version: dict[str, Any] = {**owned, "cv_id": filed.cv_id, "version": filed.cv_version}
    if asked.revision:
        newer = update(CvRow).where(col(CvRow.id) == filed.cv_id)
        await session.execute(newer.values(current_version=filed.cv_version))
    else:
        offer_values = {**owned, "id": filed.job_offer_id, **_offer_values(results, asked)}
        await session.execute(insert(JobOfferRow), offer_values)
        await session.execute(
            insert(CvRow),
            {
                **owned,
                "id": filed.cv_id,
                "application_id": run.application_id,
                "title": _text(results.offer.title, _TITLE_CHARS),
                "current_version": filed.cv_version,
            },
        )
    version_values = {**version, "run_id": run.id, "theme": asked.theme, **_version_values(results)}
    if asked.revision:
        version_values |= {
            "parent_version": asked.revision.parent_version,
            "feedback": _text(asked.revision.feedback, _FEEDBACK_CHARS),
        }
    await session.execute(insert(CvVersionRow), version_values)
    if results.documents:
        documents = [{**version, **document.model_dump()} for document in results.documents]
        await session.execute(insert(DocumentRow), documents)
    belonging = {**owned, "application_id": run.application_id}
    await session.execute(
        insert(CommunicationRow),
        [{**belonging, "run_id": run.id, **values} for values in _message_values(results, filed)],
    )
    if results.action_points:
        await session.execute(
            insert(ActionPointRow),
            [{**belonging, **values} for values in _action_point_values(run.id, results)],
        )
    await session.execute(_application_update(run, asked, results, filed))


def _offer_values(results: Results, asked: Asked) -> dict[str, Any]:
    offer, posting = results.offer, asked.posting
    url = _text(posting["source_url"], 2000)
    return {
        "title": _text(offer.title, _TITLE_CHARS),
        "company": _text(offer.company, _TITLE_CHARS),
        "location": _text(offer.location, _TITLE_CHARS),
        "language": _text(offer.language, 35),
        "source_url": url if url.startswith(("https://", "http://")) else None,
        "closes_on": offer.deadline,
        "posting": posting["text"],
        "posting_sha256": hashlib.sha256(posting["text"].encode()).hexdigest(),
        "content": offer.model_dump(mode="json"),
    }


def _version_values(results: Results) -> dict[str, Any]:
    made = results.provenance.model_dump(mode="json")
    return {
        **made,
        "engine": _text(made["engine"], _ENGINE_CHARS),
        "app_version": _text(made["app_version"], _APP_VERSION_CHARS),
        "models": made["models"][:_MODELS_MAX],
        "content": results.tailored.model_dump(mode="json"),
        "content_sha256": _digest(results.tailored),
        "base_cv": results.cv.model_dump(mode="json"),
        "match_report": results.report.model_dump(mode="json"),
    }


def _message_values(results: Results, filed: RecordsFiled) -> list[dict[str, Any]]:
    drafts: list[tuple[UUID | None, CommunicationKind, Message]] = [
        (filed.communication_id, CommunicationKind.LETTER, results.letter),
        (filed.email_communication_id, CommunicationKind.EMAIL, results.email),
    ]
    return [
        {
            "id": id,
            "kind": kind,
            "direction": CommunicationDirection.OUTBOUND,
            "channel": CommunicationChannel.EMAIL,
            "counterpart": _text(results.offer.contact_email, _TITLE_CHARS),
            "subject": _text(message.subject, _SUBJECT_CHARS),
            "body": _text(message.text(), _BODY_CHARS),
            "content": message.model_dump(mode="json"),
        }
        for id, kind, message in drafts
    ]


def _action_point_values(run_id: UUID, results: Results) -> list[dict[str, Any]]:
    return [
        {
            "id": uuid5(run_id, f"action_point/{position}"),
            "title": _text(point.title, _TITLE_CHARS) or "…",
            "details": _text(point.details, _DETAILS_CHARS),
            "priority": point.priority,
            "position": position,
            "due_on": point.due_on,
        }
        for position, point in enumerate(results.action_points)
    ]


def _application_update(run: LockedRun, asked: Asked, results: Results, filed: RecordsFiled) -> Any:
    status = col(ApplicationRow.status)
    # Its owner may have moved it on while the run went on; that stands.
    ready = case((status == ApplicationStatus.GENERATING, ApplicationStatus.READY), else_=status)
    # What the application is called is its owner's to change, and no revision puts it back.
    founded = {
        "job_offer_id": filed.job_offer_id,
        "title": _text(results.offer.title, _TITLE_CHARS),
        "company": _text(results.offer.company, _TITLE_CHARS),
    }
    return (
        update(ApplicationRow)
        .where(col(ApplicationRow.id) == run.application_id)
        .values(status=ready, **({} if asked.revision else founded))
    )


def _digest(value: DomainModel) -> str:
    return hashlib.sha256(value.model_dump_json().encode()).hexdigest()


def _text(text: str, chars_max: int) -> str:
    """Returns text as Postgres can hold it: no NUL, and not longer than its column."""
    return text.replace("\0", "\ufffd")[:chars_max]
