"""What every process stands on: the database, its events, and where documents are kept."""

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.objects.supabase_store import SupabaseStore
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.app.database import Logins, prepared_logins
from cvtailor.app.objects import objects_for
from cvtailor.domain.errors import CvtailorError
from cvtailor.domain.ports import RunLimits
from cvtailor.settings import Settings
from cvtailor.workflow.durable_runs import QUEUE

_OVERVIEW_CONNECTIONS = 2


@dataclass(frozen=True)
class Storage:
    """The adapters that keep things.

    Attributes:
        place: The same of all processes that keep documents in one place.
    """

    logins: Logins
    sessions: UserSessions
    overview: Overview
    records: PostgresRecords
    events: PostgresRunEvents
    objects: FolderStore | SupabaseStore
    place: str


async def opened_storage(settings: Settings, stack: AsyncExitStack) -> Storage:
    """Opens them; ``stack`` closes them.

    Raises:
        CvtailorError: Something does not answer, or a setting is wrong.
    """
    logins = await asyncio.to_thread(prepared_logins, settings, stack)
    sessions = UserSessions(service_engine(logins.service, pool_size=settings.database_pool_size))
    stack.push_async_callback(sessions.close)
    overview = Overview(service_engine(logins.engine, pool_size=_OVERVIEW_CONNECTIONS), QUEUE)
    stack.push_async_callback(overview.close)
    limits = RunLimits(open_max=settings.runs_per_user_max, per_hour_max=settings.runs_per_user_and_hour_max)
    events = PostgresRunEvents(
        sessions,
        overview,
        logins.service,
        heartbeat_seconds=settings.heartbeat_seconds,
        poll_seconds=settings.event_poll_seconds,
    )
    await events.start()
    stack.push_async_callback(events.close)
    objects = objects_for(settings, sessions)
    if isinstance(objects, SupabaseStore):
        stack.push_async_callback(objects.close)
    place = await place_of(settings, objects)
    return Storage(logins, sessions, overview, PostgresRecords(sessions, limits), events, objects, place)


async def place_of(settings: Settings, objects: FolderStore | SupabaseStore) -> str:
    """Returns what is the same of all processes that keep documents in one place.

    Raises:
        Unavailable: The folder can't be read or written.
    """
    if isinstance(objects, SupabaseStore):
        return f"supabase {settings.supabase_url}"
    return f"folder {await objects.identity()}"


async def tidy(objects: FolderStore) -> None:
    """Removes what crashes left, once the service answers: it walks all files, and what fails can wait."""
    with suppress(CvtailorError):
        await objects.remove_unfinished()
        await objects.remove_strays()
