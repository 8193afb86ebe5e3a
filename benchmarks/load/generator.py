"""Sends requests to a service, in a process of its own, so that its work is not the service's.

Reads one JSON object a line and answers each with one: ``{"address", "tokens"}`` first; then either
``{"due": [seconds, ...]}``, requests that are sent when they are due whatever became of those before, or
``{"clients", "seconds"}``, clients that each send the next request once the last one has ended. ``"users"``
says how many of the users take turns.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from typing import Any, cast

import grpc
import grpc.aio
import uvloop
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from grpc_status import rpc_status

from benchmarks.load.calls import Call
from benchmarks.load.requests import Requests
from benchmarks.pipeline.cvs import new_word
from benchmarks.service_process import LAST

_CHANNELS = 8
_CALL_SECONDS_MAX = 900


class Generator:
    """The connections, and the users who ask."""

    def __init__(self, address: str, tokens: list[str]) -> None:
        options = (
            ("grpc.use_local_subchannel_pool", 1),  # else all channels would share one connection
            ("grpc.max_receive_message_length", 16 << 20),
        )
        channels = [grpc.aio.insecure_channel(address, options=options) for _ in range(_CHANNELS)]
        self._stubs = itertools.cycle([CvGeneratorStub(channel) for channel in channels])
        self._tokens = tokens
        self._requests = Requests()

    async def open_loop(self, due: list[float], users: int) -> list[Call]:
        """Sends each request when it is due; returns once all have ended."""
        began, calls = time.perf_counter(), []
        async with asyncio.TaskGroup() as group:
            for moment, token in zip(due, self._turns(users), strict=False):
                await asyncio.sleep(began + moment - time.perf_counter())
                calls.append(group.create_task(self._call(token, began, moment)))
        return [call.result() for call in calls]

    async def closed_loop(self, clients: int, seconds: float, users: int) -> list[Call]:
        """Lets clients ask for one run after the other for a while; returns once all have ended."""
        began, calls = time.perf_counter(), list[Call]()

        async def ask(token: str) -> None:
            while (now := time.perf_counter() - began) < seconds:
                calls.append(await self._call(token, began, now))

        await asyncio.gather(*(ask(token) for token in itertools.islice(self._turns(users), clients)))
        return calls

    def _turns(self, users: int) -> Iterator[str]:
        return itertools.cycle(self._tokens[:users])

    async def _call(self, token: str, began: float, due: float) -> Call:
        sent, application_id, end = time.perf_counter() - began, "", "no event"
        metadata = (("authorization", f"Bearer {token}"),)
        stream = next(self._stubs).GenerateApplication(
            self._requests.with_word(new_word()), metadata=metadata, timeout=_CALL_SECONDS_MAX
        )
        retry_after = None
        try:
            async for answer in stream:
                if answer.event.sequence:
                    application_id = answer.event.application_id
                    end = str(answer.event.WhichOneof("event"))
            if end not in LAST:
                end = f"the stream ended after {end}"
        except grpc.aio.AioRpcError as error:
            end, retry_after = _refusal(error)
        return Call(due, sent, time.perf_counter() - began, end, application_id, retry_after)


def _refusal(error: grpc.aio.AioRpcError) -> tuple[str, float | None]:
    """Returns status and reason, and when to try again."""
    told, retry_after = error.code().name, None
    # An AioRpcError has what a call has; only the types do not say so.
    status = rpc_status.from_call(cast("grpc.Call", error))
    for detail in status.details if status else ():
        info, retry = ErrorInfo(), RetryInfo()
        if detail.Unpack(info):
            told = f"{told} {info.reason}"
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToMilliseconds() / 1000
    return told, retry_after


async def main() -> None:
    """Sends what it is told to until its input ends."""
    told = await _asked()
    assert told
    generator = Generator(told["address"], told["tokens"])
    _say({"ready": True})
    while told := await _asked():
        began, worked = time.perf_counter(), time.process_time()
        if "due" in told:
            calls = await generator.open_loop(told["due"], told["users"])
        else:
            calls = await generator.closed_loop(told["clients"], told["seconds"], told["users"])
        processor_share = (time.process_time() - worked) / (time.perf_counter() - began)
        _say({"calls": calls, "processor_share": processor_share})


async def _asked() -> dict[str, Any] | None:
    line = await asyncio.to_thread(sys.stdin.readline)
    asked: dict[str, Any] | None = json.loads(line) if line else None
    return asked


def _say(report: dict[str, object]) -> None:
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
