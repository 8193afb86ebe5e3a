"""The rows of files, under the policies of ``storage.objects``."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from builders import a_caller, a_new_object, a_request, completed, object_path, some_results
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.postgres.object_index import PostgresObjectIndex
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden, WeMustFix
from databases import Database

_PDF = "application/pdf"


@pytest.fixture
def index(sessions: UserSessions) -> PostgresObjectIndex:
    return PostgresObjectIndex(sessions)


@pytest.fixture
def me() -> Caller:
    return a_caller()


async def named_path(records: PostgresRecords, index: PostgresObjectIndex, me: Caller) -> str:
    """Files the results of a run, and returns the path of one of their documents."""
    run_id = (await records.accept(me, "a request", a_request())).run_id
    results = some_results(me, run_id)
    path = results.documents[0].path
    await index.admit(me, [a_new_object(path)])
    await records.file_results(me, run_id, results, [completed()])
    return path


async def test_a_row_is_entered_once_and_seen_by_its_owner_only(
    index: PostgresObjectIndex, database: Database, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await index.admit(me, [a_new_object(path)])
    await index.admit(me, [a_new_object(path)])
    assert await index.holds(me, path)
    assert not await index.holds(a_caller(), path)
    with psycopg.connect(database.admin) as connection:
        rows = connection.execute("select name, owner_id, metadata from storage.objects").fetchall()
    assert rows == [(path, str(me.user_id), {"size": 4, "mimetype": _PDF})]


async def test_the_policies_refuse_another_users_folder(index: PostgresObjectIndex, me: Caller) -> None:
    with pytest.raises(Forbidden, match="policies"):
        await index.admit(me, [a_new_object(object_path(a_caller(), b"%PDF"))])
    with pytest.raises(Forbidden, match="policies"):
        await index.admit(me, [a_new_object(f"{me.user_id}/notes.txt")])


async def test_many_rows_are_entered_in_one_transaction_or_none_is(
    index: PostgresObjectIndex, database: Database, me: Caller
) -> None:
    mine = [object_path(me, bytes([n])) for n in range(3)]
    with pytest.raises(Forbidden, match="policies"):
        await index.admit(me, [a_new_object(path) for path in [*mine, object_path(a_caller(), b"%PDF")]])
    assert [await index.holds(me, path) for path in mine] == [False, False, False]
    await index.admit(me, [a_new_object(path) for path in [*mine, mine[0]]])
    with psycopg.connect(database.admin) as connection:
        rows = connection.execute("select name, xmin::text from storage.objects").fetchall()
    assert sorted(name for name, _ in rows) == sorted(mine)
    assert len({transaction for _, transaction in rows}) == 1


async def test_those_who_enter_the_same_rows_at_once_do_not_wait_for_each_other_for_ever(
    index: PostgresObjectIndex, me: Caller
) -> None:
    rows = [a_new_object(object_path(me, bytes([n]))) for n in range(40)]
    async with asyncio.timeout(10):
        await asyncio.gather(*(index.admit(me, rows[::step]) for step in (1, -1, 1, -1)))
    assert len(await index.paths(me, "", 100)) == 40


async def test_a_strangers_row_is_as_good_as_absent_when_struck(
    index: PostgresObjectIndex, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await index.admit(me, [a_new_object(path)])
    await index.strike(a_caller(), path)
    assert await index.holds(me, path)
    await index.strike(me, path)
    await index.strike(me, path)
    assert not await index.holds(me, path)


async def test_what_a_document_names_stays_until_its_application_goes(
    index: PostgresObjectIndex, records: PostgresRecords, database: Database, me: Caller
) -> None:
    path = await named_path(records, index, me)
    assert await index.named(me, path)
    assert not await index.named(a_caller(), path)
    with pytest.raises(Forbidden, match="still names"):
        await index.strike(me, path)
    with psycopg.connect(database.admin) as connection:
        connection.execute("delete from public.documents where path = %s", [path])
    await index.strike(me, path)
    assert not await index.holds(me, path)


async def test_a_folder_keeps_the_file_of_a_document(
    index: PostgresObjectIndex, records: PostgresRecords, me: Caller, tmp_path: Path
) -> None:
    store = FolderStore(tmp_path / "objects", index)
    path = await named_path(records, index, me)
    content = b"cv.pdf"  # what the builder hashes
    await store.put(me, path, content, _PDF)
    with pytest.raises(Forbidden):
        await store.delete(me, path)
    assert [chunk async for chunk in store.get(me, path)] == [content]


async def test_paths_come_in_pages_in_order_and_are_the_owners(
    index: PostgresObjectIndex, me: Caller
) -> None:
    mine = sorted(object_path(me, bytes([n])) for n in range(7))
    for owner, path in [(me, path) for path in mine] + [(other := a_caller(), object_path(other, b"%PDF"))]:
        await index.admit(owner, [a_new_object(path)])
    first = list(await index.paths(me, "", 4))
    rest = list(await index.paths(me, first[-1], 4))
    assert sorted(first + rest) == mine
    assert (len(first), len(rest)) == (4, 3)
    assert list(await index.paths(me, rest[-1], 4)) == []


async def test_the_trigger_of_hosted_projects_lets_our_own_deletion_pass(
    index: PostgresObjectIndex, database: Database, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await index.admit(me, [a_new_object(path)])
    with psycopg.connect(database.admin) as connection:
        connection.execute("""
            create function storage.refuse_deletion() returns trigger language plpgsql as $$
            begin
              if coalesce(current_setting('storage.allow_delete_query', true), '') <> 'true' then
                raise 'Direct deletion from storage tables is not allowed' using errcode = '42501';
              end if;
              return null;
            end $$;
            create trigger refuse_deletion before delete on storage.objects
              for each statement execute function storage.refuse_deletion();
        """)
    await index.strike(me, path)
    assert not await index.holds(me, path)


async def test_a_missing_bucket_is_said_with_what_to_do(
    index: PostgresObjectIndex, database: Database, me: Caller
) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute("delete from storage.buckets")
    with pytest.raises(WeMustFix, match="cvtailor migrate"):
        await index.admit(me, [a_new_object(object_path(me, b"%PDF"))])
