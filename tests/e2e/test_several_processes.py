"""Two processes that answer, two that work, Envoy before them: whoever dies, nothing is lost or repeated."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import grpc
import pytest
from cluster import NEXT_VERSION, Cluster, WorkerProcess, resumed
from cvtailor.gen.cvtailor.v1 import event_pb2
from folders import home
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from waiting import until

from benchmarks.service_process import Client, example
from tests.gateway.gateways import running_front
from tests.model_servers import Answer, Asked, ModelServer, honest_model

ANSWER_HELD_SECONDS = 0.3


@pytest.fixture(scope="module")
async def cluster() -> AsyncIterator[Cluster]:
    with ModelServer(honest_model()) as model, home() as folder, Cluster(folder, model) as one:
        yield one


@pytest.fixture(scope="module")
async def usual(cluster: Cluster) -> Counter[str]:
    """The calls of a run that nothing disturbs."""
    async with cluster.client() as client:
        events = await client.run(example("engineer"))
    assert events[-1].WhichOneof("event") == "completed", events[-1]
    return Counter(asked.fingerprint for asked in cluster.model.asked)


def are_whole(events: list[event_pb2.ApplicationEvent]) -> bool:
    """Whether they are all events of a completed run, each once and in order."""
    numbers = [event.sequence for event in events]
    return numbers == list(range(1, len(events) + 1)) and events[-1].WhichOneof("event") == "completed"


def at_call(number: int, do: Callable[[], None], held_seconds: float = 0) -> Callable[[Asked], Answer]:
    """A model that does something before it answers a call of the run, once."""
    honest, calls = honest_model(), 0

    def script(asked: Asked) -> Answer:
        nonlocal calls
        calls += 1
        if calls == number:
            do()
            time.sleep(held_seconds)
        return honest(asked)

    return script


async def status_of(address: str) -> int:
    async with grpc.aio.insecure_channel(address) as channel:
        return (await HealthStub(channel).Check(HealthCheckRequest())).status  # type: ignore[attr-defined]


async def test_a_worker_tells_how_it_is_and_answers_nothing_else(cluster: Cluster) -> None:
    address = cluster.workers[0].health_address
    assert await status_of(address) == HealthCheckResponse.SERVING
    async with Client(address, cluster.token) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await client.list()
    assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


async def test_eight_clients_with_one_request_id_make_one_application(
    cluster: Cluster, usual: Counter[str]
) -> None:
    request, asked, stored = example("engineer"), len(cluster.model.asked), len(cluster.documents)
    async with cluster.client(0) as one, cluster.client(1) as other:
        runs = await asyncio.gather(*(resumed(client, request) for client in [one, other] * 4))
        assert all(map(are_whole, runs))
        assert len({run[0].application_id for run in runs}) == 1
        application = await one.get(runs[0][0].application_id)
        request.posting.text += "\nAnd a driving licence."
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await other.run(request)
    assert refused.value.code() == grpc.StatusCode.ALREADY_EXISTS
    assert Counter(asked.fingerprint for asked in cluster.model.asked[asked:]) == usual
    names = [document.name for document in application.documents]
    assert len(set(names)) == len(names) == len(cluster.documents) - stored


async def test_a_worker_that_was_stopped_makes_no_call_for_a_run_that_it_lost_and_serves_others(
    cluster: Cluster, usual: Counter[str]
) -> None:
    before, began = cluster.begun(), len(cluster.model.asked)
    cluster.model.script = at_call(3, lambda: cluster.at_work(before).signal(signal.SIGSTOP))
    async with cluster.client() as client:
        events = await resumed(client, example("engineer"))
        assert are_whole(events)
        other, zombie = sorted(cluster.workers, key=lambda worker: is_stopped(worker.process.pid))
        zombie.signal(signal.SIGCONT)
        await until(lambda: "run_lost" in zombie.log.read_text())
        asked = Counter(asked.fingerprint for asked in cluster.model.asked[began:])
        # The call on its way when it was stopped is the one that another worker made again.
        assert (asked - usual).total() <= 1
        assert not usual - asked

        other.signal(signal.SIGSTOP)
        assert are_whole(await client.run(example("engineer")))
        other.signal(signal.SIGCONT)


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


async def test_streams_through_the_gateway_outlive_the_process_that_served_them(cluster: Cluster) -> None:
    ports = [int(api.address.rpartition(":")[2]) for api in cluster.apis]
    backends = tuple(f"127.0.0.1:{port}" for port in ports)
    killed = False

    def kill() -> None:
        nonlocal killed
        killed = True
        cluster.apis[0].kill()

    cluster.model.script = at_call(6, kill)
    async with running_front(cluster.folder, ports[0], backends=backends) as front:
        address = front.gateway.url.removeprefix("http://").rstrip("/")
        clients = [Client(address, cluster.token) for _ in range(4)]
        async with cluster.client(1) as direct:
            known = len(await direct.list())
            runs = await asyncio.gather(*(resumed(client, example("engineer")) for client in clients))
            assert killed
            assert all(map(are_whole, runs))
            assert len(await direct.list()) == known + len(runs)
        for client in clients:
            await client.channel.close()


async def test_a_worker_that_is_told_to_go_hands_its_run_over_and_no_call_is_made_twice(
    cluster: Cluster, usual: Counter[str]
) -> None:
    before, began = cluster.begun(), len(cluster.model.asked)
    answered: list[float] = []
    gone: list[WorkerProcess] = []

    def leave() -> None:
        worker = cluster.at_work(before)
        gone.append(worker)
        answered.append(time.monotonic() + ANSWER_HELD_SECONDS)
        worker.signal(signal.SIGTERM)

    gaps: list[float] = []
    held = at_call(4, leave, ANSWER_HELD_SECONDS)

    def script(asked: Asked) -> Answer:
        if answered and not gaps:
            gaps.append(time.monotonic() - answered[0])
        return held(asked)

    cluster.model.script = script
    async with cluster.client(1) as client:
        assert are_whole(await resumed(client, example("engineer")))
    assert Counter(asked.fingerprint for asked in cluster.model.asked[began:]) == usual
    assert gaps[0] < 1.5
    assert await asyncio.to_thread(gone[0].end, asked=True) == 0
    cluster.workers.remove(gone[0])


async def test_a_run_goes_on_in_the_next_version_when_the_last_worker_of_its_own_has_gone(
    cluster: Cluster, usual: Counter[str]
) -> None:
    (old,) = cluster.workers
    new = await asyncio.to_thread(cluster.start_worker, NEXT_VERSION)
    cluster.workers.append(new)
    began = len(cluster.model.asked)
    cluster.model.script = at_call(4, lambda: old.signal(signal.SIGTERM), ANSWER_HELD_SECONDS)
    async with cluster.client(1) as client:
        assert are_whole(await resumed(client, example("engineer")))
        assert new.begun == 1
        # The process that answers is of the old version still.
        assert are_whole(await resumed(client, example("engineer")))
    assert Counter(asked.fingerprint for asked in cluster.model.asked[began:]) == usual + usual
    assert await asyncio.to_thread(old.end, asked=True) == 0
