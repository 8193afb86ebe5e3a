"""Reads a database and a store, and says what is wrong with them.

It knows the schema and nothing of the service: what the service believes of itself is not asked.
"""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

type Connection = psycopg.Connection[tuple[object, ...]]

RULES: Mapping[str, str] = {
    "run that never ended": """
        select id from generation_runs where finished_at is null or state in ('queued', 'running')""",
    "run without exactly one end": """
        select r.id, count(e.run_id) from generation_runs r
        left join generation_events e on e.run_id = r.id
          and e.payload ->> 'type' in ('completed', 'failed', 'cancelled')
        group by r.id having count(e.run_id) <> 1""",
    "end that is not the last event": """
        select r.id, e.sequence from generation_runs r join generation_events e on e.run_id = r.id
        where e.payload ->> 'type' in ('completed', 'failed', 'cancelled')
          and e.sequence <> r.last_sequence""",
    "end that differs from the run's state": """
        select r.id, r.state, e.payload ->> 'type' from generation_runs r
        join generation_events e on e.run_id = r.id
        where e.payload ->> 'type' in ('completed', 'failed', 'cancelled')
          and r.state::text <> replace(e.payload ->> 'type', 'completed', 'succeeded')""",
    "events that are not contiguous": """
        select r.id, min(sequence), max(sequence), count(sequence) from generation_runs r
        left join generation_events e on e.run_id = r.id
        group by r.id having min(sequence) is distinct from r.first_sequence or r.first_sequence <> 1
          or max(sequence) is distinct from r.last_sequence or count(*) <> r.last_sequence""",
    "event told twice": """
        select run_id, payload ->> 'type', payload ->> 'step' from generation_events
        where payload ->> 'type' in ('accepted', 'step_started', 'step_finished')
        group by 1, 2, 3 having count(*) > 1
        union all select run_id, key, null from generation_events group by 1, 2 having count(*) > 1""",
    "progress that falls": """
        select run_id, sequence from (
          select run_id, sequence, percent, step_index,
            lag(percent) over w as percent_before, lag(step_index) over w as step_before
          from generation_events window w as (partition by run_id order by sequence)) e
        where percent < percent_before or step_index < step_before""",
    "succeeded run without all its steps": """
        select r.id, count(*) from generation_runs r join generation_events e on e.run_id = r.id
        where r.state = 'succeeded' and e.payload ->> 'type' in ('step_started', 'step_finished')
        group by r.id having count(*) <> 2 * 11""",
    "request with several runs": """
        select user_id, request_id from generation_runs group by 1, 2 having count(*) > 1""",
    "application without a run": """
        select a.id from applications a
        where not exists (select from generation_runs r where r.application_id = a.id)""",
    "application that generates for ever": """
        select a.id from applications a where a.status = 'generating' and not exists (
          select from generation_runs r where r.application_id = a.id and r.finished_at is null)""",
    "application that differs from its run": """
        select a.id, a.status, r.state from applications a join generation_runs r on r.application_id = a.id
        where a.status::text <> replace(r.state::text, 'succeeded', 'ready')""",
    "succeeded run without its CV": """
        select r.id from generation_runs r
        left join cv_versions v on v.run_id = r.id
        left join cvs c on c.id = v.cv_id and c.current_version = v.version
          and c.application_id = r.application_id
        where r.state = 'succeeded' and (c.id is null or v.content = '{}' or v.base_cv = '{}'
          or v.match_report = '{}' or v.changes is null)""",
    "succeeded run without its job offer": """
        select r.id from generation_runs r join applications a on a.id = r.application_id
        left join job_offers o on o.id = a.job_offer_id
        where r.state = 'succeeded' and (o.id is null or o.posting = '' or o.content = '{}')""",
    "succeeded run without all its documents": """
        select r.id, name from generation_runs r
        cross join unnest(array['cv.pdf', 'cv-page-1.png', 'cv.typ', 'cv.yaml', 'match-report.md',
          'match-report.html', 'cover-letter.txt', 'email.txt']) name
        left join cv_versions v on v.run_id = r.id
        left join documents d using (cv_id, version, name)
        where r.state = 'succeeded' and d.id is null""",
    "documents that differ from those told": """
        select r.id from generation_runs r join cv_versions v on v.run_id = r.id
        join generation_events e on e.run_id = r.id and e.payload ->> 'type' = 'completed'
        where (select array_agg(d.name || d.sha256 order by d.name) from documents d
            where (d.cv_id, d.version) = (v.cv_id, v.version))
          is distinct from (select array_agg((t ->> 'name') || (t ->> 'sha256') order by t ->> 'name')
            from jsonb_array_elements(e.payload -> 'documents') t)""",
    "succeeded run without exactly one letter and one e-mail": """
        select r.id from generation_runs r left join communications c on c.run_id = r.id and c.body <> ''
        where r.state = 'succeeded' group by r.id
        having count(*) filter (where c.kind = 'letter') <> 1
          or count(*) filter (where c.kind = 'email') <> 1""",
    "action points that differ from those told": """
        select r.id, e.payload -> 'result' ->> 'action_points' from generation_runs r
        join generation_events e on e.run_id = r.id and e.payload -> 'result' ->> 'type' = 'records_filed'
        where (e.payload -> 'result' ->> 'action_points')::int <> (
          select count(*) from action_points p where p.application_id = r.application_id)""",
    "CV line that rests on nothing": """
        select v.run_id, line ->> 'id' from cv_versions v
        cross join jsonb_path_query(v.content, '$.sections[*].entries[*].highlights[*]') line
        where jsonb_array_length(line -> 'evidence_ids') = 0
        union all select v.run_id, 'no line at all' from cv_versions v
        where not jsonb_path_exists(v.content, '$.sections[*].entries[*].source_id')""",
    "records of a run that did not succeed": """
        select r.id from generation_runs r where r.state <> 'succeeded' and (
          exists (select from cv_versions v where v.run_id = r.id)
          or exists (select from cvs c where c.application_id = r.application_id)
          or exists (select from communications c where c.application_id = r.application_id)
          or exists (select from action_points p where p.application_id = r.application_id))""",
    "records of no application": """
        select o.id from job_offers o
        where not exists (select from applications a where a.job_offer_id = o.id)
        union all select c.id from cvs c where c.application_id is null
        union all select v.cv_id from cv_versions v where v.run_id is null""",
    "document whose file is not listed": """
        select d.path from documents d
        left join storage.objects o on o.name = d.path and o.bucket_id = 'documents' where o.id is null""",
    "listed file that no document names": """
        select o.name from storage.objects o left join documents d on d.path = o.name where d.id is null""",
    "row of one user under another": """
        select d.path from documents d join cvs c on c.id = d.cv_id
        where d.user_id <> c.user_id or split_part(d.path, '/', 1) <> d.user_id::text
          or split_part(d.path, '/', 2) <> d.cv_id::text
        union all select o.name from storage.objects o
        where split_part(o.name, '/', 1) <> o.owner_id
        union all select r.id::text from generation_runs r join applications a on a.id = r.application_id
        where a.user_id <> r.user_id
        union all select e.run_id::text from generation_events e join generation_runs r on r.id = e.run_id
        where e.user_id <> r.user_id
        union all select v.run_id::text from cv_versions v join generation_runs r on r.id = v.run_id
        where v.user_id <> r.user_id
        union all select c.id::text from communications c join applications a on a.id = c.application_id
        where c.user_id <> a.user_id
        union all select p.id::text from action_points p join applications a on a.id = p.application_id
        where p.user_id <> a.user_id""",
    "model call counted twice": """
        select run_id, ordinal from model_calls group by user_id, run_id, ordinal having count(*) > 1""",
    "workflow that is stuck": """
        select workflow_uuid, status from dbos.workflow_status
        where status not in ('SUCCESS', 'ERROR', 'CANCELLED')""",
    "workflow of no run": """
        select w.workflow_uuid from dbos.workflow_status w
        left join generation_runs r on r.id::text = w.workflow_uuid where r.id is null""",
    "journal of no workflow": """
        select distinct o.workflow_uuid from dbos.operation_outputs o
        left join dbos.workflow_status w using (workflow_uuid) where w.workflow_uuid is null""",
    "transaction left open": """
        select pid, usename, state from pg_stat_activity
        where state like 'idle in transaction%' and state_change < clock_timestamp() - interval '1 second'
        union all select null, owner, 'prepared' from pg_prepared_xacts""",
    "lock left held": """
        select l.pid, a.usename from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and l.granted and a.state = 'idle'""",
}
"""What must never be found, and the query that finds it."""

