"""Watches a run for a while, and tells the assistant's client how far it is."""

import asyncio
from typing import Any

import grpc
import grpc.aio

from cvtailor.domain.errors import Unavailable
from cvtailor.gen.cvtailor.v1 import event_pb2
from cvtailor.mcp_server.run_so_far import RunSoFar
from cvtailor.mcp_server.service_line import ToolContext

ACCEPT_SECONDS = 60.0
# Questions of a run come together; after the first, the others are there at once.
_QUESTIONS_SECONDS = 0.5
_PERCENT_STEP = 0.01


async def watch(
    context: ToolContext, call: grpc.aio.UnaryStreamCall[Any, Any], wait_seconds: float, seen: RunSoFar
) -> None:
    """Gathers events until the run ends, asks something, or the time is over; the run goes on without us.

    Raises:
        Unavailable: The service did not accept the run in time.
        grpc.aio.AioRpcError: The call failed before its first event, or for good.
    """
    loop, told = asyncio.get_running_loop(), -_PERCENT_STEP
    first = wait_seconds if seen.application_id else ACCEPT_SECONDS
    try:
        async with asyncio.timeout(first) as patience:
            async for answer in call:
                event: event_pb2.ApplicationEvent = answer.event
                if event.sequence == 0:
                    continue
                if seen.empty and first is ACCEPT_SECONDS:
                    patience.reschedule(loop.time() + wait_seconds)
                words = seen.add(event)
                if event.HasField("question_asked"):
                    patience.reschedule(min(patience.when() or 0, loop.time() + _QUESTIONS_SECONDS))
                # Progress must rise with each notification, and our percent may stand still.
                told = max(float(event.percent), told + _PERCENT_STEP)
                await context.report_progress(told, 100, words)
                if seen.ended:
                    return
    except TimeoutError as error:
        if not seen.application_id:
            raise Unavailable(f"The service did not accept the run in {ACCEPT_SECONDS:g} s.") from error
    except grpc.aio.AioRpcError as error:
        # The run is durable: what was seen is worth more than how the stream ended.
        if seen.empty or error.code() is not grpc.StatusCode.UNAVAILABLE:
            raise
    finally:
        call.cancel()
