"""Everything that users may do, and may not, over PostgREST: no code of ours is in between."""

import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from builders import a_caller
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.domain.caller import Caller
from databases import Database
from full_records import fill, rows_of, tables
from postgrest_server import PUBLISHABLE_KEY, serving
from postgrest_sessions import PostgrestSessions, Request, Response
from supabase_cli import WEB
from supabase_doc import TEXT, calls, permissions
from supabase_servers import Server

_HASH = "0" * 64


@dataclass(frozen=True)
class Project:
    """A project with two users who have a row in every table, and its PostgREST."""

    database: Database
    rest: PostgrestSessions
    owner: Caller
    stranger: Caller
    application_id: str

    def send(self, who: Caller | None, method: str, path: str, body: Any = None) -> Response:
        claims: dict[str, object] = {**who.claims()} if who else {}
        return self.rest.send(Request(method, f"/rest/v1/{path}", claims, body))

    def rows(self, who: Caller, path: str) -> list[dict[str, Any]]:
        answer = self.send(who, "GET", path)
        assert answer.status == 200, answer
        found: list[dict[str, Any]] = answer.body
        return found

    def first(self, who: Caller, table: str) -> dict[str, Any]:
        return self.rows(who, f"{table}?limit=1")[0]


@pytest.fixture
async def project(server: Server, supabase_database: Database) -> AsyncIterator[Project]:
    sessions = UserSessions(service_engine(supabase_database.service, pool_size=1))
    owner, stranger = a_caller(), a_caller()
    await fill(sessions, stranger)
    application_id = await fill(sessions, owner)
    await sessions.close()
    with psycopg.connect(server.url("authenticator", supabase_database.name), autocommit=True) as connection:
        yield Project(supabase_database, PostgrestSessions(connection), owner, stranger, str(application_id))


def a_new_row(project: Project, owner: Caller, table: str) -> dict[str, Any]:
    """Returns what a POST needs for a row that belongs to what the owner has."""
    application = {"application_id": project.first(owner, "applications")["id"]}
    run = {"run_id": project.first(owner, "generation_runs")["id"]}
    cv = {"cv_id": project.first(owner, "cvs")["id"]}
    counts = {"step_count": 1, "percent": 1, "sequence": 999}
    tokens = {"input_tokens": 1, "output_tokens": 1, "duration_ms": 1}
    path = f"{owner.user_id}/{cv['cv_id']}/{_HASH}.pdf"
    rows: dict[str, dict[str, Any]] = {
        "job_offers": {"title": "Clerk"},
        "applications": {"title": "Clerk", "job_offer_id": project.first(owner, "job_offers")["id"]},
        "generation_runs": {**application, "request_id": "new", "request_sha256": _HASH, "request": {}},
        "generation_events": {**run, **counts, "key": "k", "at": "2026-11-20T09:00:00Z", "payload": {}},
        "cvs": application,
        "cv_versions": {
            **cv, "version": 2, "content": {}, "content_sha256": _HASH, "base_cv": {}, "match_report": {},
        },
        "documents": {
            **cv, "version": 2, "name": "new.pdf", "kind": "cv_pdf", "media_type": "application/pdf",
            "path": path, "sha256": _HASH, "size_bytes": 1,
        },
        "communications": {**application, "direction": "outbound", "channel": "email"},
        "action_points": {**application, "title": "Call"},
        "answers": {**application, "requirement": "Go", "text": "Yes"},
        "model_calls": {**run, **tokens, "ordinal": 9, "agent": "writer", "model": "m"},
        "application_status_changes": {**application, "ordinal": 9, "to_status": "ready"},
        "submissions": {**application, "offer": {}, "documents": [], "messages": []},
    }  # fmt: skip
    return rows[table]


