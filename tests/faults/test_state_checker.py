"""The checker finds each kind of fault, planted in a copy of a good state, and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from aftermath import Aftermath
from state_checker import RULES, Connection, Finding, check

_NAMED: Mapping[str, str] = {
    "ONE_RUN": "(select id from generation_runs order by id limit 1)",
    "ONE_APPLICATION": "(select id from applications order by id limit 1)",
    "ONE_PATH": "(select path from documents order by path limit 1)",
}
PLANTED: Mapping[str, str] = {
    "run that never ended": """
        update generation_runs set state = 'running', finished_at = null where id = ONE_RUN""",
    "run without exactly one end": """
        insert into generation_events
          (user_id, run_id, sequence, key, at, step_index, step_count, percent, payload)
        select user_id, id, last_sequence + 1, 'planted', now(), 11, 11, 100, '{"type": "cancelled"}'
        from generation_runs where id = ONE_RUN;
        update generation_runs set last_sequence = last_sequence + 1 where id = ONE_RUN""",
    "end that is not the last event": """
        insert into generation_events
          (user_id, run_id, sequence, key, at, step_index, step_count, percent, payload)
        select user_id, id, last_sequence + 1, 'planted', now(), 11, 11, 100, '{"type": "warned"}'
        from generation_runs where id = ONE_RUN;
        update generation_runs set last_sequence = last_sequence + 1 where id = ONE_RUN""",
    "end that differs from the run's state": """
        update generation_runs set state = 'failed' where id = ONE_RUN""",
    "events that are not contiguous": """
        delete from generation_events where run_id = ONE_RUN and sequence = 5""",
    "event told twice": """
        update generation_events e set payload = (select payload from generation_events
          where run_id = e.run_id and payload ->> 'type' = 'step_started' and payload ->> 'step' = 'match')
        where run_id = ONE_RUN and payload ->> 'type' = 'step_started' and payload ->> 'step' = 'ask'""",
    "progress that falls": """
        update generation_events set percent = 100 where run_id = ONE_RUN and sequence = 3""",
    "succeeded run without all its steps": """
        update generation_events set payload = '{"type": "warned"}'
        where run_id = ONE_RUN and payload ->> 'type' = 'step_finished' and payload ->> 'step' = 'ask'""",
    "request with several runs": """
        alter table generation_runs drop constraint generation_runs_user_id_request_id_key;
        update generation_runs r set request_id = (select min(request_id) from generation_runs
          where user_id = r.user_id)""",
    "application without a run": """
        insert into applications (user_id, status) select user_id, 'draft' from applications limit 1""",
    "application that generates for ever": """
        update applications set status = 'generating' where id = ONE_APPLICATION""",
    "application that differs from its run": """
        update applications set status = 'draft' where id = ONE_APPLICATION""",
    "succeeded run without its CV": """
        update cv_versions set match_report = '{}' where run_id = ONE_RUN""",
    "succeeded run without its job offer": """
        update applications set job_offer_id = null where id = ONE_APPLICATION""",
    "succeeded run without all its documents": "delete from documents where path = ONE_PATH",
    "documents that differ from those told": """
        update documents set name = 'another.pdf' where path = ONE_PATH""",
    "succeeded run without exactly one letter and one e-mail": """
        delete from communications where run_id = ONE_RUN and kind = 'letter'""",
    "action points that differ from those told": """
        delete from action_points where id = (select id from action_points limit 1)""",
    "CV line that rests on nothing": """
        update cv_versions set content = jsonb_set(content,
          '{sections,0,entries,0,highlights}', '[{"id": "planted", "text": "x", "evidence_ids": []}]')
        where run_id = ONE_RUN""",
    "records of a run that did not succeed": """
        update generation_runs set state = 'cancelled' where id = ONE_RUN""",
    "records of no application": """
        insert into job_offers (user_id) select user_id from applications limit 1""",
    "document whose file is not listed": "delete from storage.objects where name = ONE_PATH",
    "listed file that no document names": """
        insert into storage.objects (bucket_id, name, owner_id)
        select 'documents', user_id || '/a/b.pdf', user_id from applications limit 1""",
    "row of one user under another": """
        update action_points p set user_id = (select user_id from applications a
          where a.user_id <> p.user_id limit 1)
        where id = (select id from action_points limit 1)""",
    "model call counted twice": """
        drop index model_calls_of_run;
        insert into model_calls (user_id, run_id, ordinal, agent, model, input_tokens, output_tokens,
          duration_ms)
        select user_id, id, 1, 'writer', 'planted', 1, 1, 1 from generation_runs, generate_series(1, 2)
        where id = ONE_RUN""",
    "workflow that is stuck": """
        insert into dbos.workflow_status (workflow_uuid, status, name)
        values (ONE_RUN::text, 'PENDING', 'generate_application')""",
    "workflow of no run": """
        insert into dbos.workflow_status (workflow_uuid, status, name)
        values (gen_random_uuid()::text, 'SUCCESS', 'generate_application')""",
    "journal of no workflow": """
        insert into dbos.operation_outputs (workflow_uuid, function_id, function_name)
        values (gen_random_uuid()::text, 1, 'planted')""",
    "text of one user in a row of another": """
        update communications c set body = (select base_cv::text from cv_versions v
          where v.user_id <> c.user_id limit 1)
        where id = (select id from communications limit 1)""",
}


class State(NamedTuple):
    """A copy of the good state: what is done to it is undone after the test."""

    connection: Connection
    files: dict[str, bytes]
    names: Mapping[UUID, str]
    accepted: dict[str, UUID]

    def findings(self) -> list[Finding]:
        return check(self.connection, self.files, self.names, self.accepted)

    def rules(self) -> set[str]:
        return {finding.rule for finding in self.findings()}


@pytest.fixture
def state(killed_at_each_place: Aftermath) -> Iterator[State]:
    left = killed_at_each_place
    with psycopg.connect(left.world.dsn) as connection:
        # Faults that constraints and triggers keep out are planted too: they may not be there for ever.
        connection.execute("set session_replication_role = replica; set search_path = public")
        yield State(connection, dict(left.world.documents()), left.names, dict(left.accepted))
        connection.rollback()


def test_a_good_state_has_no_faults(state: State) -> None:
    assert state.findings() == []


@pytest.mark.parametrize("rule", PLANTED)
def test_each_fault_in_the_rows_is_named(state: State, rule: str) -> None:
    statements = PLANTED[rule]
    for name, query in _NAMED.items():
        statements = statements.replace(name, query)
    state.connection.execute(statements.encode())
    assert rule in state.rules()


_FILES: Mapping[str, Callable[[State, str], object]] = {
    "document without a file": lambda state, path: state.files.pop(path),
    "file that is not listed": lambda state, path: state.files.update({path.replace(".", "0."): b""}),
    "unfinished file": lambda state, path: state.files.update({path + ".unfinished-0": b""}),
    "file of another size or content than its document says": lambda state, path: state.files.update(
        {path: b"another"}
    ),
    "text of one user in a file of another": lambda state, path: state.files.update(
        {path: next(name for user, name in state.names.items() if not path.startswith(str(user))).encode()}
    ),
    "file that no document names": lambda state, path: state.connection.execute(
        b"delete from documents where path = %s", (path,)
    ),
    "accepted application that is gone": lambda state, _: state.accepted.update({str(uuid4()): uuid4()}),
    "application that nobody was told of": lambda state, _: state.accepted.popitem(),
    "application of another than asked for it": lambda state, _: state.accepted.update(
        dict.fromkeys(state.accepted, uuid4())
    ),
}


@pytest.mark.parametrize("rule", _FILES)
def test_each_fault_in_the_files_and_of_the_clients_is_named(state: State, rule: str) -> None:
    _FILES[rule](state, min(state.files))
    assert rule in state.rules()


def test_a_transaction_that_is_left_open_is_named(state: State, killed_at_each_place: Aftermath) -> None:
    dsn = killed_at_each_place.world.dsn
    with psycopg.connect(dsn) as left_open:
        left_open.execute("select 1")
        state.connection.execute("select pg_sleep(1.1)")
        assert state.rules() == {"transaction left open"}


def test_a_lock_that_is_left_held_is_named(state: State, killed_at_each_place: Aftermath) -> None:
    with psycopg.connect(killed_at_each_place.world.dsn, autocommit=True) as holder:
        holder.execute("select pg_advisory_lock(1)")
        assert state.rules() == {"lock left held"}


def test_every_rule_has_been_seen_at_work() -> None:
    seen_below = {"transaction left open", "lock left held"}
    assert set(RULES) <= set(PLANTED) | seen_below
