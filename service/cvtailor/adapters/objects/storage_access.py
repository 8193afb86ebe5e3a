"""With what right Storage is asked: as the owner, or with the project's secret key."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cvtailor.domain.caller import Caller


class StorageAccess(Protocol):
    """What a request to Storage carries."""

    def headers(self, owner: Caller) -> Mapping[str, str]:
        """Returns the headers of one request on behalf of an owner; they are secret."""
        ...

    async def is_named(self, owner: Caller, path: str) -> bool:
        """Whether a document names the object, where Storage itself would not stop a deletion."""
        ...


@dataclass(frozen=True)
class AsOwner:
    """Asks as the owner: the project's own policies decide.

    Attributes:
        publishable_key: The project's publishable (or anon) key, which its gateway wants to see.
        token: Makes a token of the owner's, of a minute's life at most; asked anew for each request.
    """

    publishable_key: str = field(repr=False)
    token: Callable[[Caller], str] = field(repr=False)

    def headers(self, owner: Caller) -> Mapping[str, str]:
        """See ``StorageAccess.headers``."""
        return {"apikey": self.publishable_key, "authorization": f"Bearer {self.token(owner)}"}

    async def is_named(self, owner: Caller, path: str) -> bool:
        """See ``StorageAccess.is_named``; the policies of the project stop such a deletion."""
        return False


@dataclass(frozen=True)
class AsService:
    """Asks with the secret key, which no policy binds: our own checks stand in for them.

    Attributes:
        secret_key: The project's secret (or service_role) key.
        named: Whether a document of the owner's names an object; ``PostgresObjectIndex.named``.
    """

    secret_key: str = field(repr=False)
    named: Callable[[Caller, str], Awaitable[bool]]

    def headers(self, owner: Caller) -> Mapping[str, str]:
        """See ``StorageAccess.headers``; an ``sb_secret_`` key must stand in both headers alike."""
        return {"apikey": self.secret_key, "authorization": f"Bearer {self.secret_key}"}

    async def is_named(self, owner: Caller, path: str) -> bool:
        """See ``StorageAccess.is_named``."""
        return await self.named(owner, path)
