"""A press in this process, and a typesetter with two workers, each started once."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
import worker_jobs
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.adapters.rendering.press import Press
from cvtailor.domain.application import Theme
from cvtailor.domain.ports import RenderedCv
from cvtailor.domain.tailored_cv import TailoredCv

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rendering")


@pytest.fixture(scope="session")
def press(cache_dir: Path) -> Press:
    return Press(cache_dir)


@pytest.fixture(scope="session")
def render(press: Press):
    def rendered(cv: TailoredCv, theme: Theme = Theme.CLASSIC) -> RenderedCv:
        return press.render(cv, theme, TODAY)

    return rendered


@pytest_asyncio.fixture(scope="session")
async def typesetter(cache_dir: Path) -> AsyncIterator[RendercvTypesetter]:
    typesetter = RendercvTypesetter(
        workers=2,
        render_deadline_seconds=10,
        queue_max=300,
        renders_per_worker_max=10_000,
        cache_dir=cache_dir,
        today=lambda: TODAY,
    )
    with worker_jobs.known_to_workers():
        await typesetter.start()
    yield typesetter
    await typesetter.close()
