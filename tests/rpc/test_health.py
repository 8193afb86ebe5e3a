import asyncio

import grpc
import grpc.aio
import pytest
from cvtailor.domain.errors import Unavailable
from cvtailor.gen.cvtailor.v1 import health_pb2 as pb
from cvtailor.rpc.health import LIVENESS, Health
from cvtailor.rpc.lifecycle import Lifecycle
from cvtailor.rpc.server import SERVICES
from grpc_health.v1 import health_pb2 as standard
from grpc_health.v1.health_pb2_grpc import HealthStub as StandardStub
from rpc.rpc_serving import serving, works
from rpc_answers import refusal
from waiting import until

Status = pb.CheckResponse


class Switch:
    """A probe that can be made to fail or hang, and counts."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.calls = 0

    async def __call__(self) -> None:
        self.calls += 1
        if self.gate:
            await self.gate.wait()
        if self.error:
            raise self.error


def a_health(**probes: object) -> Health:
    return Health(probes, "1.2.3", Lifecycle(), probe_timeout_seconds=0.05, cache_seconds=60)


@pytest.mark.parametrize(
    ("failing", "status"),
    [
        ((), Status.STATUS_SERVING),
        (("objects",), Status.STATUS_DEGRADED),
        (("postgres",), Status.STATUS_NOT_SERVING),
        (("postgres", "objects"), Status.STATUS_NOT_SERVING),
    ],
)
async def test_only_postgres_stops_the_service(failing, status):
    probes = {name: Switch() for name in ("postgres", "objects", "runs")}
    for name in failing:
        probes[name].error = Unavailable(f"{name} does not answer; start it.")
    report = await a_health(**probes).report()
    assert report.status == status
    assert report.version == "1.2.3"
    told = {name: found.message for name, found in report.dependencies.items() if found.message}
    assert told == {name: f"{name} does not answer; start it." for name in failing}


async def test_a_driver_s_exception_is_not_told_to_strangers():
    postgres = Switch()
    postgres.error = OSError("password=hunter2")
    report = await a_health(postgres=postgres).report()
    assert report.status == Status.STATUS_NOT_SERVING
    assert "hunter2" not in str(report)


async def test_a_probe_that_hangs_is_given_up_and_delays_no_other():
    hung = Switch()
    hung.gate = asyncio.Event()
    async with asyncio.timeout(1):
        report = await a_health(a=hung, b=hung, c=hung, postgres=works).report()
    assert report.status == Status.STATUS_DEGRADED
    assert report.dependencies["a"].message == "It did not answer within 0.05 s."
    assert 0 < report.dependencies["a"].latency.ToMilliseconds() < 500


async def test_many_who_ask_at_once_make_one_probe():
    postgres = Switch()
    health = a_health(postgres=postgres)
    await asyncio.gather(*(health.report() for _ in range(100)))
    assert postgres.calls == 1


async def test_the_standard_service_keeps_in_step_and_tells_watchers():
    postgres = Switch()
    async with serving(probes={"postgres": postgres}) as served:
        stub = StandardStub(served.channel)
        for service in ("", *SERVICES):
            answer = await stub.Check(standard.HealthCheckRequest(service=service))
            assert answer.status == standard.HealthCheckResponse.SERVING
        watch = stub.Watch(standard.HealthCheckRequest())
        assert (await watch.read()).status == standard.HealthCheckResponse.SERVING
        postgres.error = Unavailable("Gone.")
        assert (await watch.read()).status == standard.HealthCheckResponse.NOT_SERVING
        postgres.error = None
        assert (await watch.read()).status == standard.HealthCheckResponse.SERVING
        watch.cancel()


async def test_a_server_without_postgres_never_says_serving():
    postgres = Switch()
    postgres.gate = asyncio.Event()
    async with serving(probes={"postgres": postgres}) as served:
        answer = await StandardStub(served.channel).Check(standard.HealthCheckRequest())
        assert answer.status == standard.HealthCheckResponse.NOT_SERVING


async def test_a_process_without_postgres_is_alive():
    postgres = Switch()
    postgres.error = Unavailable("Gone.")
    async with serving(probes={"postgres": postgres}) as served:
        answer = await StandardStub(served.channel).Check(standard.HealthCheckRequest(service=LIVENESS))
        assert answer.status == standard.HealthCheckResponse.SERVING


async def test_a_service_that_is_not_ours_is_not_found():
    async with serving() as served:
        call = StandardStub(served.channel).Check(standard.HealthCheckRequest(service="nobody"))
        assert (await refusal(call)).code is grpc.StatusCode.NOT_FOUND


async def test_our_own_health_is_told_over_the_wire():
    async with serving() as served:
        report = await served.health_stub.Check(pb.CheckRequest())
        assert report.status == Status.STATUS_SERVING
        assert set(report.dependencies) == {"postgres", "objects"}
        assert report.uptime.ToNanoseconds() > 0


async def test_a_server_that_leaves_says_so_before_it_refuses_anything():
    async with serving() as served:
        watch = StandardStub(served.channel).Watch(standard.HealthCheckRequest())
        await watch.read()
        going = asyncio.create_task(served.server.drain(grace_seconds=1, lame_duck_seconds=0.2))
        assert (await watch.read()).status == standard.HealthCheckResponse.NOT_SERVING
        assert (await served.health_stub.Check(pb.CheckRequest())).status == Status.STATUS_NOT_SERVING
        await until(lambda: going.done())