def test_the_documentation_names_every_table_and_every_grant(supabase_database: Database) -> None:
    names = [name.partition(".")[2] for name in tables(supabase_database.admin)]
    with psycopg.connect(supabase_database.admin) as admin:
        granted: dict[str, dict[str, list[str]]] = {name: {} for name in names}
        for command, privilege in {"GET": "select", "POST": "insert", "DELETE": "delete"}.items():
            for name in names:
                asked = "select has_table_privilege('authenticated', 'public.' || %s, %s)"
                if admin.execute(asked, [name, privilege]).fetchone() == (True,):
                    granted[name][command] = ["yes"]
        changes = admin.execute(
            "select table_name::text, array_agg(column_name::text order by column_name)"
            " from information_schema.column_privileges where table_schema = 'public'"
            " and grantee = 'authenticated' and privilege_type = 'UPDATE' group by 1"
        )
        for name, columns in changes:
            granted[name]["PATCH"] = columns
        # Granted to the role, which the service takes too, and then left to its login.
        of_the_service = admin.execute(
            "select tablename::text, cmd from pg_policies where schemaname = 'public'"
            " and permissive = 'RESTRICTIVE' and with_check = '(SESSION_USER = ''cvtailor_service''::name)'"
        )
        for name, command in of_the_service:
            del granted[name][{"INSERT": "POST", "UPDATE": "PATCH"}[command]]
    assert permissions() == granted


async def test_users_see_what_is_theirs_and_others_nothing(project: Project) -> None:
    for table in permissions():
        mine = project.send(project.owner, "GET", table)
        assert mine.status == 200
        assert {row["user_id"] for row in mine.body} == {str(project.owner.user_id)}, table
        assert project.send(project.stranger, "GET", f"{table}?user_id=eq.{project.owner.user_id}").body == []
        refused = project.send(None, "GET", table)
        assert (refused.status, refused.code) == (401, "42501"), table


async def test_users_add_rows_of_their_own_to_what_is_theirs(project: Project) -> None:
    before = rows_of(project.database.admin, project.owner.user_id)
    for table, allowed in permissions().items():
        body = a_new_row(project, project.owner, table)
        signed = {**body, "user_id": str(project.owner.user_id)}
        assert project.send(project.stranger, "POST", table, signed).status == 403, table
        assert project.send(None, "POST", table, signed).status == 401, table
        if "POST" in allowed and table != "job_offers":
            other = project.send(project.stranger, "POST", table, body)
            assert (other.status, other.code) in ((409, "23503"), (400, "23514")), (table, other)
    assert rows_of(project.database.admin, project.owner.user_id) == before
    for table, allowed in permissions().items():
        answer = project.send(project.owner, "POST", table, a_new_row(project, project.owner, table))
        if "POST" in allowed:
            assert answer.status == 201, (table, answer)
            assert answer.body[0]["user_id"] == str(project.owner.user_id)
        else:
            assert (answer.status, answer.code) == (403, "42501"), table


async def test_users_change_what_they_may_of_what_is_theirs(project: Project) -> None:
    for table, allowed in permissions().items():
        row = project.first(project.owner, table)
        column = allowed.get("PATCH", ["user_id"])[0]
        where = f"{table}?user_id=eq.{project.owner.user_id}"
        refused = project.send(None, "PATCH", where, {column: row[column]})
        assert refused.status == 401, table
        for who in (project.owner, project.stranger):
            given_away = project.send(who, "PATCH", where, {"user_id": str(project.stranger.user_id)})
            assert (given_away.status, given_away.code) == (403, "42501"), table
        if "PATCH" in allowed:
            changed = project.send(project.owner, "PATCH", where, {column: row[column]})
            assert changed.status == 200, (table, changed)
            assert len(changed.body) >= 1, table
            assert project.send(project.stranger, "PATCH", where, {column: row[column]}).body == [], table


async def test_runs_are_begun_and_ended_by_the_service_alone(project: Project) -> None:
    before = rows_of(project.database.admin, project.owner.user_id)
    run = a_new_row(project, project.owner, "generation_runs")
    forgotten = [
        {**run, "request_id": f"run {number}", "created_at": "2026-11-20T09:00:00Z"} for number in range(5000)
    ]
    ended = {"state": "failed", "finished_at": "2026-11-20T09:00:00Z"}
    for method, body in (("POST", forgotten), ("PATCH", ended), ("PATCH", {"error_message": "x"})):
        refused = project.send(project.owner, method, "generation_runs", body)
        assert refused.status == 403, f"{method} was answered {refused.status}"
        assert refused.code == "42501"
        assert "Only the service" in refused.body["message"]
    assert rows_of(project.database.admin, project.owner.user_id) == before


