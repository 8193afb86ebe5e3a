"""Runs over the real service: when what arrived, and where the time went."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2

from benchmarks.figures import median
from benchmarks.service_process import Client

BETWEEN = "between steps, and to the stream"


@dataclass
class Run:
    """One run, in ms from the call.

    Attributes:
        application_id: Whose documents they are.
        first_ms: The first event's arrival.
        stored_ms: The arrival of the event that says that the PDF is stored.
        total_ms: The arrival of the last event.
        steps_ms: What each step says it took, up to the stored PDF.
        layouts: How often the page fit laid the CV out.
        pages: Of the PDF.
        lines: Of the base CV.
        last: Name of the last event.
        fault: Why it failed, if it did.
    """

    application_id: str = ""
    first_ms: float = 0
    stored_ms: float = 0
    total_ms: float = 0
    steps_ms: dict[str, float] = field(default_factory=dict)
    layouts: int = 0
    pages: int = 0
    lines: int = 0
    last: str = ""
    fault: str = ""

    def see(self, event: event_pb2.ApplicationEvent, now_ms: float) -> None:
        """Notes what an event says."""
        self.application_id = event.application_id
        self.first_ms = self.first_ms or now_ms
        self.total_ms, self.last = now_ms, str(event.WhichOneof("event"))
        if event.HasField("failed"):
            self.fault = " ".join(str(event.failed).split())
        if not event.HasField("step_finished"):
            return
        finished = event.step_finished
        if not self.stored_ms:
            name = event_pb2.Step.Name(finished.step).removeprefix("STEP_").lower()
            self.steps_ms[name] = finished.duration.ToNanoseconds() / 1e6
        match finished.WhichOneof("result"):
            case "cv_read":
                self.lines = finished.cv_read.lines
            case "pages_fitted":
                self.layouts, self.pages = finished.pages_fitted.renders, finished.pages_fitted.pages
            case "rendered":
                self.stored_ms = now_ms


async def timed_run(client: Client, request: cv_generator_pb2.GenerateApplicationRequest) -> Run:
    """Runs to the last event.

    Raises:
        grpc.aio.AioRpcError: The service refuses the request.
    """
    run, began = Run(), time.perf_counter()
    async for event in client.events(request):
        if event.sequence:
            run.see(event, (time.perf_counter() - began) * 1000)
    return run


def steps_p50_ms(runs: Sequence[Run]) -> dict[str, float]:
    """Returns the median of each step, and of what no step accounts for, in ms."""
    parts = {name: [run.steps_ms[name] for run in runs if name in run.steps_ms] for name in runs[0].steps_ms}
    parts[BETWEEN] = [run.stored_ms - sum(run.steps_ms.values()) for run in runs]
    return {name: round(median(values), 1) for name, values in parts.items()}