_TABLES_OF_USERS = """
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname = 'user_id'"""


class Finding(NamedTuple):
    """Something wrong, and where."""

    rule: str
    where: str


def check(
    connection: Connection,
    files: Mapping[str, bytes],
    names: Mapping[UUID, str],
    accepted: Mapping[str, UUID],
) -> list[Finding]:
    """Returns everything that is wrong; nothing, if all is well.

    Args:
        connection: Of a superuser, whom no policy hides anything from.
        files: What the store holds, by path.
        names: By user, a word that stands in all that is theirs and in nothing else.
        accepted: The applications that clients were told of, and whose they are.
    """
    connection.execute("set search_path = public")
    return [
        *(
            Finding(rule, " ".join(map(str, row)))
            for rule, query in RULES.items()
            for row in connection.execute(query.encode()).fetchall()
        ),
        *_unknown_applications(connection, accepted),
        *_strangers_names(connection, names),
        *_files(connection, files, names),
    ]


def _unknown_applications(connection: Connection, accepted: Mapping[str, UUID]) -> list[Finding]:
    rows = connection.execute("select id::text, user_id from applications").fetchall()
    kept = {str(id): user_id for id, user_id in rows}
    return [
        *(Finding("accepted application that is gone", id) for id in accepted.keys() - kept.keys()),
        *(Finding("application that nobody was told of", id) for id in kept.keys() - accepted.keys()),
        *(
            Finding("application of another than asked for it", id)
            for id in kept.keys() & accepted.keys()
            if kept[id] != accepted[id]
        ),
    ]


