"""The typesetter port on a pool of warm worker processes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, cast

import structlog
from pebble import ProcessExpired, ProcessPool

from cvtailor.adapters.confinement import Lock
from cvtailor.adapters.rendering import jobs
from cvtailor.adapters.rendering.empty_folder import sweep
from cvtailor.adapters.rendering.kept import Kept
from cvtailor.adapters.rendering.results import ForeignResult
from cvtailor.adapters.rendering.spawning import CleanSpawnContext
from cvtailor.domain.application import Density, Theme
from cvtailor.domain.ats import PdfText
from cvtailor.domain.clock import today
from cvtailor.domain.errors import CvtailorError, InvalidInput, RenderRefused, RenderTimeout, Unavailable
from cvtailor.domain.ports import PageFit, RenderedCv, TypesetCv
from cvtailor.domain.tailored_cv import TailoredCv
from cvtailor.telemetry.metrics import RENDER_SECONDS, RENDER_WORKERS_LOST
from cvtailor.telemetry.spans import span

START_SECONDS_MAX = 120.0
_CPU_SECONDS_TO_START = 120

log = structlog.get_logger(__name__)

type _Variant = tuple[TailoredCv, Theme, date, Density]


class RendercvTypesetter:
    """Typesets, and reads PDFs, in processes that are warm, bounded, confined and replaceable.

    Args:
        workers: Processes; each does one job at a time, on one thread.
        render_deadline_seconds: A job that runs longer is killed with its worker; waiting for a worker
            doesn't count.
        queue_max: Jobs that may wait for a worker.
        renders_per_worker_max: Jobs after which a worker is replaced.
        cache_dir: Folder for the Typst packages, which are made on first use.
        today: The date in the PDF's metadata, and what ``present`` means.
        must_be_confined: Whether it does not start where the kernel lacks one of the workers' locks.
    """

    def __init__(
        self,
        workers: int,
        render_deadline_seconds: float,
        queue_max: int,
        renders_per_worker_max: int,
        cache_dir: Path,
        today: Callable[[], date] = today,
        must_be_confined: bool = False,
    ) -> None:
        self._workers = workers
        self._deadline_seconds = render_deadline_seconds
        self._jobs_max = workers + queue_max
        self._renders_per_worker_max = renders_per_worker_max
        self._cache_dir = cache_dir
        self._today = today
        self._must_be_confined = must_be_confined
        self._pool: ProcessPool | None = None
        self._changing_pool = asyncio.Lock()
        self._jobs = 0
        self._kept = Kept[_Variant, TypesetCv]()
        self._begun = Kept[str | bytes, asyncio.Task[Any]]()
        self._missing_locks: tuple[Lock, ...] | None = None

    @property
    def workers(self) -> int:
        """Number of processes, once they are started."""
        return self._workers if self._pool else 0

    @property
    def busy(self) -> int:
        """Jobs that a worker has in hand."""
        return min(self._jobs, self._workers)

    @property
    def waiting(self) -> int:
        """Jobs that wait for a worker."""
        return self._jobs - self.busy

    @property
    def missing_locks(self) -> tuple[Lock, ...]:
        """Locks that the kernel does not give the workers; none before they are started."""
        return self._missing_locks or ()

    async def start(self) -> None:
        """Starts the workers, returns when the first one is warm, and logs which lock it is without.

        Raises:
            Unavailable: No worker came up.
            InvalidInput: A lock is missing, and none may be.
        """
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                missing = await self._run(jobs.ready)
        except (TimeoutError, CvtailorError) as error:
            raise Unavailable("No typesetting process came up; its own output says why.") from error
        if missing and self._must_be_confined:
            raise InvalidInput(
                f"Were a typesetting process broken, it could {' and '.join(missing)}. Use a kernel with "
                "Landlock and seccomp, or unset CVTAILOR_RENDER_MUST_BE_CONFINED."
            )
        if missing and self._missing_locks is None:
            log.warning("typesetting processes could be confined further", could=[*missing])
        self._missing_locks = missing

    async def close(self) -> None:
        """Stops the workers; a job that still runs fails with Unavailable."""
        async with self._changing_pool:
            pool, self._pool = self._pool, None
            if pool:
                await asyncio.to_thread(self._stop, pool)

    async def check(self) -> None:
        """Raises Unavailable unless the workers are running."""
        if self._pool is None or not self._pool.active:
            raise Unavailable("The typesetting processes are not running.")

    async def measure(
        self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL, page_limit: int = 0
    ) -> PageFit:
        """Lays the CV out, and keeps its PDF if it takes no more pages than that; see the port."""
        variant = (cv, theme, self._today(), density)
        fit, made = await self._run(jobs.lay_out, *variant, page_limit)
        if made:
            self._kept.put(variant, made)
        return fit

    async def typeset(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> TypesetCv:
        """Makes the PDF and its sources, or takes what ``measure`` has kept; see the port."""
        variant = (cv, theme, self._today(), density)
        if kept := self._kept.taken(variant):
            return kept
        return await self._run(jobs.typeset, *variant)

    def foresee(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> None:
        """Begins with the pictures of what ``measure`` has kept, and to read it back; see the port."""
        if made := self._kept.seen((cv, theme, self._today(), density)):
            self._begin(jobs.pictures, made.typst)
            self._begin(jobs.read_back, made.pdf)

    async def pictures(self, made: TypesetCv) -> tuple[bytes, ...]:
        """Makes pictures of the pages; see the port."""
        return await self._finished(jobs.pictures, made.typst)

    async def render(self, cv: TailoredCv, theme: Theme, density: Density = Density.NORMAL) -> RenderedCv:
        """Makes the PDF, its sources and its pictures; see the port."""
        made = await self.typeset(cv, theme, density)
        return RenderedCv(**made.model_dump(), page_pngs=await self.pictures(made))

    async def read(self, pdf: bytes) -> tuple[PdfText, ...]:
        """Reads a PDF with each extractor (``PdfTextReader``).

        Raises:
            RenderRefused: An extractor can't open the file, or takes too long.
            Unavailable: Every worker is busy and the queue is full.
        """
        try:
            return await self._finished(jobs.read_back, pdf)
        except RenderTimeout:
            raise RenderRefused(
                f"The PDF took longer than {self._deadline_seconds:g} seconds to read back."
            ) from None

    def _begin[T](self, job: Callable[[str], T] | Callable[[bytes], T], asked: str | bytes) -> None:
        begun = asyncio.create_task(self._run(job, asked))
        begun.add_done_callback(_seen)
        self._begun.put(asked, begun)

    async def _finished[T](self, job: Callable[[str], T] | Callable[[bytes], T], asked: str | bytes) -> T:
        """Returns what was begun with; does it now if nothing was, or no worker was free for it."""
        if begun := self._begun.taken(asked):
            with suppress(Unavailable):
                return cast("T", await begun)
        return await self._run(job, asked)

    async def _run[T](self, job: Callable[..., T], *arguments: Any) -> T:
        named = {"job": job.__name__}
        with span("typeset", named), RENDER_SECONDS.timed(named):
            return await self._done(job, *arguments)

    async def _done[T](self, job: Callable[..., T], *arguments: Any, again: bool = True) -> T:
        if self._jobs >= self._jobs_max:
            raise Unavailable(f"All {self._workers} typesetting processes are busy and the queue is full.")
        self._jobs += 1
        try:
            pool = await self._running_pool()
            future = pool.schedule(job, args=arguments, timeout=self._deadline_seconds)
        except BaseException:
            self._jobs -= 1
            raise
        result: asyncio.Future[T] = asyncio.wrap_future(future)
        result.add_done_callback(self._job_done)
        try:
            # A caller that goes away doesn't cancel the job: pebble would kill the worker, and a job
            # takes milliseconds where a new worker takes seconds.
            return await asyncio.shield(result)
        except TimeoutError:
            RENDER_WORKERS_LOST.tell(1, {"cause": "deadline"})
            raise RenderTimeout(
                f"The CV took longer than {self._deadline_seconds:g} seconds to typeset; shorten it."
            ) from None
        except ProcessExpired as error:
            RENDER_WORKERS_LOST.tell(1, {"cause": "died"})
            # Whoever killed it, the kernel for want of memory, may have meant no job in particular.
            if again:
                return await self._done(job, *arguments, again=False)
            raise RenderRefused(
                f"Typesetting the CV ended its process (exit code {error.exitcode})."
            ) from None
        except jobs.PackagesLost:
            await self._discard(pool)
            if again:
                return await self._done(job, *arguments, again=False)
            raise
        except ForeignResult:
            await self._discard(pool)
            raise RenderRefused("Typesetting the CV ended in what is no result.") from None
        except RuntimeError as error:
            raise Unavailable("The typesetting processes are being restarted.") from error

    def _job_done(self, result: asyncio.Future[Any]) -> None:
        self._jobs -= 1
        if not result.cancelled():
            result.exception()  # Seen, even if the caller has gone away.

    async def _running_pool(self) -> ProcessPool:
        """Returns the pool; starts it, and starts it anew when it is broken."""
        async with self._changing_pool:
            if self._pool and not self._pool.active:
                await self._stop_broken(self._pool)
            if self._pool is None:
                self._pool = await self._started_pool()
            return self._pool

    async def _started_pool(self) -> ProcessPool:
        """Returns a new pool; if nobody waits for it any more, its processes do not stay behind."""
        starting = asyncio.create_task(asyncio.to_thread(self._start_pool))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            with suppress(Unavailable):
                await asyncio.to_thread(self._stop, await starting)
            raise

    async def _discard(self, pool: ProcessPool) -> None:
        """Stops a pool whose workers are of no use, unless another caller has done so."""
        async with self._changing_pool:
            if self._pool is pool:
                await self._stop_broken(pool)

    async def _stop_broken(self, pool: ProcessPool) -> None:
        self._pool = None
        RENDER_WORKERS_LOST.tell(self._workers, {"cause": "pool"})
        await asyncio.to_thread(self._stop, pool)

    def _start_pool(self) -> ProcessPool:
        cpu_seconds_max = int(self._renders_per_worker_max * self._deadline_seconds) + _CPU_SECONDS_TO_START
        pool = ProcessPool(
            max_workers=self._workers,
            max_tasks=jobs.JobsPerWorker(self._renders_per_worker_max),
            initializer=jobs.start_worker,
            initargs=(self._cache_dir, cpu_seconds_max),
            context=CleanSpawnContext(),
        )
        try:
            started = pool.active  # Asking starts it.
        except OSError as error:
            raise Unavailable(f"The typesetting processes can't be started: {error.strerror}.") from error
        if not started:
            raise Unavailable("The typesetting processes can't be started.")
        return pool

    def _stop(self, pool: ProcessPool) -> None:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
        sweep(self._cache_dir)


def _seen(begun: asyncio.Task[Any]) -> None:
    if not begun.cancelled():
        begun.exception()  # Whoever asks for it meets it; nobody may.
