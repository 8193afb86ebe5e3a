"""What is particular to documents in Supabase Storage: faults of the way, tokens, links."""

import asyncio

import httpx
import psycopg
import pytest
from builders import a_caller, a_new_object, object_path
from cvtailor.adapters.objects.supabase_store import SupabaseStore
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import NotFound, Unavailable, WeMustFix
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from databases import Database
from minting import Mint
from starlette.types import ASGIApp, Receive, Scope, Send
from storage_server import (
    Fault,
    StorageServer,
    answers,
    breaks_off,
    drips,
    hangs,
    loses_the_answer,
    private_jwk,
    resets,
)

_PDF = "application/pdf"
ATTEMPTS = 4


async def content_of(store: SupabaseStore, owner: Caller, path: str) -> bytes:
    return b"".join([chunk async for chunk in store.get(owner, path)])


async def test_an_upload_whose_answer_is_lost_is_repeated_and_leaves_one_object(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    server.faults.append(loses_the_answer)
    await store.put(me, path, b"%PDF", _PDF)
    assert [asked.method for asked in server.asked] == ["POST", "POST", "GET"]
    assert {path: stored.content for path, stored in server.stored.items()} == {path: b"%PDF"}
    assert [found async for found in store.paths(me)] == [path]


async def test_an_object_that_goes_while_it_is_stored_again_is_stored_again(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    server.faults.append(answers(409, "Duplicate"))
    await store.put(me, path, b"%PDF", _PDF)
    assert server.stored[path].content == b"%PDF"


async def test_of_many_four_are_uploaded_at_once(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    together, begun = asyncio.Barrier(4), 0

    async def wait_for_each_other(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal begun
        begun += 1
        await together.wait()
        await app(scope, receive, send)

    server.faults.extend([wait_for_each_other] * 8)
    mine = [a_new_object(object_path(me, bytes([n])), bytes([n])) for n in range(9)]
    async with asyncio.timeout(10):
        await store.put_all(me, mine)
    assert (begun, len(server.stored)) == (8, 9)


async def test_once_one_of_many_is_refused_no_more_are_uploaded(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    server.faults.append(answers(413, "Payload too large"))
    with pytest.raises(WeMustFix, match="413"):
        await store.put_all(me, [a_new_object(object_path(me, bytes([n])), bytes([n])) for n in range(40)])
    stored = len(server.stored)
    assert stored < 20
    assert [path async for path in store.paths(me)] == sorted(server.stored)


async def test_a_page_that_is_not_storages_is_told_from_it(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    for asking in (
        store.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF),
        store.link(me, object_path(me, b"%PDF"), 60),
        store.check(),
    ):
        server.faults.append(answers(200))
        with pytest.raises(WeMustFix):
            await asking


async def test_a_deletion_whose_answer_is_lost_is_repeated(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    server.faults.append(loses_the_answer)
    await store.delete(me, path)
    assert server.stored == {}


@pytest.mark.parametrize(
    "fault",
    [
        answers(500),
        answers(502),
        answers(503, "SlowDown", retry_after="1"),
        answers(544, "DatabaseTimeout"),
        answers(429, "too_many_connections"),
        answers(423, "ResourceLocked"),
        resets,
    ],
)
async def test_every_request_is_repeated_while_storage_fails(
    store: SupabaseStore, server: StorageServer, me: Caller, fault: Fault
) -> None:
    path = object_path(me, b"%PDF")
    server.faults.extend([fault] * (ATTEMPTS - 1))
    await store.put(me, path, b"%PDF", _PDF)
    server.faults.extend([fault] * (ATTEMPTS - 1))
    assert await content_of(store, me, path) == b"%PDF"
    server.faults.extend([fault] * (ATTEMPTS - 1))
    assert await store.link(me, path, 60)
    server.faults.extend([fault] * (ATTEMPTS - 1))
    assert [found async for found in store.paths(me)] == [path]
    server.faults.extend([fault] * (ATTEMPTS - 1))
    await store.delete(me, path)


async def test_after_its_last_try_a_request_is_given_up(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    server.faults.extend([answers(503)] * (ATTEMPTS + 1))
    with pytest.raises(Unavailable, match="503"):
        await store.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF)
    assert len(server.faults) == 1


async def test_a_refusal_is_not_repeated(store: SupabaseStore, server: StorageServer, me: Caller) -> None:
    server.faults.extend([answers(400, "InvalidRequest")] * 2)
    with pytest.raises(WeMustFix, match="400 InvalidRequest"):
        await store.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF)
    assert len(server.faults) == 1


async def test_a_storage_that_hangs_is_unavailable_in_time(
    server: StorageServer, store: SupabaseStore, me: Caller
) -> None:
    hasty = SupabaseStore(server.url, store._access, timeout_seconds=0.05, attempts=2)
    for ask in (
        lambda: hasty.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF),
        lambda: content_of(hasty, me, object_path(me, b"%PDF")),
        hasty.check,
    ):
        server.faults.extend([hangs] * 2)
        with pytest.raises(Unavailable, match="does not answer"):
            await ask()
    server.faults.extend([drips] * 2)
    with pytest.raises(Unavailable, match="TimeoutError"):
        await hasty.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF)
    await hasty.close()


async def test_a_storage_that_is_not_there_is_unavailable(store: SupabaseStore, me: Caller) -> None:
    nowhere = SupabaseStore("http://127.0.0.1:1", store._access)
    with pytest.raises(Unavailable):
        await nowhere.check()
    await nowhere.close()


async def test_a_download_that_breaks_off_is_no_document(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    content = b"x" * 4 * DOCUMENT_CHUNK_BYTES
    path = object_path(me, content)
    await store.put(me, path, content, _PDF)
    server.faults.append(breaks_off)
    with pytest.raises(Unavailable):
        await content_of(store, me, path)


async def test_content_that_storage_has_changed_is_reported(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    server.stored[path] = server.stored[path]._replace(content=b"%BAD")
    with pytest.raises(WeMustFix, match="damaged"):
        await content_of(store, me, path)


async def test_what_is_stored_is_never_overwritten(
    store: SupabaseStore, server: StorageServer, database: Database, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    first = server.stored[path]
    await store.put(me, path, b"%PDF", _PDF)
    assert server.stored[path] is first
    with psycopg.connect(database.admin) as connection:
        connection.execute("update storage.objects set metadata = '{\"size\": 2}'")
    with pytest.raises(WeMustFix, match="damaged"):
        await store.put(me, path, b"%PDF", _PDF)


async def test_a_large_document_passes_and_one_beyond_the_buckets_limit_does_not(
    store: SupabaseStore, me: Caller
) -> None:
    large, larger = bytes(8 * 1024**2), bytes(20 * 1024**2 + 1)
    path = object_path(me, large)
    await store.put(me, path, large, _PDF)
    sizes = [len(chunk) async for chunk in store.get(me, path)]
    assert (sum(sizes), max(sizes)) == (len(large), DOCUMENT_CHUNK_BYTES)
    with pytest.raises(WeMustFix, match="413 Payload too large"):
        await store.put(me, object_path(me, larger), larger, _PDF)


async def test_many_files_are_listed_page_by_page(
    store: SupabaseStore, database: Database, me: Caller
) -> None:
    paths = [object_path(me, str(n).encode(), me.user_id) for n in range(205)]
    with psycopg.connect(database.admin) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into storage.objects (bucket_id, name) values ('documents', %s)",
            [(path,) for path in paths],
        )
    assert [found async for found in store.paths(me)] == sorted(paths)


async def test_a_link_leads_to_the_document_for_its_lifetime_and_not_after(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    url = await store.link(me, path, 60)
    assert url.startswith(f"{server.url}/storage/v1/object/sign/documents/{path}?token=")
    async with httpx.AsyncClient() as anybody:
        server.ahead_seconds = 58
        assert (await anybody.get(url)).content == b"%PDF"
        server.ahead_seconds = 62
        assert (await anybody.get(url)).status_code == 400
        assert b"%PDF" not in (await anybody.get(url)).content


async def test_there_is_no_link_to_what_is_not_there_or_a_strangers(
    store: SupabaseStore, service_store: SupabaseStore, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    for each in (store, service_store):
        with pytest.raises(NotFound):
            await each.link(me, path, 60)
        with pytest.raises(NotFound):
            await each.link(a_caller(), path, 60)


async def test_a_missing_bucket_is_said_with_what_to_do(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    server.bucket = "another"
    for asking in (store.check(), store.put(me, object_path(me, b"%PDF"), b"%PDF", _PDF)):
        with pytest.raises(WeMustFix, match="cvtailor migrate"):
            await asking


async def test_a_key_of_another_project_and_a_wrong_clock_are_found_by_the_check(
    store: SupabaseStore, server: StorageServer, mint: Mint
) -> None:
    server.ahead_seconds = 3600
    with pytest.raises(WeMustFix, match="clock"):
        await store.check()
    server.ahead_seconds = 0
    await store.check()
    mint.tokens = type(mint.tokens).from_jwk(private_jwk(), "https://project")
    with pytest.raises(WeMustFix, match="SIGNING_KEY"):
        await store.check()


async def test_a_storage_that_says_the_status_itself_is_understood_too(
    store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    server.says_status = True
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    await store.put(me, path, b"%PDF", _PDF)
    await store.delete(me, path)
    with pytest.raises(NotFound):
        await content_of(store, me, path)
