"""While a run waits for a worker, the command line says which place it has."""

import io
from collections.abc import AsyncIterator

import grpc.aio
from cvtailor.cli.connection import Target, connect
from cvtailor.cli.display_many import Board
from cvtailor.cli.generate_many import Job
from cvtailor.cli.run_stream import events_of_run
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import (
    CvGeneratorServicer,
    add_CvGeneratorServicer_to_server,
)
from cvtailor.settings import Settings
from rich.console import Console

ACCEPTED = event_pb2.ApplicationEvent(sequence=1, accepted=event_pb2.Accepted())
STARTED = event_pb2.ApplicationEvent(
    sequence=2, step_index=1, step_started=event_pb2.StepStarted(step=event_pb2.STEP_READ_CV)
)
LAST = event_pb2.ApplicationEvent(sequence=3, completed=event_pb2.Completed())


def heartbeat(place: int) -> event_pb2.ApplicationEvent:
    return event_pb2.ApplicationEvent(heartbeat=event_pb2.Heartbeat(queue_position=place))


class Waiting(CvGeneratorServicer):
    """Tells of a run that moves up in the queue, then begins."""

    async def GenerateApplication(  # noqa: N802
        self, request: cv_generator_pb2.GenerateApplicationRequest, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[cv_generator_pb2.GenerateApplicationResponse]:
        for event in (ACCEPTED, heartbeat(3), heartbeat(1), STARTED, heartbeat(0), LAST):
            yield cv_generator_pb2.GenerateApplicationResponse(event=event)


async def test_places_are_told_aside_and_the_log_stays_as_it_is() -> None:
    server = grpc.aio.server()
    add_CvGeneratorServicer_to_server(Waiting(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    places: list[int] = []
    try:
        async with connect(Target(server=f"127.0.0.1:{port}", token="any"), Settings()) as connection:
            request = cv_generator_pb2.GenerateApplicationRequest(request_id="x")
            events = [event async for event in events_of_run(connection, request, places.append)]
    finally:
        await server.stop(0)
    assert places == [3, 1]
    assert [event.sequence for event in events] == [1, 2, 3]


def board_of(job: Job) -> str:
    console = Console(file=io.StringIO(), width=120)
    with console.capture() as shown:
        console.print(Board(console, [job], shown=True)._table())
    return shown.get()


def test_the_board_of_several_ads_tells_it_until_the_run_begins() -> None:
    job = Job("nurse.txt", cv_generator_pb2.GenerateApplicationRequest(), last=ACCEPTED, place=3)
    assert "Waiting: place 3 in the queue" in board_of(job)
    job.last = STARTED
    assert "Read the CV" in board_of(job)