def _strangers_names(connection: Connection, names: Mapping[UUID, str]) -> list[Finding]:
    found = []
    for (table,) in connection.execute(_TABLES_OF_USERS.encode()).fetchall():
        for user_id, name in names.items():
            row = connection.execute(
                SQL("select count(*) from {} t where user_id <> %s and strpos(t::text, %s) > 0").format(
                    Identifier(str(table))
                ),
                (user_id, name),
            ).fetchone()
            if row and row[0]:
                found.append(Finding("text of one user in a row of another", f"{table} {name}"))
    return found


def _files(connection: Connection, files: Mapping[str, bytes], names: Mapping[UUID, str]) -> list[Finding]:
    found = []
    rows = connection.execute("select path, size_bytes, sha256 from documents").fetchall()
    documents = {str(path): (size, sha256) for path, size, sha256 in rows}
    listed = {str(row[0]) for row in connection.execute("select name from storage.objects").fetchall()}
    for path, content in files.items():
        if ".unfinished-" in path:
            found.append(Finding("unfinished file", path))
        elif path not in listed:
            found.append(Finding("file that is not listed", path))
        elif path not in documents:
            found.append(Finding("file that no document names", path))
        elif documents[path] != (len(content), hashlib.sha256(content).hexdigest()):
            found.append(Finding("file of another size or content than its document says", path))
        found += [
            Finding("text of one user in a file of another", path)
            for user_id, name in names.items()
            if name.encode() in content and not path.startswith(f"{user_id}/")
        ]
    found += [Finding("document without a file", path) for path in documents.keys() - files.keys()]
    return found
