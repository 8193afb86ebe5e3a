"""``ObjectStore`` in Supabase Storage."""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import stamina

from cvtailor.adapters.objects.new_objects import checked
from cvtailor.adapters.objects.object_path import ObjectPath
from cvtailor.adapters.objects.storage_access import StorageAccess
from cvtailor.adapters.objects.storage_refusal import (
    FAILURES,
    Failure,
    StorageRefusal,
    error_for,
    object_not_found,
    refuse,
    wait_seconds,
)
from cvtailor.adapters.objects.storage_telling import told_of_storage
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden, NotFound, WeMustFix
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.ports import NewObject

if TYPE_CHECKING:
    from storage3._async.file_api import AsyncBucketProxy
    from storage3.types import FileOptions

_BUCKET = "documents"
_PAGE_SIZE = 100
_UPLOADED_AT_ONCE = 4
_FIRST_WAIT_SECONDS = 0.1
_WAIT_SECONDS_MAX = 5.0
# Nobody's, and of content that nothing has: asking for it tells whether Storage would answer.
_NOBODY = Caller(user_id=UUID(int=0))
_NOTHING = f"{_NOBODY.user_id}/{_NOBODY.user_id}/{'0' * 64}.pdf"


class SupabaseStore:
    """Keeps documents in a project's private bucket; see ``domain.ports.ObjectStore``.

    Requests are made by supabase-py's Storage client. The exception is reading, which it can't do in
    chunks: that is one plain request of the same HTTP client. Every request is safe to repeat, since a path
    names its content, and is repeated with growing pauses while Storage or the network fails.
    """

    def __init__(
        self, project_url: str, access: StorageAccess, *, timeout_seconds: float = 15, attempts: int = 4
    ) -> None:
        """Connects to nothing yet.

        Args:
            project_url: ``https://{project}.supabase.co``, or where a self-hosted one is.
            access: As whom Storage is asked.
            timeout_seconds: What a try may take; of a download, each of its reads.
            attempts: Tries of a request.
        """
        # supabase-py takes a while to import; whoever keeps documents elsewhere needn't wait for it.
        from storage3 import AsyncStorageClient

        self._client = AsyncStorageClient
        self._url = f"{project_url.rstrip('/')}/storage/v1/"
        self._access = access
        self._timeout_seconds = timeout_seconds
        self._attempts = attempts
        # HTTP/1.1: the HTTP/2 stack writes request headers, and so tokens, to its debug log.
        self._http = httpx.AsyncClient(
            timeout=timeout_seconds, http2=False, event_hooks={"response": [refuse]}
        )

    @told_of_storage("put")
    async def put(self, owner: Caller, path: str, content: bytes, media_type: str) -> None:
        """See ``ObjectStore.put``.

        Raises:
            Forbidden: The path is not the owner's, or not that of this content.
            Unavailable: Storage does not answer, after several tries.
            WeMustFix: The bucket is missing, or Storage accepts neither key nor file.
        """
        await self._store(owner, [NewObject(path=path, content=content, media_type=media_type)])

    @told_of_storage("put")
    async def put_all(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        """See ``ObjectStore.put_all``; a few at once, and no more are begun once one failed."""
        await self._store(owner, objects)

    async def get(self, owner: Caller, path: str) -> AsyncIterator[bytes]:
        """See ``ObjectStore.get``; content that is not that of its name ends in WeMustFix."""
        try:
            place = ObjectPath.parse(owner, path)
        except Forbidden:
            raise object_not_found() from None
        digest = hashlib.sha256()
        broken: Failure | None = None
        async with aclosing(await self._tried(lambda: self._open(owner, path))) as response:
            try:
                async for chunk in response.aiter_bytes(DOCUMENT_CHUNK_BYTES):
                    digest.update(chunk)
                    yield chunk
            except httpx.RequestError as failure:
                broken = failure
        if broken:
            raise error_for(broken)
        if digest.hexdigest() != place.sha256:
            raise WeMustFix(f"The stored object {path} is damaged: its content is not that of its name.")

    @told_of_storage("delete")
    async def delete(self, owner: Caller, path: str) -> None:
        """See ``ObjectStore.delete``."""
        ObjectPath.parse(owner, path)
        if await self._access.is_named(owner, path):
            raise _named()

        async def remove() -> None:
            # What policies protect is passed over in silence, as is what is not there.
            if not await self._bucket(owner).remove([path]) and await self._info(owner, path):
                raise _named()

        await self._tried(remove)

    async def paths(self, owner: Caller) -> AsyncIterator[str]:
        """See ``ObjectStore.paths``; a folder is listed to its end first, so its files may be deleted."""
        user = str(owner.user_id)
        for cv_id in await self._names(owner, user):
            for name in await self._names(owner, f"{user}/{cv_id}"):
                yield f"{user}/{cv_id}/{name}"

    async def link(self, owner: Caller, path: str, lifetime_seconds: int) -> str:
        """See ``ObjectStore.link``."""
        try:
            ObjectPath.parse(owner, path)
        except Forbidden:
            raise object_not_found() from None
        signed = await self._tried(lambda: self._bucket(owner).create_signed_url(path, lifetime_seconds))
        return str(signed["signedUrl"])

    async def check(self) -> None:
        """See ``ObjectStore.check``; asks for what is not there, so that key, bucket and database answer."""
        try:
            async for _ in self.get(_NOBODY, _NOTHING):
                pass
        except NotFound:
            return
        raise WeMustFix("Supabase Storage holds an object that can't be.")

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def _store(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        waiting = deque(checked(owner, objects).values())

        async def upload_some() -> None:
            while waiting:
                await self._upload(owner, waiting.popleft())

        uploading = [asyncio.create_task(upload_some()) for _ in range(min(_UPLOADED_AT_ONCE, len(waiting)))]
        try:
            await asyncio.shield(asyncio.gather(*uploading))
        except BaseException:
            waiting.clear()
            await asyncio.wait(uploading)
            raise

    async def _upload(self, owner: Caller, new: NewObject) -> None:
        async def upload() -> None:
            # No cache may outlive a link.
            options: FileOptions = {"content-type": new.media_type, "x-upsert": "false", "cache-control": "0"}
            try:
                await self._bucket(owner).upload(new.path, new.content, options)
            except StorageRefusal as refusal:
                held = await self._info(owner, new.path) if refusal.is_duplicate else None
                if held is None:  # or it has just been removed, and may be stored again
                    raise
                if held.get("size") not in {None, len(new.content)}:
                    raise WeMustFix(
                        f"The stored object {new.path} is damaged: it has not {len(new.content)} bytes."
                    ) from None

        await self._tried(upload)

    def _bucket(self, owner: Caller) -> "AsyncBucketProxy":
        headers = dict(self._access.headers(owner))
        return self._client(self._url, headers, http_client=self._http).from_(_BUCKET)

    async def _tried[T](self, once: Callable[[], Awaitable[T]]) -> T:
        attempts = stamina.retry_context(
            on=wait_seconds,
            attempts=self._attempts,
            timeout=None,
            wait_initial=_FIRST_WAIT_SECONDS,
            wait_max=_WAIT_SECONDS_MAX,
            wait_jitter=_FIRST_WAIT_SECONDS,
        )
        try:
            async for attempt in attempts:
                with attempt:
                    async with asyncio.timeout(self._timeout_seconds):
                        return await once()
        except FAILURES as failure:
            failed: Failure | None = failure
        except (ValueError, LookupError):  # supabase-py can't make sense of a success
            failed = None
        # Out here it has no cause: what failed holds the request, and with it a token.
        if failed is None:
            raise WeMustFix("What answers is no Supabase Storage: check CVTAILOR_SUPABASE_URL.")
        raise error_for(failed)

    async def _open(self, owner: Caller, path: str) -> httpx.Response:
        request = self._http.build_request(
            "GET",
            f"{self._url}object/authenticated/{_BUCKET}/{path}",
            headers=dict(self._access.headers(owner)),
        )
        return await self._http.send(request, stream=True)

    async def _info(self, owner: Caller, path: str) -> dict[str, Any] | None:
        try:
            info: dict[str, Any] = await self._bucket(owner).info(path)
        except StorageRefusal as refusal:
            if refusal.status != 404:
                raise
            return None
        return info

    async def _names(self, owner: Caller, folder: str) -> list[str]:
        names: list[str] = []
        while True:
            options = {"limit": _PAGE_SIZE, "offset": len(names)}
            page = await self._tried(
                lambda options=options: self._bucket(owner).list(folder, options)  # type: ignore[misc]
            )
            names += [str(entry["name"]) for entry in page]
            if len(page) < _PAGE_SIZE:
                return names


def _named() -> Forbidden:
    return Forbidden("A document of an application still names this file; delete the application first.")
