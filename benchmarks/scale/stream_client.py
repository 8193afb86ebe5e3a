"""Holds many streams open, in a process of its own, and says when what was told arrived.

Reads one JSON object a line: first where and what to watch, then ``{}`` whenever it is to report and forget.
"""

import asyncio
import json
import sys
import time

import grpc.aio
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub

from benchmarks.scale.told import delay_ms

OPENING_AT_ONCE = 32

type Stream = tuple[str, str, int]
"""Token, application, and the event after which to watch."""


class Watcher:
    """The streams, and what arrived since somebody asked."""

    def __init__(self, address: str, channels: int) -> None:
        options = (
            ("grpc.use_local_subchannel_pool", 1),  # else all channels would share one connection
            ("grpc.max_receive_message_length", 16 << 20),
        )
        self._channels = [grpc.aio.insecure_channel(address, options=options) for _ in range(channels)]
        self._stubs = [CvGeneratorStub(channel) for channel in self._channels]
        self._opening = asyncio.Semaphore(OPENING_AT_ONCE)
        self.delays_ms: list[float] = []
        self.heartbeats = 0
        self.broken: list[str] = []

    async def watch(self, n: int, stream: Stream, seen: asyncio.Event) -> None:
        """Holds one stream; ``seen`` is set once its first event is there."""
        token, application_id, after = stream
        request = cv_generator_pb2.WatchApplicationRequest(
            application_id=application_id, after_sequence=after
        )
        stub = self._stubs[n % len(self._stubs)]
        await self._opening.acquire()
        try:
            metadata = (("authorization", f"Bearer {token}"),)
            async for answer in stub.WatchApplication(request, metadata=metadata):
                event = answer.event
                if not event.sequence:
                    self.heartbeats += 1
                elif seen.is_set():
                    self.delays_ms.append(delay_ms(event))
                else:
                    seen.set()
                    self._opening.release()
        except grpc.aio.AioRpcError as error:
            self.broken.append(f"{error.code().name}: {error.details()}")
            if not seen.is_set():
                seen.set()
                self._opening.release()

    def report(self) -> dict[str, object]:
        """Returns what arrived, and forgets it."""
        report = {"delays_ms": self.delays_ms, "heartbeats": self.heartbeats, "broken": self.broken}
        self.delays_ms, self.heartbeats = [], 0
        return report


async def main() -> None:
    """Watches until its input ends."""
    asked = json.loads(await asyncio.to_thread(sys.stdin.readline))
    watcher, began = Watcher(asked["address"], asked["channels"]), time.monotonic()
    seen = [asyncio.Event() for _ in asked["streams"]]
    tasks = [
        asyncio.create_task(watcher.watch(n, stream, seen[n])) for n, stream in enumerate(asked["streams"])
    ]
    await asyncio.gather(*(each.wait() for each in seen))
    say({**watcher.report(), "seconds": time.monotonic() - began})
    while await asyncio.to_thread(sys.stdin.readline):
        say(watcher.report())
    for task in tasks:
        task.cancel()


def say(report: dict[str, object]) -> None:
    """Answers in one line."""
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
