"""What is left once every process of the service is gone."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import psutil
from cvtailor.adapters.postgres.embedded_server import Login

from benchmarks.load.driving import Kept, kept
from benchmarks.scale.cluster import Cluster
from benchmarks.soak.traffic import Traffic
from benchmarks.soak.watch import Watch
from tests.faults.state_checker import check

_SETTLE_SECONDS_MAX = 120
_LINGER_SECONDS_MAX = 10
_IN_PROGRESS = "select count(*) from dbos.workflow_status where status in ('PENDING', 'ENQUEUED')"
_DOCUMENTS = (
    "select coalesce(sum(size_bytes), 0) from (select distinct path, size_bytes from public.documents) d"
)


class Aftermath(NamedTuple):
    """What is left.

    Attributes:
        kept: Runs, and those that are lost.
        findings: What the state checker of the tests says of database and store.
        survivors: Processes that outlive those that started them.
        store_kb: Of the files.
        documents_kb: Of what runs say they left; the same, if nothing else lies there.
        temporary_files: Files that nobody takes away.
    """

    kept: Kept
    findings: list[str]
    survivors: list[int]
    store_kb: float
    documents_kb: float
    temporary_files: int


def settle(cluster: Cluster) -> None:
    """Returns once no run is in progress; gives up after a while, and the checker says what is stuck."""
    deadline = time.monotonic() + _SETTLE_SECONDS_MAX
    with cluster.admin() as connection:
        while time.monotonic() < deadline and (connection.execute(_IN_PROGRESS).fetchone() or (0,))[0]:
            time.sleep(0.1)


def look(cluster: Cluster, traffic: Traffic, watch: Watch, temporary: Path) -> Aftermath:
    """Checks everything; to be called once all processes have ended."""
    survivors = _survivors(watch.children)
    files = StoredFiles(cluster.folder / "objects")
    names = {person.user_id: person.word for person in traffic.people}
    with cluster.admin() as connection:
        found = check(connection, files, names, traffic.accepted)
        (documents,) = connection.execute(_DOCUMENTS).fetchone() or (0,)
    return Aftermath(
        kept(cluster.server.dsn(Login.ADMIN), traffic.accepted),
        [f"{finding.rule}: {finding.where}" for finding in found],
        survivors,
        files.size_bytes / 1000,
        float(documents) / 1000,
        len(list(temporary.iterdir())),
    )


class StoredFiles(Mapping[str, bytes]):
    """What a folder store holds, by path; read when it is asked for, because all of it is much."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            str(file.relative_to(folder)): file
            for file in folder.rglob("*")
            if file.is_file() and file.name != ".identity"
        }

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(file.stat().st_size for file in self._files.values())

    def __getitem__(self, path: str) -> bytes:
        return self._files[path].read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _survivors(children: Mapping[int, float]) -> list[int]:
    deadline = time.monotonic() + _LINGER_SECONDS_MAX
    while (alive := [pid for pid, began in children.items() if _lives(pid, began)]) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.1)
    return alive


def _lives(pid: int, began: float) -> bool:
    try:
        process = psutil.Process(pid)
        return bool(process.create_time() == began) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
