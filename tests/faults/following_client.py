"""A client that follows its run to the end whatever happens, and trusts nobody about the events."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import grpc
import grpc.aio
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1 import event_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub

ENDS = ("completed", "failed", "cancelled")
_SILENCE_SECONDS_MAX = 5
"""Several of the service's heartbeats: a stream that falls silent for longer is dead."""
_FIRST_SECONDS_MAX = 20
"""Before its first answer the service reads the CV, and a new process reads its model first."""
_PAUSE_SECONDS = 0.2
_PASSING = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}
_CHANNEL = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.use_local_subchannel_pool", 1),
]
_CV = """# {name}

{name}@example.org

## Experience

### Engineer, Acme (2019 - present)

- Built Python services on PostgreSQL for {name}
- Mentored two colleagues
"""
_POSTING = "Python engineer at Initech {name}. Requirements: Python and PostgreSQL, mentoring colleagues."


class Person:
    """A user of the service, whose name stands in everything that is theirs."""

    def __init__(self, number: int) -> None:
        self.user_id: UUID = uuid4()
        self.name = f"Nonesuch{number}{uuid4().hex[:8]}"

    def request(self) -> pb.GenerateApplicationRequest:
        content = _CV.format(name=self.name).encode()
        cv = pb.BaseCv(file=pb.CvFile(content=content, media_type="text/markdown"))
        posting = pb.JobPosting(text=_POSTING.format(name=self.name))
        return pb.GenerateApplicationRequest(request_id=str(uuid4()), base_cv=cv, posting=posting)


class FollowingClient:
    """One person's client.

    Attributes:
        errors: What calls ended in, on the way.
    """

    def __init__(self, address: str, token: str) -> None:
        self.errors: list[str] = []
        self._channel = grpc.aio.insecure_channel(address, _CHANNEL)
        self._stub = CvGeneratorStub(self._channel)
        self._metadata = (("authorization", f"Bearer {token}"),)

    async def close(self) -> None:
        await self._channel.close()

    async def run(
        self,
        request: pb.GenerateApplicationRequest,
        hangs_up: Callable[[], bool] = lambda: False,
        cancels_after: int | None = None,
    ) -> list[event_pb2.ApplicationEvent]:
        """Makes a run and returns its events, once it has ended and its whole log reads the same again.

        Args:
            request: What is wished for.
            hangs_up: Asked after each event.
            cancels_after: The event after which the run is cancelled; it may have ended by then.

        Raises:
            AssertionError: An event is missing, out of order, told twice or told differently.
        """
        seen: list[event_pb2.ApplicationEvent] = []
        while not _ended(seen):
            await self._follow_on(seen, request, hangs_up)
            if seen and cancels_after is not None and len(seen) >= cancels_after:
                await self._cancel(seen[0].application_id)
        again: list[event_pb2.ApplicationEvent] = []
        while not _ended(again):
            await self._follow_on(again, request, lambda: False, seen[0].application_id)
        assert again == seen, "the log of a run that ended differs from what was told"
        return seen

    async def _cancel(self, application_id: str) -> None:
        request = pb.CancelApplicationRequest(application_id=application_id)
        try:
            await self._stub.CancelApplication(request, metadata=self._metadata, timeout=_SILENCE_SECONDS_MAX)
        except grpc.aio.AioRpcError as error:
            self._note(error)

    def _note(self, error: grpc.aio.AioRpcError) -> None:
        self.errors.append(f"{error.code().name} {error.details()}")
        if error.code() not in _PASSING:
            raise error

    async def _follow_on(
        self,
        seen: list[event_pb2.ApplicationEvent],
        request: pb.GenerateApplicationRequest,
        hangs_up: Callable[[], bool],
        application_id: str = "",
    ) -> None:
        known = application_id or (seen[0].application_id if seen else "")
        stream = self._watch(known, len(seen)) if known else self._generate(request)
        try:
            async for event in _answering(stream):
                if not event.sequence:
                    continue
                assert not _ended(seen), f"{event.sequence} was told after the end"
                assert event.sequence == len(seen) + 1, f"{event.sequence} was told after {len(seen)}"
                seen.append(event)
                if hangs_up():
                    break
        except grpc.aio.AioRpcError as error:
            self._note(error)
        except TimeoutError:
            self.errors.append("silence")
        finally:
            stream.cancel()
        if not _ended(seen):
            await asyncio.sleep(_PAUSE_SECONDS)

    def _generate(self, request: pb.GenerateApplicationRequest) -> grpc.aio.UnaryStreamCall:
        return self._stub.GenerateApplication(request, metadata=self._metadata)

    def _watch(self, application_id: str, after: int) -> grpc.aio.UnaryStreamCall:
        request = pb.WatchApplicationRequest(application_id=application_id, after_sequence=after)
        return self._stub.WatchApplication(request, metadata=self._metadata)


async def _answering(stream: grpc.aio.UnaryStreamCall) -> AsyncIterator[event_pb2.ApplicationEvent]:
    answers, patience_seconds = aiter(stream), _FIRST_SECONDS_MAX
    while True:
        try:
            async with asyncio.timeout(patience_seconds):
                answer = await anext(answers)
        except StopAsyncIteration:
            return
        patience_seconds = _SILENCE_SECONDS_MAX
        yield answer.event


def _ended(events: list[event_pb2.ApplicationEvent]) -> bool:
    return bool(events) and events[-1].WhichOneof("event") in ENDS
