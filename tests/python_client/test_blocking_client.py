"""The blocking client does what the asynchronous one does, for programs without an event loop."""

import inspect
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cvtailor_client import CvTailor as Asynchronous
from cvtailor_client import GenerationOptions, InvalidRequest, RunEvents, sync
from cvtailor_client.sync import CvTailor

from benchmarks.service_process import EXAMPLES, ServiceProcess

CV = EXAMPLES / "engineer" / "cv.yaml"
JOB = EXAMPLES / "engineer" / "job.txt"
ASKING = "Engineer\n\nRequirements\n- Kotlin in production\n- Python in production\n- Fluent English\n"


@pytest.fixture
def blocking(service: ServiceProcess) -> Iterator[CvTailor]:
    with CvTailor(service.address, lambda refused: service.token) as client:
        yield client


def parameters(method: object) -> list[tuple[str, object, object]]:
    signature = inspect.signature(method)  # type: ignore[arg-type]
    return [(p.name, p.kind, p.default) for p in signature.parameters.values()]


def public(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")}


def test_it_has_the_same_methods_with_the_same_parameters() -> None:
    assert public(CvTailor) == public(Asynchronous)
    for name in public(CvTailor) | {"__init__"}:
        assert parameters(getattr(CvTailor, name)) == parameters(getattr(Asynchronous, name)), name
    assert public(sync.RunEvents) - {"close"} == public(RunEvents) - {"aclose"}


def test_a_run_is_told_and_its_cv_downloaded(blocking: CvTailor, tmp_path: Path) -> None:
    told = list(blocking.generate(CV, JOB))
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    id = told[-1].application_id
    assert blocking.download_to(id, "cv.pdf", tmp_path).read_bytes() == blocking.download(id, "cv.pdf")
    assert id in [application.id for application in blocking.list(page_size=1)]
    with pytest.raises(InvalidRequest):
        blocking.get("none")


def test_waiting_for_a_run_tells_every_event(blocking: CvTailor) -> None:
    seen: list[int] = []
    made = blocking.tailor(CV, JOB, on_event=lambda event: seen.append(event.sequence))
    assert made.application.documents
    assert seen == list(range(1, len(seen) + 1))


def test_several_threads_use_one_client(blocking: CvTailor) -> None:
    with ThreadPoolExecutor(3) as threads:
        runs = list(threads.map(lambda _: [event.sequence for event in blocking.generate(CV, JOB)], range(3)))
    assert all(run == list(range(1, len(run) + 1)) for run in runs)


def test_leaving_a_run_early_leaves_the_client_usable(blocking: CvTailor) -> None:
    for left in blocking.generate(CV, JOB):
        if left.accepted:
            break
    with blocking.generate(CV, JOB) as events:
        next(events)
    with pytest.raises(StopIteration):
        next(events)
    assert blocking.get(left.application_id).id == left.application_id


def test_closing_ends_what_other_threads_wait_for_and_its_own(service: ServiceProcess) -> None:
    reached = threading.Event()

    def read(client: CvTailor) -> None:
        for event in client.generate(CV, ASKING, options=GenerationOptions(interactive=True)):
            if event.question_asked:
                reached.set()

    with ThreadPoolExecutor(1) as threads:
        with CvTailor(service.address, service.token) as client:
            reading = threads.submit(read, client)
            assert reached.wait(timeout=20)
        with pytest.raises(RuntimeError, match="closed"):
            reading.result(timeout=10)
    with pytest.raises(RuntimeError, match="not open"):
        client.health()
    assert not [thread for thread in threading.enumerate() if thread.name == "cvtailor-client"]
