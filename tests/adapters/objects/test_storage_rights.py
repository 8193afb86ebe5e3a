"""With what right Storage is asked: paths, policies, tokens, keys."""

import logging
import traceback

import pytest
from builders import a_caller, a_request, completed, object_path, some_results
from cvtailor.adapters.objects.supabase_store import SupabaseStore
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, Forbidden, NotFound
from minting import Mint
from storage_server import (
    PUBLISHABLE_KEY,
    SECRET_KEY,
    StorageServer,
    answers,
    resets,
)

_PDF = "application/pdf"
ATTEMPTS = 4


async def content_of(store: SupabaseStore, owner: Caller, path: str) -> bytes:
    return b"".join([chunk async for chunk in store.get(owner, path)])


async def test_nothing_outside_the_owners_folder_is_asked_for_even_with_the_secret_key(
    store: SupabaseStore, service_store: SupabaseStore, server: StorageServer, me: Caller
) -> None:
    path = object_path(a_caller(), b"%PDF")
    for each in (store, service_store):
        for asking in (each.put(me, path, b"%PDF", _PDF), each.delete(me, path)):
            with pytest.raises(Forbidden):
                await asking
        for reading in (content_of(each, me, path), each.link(me, path, 60)):
            with pytest.raises(NotFound):
                await reading
    assert server.asked == []


async def test_the_policies_refuse_whom_our_own_check_would_have_let_pass(
    store: SupabaseStore, server: StorageServer, mint: Mint, me: Caller
) -> None:
    stranger, path = a_caller(), object_path(me, b"%PDF")
    mine = mint.tokens.mint
    mint.tokens.mint = lambda _: mine(stranger)  # type: ignore[method-assign]
    with pytest.raises(Forbidden, match="policies"):
        await store.put(me, path, b"%PDF", _PDF)
    assert server.stored == {}


async def test_each_request_has_a_token_of_its_own_that_ends_within_a_minute(
    store: SupabaseStore, server: StorageServer, mint: Mint, me: Caller
) -> None:
    path = object_path(me, b"%PDF")
    server.faults.append(answers(503))
    await store.put(me, path, b"%PDF", _PDF)
    await content_of(store, me, path)
    await store.delete(me, path)
    assert len(mint.minted) == len(server.asked) + 1
    for asked in server.asked:
        assert (asked.claims["sub"], asked.claims["role"]) == (str(me.user_id), "authenticated")
        assert 0 < asked.claims["exp"] - asked.claims["iat"] <= 60


async def test_no_token_or_key_reaches_a_log_or_an_error(
    store: SupabaseStore,
    service_store: SupabaseStore,
    server: StorageServer,
    mint: Mint,
    me: Caller,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # By name too: a library that another test imports may have made these quieter.
    for logger in (None, "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger)
    path, told = object_path(me, b"%PDF"), repr(store._access) + repr(service_store._access)
    for each in (store, service_store):
        await each.put(me, path, b"%PDF", _PDF)
        for fault in (resets, answers(503), answers(403), answers(401, f"Bearer {SECRET_KEY}")):
            server.faults.extend([fault] * ATTEMPTS)
            try:
                await each.put(me, path, b"%PDF", _PDF)
            except CvtailorError as error:
                below = error.__traceback__.tb_next if error.__traceback__ else None  # this test knows tokens
                stack = traceback.TracebackException(type(error), error, below, capture_locals=True)
                told += "".join(stack.format())
            server.faults.clear()
    told += caplog.text + "".join(capsys.readouterr())
    assert "Unavailable" in told
    assert "WeMustFix" in told
    assert "httpx" in told
    for secret in (*mint.minted, SECRET_KEY, PUBLISHABLE_KEY):
        assert secret not in told


async def test_the_file_of_a_document_stays_whichever_key_asks(
    store: SupabaseStore, service_store: SupabaseStore, records: PostgresRecords, me: Caller
) -> None:
    run_id = (await records.accept(me, "a request", a_request())).run_id
    results = some_results(me, run_id)
    path, content = results.documents[0].path, results.documents[0].name.encode()
    await store.put(me, path, content, _PDF)
    await records.file_results(me, run_id, results, [completed()])
    for each in (store, service_store):
        with pytest.raises(Forbidden, match="still names"):
            await each.delete(me, path)
        assert await content_of(each, me, path) == content