async def test_what_runs_make_is_read_and_nothing_is_passed_for_it(project: Project) -> None:
    before = rows_of(project.database.admin, project.owner.user_id)
    message = a_new_row(project, project.owner, "communications")
    run_id = project.first(project.owner, "generation_runs")["id"]
    for table, body in (
        *((table, a_new_row(project, project.owner, table))
          for table in ("generation_events", "cv_versions", "documents", "model_calls")),
        ("communications", {**message, "run_id": run_id, "kind": "message"}),
        ("communications", {**message, "content": {"paragraphs": []}}),
    ):  # fmt: skip
        refused = project.send(project.owner, "POST", table, body)
        assert refused.status == 403, (table, refused)
        assert refused.code == "42501", table
        assert "Only the service" in refused.body["message"], table
    assert rows_of(project.database.admin, project.owner.user_id) == before


async def test_users_delete_what_they_may_of_what_is_theirs(project: Project) -> None:
    # Applications last: all that belongs to them goes with them.
    for table, allowed in sorted(
        permissions().items(), key=lambda item: item[0] in ("applications", "job_offers")
    ):
        where = f"{table}?user_id=eq.{project.owner.user_id}"
        assert project.send(None, "DELETE", where).status == 401, table
        strangers = project.send(project.stranger, "DELETE", where)
        owners = None if table == "job_offers" else project.send(project.owner, "DELETE", where)
        if "DELETE" not in allowed:
            assert strangers.status == 403, table
            assert owners == strangers, table
        elif table == "cvs":
            assert strangers.body == []
            assert owners is not None
            assert owners.code == "23503", "what was sent stays as long as its application"
        else:
            assert strangers.body == [], table
            assert owners is None or owners.status == 200, table
    assert project.send(project.owner, "DELETE", "job_offers").status == 200
    left = {table for table, rows in rows_of(project.database.admin, project.owner.user_id).items() if rows}
    assert left == {"public.model_calls", "storage.objects"}
    assert all(rows_of(project.database.admin, project.stranger.user_id).values())


async def test_a_table_that_was_left_open_is_noticed(project: Project) -> None:
    with psycopg.connect(project.database.admin) as admin:
        admin.execute("grant select on cvs to anon")
        admin.execute("create policy mistake on cvs for select to anon, authenticated using (true)")
    assert len(project.send(None, "GET", "cvs").body) == 2
    # For users the seal is a second wall: a policy that lets too much through shows them no more.
    assert len(project.send(project.stranger, "GET", "cvs").body) == 1


async def test_a_read_may_not_write(project: Project) -> None:
    with psycopg.connect(project.database.admin) as admin:
        admin.execute(
            "create function public.writes() returns int language sql as 'delete from cvs returning 1'"
        )
        admin.execute("create view public.careless as select public.writes() as n")
        admin.execute("grant select on public.careless to authenticated")
    rest = PostgrestSessions(project.rest.connection)
    answer = rest.send(Request("GET", "/rest/v1/careless", {**project.owner.claims()}))
    assert (answer.status, answer.code) == (405, "25006")


async def test_embedding_follows_the_composite_keys(project: Project) -> None:
    id = project.application_id
    related = ("job_offers", "communications", "action_points", "cvs", "generation_runs", "submissions",
               "application_status_changes", "answers")  # fmt: skip
    select = ",".join(f"{table}(*)" for table in related)
    (application,) = project.rows(project.owner, f"applications?id=eq.{id}&select=*,{select}")
    assert application["job_offers"]["user_id"] == str(project.owner.user_id)
    assert application["submissions"]["application_id"] == id
    assert len(application["communications"]) == 2
    assert len(application["application_status_changes"]) == 3
    assert all(application[table] for table in related)
    assert project.send(project.owner, "GET", "cvs?select=*,cv_versions(*)").status == 300
    (cv,) = project.send(
        project.owner, "GET", "cvs?select=*,cv_versions!cv_versions_user_id_cv_id_fkey(version)"
    ).body
    assert cv["cv_versions"] == [{"version": 1}]


