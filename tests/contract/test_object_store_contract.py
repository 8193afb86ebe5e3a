"""What every ``ObjectStore`` must do; a store joins by adding itself to the fixture."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from builders import a_caller, object_path
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden, NotFound, Reason
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.ports import ObjectStore

_PDF = "application/pdf"


@pytest.fixture(params=["folder"])
def store(tmp_path: Path) -> ObjectStore:
    return FolderStore(tmp_path / "objects")


@pytest.fixture
def me() -> Caller:
    return a_caller()


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


async def test_an_object_is_its_owners_only(store: ObjectStore, me: Caller) -> None:
    path, stranger = object_path(me, b"%PDF"), a_caller()
    await store.put(me, path, b"%PDF", _PDF)
    with pytest.raises(NotFound) as refusal:
        await content_of(store, stranger, path)
    assert refusal.value.reason is Reason.DOCUMENT_NOT_FOUND
    with pytest.raises(Forbidden):
        await store.put(stranger, path, b"%PDF", _PDF)
    with pytest.raises(Forbidden):
        await store.delete(stranger, path)
    assert await content_of(store, me, path) == b"%PDF"


async def test_content_that_is_not_that_of_the_path_is_refused(store: ObjectStore, me: Caller) -> None:
    path = object_path(me, b"%PDF")
    with pytest.raises(Forbidden, match="content"):
        await store.put(me, path, b"something else", _PDF)
    with pytest.raises(NotFound):
        await content_of(store, me, path)


@pytest.mark.parametrize(
    "shape",
    [
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
    ],
)
async def test_a_path_of_another_shape_is_refused(store: ObjectStore, me: Caller, shape: str) -> None:
    owner, sha256 = str(me.user_id), object_path(me, b"%PDF")[-68:-4]
    path = shape.format(me=owner, ME=owner.upper() + "X", cv=uuid4(), sha=sha256, stranger=uuid4())
    with pytest.raises(Forbidden):
        await store.put(me, path, b"%PDF", _PDF)
    with pytest.raises(NotFound):
        await content_of(store, me, path)
    with pytest.raises(Forbidden):
        await store.delete(me, path)


async def test_what_was_deleted_is_gone_and_deleting_again_is_fine(store: ObjectStore, me: Caller) -> None:
    path = object_path(me, b"%PDF")
    await store.put(me, path, b"%PDF", _PDF)
    await store.delete(me, path)
    await store.delete(me, path)
    with pytest.raises(NotFound):
        await content_of(store, me, path)


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
