"""Follows a run to its last event, through broken connections."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import grpc.aio

from cvtailor.cli.connection import Connection
from cvtailor.cli.display import Display
from cvtailor.cli.refusals import reason_of
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2

_TRIES_TO_CONNECT = 2
_TRIES_TO_REATTACH = 6
_LAST = frozenset({"completed", "failed", "cancelled"})

type RunRequest = (
    cv_generator_pb2.GenerateApplicationRequest
    | cv_generator_pb2.ReviseApplicationRequest
    | cv_generator_pb2.WatchApplicationRequest
)
type _Answers = (
    grpc.aio.UnaryStreamCall[Any, cv_generator_pb2.GenerateApplicationResponse]
    | grpc.aio.UnaryStreamCall[Any, cv_generator_pb2.ReviseApplicationResponse]
    | grpc.aio.UnaryStreamCall[Any, cv_generator_pb2.WatchApplicationResponse]
)


async def events_of_run(
    connection: Connection, request: RunRequest, waits: Callable[[int], None] = lambda _: None
) -> AsyncIterator[event_pb2.ApplicationEvent]:
    """Yields the logged events of the run that a request starts or names, to the last one.

    Args:
        connection: Of the service.
        request: Starts or names the run.
        waits: Is told its place among the runs that wait for a worker, 1 for the next, until it begins.

    Raises:
        grpc.aio.AioRpcError: The request is refused, or the service stays away.
    """
    watch = cv_generator_pb2.WatchApplicationRequest()
    attached, tries = isinstance(request, cv_generator_pb2.WatchApplicationRequest), 0
    if isinstance(request, cv_generator_pb2.WatchApplicationRequest):
        watch.CopyFrom(request)
    while True:
        answers = _opened(connection, watch if attached else request)
        try:
            async for answer in answers:
                event, tries, attached = answer.event, 0, True
                watch.application_id = event.application_id
                if event.sequence == 0:
                    if event.heartbeat.queue_position:
                        waits(event.heartbeat.queue_position)
                    continue
                watch.after_sequence = event.sequence
                yield event
                if event.WhichOneof("event") in _LAST:
                    return
        except grpc.aio.AioRpcError as error:
            # The request id makes it safe to ask again, even if the first answer never came.
            tries += 1
            patience = _TRIES_TO_REATTACH if attached else _TRIES_TO_CONNECT
            if not _may_go_on(error) or tries >= patience:
                raise
            await asyncio.sleep(0.2 * 2**tries)
        finally:
            answers.cancel()


def _may_go_on(error: grpc.aio.AioRpcError) -> bool:
    """Whether another process may answer; a gateway tells of one that died as INTERNAL, without a reason."""
    died = error.code() is grpc.StatusCode.INTERNAL and not reason_of(error)
    return died or error.code() is grpc.StatusCode.UNAVAILABLE


def _opened(connection: Connection, request: RunRequest) -> _Answers:
    stub, metadata = connection.stub, connection.metadata
    if isinstance(request, cv_generator_pb2.GenerateApplicationRequest):
        return stub.GenerateApplication(request, metadata=metadata)
    if isinstance(request, cv_generator_pb2.ReviseApplicationRequest):
        return stub.ReviseApplication(request, metadata=metadata)
    return stub.WatchApplication(request, metadata=metadata)


async def answer_question(
    connection: Connection, event: event_pb2.ApplicationEvent, display: Display, as_json: bool
) -> None:
    """Puts a question to the person at the terminal; programs answer with AnswerQuestion themselves."""
    if as_json or not sys.stdin.isatty():
        return
    question = event.question_asked.question
    entry_id, text = await asyncio.to_thread(display.ask, question)
    await connection.stub.AnswerQuestion(
        cv_generator_pb2.AnswerQuestionRequest(
            application_id=event.application_id, question_id=question.id, entry_id=entry_id, text=text
        ),
        metadata=connection.metadata,
    )
