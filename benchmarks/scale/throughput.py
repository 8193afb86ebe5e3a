"""Runs a second, and how long a client waits, with more and more workers."""

from typing import NamedTuple
from uuid import uuid4

from benchmarks.scale.cluster import Cluster
from benchmarks.scale.told import Told, in_turn, p50_p99
from benchmarks.service_process import Client, ServiceProcess, example


class Throughput(NamedTuple):
    """With one number of workers."""

    runs_per_s: float
    runs: list[Told]

    def figures(self) -> dict[str, float]:
        """Returns the times by name; of the clients' calls, so with what they waited for a worker."""
        first, begun, delay, total = (
            p50_p99(values, digits)
            for values, digits in (
                ([1000 * run.first_seconds for run in self.runs], 1),
                ([1000 * run.begun_seconds for run in self.runs], 1),
                ([delay for run in self.runs for delay in run.delays_ms], 1),
                ([run.total_seconds for run in self.runs], 2),
            )
        )
        return {
            "first_event_p50_ms": first[0],
            "first_event_p99_ms": first[1],
            "first_step_p50_ms": begun[0],
            "first_step_p99_ms": begun[1],
            "event_delay_p50_ms": delay[0],
            "event_delay_p99_ms": delay[1],
            "total_p50_s": total[0],
            "total_p99_s": total[1],
        }


async def by_workers(
    cluster: Cluster, api: ServiceProcess, counts: tuple[int, ...], runs: int, clients: int
) -> dict[str, Throughput]:
    """Does as many runs with each number of workers, for as many clients; leaves the last workers alive."""
    measured = {}
    people = [cluster.client(api, uuid4()) for _ in range(clients)]
    for count in counts:
        await cluster.work(count)
        await _warm(people, count)
        done, seconds = await in_turn(people, [example("engineer") for _ in range(runs)])
        assert all(run.last == "completed" for run in done)
        measured[str(count)] = Throughput(round(runs / seconds, 2), done)
    for person in people:
        await person.channel.close()
    return measured


async def _warm(people: list[Client], workers: int) -> None:
    """Lets each worker do a run or more: the first of a process takes longer."""
    await in_turn(people, [example("engineer") for _ in range(2 * workers)])