async def test_an_application_goes_its_way(project: Project) -> None:
    created = project.send(project.owner, "POST", "applications", [{"title": "A"}, {"title": "B"}])
    assert [row["status"] for row in created.body] == ["draft", "draft"]
    where = f"applications?id=eq.{created.body[0]['id']}"
    first = project.send(project.owner, "PATCH", f"{where}&revision=eq.1", {"status": "ready"})
    assert first.body[0]["revision"] == 2
    assert project.send(project.owner, "PATCH", f"{where}&revision=eq.1", {"status": "draft"}).body == []
    skipped = project.send(project.owner, "PATCH", where, {"status": "accepted"})
    assert (skipped.status, skipped.code) == (400, "23514")
    assert skipped.body["message"] == "An application can't go from ready to accepted."
    assert "submitted" in skipped.body["hint"]
    assert project.send(project.owner, "PATCH", where, {"status": "submitted"}).status == 200
    (sent,) = project.send(
        project.owner, "GET", f"submissions?application_id=eq.{created.body[0]['id']}"
    ).body
    assert sent["offer"]["title"] == "A"


async def test_what_can_not_be_is_said_as_postgrest_says_it(project: Project) -> None:
    for method, path, body, expected in (
        ("GET", "nothing", None, (404, "PGRST205")),
        ("POST", "applications", {"colour": "red"}, (400, "PGRST204")),
        ("POST", "action_points", {"application_id": str(uuid4()), "title": "x"}, (409, "23503")),
        ("POST", "applications", {"id": project.application_id}, (409, "23505")),
        ("POST", "applications", {"title": "x" * 301}, (400, "23514")),
        ("POST", "action_points", {"title": "x"}, (400, "23502")),
        ("GET", "applications?id=eq.x", None, (400, "22P02")),
    ):  # fmt: skip
        answer = project.send(project.owner, method, path, body)
        assert (answer.status, answer.code) == expected, path


@pytest.fixture
def url(project: Project) -> Iterator[str]:
    users = {caller.user_id.hex: caller.claims() for caller in (project.owner, project.stranger)}
    with serving(project.rest, users) as url:
        yield url


def run_documented(project: Project, url: str, *command: str) -> list[Any]:
    done = subprocess.run(
        command,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "SUPABASE_URL": url,
            "SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE_KEY,
            "EMAIL": project.owner.user_id.hex,
            "PASSWORD": "any",
        },
        cwd=WEB,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    decoder, answers, rest = json.JSONDecoder(), [], done.stdout.strip()
    while rest:
        answer, end = decoder.raw_decode(rest)
        answers.append(answer)
        rest = rest[end:].lstrip()
    return answers


async def test_the_documented_curl_calls_do_what_is_said(project: Project, url: str) -> None:
    script = "set -euo pipefail\n" + "\n".join(calls("sh"))
    listed, (whole,), cvs, files, message, todo, noted, late, sent, submission, refused, deleted = (
        run_documented(project, url, "bash", "-c", script)
    )
    assert [row["company"] for row in listed] == ["Example AG", "Example AG"]
    assert (whole["status"], whole["cvs"], cvs) == ("draft", [], [])
    assert {file["kind"] for file in files} == {"cv_pdf"}
    assert (message[0]["subject"], todo[0]["title"]) == ("Interview?", "Answer")
    assert (noted[0]["notes"], late) == ("They answered.", [])
    assert (sent[0]["status"], submission[0]["documents"]) == ("submitted", [])
    (documented,) = map(json.loads, calls("json"))
    assert refused == documented
    assert len(deleted) == 1


async def test_the_documented_supabase_js_calls_do_what_is_said(project: Project, url: str) -> None:
    told = "page.length, whole.status, changed[0].notes, tooLate, sent.offer.title, error"
    said = f"console.log(JSON.stringify([{told}]))"
    # Realtime wants a WebSocket class, which Node has from version 22 on.
    script = "\n".join(["globalThis.WebSocket ??= class {}", *calls("js"), said])
    ((listed, status, notes, late, title, error),) = run_documented(
        project, url, "node", "--input-type=module", "-e", script
    )
    assert (listed, status, notes, late, title) == (2, "draft", "They answered.", [], "Backend engineer")
    assert error == json.loads(calls("json")[0])
    assert len(project.send(project.owner, "GET", "applications").body) == 1


def test_what_the_documentation_lets_browsers_follow_is_published(supabase_database: Database) -> None:
    with psycopg.connect(supabase_database.admin) as admin:
        rows = admin.execute(
            "select tablename from pg_publication_tables where pubname = 'supabase_realtime'"
        )
        published = {table for (table,) in rows}
    assert published == {"generation_runs", "generation_events"}
    assert all(f"table: '{table}'" in TEXT for table in published)
