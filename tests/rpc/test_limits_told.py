"""What a caller learns of limits and of the queue."""

import grpc
from cvtailor.domain.run import Accepted, Completed, Step, StepStarted
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from rpc.rpc_samples import a_generation, an_application
from rpc.rpc_serving import serving, token_of
from rpc_answers import refusal

ID = "4b0ad1a6-1ba4-4ac8-a7ba-27cfa2b3e5a1"


async def test_a_full_queue_refuses_before_anything_is_kept_and_says_when_to_come_again() -> None:
    async with serving() as served:
        served.queue.full = True
        refused = await refusal(served.stub.GenerateApplication(a_generation(), metadata=token_of()))
        assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUEUE_FULL")
        assert refused.retry
        assert refused.retry.retry_delay.seconds == 10
        assert not served.records.accepted


async def test_it_refuses_further_versions_too() -> None:
    async with serving() as served:
        served.queue.full = True
        made = served.records.keep(an_application())
        wish = pb.ReviseApplicationRequest(application_id=str(made.id), feedback="shorter")
        refused = await refusal(served.stub.ReviseApplication(wish, metadata=token_of()))
        assert refused.reason == "QUEUE_FULL"
        assert not served.records.wishes


async def test_a_request_that_is_known_attaches_to_its_run_although_the_queue_is_full() -> None:
    async with serving() as served:
        request = a_generation(request_id=ID)
        first = [answer async for answer in served.stub.GenerateApplication(request, metadata=token_of())]
        served.queue.full = True
        again = [answer async for answer in served.stub.GenerateApplication(request, metadata=token_of())]
        assert again == first


async def test_heartbeats_tell_the_place_in_the_queue_until_the_run_begins() -> None:
    async with serving() as served:
        served.events.heartbeat_seconds = 0.02
        waiting = served.records.keep(an_application())
        await served.events.tell(waiting, Accepted())
        served.queue.positions[waiting.run_id] = 2
        watch = pb.WatchApplicationRequest(application_id=str(waiting.id))
        places = []
        async for answer in served.stub.WatchApplication(watch, metadata=token_of()):
            if answer.event.WhichOneof("event") != "heartbeat":
                continue
            places.append(answer.event.heartbeat.queue_position)
            if len(places) == 1:
                served.queue.positions[waiting.run_id] = 1
            elif len(places) == 2:
                # The line as this process last saw it may name a run that has begun meanwhile.
                await served.events.tell(waiting, StepStarted(step=Step.READ_CV))
            elif len(places) == 3:
                await served.events.tell(
                    waiting, Completed(documents=(), keywords_covered=(), gaps=(), pages=1)
                )
        assert places == [2, 1, 0]
