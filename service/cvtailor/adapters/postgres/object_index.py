"""The rows of ``storage.objects``, written and read as their owner."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncSession

from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden, WeMustFix
from cvtailor.domain.ports import NewObject

# No conflict target: hosted projects have had several unique indexes for a path. In order: of two
# transactions that enter the same paths, each would otherwise wait for the other.
_ADMIT = text("""
    insert into storage.objects (bucket_id, name, owner_id, metadata)
    select 'documents', path, :owner, jsonb_build_object('size', size_bytes, 'mimetype', media_type)
    from unnest(cast(:paths as text[]), cast(:sizes_bytes as bigint[]), cast(:media_types as text[]))
        as admitted (path, size_bytes, media_type)
    order by path
    on conflict do nothing
""")
_HOLDS = text("select exists (select from storage.objects where bucket_id = 'documents' and name = :path)")
_NAMED = text("select exists (select from public.documents where user_id = :owner and path = :path)")
# Hosted, a trigger stops whoever deletes rows but not files; ours are no files of Storage's.
_WITH_DELETION = text("select set_config('storage.allow_delete_query', 'true', true)")
_STRIKE = text("delete from storage.objects where bucket_id = 'documents' and name = :path returning name")
# The bounds keep the index scan to the owner's folder; 'g' follows every digit of a CV's id.
_PATHS = text("""
    select name from storage.objects
    where bucket_id = 'documents' and name > :after and name < :end and starts_with(name, :folder)
    order by name limit :at_most
""")

_REFUSED = "42501"
_NO_BUCKET = "23503"


class PostgresObjectIndex:
    """Answers for ``domain.ports.ObjectIndex``; each call is one short transaction as the owner."""

    def __init__(self, sessions: UserSessions) -> None:
        self._sessions = sessions

    async def admit(self, owner: Caller, objects: Sequence[NewObject]) -> None:
        """See ``ObjectIndex.admit``.

        Raises:
            Forbidden: The policies don't let this owner store there.
            WeMustFix: There is no bucket.
            Unavailable: Postgres does not answer.
        """
        columns = {
            "owner": str(owner.user_id),
            "paths": [each.path for each in objects],
            "sizes_bytes": [len(each.content) for each in objects],
            "media_types": [each.media_type for each in objects],
        }

        async def insert(session: AsyncSession) -> None:
            await session.execute(_ADMIT, columns)

        await self._transact(owner, insert)

    async def holds(self, owner: Caller, path: str) -> bool:
        """See ``ObjectIndex.holds``."""
        return await self._whether(owner, _HOLDS, path)

    async def named(self, owner: Caller, path: str) -> bool:
        """Whether a document of the owner's names an object, which then stays."""
        return await self._whether(owner, _NAMED, path)

    async def strike(self, owner: Caller, path: str) -> None:
        """See ``ObjectIndex.strike``."""

        async def delete(session: AsyncSession) -> bool:
            await session.execute(_WITH_DELETION)
            if (await session.execute(_STRIKE, {"path": path})).first() is not None:
                return False
            # A policy that protects a row passes over it in silence.
            return bool(await session.scalar(_HOLDS, {"path": path}))

        if await self._transact(owner, delete):
            raise Forbidden(
                "A document of an application still names this file; delete the application first."
            )

    async def paths(self, owner: Caller, after: str, at_most: int) -> Sequence[str]:
        """See ``ObjectIndex.paths``."""
        folder = f"{owner.user_id}/"
        bounds = {"folder": folder, "after": after or folder, "end": f"{folder}g", "at_most": at_most}

        async def select(session: AsyncSession) -> Sequence[str]:
            return (await session.scalars(_PATHS, bounds)).all()

        return await self._transact(owner, select)

    async def _whether(self, owner: Caller, question: Any, path: str) -> bool:
        async def ask(session: AsyncSession) -> bool:
            parameters = {"path": path}
            if question is _NAMED:
                parameters["owner"] = str(owner.user_id)
            return bool(await session.scalar(question, parameters))

        return await self._transact(owner, ask)

    async def _transact[T](self, owner: Caller, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        try:
            return await self._sessions.transact(owner, work)
        except exc.DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            if state == _REFUSED:
                raise Forbidden("The policies don't let this user store an object there.") from error
            if state == _NO_BUCKET:
                raise WeMustFix("The database has no bucket 'documents': run `cvtailor migrate`.") from error
            raise
