"""What went out stays as it was, whatever its owner changes later."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from builders import a_caller, a_request, completed, some_results
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.application import Application, ApplicationChange, ApplicationStatus
from cvtailor.domain.caller import Caller
from cvtailor.domain.submission import Provenance
from databases import Database

SUBMITTED = ApplicationChange(status=ApplicationStatus.SUBMITTED)
NEW_VERSION = b"""
    insert into cv_versions (user_id, cv_id, version, content, content_sha256, base_cv, match_report, engine)
    select user_id, cv_id, 2, content, content_sha256, base_cv, match_report, 'by hand' from cv_versions;
    update cvs set current_version = 2
"""
EDITS = (
    b"update communications set body = 'Nothing like it', subject = 'Edited'",
    b"""
    insert into communications (user_id, application_id, direction, channel, body)
    select user_id, id, 'outbound', 'email', 'Written later' from applications
    """,
    b"delete from communications",
    b"update applications set notes = 'Went well', title = 'Boss', company = 'Else'",
    b"update job_offers set title = 'Boss', company = 'Else', source_url = null",
    NEW_VERSION,
    b"update applications set status = 'interviewing'",
)


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
async def filed(records: PostgresRecords, me: Caller) -> Application:
    run = await records.accept(me, "first", a_request())
    await records.file_results(me, run.run_id, some_results(me, run.run_id), [completed()])
    return await records.get(me, run.application_id)


@pytest.fixture
async def sent(records: PostgresRecords, me: Caller, filed: Application) -> Application:
    return await records.update(me, filed.id, SUBMITTED)


@pytest.fixture
def admin(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.admin, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("edit", EDITS)
async def test_a_submission_is_the_same_after_every_edit(
    records: PostgresRecords, me: Caller, sent: Application, admin: psycopg.Connection, edit: bytes
) -> None:
    admin.execute(edit)
    after = await records.get(me, sent.id)
    assert after.submission == sent.submission
    assert sent.submission


@pytest.mark.parametrize(
    "change",
    [
        b"update submissions set engine = 'another'",
        b"update application_status_changes set to_status = 'offer'",
        b"delete from cv_versions",
        b"update applications set status = 'ready'",
    ],
)
async def test_nobody_rewrites_what_was_sent(
    records: PostgresRecords, me: Caller, sent: Application, admin: psycopg.Connection, change: bytes
) -> None:
    with pytest.raises(psycopg.errors.Error):
        admin.execute(change)
    assert await records.get(me, sent.id) == sent


async def test_submitting_twice_sends_once(
    records: PostgresRecords, me: Caller, sent: Application, admin: psycopg.Connection
) -> None:
    assert await records.update(me, sent.id, SUBMITTED) == sent
    (count,) = admin.execute("select count(*) from submissions").fetchone() or ()
    assert count == 1


async def test_a_version_made_by_hand_is_the_one_that_is_shown_and_sent(
    records: PostgresRecords, me: Caller, filed: Application, admin: psycopg.Connection
) -> None:
    admin.execute(NEW_VERSION)
    shown = await records.get(me, filed.id)
    assert (shown.cv_version, shown.documents) == (2, ())
    assert shown.provenance
    assert shown.provenance.engine == "by hand"
    sent = (await records.update(me, filed.id, SUBMITTED)).submission
    assert sent
    assert (sent.cv_version, sent.provenance) == (2, shown.provenance)


async def test_a_version_of_any_shape_is_shown_and_sent(
    records: PostgresRecords, me: Caller, filed: Application, admin: psycopg.Connection
) -> None:
    admin.execute("""
        insert into cv_versions (user_id, cv_id, version, content, content_sha256, base_cv, match_report,
          engine, prompt_versions, changes)
        select user_id, cv_id, 2, '{}', content_sha256, base_cv, match_report,
          'by hand', '{"writer": 1}', '["x"]' from cv_versions;
        update cvs set current_version = 2
    """)
    sent = await records.update(me, filed.id, SUBMITTED)
    assert sent.claims == ()
    assert sent.submission
    assert sent.provenance == sent.submission.provenance == Provenance(engine="by hand")


async def test_with_its_application_a_submission_goes(
    records: PostgresRecords, me: Caller, sent: Application, admin: psycopg.Connection
) -> None:
    admin.execute("delete from applications")
    assert admin.execute("select * from submissions").fetchall() == []
    assert admin.execute("select * from cv_versions").fetchall() == []


async def test_an_application_kept_by_hand_is_sent_without_a_cv(
    records: PostgresRecords, me: Caller, admin: psycopg.Connection
) -> None:
    await records.ensure_user(me)
    application_id = UUID(int=7)
    admin.execute(
        "insert into applications (id, user_id, title, company) values (%s, %s, 'Cook', 'Inn')",
        (application_id, me.user_id),
    )
    application = await records.update(me, application_id, SUBMITTED)
    assert application.provenance is None
    assert application.submission
    assert (application.submission.cv_id, application.submission.cv_version) == (None, None)
    offer = application.submission.offer
    assert (offer.title, offer.company, offer.posting, offer.posting_sha256) == ("Cook", "Inn", "", "")
