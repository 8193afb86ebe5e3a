"""What every ``ObjectStore`` must do; a store joins by adding itself to ``STORES``.

The Supabase stores talk to ``storage_server``; to a real project, migrated by `cvtailor migrate`, if these
are set:

    CVTAILOR_TEST_SUPABASE_URL              https://{project}.supabase.co
    CVTAILOR_TEST_SUPABASE_PUBLISHABLE_KEY
    CVTAILOR_TEST_SUPABASE_SIGNING_KEY      the private JWK of the key that it verifies tokens with
    CVTAILOR_TEST_SUPABASE_SECRET_KEY

Each test stores a few bytes there, for users who don't exist, and removes them.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from builders import a_caller, a_new_object, object_path
from cvtailor.adapters.auth.owner_tokens import OwnerTokens
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.objects.storage_access import AsOwner, AsService, StorageAccess
from cvtailor.adapters.objects.supabase_store import SupabaseStore
from cvtailor.adapters.postgres.object_index import PostgresObjectIndex
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden, LinksUnsupported, NotFound, Reason
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.ports import ObjectStore
from databases import Database
from loopback import loopback_guard
from storage_server import PUBLISHABLE_KEY, SECRET_KEY, StorageServer, private_jwk

_PDF = "application/pdf"
_REAL = "CVTAILOR_TEST_SUPABASE_"


SHAPES = (
    "",
    "{me}",
    "{me}/{cv}/{sha}",
    "{me}/{cv}/{sha}.pdf/",
    "{me}/{cv}/{sha}.pdf\n",
    "/{me}/{cv}/{sha}.pdf",
    "{me}//{sha}.pdf",
    "{me}/../{me}/{cv}/{sha}.pdf",
    "{me}/../{sha}.pdf",
    "{me}/{cv}/..",
    "{me}/{cv}/../../{stranger}/{cv}/{sha}.pdf",
    "{stranger}/{cv}/{sha}.pdf",
    "{me}/{cv}/{sha}.p/df",
    "{me}/{cv}/{sha}.PDF",
    "{me}\0/{cv}/{sha}.pdf",
    "{me}/{cv}/{sha}.pdf\0",
    "{ME}/{cv}/{sha}.pdf",
    "{me}/%2e%2e/{sha}.pdf",
)


@dataclass(frozen=True)
class Project:
    """A Supabase project, and the index of the database that serves ours."""

    url: str
    publishable_key: str
    signing_key: str
    secret_key: str
    index: PostgresObjectIndex

    @property
    def as_owner(self) -> StorageAccess:
        tokens = OwnerTokens.from_jwk(self.signing_key, f"{self.url}/auth/v1")
        return AsOwner(self.publishable_key, tokens.mint)

    @property
    def as_service(self) -> StorageAccess:
        return AsService(self.secret_key, self.index.named)


STORES: dict[str, Callable[[Path, Project], ObjectStore]] = {
    "folder": lambda folder, project: FolderStore(folder, project.index),
    "supabase-as-owner": lambda _, project: SupabaseStore(project.url, project.as_owner),
    "supabase-with-secret-key": lambda _, project: SupabaseStore(project.url, project.as_service),
}


@pytest.fixture
def project(database: Database, sessions: UserSessions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    index = PostgresObjectIndex(sessions)
    if url := os.environ.get(f"{_REAL}URL"):
        monkeypatch.setattr(loopback_guard, "check", lambda _: None)
        keys = (os.environ[f"{_REAL}{name}_KEY"] for name in ("PUBLISHABLE", "SIGNING", "SECRET"))
        yield Project(url, *keys, index)
        return
    signing_key = private_jwk()
    with StorageServer(database.admin, signing_key) as server:
        yield Project(server.url, PUBLISHABLE_KEY, signing_key, SECRET_KEY, index)


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture(params=STORES)
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, project: Project, me: Caller
) -> AsyncIterator[ObjectStore]:
    store = STORES[request.param](tmp_path / "objects", project)
    yield store
    async for path in store.paths(me):
        await store.delete(me, path)
    if isinstance(store, SupabaseStore):
        await store.close()


async def content_of(store: ObjectStore, owner: Caller, path: str) -> bytes:
    return b"".join([chunk async for chunk in store.get(owner, path)])


@pytest.mark.parametrize("size_bytes", [0, 1, DOCUMENT_CHUNK_BYTES, 3 * DOCUMENT_CHUNK_BYTES + 7])
async def test_what_is_stored_comes_back_in_bounded_chunks(
    store: ObjectStore, me: Caller, size_bytes: int
) -> None:
    content = bytes(n % 251 for n in range(size_bytes))
    path = object_path(me, content)
    await store.put(me, path, content, _PDF)
    chunks = [chunk async for chunk in store.get(me, path)]
    assert b"".join(chunks) == content
    assert all(len(chunk) <= DOCUMENT_CHUNK_BYTES for chunk in chunks)


async def test_storing_again_and_at_once_is_fine(store: ObjectStore, me: Caller) -> None:
    path = object_path(me, b"%PDF")
    await asyncio.gather(*(store.put(me, path, b"%PDF", _PDF) for _ in range(8)))
    assert await content_of(store, me, path) == b"%PDF"


async def test_many_are_stored_together_and_again(store: ObjectStore, me: Caller) -> None:
    cv_id = uuid4()
    contents = [bytes([n]) * n for n in range(9)]
    mine = [a_new_object(object_path(me, content, cv_id), content) for content in contents]
    mine.append(a_new_object(object_path(me, b"of another CV"), b"of another CV"))
    await store.put(me, mine[3].path, contents[3], _PDF)
    await asyncio.gather(*(store.put_all(me, some) for some in (mine, [*mine[::-1], mine[0]])))
    assert [await content_of(store, me, each.path) for each in mine] == [each.content for each in mine]
    assert sorted([path async for path in store.paths(me)]) == sorted(each.path for each in mine)


async def test_none_of_many_is_stored_if_one_must_not_be(store: ObjectStore, me: Caller) -> None:
    good = a_new_object(object_path(me, b"good"), b"good")
    of_a_stranger, of_other_content = object_path(a_caller(), b"%PDF"), object_path(me, b"other")
    for refused in (of_a_stranger, of_other_content):
        with pytest.raises(Forbidden):
            await store.put_all(me, [good, a_new_object(refused)])
    assert [path async for path in store.paths(me)] == []


async def test_none_appears_after_storing_many_was_broken_off(store: ObjectStore, me: Caller) -> None:
    mine = [a_new_object(object_path(me, bytes([n])), bytes([n])) for n in range(9)]
    for steps in (0, 1, 5, 25):
        storing = asyncio.create_task(store.put_all(me, mine))
        for _ in range(steps):
            await asyncio.sleep(0)
        storing.cancel()
        with suppress(asyncio.CancelledError):
            await storing
        for each in mine:
            await store.delete(me, each.path)
        assert [path async for path in store.paths(me)] == []


async def test_an_object_is_its_owners_only(store: ObjectStore, me: Caller) -> None:
    path, stranger = object_path(me, b"%PDF"), a_caller()
    await store.put(me, path, b"%PDF", _PDF)
    for refused in (content_of(store, stranger, path), store.link(stranger, path, 60)):
        with pytest.raises((NotFound, LinksUnsupported)) as refusal:
            await refused
        assert refusal.value.reason in {Reason.DOCUMENT_NOT_FOUND, Reason.LINKS_UNSUPPORTED}
    with pytest.raises(Forbidden):
        await store.put(stranger, path, b"%PDF", _PDF)
    with pytest.raises(Forbidden):
        await store.delete(stranger, path)
    assert [found async for found in store.paths(stranger)] == []
    assert await content_of(store, me, path) == b"%PDF"


async def test_content_that_is_not_that_of_the_path_is_refused(store: ObjectStore, me: Caller) -> None:
    path = object_path(me, b"%PDF")
    with pytest.raises(Forbidden, match="content"):
        await store.put(me, path, b"something else", _PDF)
    with pytest.raises(NotFound):
        await content_of(store, me, path)


async def test_a_path_of_another_shape_is_refused(store: ObjectStore, me: Caller) -> None:
    owner, sha256 = str(me.user_id), object_path(me, b"%PDF")[-68:-4]
    for shape in SHAPES:
        path = shape.format(me=owner, ME=owner.upper() + "X", cv=uuid4(), sha=sha256, stranger=uuid4())
        with pytest.raises(Forbidden):
            await store.put(me, path, b"%PDF", _PDF)
        with pytest.raises(NotFound):
            await content_of(store, me, path)
        with pytest.raises((NotFound, LinksUnsupported)):
            await store.link(me, path, 60)
        with pytest.raises(Forbidden):
            await store.delete(me, path)


async def test_what_was_deleted_is_gone_and_deleting_again_is_fine(store: ObjectStore, me: Caller) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    await store.delete(me, path)
    await store.delete(me, path)
    with pytest.raises(NotFound):
        await content_of(store, me, path)


async def test_all_paths_of_an_owner_are_found_and_may_be_deleted_on_the_way(
    store: ObjectStore, me: Caller
) -> None:
    stranger, cvs = a_caller(), (uuid4(), uuid4())
    mine = {object_path(me, bytes([n]), cvs[n % 2]): bytes([n]) for n in range(5)}
    theirs = object_path(stranger, b"%PDF")
    for path, content in mine.items():
        await store.put(me, path, content, _PDF)
    await store.put(stranger, theirs, b"%PDF", _PDF)
    found = []
    async for path in store.paths(me):
        found.append(path)
        await store.delete(me, path)
    assert sorted(found) == sorted(mine)
    assert [path async for path in store.paths(me)] == []
    assert await content_of(store, stranger, theirs) == b"%PDF"
    await store.delete(stranger, theirs)


async def test_a_link_leads_to_the_object_where_a_store_has_links(store: ObjectStore, me: Caller) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    try:
        url = await store.link(me, path, 60)
    except LinksUnsupported:
        assert isinstance(store, FolderStore)
        return
    async with httpx.AsyncClient() as anybody:
        answer = await anybody.get(url)
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF", _PDF)


async def test_reading_may_stop_early(store: ObjectStore, me: Caller) -> None:
    content = b"x" * 5 * DOCUMENT_CHUNK_BYTES
    path = object_path(me, content)
    await store.put(me, path, content, _PDF)
    chunks = store.get(me, path)
    assert len(await anext(chunks)) == DOCUMENT_CHUNK_BYTES
    await chunks.aclose()  # type: ignore[attr-defined]
    assert await content_of(store, me, path) == content


async def test_a_store_that_works_passes_its_check(store: ObjectStore) -> None:
    await store.check()
