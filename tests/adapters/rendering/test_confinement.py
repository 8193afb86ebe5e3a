"""What a worker may do once it is warm: compute. Everything else is tried here, through the real pool."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import breakouts
import pytest
import pytest_asyncio
import worker_jobs
from breakouts import Targets
from cvtailor.adapters.confinement import Lock, landlock
from cvtailor.adapters.rendering import RendercvTypesetter
from cvtailor.domain.application import Theme
from cvtailor.domain.errors import InvalidInput, RenderRefused
from rendering_samples import full_cv

READS_ARE_LOCKED = landlock.version() > 0
CALLS_ARE_LOCKED = "Seccomp:" in Path("/proc/self/status").read_text()
READ_ANY_FILE = 1 << 2


@contextlib.asynccontextmanager
async def pool(
    cache_dir: Path,
    start: Callable[[Path, int], None] = breakouts.start_worker,
    workers: int = 2,
    renders_per_worker_max: int = 100,
    must_be_confined: bool = False,
) -> AsyncIterator[RendercvTypesetter]:
    typesetter = RendercvTypesetter(
        workers, 10, 8, renders_per_worker_max, cache_dir, must_be_confined=must_be_confined
    )
    with worker_jobs.known_to_workers(start):
        try:
            await typesetter.start()
            yield typesetter
        finally:
            await typesetter.close()


@pytest_asyncio.fixture(scope="module")
async def confined(cache_dir: Path) -> AsyncIterator[RendercvTypesetter]:
    async with pool(cache_dir) as typesetter:
        yield typesetter


def workers_of(typesetter: RendercvTypesetter) -> tuple[int, ...]:
    return tuple(typesetter._pool._pool_manager.worker_manager.workers)


def names_in(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(file.name for file in folder.glob(pattern))


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def states_of(process: int, field: str) -> list[str]:
    """Returns what the kernel says of each thread of a process."""
    states = [file.read_text() for file in Path(f"/proc/{process}/task").glob("*/status")]
    return [line.split()[1] for state in states for line in state.splitlines() if line.startswith(field)]


def targets(typesetter: RendercvTypesetter, cache_dir: Path, tmp_path: Path) -> Targets:
    cv = tmp_path / "cv.yaml"
    cv.write_text("cv:\n  name: Somebody Else")
    package = next(cache_dir.rglob("fontawesome/*/lib.typ"))
    return Targets(cv, package, os.getpid(), workers_of(typesetter))


@pytest.mark.parametrize(
    ("kind", "is_locked"),
    [("READING", READS_ARE_LOCKED), ("BY_PYTHON", True), ("NATIVELY", CALLS_ARE_LOCKED)],
)
async def test_a_worker_can_only_compute(
    kind: str, is_locked: bool, confined: RendercvTypesetter, cache_dir: Path, tmp_path: Path
) -> None:
    at = targets(confined, cache_dir, tmp_path)
    if is_locked:
        ends = await confined._run(breakouts.try_out, kind, at)
        assert ends == dict.fromkeys(ends, "PermissionError")
    else:
        assert confined.missing_locks
    assert (await confined.render(full_cv(), Theme.CLASSIC)).pdf
    assert workers_of(confined) == at.workers
    assert names_in(tmp_path) == ["cv.yaml"]


async def test_the_filter_holds_for_all_threads_of_a_worker(confined: RendercvTypesetter) -> None:
    for worker in workers_of(confined):
        modes = states_of(worker, "Seccomp:")
        assert modes == ["2", "2"] * CALLS_ARE_LOCKED  # its own thread and Typst's


async def test_a_worker_that_had_a_thread_before_its_files_were_locked_is_not_called_locked(
    cache_dir: Path,
) -> None:
    async with pool(cache_dir, breakouts.start_worker_with_a_thread, workers=1) as typesetter:
        assert Lock.FILES in typesetter.missing_locks


async def test_the_service_says_which_lock_the_kernel_refuses(confined: RendercvTypesetter) -> None:
    has = {Lock.FILES: READS_ARE_LOCKED, Lock.CALLS: CALLS_ARE_LOCKED}
    assert confined.missing_locks == tuple(lock for lock, is_there in has.items() if not is_there)


async def test_on_an_old_kernel_nothing_starts_if_it_must_be_confined(cache_dir: Path) -> None:
    with pytest.raises(InvalidInput, match=r"it could read any file .* and make any system call"):
        async with pool(cache_dir, breakouts.start_worker_on_an_old_kernel, must_be_confined=True):
            pytest.fail("it started")


async def test_on_an_old_kernel_it_works_says_so_and_python_is_still_held(
    cache_dir: Path, tmp_path: Path
) -> None:
    async with pool(cache_dir, breakouts.start_worker_on_an_old_kernel) as typesetter:
        assert typesetter.missing_locks == (Lock.FILES, Lock.CALLS)
        at = targets(typesetter, cache_dir, tmp_path)
        ends = await typesetter._run(breakouts.try_out, "BY_PYTHON", at)
        assert ends == dict.fromkeys(ends, "PermissionError")
        assert (await typesetter.render(full_cv(), Theme.CLASSIC)).pdf


@pytest.mark.parametrize(
    ("job", "why"), [(breakouts.take_2_gigabytes, "MemoryError"), (breakouts.recurse, "RecursionError")]
)
async def test_a_job_that_wants_too_much_is_refused_and_the_next_one_served(
    job: Callable[[], None], why: str, confined: RendercvTypesetter
) -> None:
    with pytest.raises(RenderRefused, match=why):
        await confined._run(job)
    assert (await confined.render(full_cv(), Theme.CLASSIC)).pdf


async def test_not_even_roots_worker_can_do_what_root_can(confined: RendercvTypesetter) -> None:
    for worker in workers_of(confined):
        assert {int(rights, 16) for rights in states_of(worker, "CapPrm:")} <= {0, READ_ANY_FILE}
    assert await confined._run(breakouts.raise_a_limit) == "not allowed to raise maximum limit"


async def test_a_worker_knows_nothing_of_the_service_s_environment(
    cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVTAILOR_JOURNAL_KEY", "the-key-of-the-journal")
    async with pool(cache_dir, workers=1) as typesetter:
        assert not [name for name in await typesetter._run(breakouts.known_variables) if "CVTAILOR" in name]
        (worker,) = workers_of(typesetter)
        assert b"the-key" not in environment_of(worker)


async def test_two_workers_have_an_empty_folder_each(confined: RendercvTypesetter) -> None:
    found = await asyncio.gather(*(confined._run(breakouts.private_folder) for _ in range(8)))
    assert not any(files for _, files in found)
    workers = {and_root for and_root, _ in found}
    assert len({root for (_, root), _ in found}) == len(workers)


async def test_the_folder_of_a_worker_goes_when_the_next_comes_or_the_pool_ends(tmp_path: Path) -> None:
    async with pool(tmp_path, workers=1, renders_per_worker_max=2) as typesetter:
        roots = [(await typesetter._run(breakouts.private_folder))[0][1] for _ in range(2)]
        assert roots[0] != roots[1]
        assert roots[0] not in names_in(tmp_path)
    assert not names_in(tmp_path, "typst-root-*")


async def test_the_folder_of_a_killed_service_is_swept_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "typst-root-left"
    left.mkdir()
    async with pool(tmp_path, workers=1):
        assert not left.exists()


async def test_a_job_that_kills_its_worker_hurts_no_other(confined: RendercvTypesetter) -> None:
    rendering = [asyncio.create_task(confined.render(full_cv(), Theme.CLASSIC)) for _ in range(6)]
    with pytest.raises(RenderRefused, match="exit code -9"):
        await confined._run(worker_jobs.die)
    assert all(await asyncio.gather(*rendering))
