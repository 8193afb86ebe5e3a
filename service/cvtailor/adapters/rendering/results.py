"""What the service's process takes from its workers: results, and nothing that runs in it.

Workers answer in pickles, and a pickle may call whatever it can name. A worker that a document has broken
writes what it likes: here it can name what results are made of, and no more.
"""

import builtins
import inspect
import io
import pickle
from collections.abc import Callable, Iterable
from multiprocessing import connection
from typing import Any

import structlog
from pebble.common.types import RemoteException, Result, ResultStatus
from pebble.pool.process import Acknowledgement, TaskProblem, TaskResult

from cvtailor.adapters.confinement import Lock
from cvtailor.adapters.rendering.jobs import PackagesLost
from cvtailor.domain import errors
from cvtailor.domain.ats import PdfText
from cvtailor.domain.ports import PageFit, TypesetCv

_MESSAGE_BYTES_MAX = 256 << 20

log = structlog.get_logger(__name__)


class ForeignResult(Exception):
    """A worker answered a job with what no result is made of; none of its pool is to be trusted."""


class ResultReader(connection.Connection):
    """This process's end of a pipe to its workers; to a worker it goes as an end like any other."""

    def __reduce__(self) -> Any:
        """Keeps the reader here: ``reduce_connection`` makes a plain one of it."""
        return connection.reduce_connection(self)  # type: ignore[attr-defined]

    def recv(self) -> Any:
        """Receives a message of pebble's.

        Raises:
            PicklingError: It is none; to pebble the pool is broken then.
            OSError: It is too long; likewise.
        """
        try:
            return _message(self.recv_bytes(_MESSAGE_BYTES_MAX))
        except (EOFError, OSError):
            raise
        except Exception as fault:
            log.error("a typesetting process wrote what is no message", fault=type(fault).__name__)
            raise pickle.PicklingError("A typesetting process wrote what is no message.") from None


def _message(pickled: bytes) -> Any:
    unpickler = _Unpickler(io.BytesIO(pickled))
    try:
        message = unpickler.load()
    except (EOFError, OSError) as fault:  # Of the pickle, not of the pipe.
        raise pickle.UnpicklingError(str(fault)) from None
    if not _is_sound(message):
        raise pickle.UnpicklingError("It has another shape.")
    if unpickler.found_foreign and not isinstance(message, Acknowledgement):
        log.error("a typesetting process answered with what no result is made of")
        return TaskResult(message.task, Result(ResultStatus.ERROR, ForeignResult()))
    return message


def _is_sound(message: object) -> bool:
    """Whether pebble can do with a message what it does: a fault there would end the thread that reads."""
    match message:
        case Acknowledgement(worker=int(), task=int()):
            return True
        case TaskProblem(task=int(), error=Exception() | _Foreign()):
            return True
        case TaskResult(task=int(), result=Result(status=ResultStatus.SUCCESS)):
            return True
        case TaskResult(task=int(), result=Result(status=ResultStatus(), value=Exception() | _Foreign())):
            return True
    return False


class _Foreign:
    """Stands for what is no part of a result, so that the rest of the message can be read."""

    def __new__(cls, *_: object, **__: object) -> "_Foreign":
        return object.__new__(cls)

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


class _Unpickler(pickle.Unpickler):
    """Knows parts of results by name, and imports nothing."""

    found_foreign = False

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if part := _PARTS.get((module_name, global_name)):
            return part
        self.found_foreign = True
        return _Foreign


class _Filled:
    """Lets a pickle set the state of an object.

    Without such a method it could set that of the class as well, so whatever can be named has one.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


class _Function:
    """A function that a pickle may call, and not change."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function

    def __call__(self, *arguments: object) -> object:
        return self._function(*arguments)

    def __setstate__(self, state: object) -> None:
        raise pickle.UnpicklingError("A function has no state.")


def _by_name(parts: Iterable[Any]) -> dict[tuple[str, str], Any]:
    return {(part.__module__, part.__qualname__): part for part in parts}


def _subclasses(module: object, parent: type[Exception]) -> list[type[Exception]]:
    return [each for _, each in inspect.getmembers(module, inspect.isclass) if issubclass(each, parent)]


def _filled(message: type) -> type:
    return type(message.__name__, (_Filled, message), {})


def _rebuilt_error(kind: type[errors.CvtailorError], *parts: Any) -> errors.CvtailorError:
    if not issubclass(kind, errors.CvtailorError):
        raise pickle.UnpicklingError("This is no error.")
    return kind.rebuild(*parts)


def _with_traceback(error: Exception | _Foreign, traceback: str) -> Exception | _Foreign:
    if isinstance(error, Exception):
        RemoteException.rebuild_exception(error, str(traceback))  # type: ignore[no-untyped-call]
    return error


_MESSAGES = (Acknowledgement, Result, TaskProblem, TaskResult)
_ENUMS = (Lock, ResultStatus, errors.Reason)
_PARTS = {
    **{name: _filled(message) for name, message in _by_name(_MESSAGES).items()},
    **{name: _Function(enum) for name, enum in _by_name(_ENUMS).items()},
    **_by_name((PageFit, PdfText, TypesetCv, PackagesLost)),
    **_by_name(_subclasses(builtins, Exception)),
    **_by_name(_subclasses(errors, errors.CvtailorError)),
    (errors.__name__, "_rebuild"): _Function(_rebuilt_error),
    (RemoteException.__module__, "RemoteException.rebuild_exception"): _Function(_with_traceback),
}
"""What a worker may name. A new kind of result belongs here too."""
