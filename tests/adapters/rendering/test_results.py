"""What a broken worker writes runs nothing in the service's process, and holds up no other job."""

import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import worker_jobs
from cvtailor.adapters.confinement import Lock
from cvtailor.adapters.rendering import results
from cvtailor.adapters.rendering.jobs import PackagesLost
from cvtailor.adapters.rendering.results import ForeignResult
from cvtailor.adapters.rendering.spawning import CleanSpawnContext
from cvtailor.domain.application import Theme
from cvtailor.domain.ats import PdfText
from cvtailor.domain.errors import RenderRefused, Unavailable
from cvtailor.domain.ports import PageFit, TypesetCv
from pebble.common import RemoteException, Result, ResultStatus
from pebble.pool.process import Acknowledgement, TaskProblem, TaskResult
from rendering_samples import text_cv
from typesetting_pools import pool
from worker_jobs import Calling


def received(pickled: bytes) -> object:
    """Sends a pickle through a pipe of the pool's, and returns what comes out."""
    reader, writer = CleanSpawnContext().Pipe(duplex=False)
    with reader, writer:
        writer.send_bytes(pickled)
        return reader.recv()


def succeeded(value: object) -> TaskResult:
    return TaskResult(7, Result(ResultStatus.SUCCESS, value))


def failed(error: object) -> TaskResult:
    return TaskResult(7, Result(ResultStatus.FAILURE, RemoteException(error, "where it was")))


@pytest.mark.parametrize("job", [worker_jobs.answer_with_a_call, worker_jobs.fail_with_a_call])
async def test_an_answer_that_calls_something_calls_nothing_and_the_next_job_is_served(
    job: Callable[[str], object], cache_dir: Path, tmp_path: Path
) -> None:
    async with pool(cache_dir) as typesetter:
        before = await typesetter._run(worker_jobs.process_id)
        with pytest.raises(RenderRefused, match="no result"):
            await typesetter._run(job, str(tmp_path / "made"))
        assert not (tmp_path / "made").exists()
        assert (await typesetter.render(text_cv("after"), Theme.CLASSIC)).pdf
        assert await typesetter._run(worker_jobs.process_id) != before


@pytest.mark.parametrize(
    "raw", [struct.pack("!i4s", 4, b"junk"), struct.pack("!iQ", -1, 1 << 40)], ids=["junk", "endless"]
)
async def test_noise_in_the_pipe_costs_the_workers_and_the_next_job_is_served(
    raw: bytes, cache_dir: Path
) -> None:
    async with pool(cache_dir) as typesetter:
        with pytest.raises(Unavailable):
            await typesetter._run(worker_jobs.write_past_the_pool, raw)
        assert (await typesetter.render(text_cv("after"), Theme.CLASSIC)).pdf


@pytest.mark.parametrize(
    "value",
    [
        (PageFit(pages=2, fill=0.5), TypesetCv(pdf=b"%PDF", typst="= A", yaml="cv:", missing_glyphs=("☃",))),
        (PageFit(pages=2, fill=0.5), None),
        (PdfText(extractor="pypdf", text="Ada", links=("https://example.org",)),),
        (b"\x89PNG", b"\x89PNG"),
        (Lock.FILES, Lock.CALLS),
    ],
)
def test_results_come_as_they_were_sent(value: object) -> None:
    message = received(pickle.dumps(succeeded(value)))
    assert message.result.value == value
    assert type(message.result.value[0]) is type(value[0])


@pytest.mark.parametrize(
    "error",
    [RenderRefused("Too long.", field="cv", line=3), PackagesLost("Gone."), MemoryError(), OSError(2, "No")],
)
def test_errors_come_as_they_were_raised(error: Exception) -> None:
    came = received(pickle.dumps(failed(error))).result.value
    assert type(came) is type(error)
    assert (came.args, str(came.__cause__)) == (error.args, "where it was")
    assert getattr(came, "line", None) == getattr(error, "line", None)


@pytest.mark.parametrize(
    "value",
    [
        Calling(os.getpid),
        Calling(eval, "1"),
        [{"deep": (Calling(getattr, "", "join"),)}],
        PageFit.model_construct(pages=Calling(os.getpid), fill=0.5),
        Path("/etc/passwd"),
    ],
)
def test_of_what_is_foreign_nothing_comes(value: object) -> None:
    result = received(pickle.dumps(succeeded(value))).result
    assert isinstance(result.value, ForeignResult)
    assert result.status is ResultStatus.ERROR


class Changeable:
    """A class without ``__setstate__``."""


def changing(module: str, name: str) -> bytes:
    """Pickles an instruction to give an attribute to what has that name, a class itself as it may be."""
    state = pickle.dumps((None, {"changed": True}), 2)[2:-1]
    return f"\x80\x02c{module}\n{name}\n".encode("latin-1") + state + pickle.BUILD + pickle.STOP


def test_nothing_that_can_be_named_can_be_changed() -> None:
    pickle.loads(changing(__name__, "Changeable"))  # noqa: S301  # Read as usual, it could be.
    assert Changeable.changed
    for name, part in results._PARTS.items():
        with pytest.raises(pickle.PicklingError):
            received(changing(*name))
        assert not hasattr(part, "changed")


@pytest.mark.parametrize(
    "pickled",
    [
        b"",
        b"no pickle",
        pickle.dumps("no message"),
        pickle.dumps(Acknowledgement("no process", 7)),
        pickle.dumps(TaskResult(["no", "number"], Result(ResultStatus.SUCCESS, 1))),
        pickle.dumps(TaskResult(7, "no result")),
        pickle.dumps(TaskResult(7, Result(ResultStatus.FAILURE, "no exception"))),
        pickle.dumps(TaskResult(7, Result(ResultStatus.FAILURE, SystemExit))),
        pickle.dumps(TaskProblem(7, KeyboardInterrupt)),
        pickle.dumps(succeeded(PageFit(pages=1, fill=0.5)))[:-9],
    ],
    ids=range(10),
)
def test_what_is_no_message_is_told_as_pebble_expects_it(pickled: bytes) -> None:
    with pytest.raises(pickle.PicklingError, match="no message"):
        received(pickled)
