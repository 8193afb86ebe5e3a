"""Processes that start from nothing of their parent's, and can run nothing in it."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.popen_spawn_posix import Popen
from types import ModuleType

from cvtailor.adapters.rendering.results import ResultReader

_hiding = threading.Lock()


class _CleanProcess(SpawnProcess):
    """A spawned process that doesn't import its parent's main module again.

    Plain spawn runs the script that started the service once more in each worker: a second service
    where the script has no main guard, and the weight of all its imports where it has one.
    """

    @staticmethod
    def _Popen(process_obj: SpawnProcess) -> Popen:  # type: ignore[override]  # noqa: N802
        with _main_module_hidden():
            return SpawnProcess._Popen(process_obj)  # noqa: SLF001


class CleanSpawnContext(SpawnContext):
    """The spawn start method with processes that leave the parent's main module alone.

    What they send through pipes is read as results, and as nothing else.
    """

    Process = _CleanProcess

    def Pipe(self, duplex: bool = True) -> tuple[Connection, Connection]:  # noqa: N802
        """Returns the two ends of a pipe: the reading one, and the writing one.

        Raises:
            ValueError: It is to be one of both directions.
        """
        if duplex:
            raise ValueError("Results come from one end only.")
        reading, writing = os.pipe()
        return ResultReader(reading, writable=False), Connection(writing, readable=False)


@contextmanager
def _main_module_hidden() -> Iterator[None]:
    with _hiding:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
