"""Looks at every process of the service, at Postgres and at the disk, every few seconds."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from benchmarks.scale.cluster import Cluster
from benchmarks.service_process import ServiceProcess
from benchmarks.soak.samples import API, TYPESETTER, WORKER, PostgresSeen, ProcessSeen, Sample, Samples

_WRITING_SECONDS_MAX = 30
_DATABASE = """
select (select count(*) from pg_stat_activity where backend_type = 'client backend') - 1,
  pg_database_size(current_database()),
  (select count(*) from public.generation_runs where finished_at is not null)
"""


class Watch:
    """Takes the samples.

    Attributes:
        samples: Those taken so far.
        children: Every process that belonged to one of the service's, with the time when it began.
    """

    def __init__(self, cluster: Cluster, api: ServiceProcess, temporary: Path, settle_seconds: float) -> None:
        """Takes what to look at, and how long after a fault things count as disturbed."""
        self.samples = Samples()
        self.children: dict[int, float] = {}
        self._cluster, self._api, self._temporary = cluster, api, temporary
        self._settle_seconds = settle_seconds
        self._undisturbed_from = 0.0
        self._faults = 0
        self._began = time.monotonic()

    @contextmanager
    def disturbed(self) -> Iterator[None]:
        """What is seen meanwhile, and until it has settled, is not judged."""
        self._faults += 1
        try:
            yield
        finally:
            self._faults -= 1
            self._undisturbed_from = time.monotonic() + self._settle_seconds

    async def look(self, every_seconds: float) -> None:
        """Takes samples for ever."""
        self._began = time.monotonic()
        while True:
            now = time.monotonic()
            await asyncio.to_thread(self.take)
            await asyncio.sleep(max(0.0, now + every_seconds - time.monotonic()))

    def take(self) -> None:
        """Takes one."""
        disturbed = self._is_disturbed()
        processes, postgres = tuple(self._processes()), self._postgres()
        store_kb, unfinished = self._store()
        temporary = unfinished + sum(1 for _ in self._temporary.iterdir())
        disturbed |= self._is_disturbed()
        seconds = time.monotonic() - self._began
        self.samples.append(Sample(seconds, disturbed, processes, postgres, store_kb, temporary))

    def _is_disturbed(self) -> bool:
        return bool(self._faults) or time.monotonic() < self._undisturbed_from

    def _processes(self) -> Iterator[ProcessSeen]:
        heads = {self._api.process.pid: API}
        heads |= {worker.process.pid: WORKER for worker in self._cluster.workers}
        for pid, role in heads.items():
            # Whoever was killed a moment ago is no longer there to be looked at.
            with suppress(psutil.NoSuchProcess):
                head = psutil.Process(pid)
                for process in (head, *head.children(recursive=True)):
                    with suppress(psutil.NoSuchProcess):
                        self.children[process.pid] = process.create_time()
                        yield _seen(process, role if process.pid == pid else TYPESETTER)

    def _postgres(self) -> PostgresSeen | None:
        try:
            with self._cluster.admin() as connection:
                connections, size, ended = connection.execute(_DATABASE).fetchone() or (0, 0, 0)
            head = psutil.Process(postmaster_pid(self._cluster))
            age_seconds, processes = time.time() - head.create_time(), head.children(recursive=True)
        except (psycopg.Error, OSError, psutil.NoSuchProcess):
            return None
        memory = 0
        for process in (head, *processes):
            with suppress(psutil.NoSuchProcess):
                memory += process.memory_full_info().uss
        return PostgresSeen(head.pid, age_seconds, memory / 1e6, connections, size / 1000, ended)

    def _store(self) -> tuple[float, int]:
        """Returns kB of the files, and how many are half written and not being written."""
        kilobytes, unfinished, recent = 0.0, 0, time.time() - _WRITING_SECONDS_MAX
        for file in self._cluster.folder.joinpath("objects").rglob("*"):
            with suppress(FileNotFoundError):
                if file.is_file():
                    seen = file.stat()
                    kilobytes += seen.st_size / 1000
                    unfinished += ".unfinished-" in file.name and seen.st_mtime < recent
        return kilobytes, unfinished


def postmaster_pid(cluster: Cluster) -> int:
    """Returns the number of the server's first process.

    Raises:
        OSError: It does not run.
    """
    return int((cluster.server.home / "data" / "postmaster.pid").read_text().split("\n", 1)[0])


def _seen(process: psutil.Process, role: str) -> ProcessSeen:
    with process.oneshot():
        return ProcessSeen(
            role,
            process.pid,
            time.time() - process.create_time(),
            process.memory_full_info().uss / 1e6,
            process.num_fds(),
            process.num_threads(),
        )
