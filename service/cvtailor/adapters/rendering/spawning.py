"""Processes that start from nothing of their parent's."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.popen_spawn_posix import Popen
from types import ModuleType

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
    """The spawn start method with processes that leave the parent's main module alone."""

    Process = _CleanProcess


@contextmanager
def _main_module_hidden() -> Iterator[None]:
    with _hiding:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
