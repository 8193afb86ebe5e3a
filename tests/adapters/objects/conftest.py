"""A Supabase project on this machine, and stores that keep their documents in it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina
from builders import a_caller
from cvtailor.adapters.objects.storage_access import AsOwner, AsService
from cvtailor.adapters.objects.supabase_store import SupabaseStore
from cvtailor.adapters.postgres.object_index import PostgresObjectIndex
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.domain.caller import Caller
from databases import Database
from minting import SIGNING_KEY, Mint
from storage_server import PUBLISHABLE_KEY, SECRET_KEY, StorageServer

_ATTEMPTS = 4


@pytest.fixture
def me() -> Caller:
    return a_caller()


@pytest.fixture
def mint() -> Mint:
    return Mint()


@pytest.fixture
def server(database: Database) -> Iterator[StorageServer]:
    with StorageServer(database.admin, SIGNING_KEY) as server:
        yield server


@pytest.fixture
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=_ATTEMPTS, cap=True):
        yield


@pytest.fixture
async def store(server: StorageServer, mint: Mint, no_pauses: None) -> AsyncIterator[SupabaseStore]:
    """Asks as the owner."""
    store = SupabaseStore(server.url, AsOwner(PUBLISHABLE_KEY, mint), timeout_seconds=5, attempts=_ATTEMPTS)
    yield store
    await store.close()


@pytest.fixture
async def service_store(
    server: StorageServer, sessions: UserSessions, no_pauses: None
) -> AsyncIterator[SupabaseStore]:
    """Asks with the secret key."""
    store = SupabaseStore(server.url, AsService(SECRET_KEY, PostgresObjectIndex(sessions).named))
    yield store
    await store.close()
