"""What is done every few minutes, as the settings say."""

from datetime import timedelta

from cvtailor.adapters.postgres.housekeeping import Kept, purge
from cvtailor.adapters.postgres.overview import Overview
from cvtailor.domain.ports import ObjectStore
from cvtailor.settings import Settings
from cvtailor.steps.sweep_files import sweep_files
from cvtailor.workflow.durable_runs import DurableRuns
from cvtailor.workflow.housekeeping import Chore, Housekeeping


def housekeeping_for(
    settings: Settings, overview: Overview, runs: DurableRuns, objects: ObjectStore
) -> Housekeeping:
    """Returns the housekeeping, not started."""

    async def sweep(at_most: int) -> int:
        orphans = await overview.orphaned_files(settings.orphan_hours * 3600, at_most)
        return await sweep_files(orphans, objects)

    def purging(kept: Kept, days: float) -> Chore:
        return lambda at_most: purge(overview, kept, timedelta(days=days), at_most)

    days_kept = {
        Kept.REQUESTS: settings.request_retention_days,
        Kept.EVENTS: settings.event_retention_days,
        Kept.MODEL_CALLS: settings.model_call_retention_days,
        Kept.PERSONAL_DATA_LOG: settings.personal_data_log_retention_days,
    }
    chores: dict[str, Chore] = {"journal": runs.purge_journal, "files": sweep}
    chores |= {kept.name.lower(): purging(kept, days) for kept, days in days_kept.items() if days is not None}
    return Housekeeping(chores, settings.housekeeping_seconds)
