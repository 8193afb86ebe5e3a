"""Typesetters of a test's own."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import worker_jobs
from cvtailor.adapters.rendering import RendercvTypesetter


@contextlib.asynccontextmanager
async def pool(cache_dir: Path, **settings: float) -> AsyncIterator[RendercvTypesetter]:
    defaults = {"workers": 1, "render_deadline_seconds": 10, "queue_max": 8, "renders_per_worker_max": 100}
    typesetter = RendercvTypesetter(**{**defaults, **settings}, cache_dir=cache_dir)
    with worker_jobs.known_to_workers():
        await typesetter.start()
        try:
            yield typesetter
        finally:
            await typesetter.close()
