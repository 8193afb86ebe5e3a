"""Fills the queue, or the tables that watchers look at, with copies of one run that went the real way."""

from uuid import uuid4

import psycopg
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2

from benchmarks.scale.cluster import Cluster
from benchmarks.service_process import ServiceProcess

_CV = b"# Ada Example\n\nada@example.org\n\n## Experience\n\n### Clerk, Acme (2019 - 2021)\n\n- Filed forms\n"
_POSTING = "Clerk at Initech, London. Requirements: you can file forms, and speak English."

# The n-th of each kind has an id that can be told from its number; everybody has one run. Triggers and
# foreign keys are off: what they would check is so by construction.
_COPIES = (
    """
    insert into auth.users (id, aud, role)
    select md5('user' || n)::uuid, 'authenticated', 'authenticated' from generate_series({first}, {last}) n
    """,
    """
    insert into public.applications (id, user_id, status)
    select md5('application' || n)::uuid, md5('user' || n)::uuid, 'generating'
    from generate_series({first}, {last}) n
    """,
    """
    insert into public.generation_runs (id, user_id, application_id, request_id, request_sha256, request,
      state, percent, step_index, last_sequence)
    select md5('run' || n)::uuid, md5('user' || n)::uuid, md5('application' || n)::uuid, md5('request' || n),
      r.request_sha256, r.request, '{state}', {step}, {step}, {events}
    from generate_series({first}, {last}) n, public.generation_runs r where r.id = %(run_id)s
    """,
    """
    insert into public.generation_events (user_id, run_id, sequence, key, at, step_index, step_count, percent,
      payload)
    select md5('user' || n)::uuid, md5('run' || n)::uuid, s, 'event ' || s, now(), case s when 1 then 0 else 4
      end, 11, case s when 1 then 0 else 28 end, case s when 1 then e.payload
      else jsonb_build_object('type', 'step_started', 'step', 'ask') end
    from generate_series({first}, {last}) n, generate_series(1, {events}) s, public.generation_events e
    where e.run_id = %(run_id)s and e.sequence = 1
    """,
)
_ENGINE_COPIES = (
    """
    insert into dbos.workflow_input (workflow_uuid, inputs)
    select md5('run' || n)::uuid, replace(replace(i.inputs, %(run_id)s, md5('run' || n)::uuid::text),
      %(user_id)s, md5('user' || n)::uuid::text)
    from generate_series({first}, {last}) n, dbos.workflow_input i where i.workflow_uuid = %(run_id)s
    """,
    """
    insert into dbos.workflow_status
    select (jsonb_populate_record(s, jsonb_build_object(
      'workflow_uuid', md5('run' || n)::uuid,
      'authenticated_user', md5('user' || n)::uuid,
      'created_at', s.created_at + n, 'updated_at', s.updated_at + n))).*
    from generate_series({first}, {last}) n, dbos.workflow_status s where s.workflow_uuid = %(run_id)s
    """,
)
_TABLES = (
    "auth.users",
    "public.applications",
    "public.generation_runs",
    "public.generation_events",
    "dbos.workflow_input",
    "dbos.workflow_status",
)


def short_request() -> cv_generator_pb2.GenerateApplicationRequest:
    """Returns the request of a short CV for a short ad."""
    cv = cv_generator_pb2.BaseCv(
        file=cv_generator_pb2.CvFile(content=_CV, media_type="text/markdown"),
    )
    return cv_generator_pb2.GenerateApplicationRequest(
        request_id=str(uuid4()), base_cv=cv, posting=cv_generator_pb2.JobPosting(text=_POSTING)
    )


class Backlog:
    """Copies of one run that waits; made by ``first_of``.

    Attributes:
        count: Copies made so far, waiting ones and running ones; they are numbered from 1.
    """

    def __init__(self, cluster: Cluster, run_id: str, user_id: str) -> None:
        self.count = 0
        self._cluster = cluster
        self._original = {"run_id": run_id, "user_id": user_id}

    @classmethod
    async def first_of(cls, cluster: Cluster, api: ServiceProcess) -> "Backlog":
        """Has one run accepted and queued the real way, while no worker lives."""
        user_id = uuid4()
        async with cluster.client(api, user_id) as person:
            run_id = (await anext(person.events(short_request()))).run_id
        return cls(cluster, run_id, str(user_id))

    def add_waiting(self, count: int) -> None:
        """Adds runs that wait in the queue."""
        self._add((*_COPIES, *_ENGINE_COPIES), count, state="queued", step=0, events=1)

    def add_asking(self, count: int) -> range:
        """Adds runs that have asked their person something; no worker has them. Returns their numbers."""
        first = self.count + 1
        self._add(_COPIES, count, state="running", step=4, events=2)
        return range(first, self.count + 1)

    def _add(self, inserts: tuple[str, ...], count: int, **facts: object) -> None:
        if count <= 0:
            return
        numbers = {"first": self.count + 1, "last": self.count + count}
        with self._cluster.admin() as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("set synchronous_commit = off")
            for insert in inserts:
                connection.execute(insert.format(**numbers, **facts).encode(), self._original)
            self._analyze(connection)
        self.count += count

    @staticmethod
    def _analyze(connection: psycopg.Connection) -> None:
        for table in _TABLES:
            connection.execute(f"vacuum (analyze) {table}".encode())
