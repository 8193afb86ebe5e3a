"""Deletes what is older than it is kept, some rows at a time, whoever's they are."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import text

from cvtailor.adapters.postgres.overview import Overview


class Kept(StrEnum):
    """What grows old; each has a function of the database's that deletes it."""

    REQUESTS = "purge_requests"
    EVENTS = "purge_events"
    MODEL_CALLS = "purge_model_calls"
    PERSONAL_DATA_LOG = "purge_personal_data_log"


_PURGES = {
    Kept.REQUESTS: text("select cvtailor.purge_requests(:older_than, :at_most)"),
    Kept.EVENTS: text("select cvtailor.purge_events(:older_than, :at_most)"),
    Kept.MODEL_CALLS: text("select cvtailor.purge_model_calls(:older_than, :at_most)"),
    Kept.PERSONAL_DATA_LOG: text("select cvtailor.purge_personal_data_log(:older_than, :at_most)"),
}


async def purge(overview: Overview, kept: Kept, older_than: timedelta, at_most: int) -> int:
    """Deletes the oldest of those that are older than that; several processes may do so at once.

    Returns:
        How many; less than ``at_most`` if none is left.

    Raises:
        Unavailable: Postgres does not answer.
    """
    ((deleted,),) = await overview.ask(_PURGES[kept], {"older_than": older_than, "at_most": at_most})
    return int(deleted)
