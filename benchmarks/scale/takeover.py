"""Workers that are killed with runs in hand, and one request sent by many at once."""

import asyncio
import time
from collections import Counter
from typing import NamedTuple
from uuid import uuid4

from cvtailor.gen.cvtailor.v1 import event_pb2

from benchmarks.scale.cluster import Cluster
from benchmarks.scale.told import Told
from benchmarks.service_process import Client, ServiceProcess, example

OTHERS = 2
"""Runs in progress beside the one whose worker is killed."""

CALLERS_AT_ONCE = 4
_KILLED_AT_STEPS = (2, 5, 8, 10)
_OWNER = "select executor_id from dbos.workflow_status where workflow_uuid = %s and status = 'PENDING'"
_ENDED_ONCE = """
select count(*) from public.generation_runs r where r.id = any(%s::uuid[]) and r.finished_at is not null
  and r.last_sequence = (select count(*) from public.generation_events e where e.run_id = r.id)
  and 1 = (select count(*) from public.generation_events e where e.run_id = r.id
    and e.payload ->> 'type' in ('completed', 'failed', 'cancelled'))
"""
_MADE = """
select (select count(*) from public.applications where user_id = %(user)s),
  (select count(*) from public.cvs where user_id = %(user)s),
  (select count(*) from public.cv_versions where user_id = %(user)s),
  (select count(*) from public.communications where user_id = %(user)s and kind = 'letter')
"""


class TakeOver(NamedTuple):
    """What became of runs whose workers died.

    Attributes:
        seconds: From each kill to the next thing that happened in the run.
        accepted: Runs accepted in all.
        lost: Of them, those that did not end exactly once, or whose log has a gap.
        ends: How they ended, by the name of the last event.
    """

    seconds: list[float]
    accepted: int
    lost: int
    ends: Counter[str]


async def killed(cluster: Cluster, api: ServiceProcess, kills: int) -> TakeOver:
    """Kills, again and again, the worker that has a run."""
    seconds, run_ids, ends = list[float](), set[str](), Counter[str]()
    workers = len(cluster.workers)
    async with cluster.client(api, uuid4()) as person:
        for n in range(kills):
            await cluster.work(workers)
            others = [asyncio.create_task(_ids(person, run_ids)) for _ in range(OTHERS)]
            step = _KILLED_AT_STEPS[n % len(_KILLED_AT_STEPS)]
            took, last = await _kill_one(cluster, person, step, run_ids)
            seconds += took
            ends.update([last, *await asyncio.gather(*others)])
    with cluster.admin() as connection:
        (ended,) = connection.execute(_ENDED_ONCE, (list(run_ids),)).fetchone() or (0,)
    return TakeOver(seconds, len(run_ids), len(run_ids) - ended, ends)


async def _ids(person: Client, run_ids: set[str]) -> str:
    last = ""
    async for event in person.events(example("engineer")):
        if event.sequence:
            run_ids.add(event.run_id)
            last = str(event.WhichOneof("event"))
    return last


async def _kill_one(
    cluster: Cluster, person: Client, step: int, run_ids: set[str]
) -> tuple[list[float], str]:
    """Returns the time that the take-over took, if the kill hit, and the run's last event."""
    killed_at, took, last = 0.0, list[float](), ""
    async for event in person.events(example("engineer")):
        if not event.sequence:
            continue
        run_ids.add(event.run_id)
        last = str(event.WhichOneof("event"))
        if not killed_at and last == "step_started" and event.step_index >= step:
            killed_at = await asyncio.to_thread(_kill_owner, cluster, event)
        elif killed_at and not took and event.event_time.ToMilliseconds() / 1000 > killed_at:
            took.append(event.event_time.ToMilliseconds() / 1000 - killed_at)
    return took, last


def _kill_owner(cluster: Cluster, event: event_pb2.ApplicationEvent) -> float:
    """Kills the worker that has the run; returns when, or 0 if nobody has it any more."""
    with cluster.admin() as connection:
        row = connection.execute(_OWNER, (event.run_id,)).fetchone()
    worker = cluster.worker_of(row[0]) if row else None
    if worker is None:
        return 0.0
    cluster.workers.remove(worker)
    worker.kill()
    return time.time()


async def duplicates(cluster: Cluster, apis: list[ServiceProcess], requests: int) -> int:
    """Sends each request from several clients of each process at once; returns what was made too often.

    Counted are applications, CVs, their versions and letters beyond one for each request.
    """
    made_too_often = 0
    for _ in range(requests):
        user_id, request = uuid4(), example("engineer")
        people = [cluster.client(api, user_id) for api in apis for _ in range(CALLERS_AT_ONCE)]
        told = await asyncio.gather(*(Told.of(person.events(request)) for person in people))
        for person in people:
            await person.channel.close()
        with cluster.admin() as connection:
            rows = connection.execute(_MADE, {"user": user_id}).fetchone() or ()
        made_too_often += sum(abs(count - 1) for count in rows)
        made_too_often += len({one.application_id for one in told}) - 1
    return made_too_often
