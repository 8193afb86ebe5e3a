"""Fills a database with the applications of many people, made by the server itself."""

import asyncio
import hashlib
import random
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import psycopg
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.migrator import migrate
from cvtailor.adapters.postgres.user_session import service_engine
from cvtailor.domain.base_cv import Contact, EntryKind, SectionKind
from cvtailor.domain.caller import Caller
from cvtailor.domain.tailored_cv import Claim, CoverLetter, TailoredCv, TailoredEntry, TailoredSection
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

BYPASSING = "bench_bypass"
"""A login with the rights of `authenticated` that row-level security does not hold."""

CLIENTS = 8

_INSERTS_AT_ONCE = 2
_HIGHLIGHTS = 40
_SERVER = {"shared_buffers": "256MB", "max_wal_size": "4GB"}


class Load(NamedTuple):
    """How much: every user has as many applications; all those of every tenth user have a CV and a letter.

    Both are multiples of ten.
    """

    users: int
    applications: int


# Ids look random, as real ones are, and can be told from a number: user 7, application 7. Applications
# come in the order of time, so those of one person lie apart.
_FUNCTIONS = """
create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable as
  $$ select md5(kind || n)::uuid $$;
create function pg_temp.owner(n bigint) returns uuid language sql immutable as
  $$ select md5('user' || n %% {users})::uuid $$;
create function pg_temp.at(n bigint) returns timestamptz language sql stable as
  $$ select now() - interval '730 days' + n * interval '730 days' / {applications} $$;
create function pg_temp.status(n bigint) returns public.application_status language sql immutable as $$
  select ('{{ready,submitted,interviewing,rejected,archived}}'::public.application_status[])
    [1 + (n / 10 + n / {users}) %% 5]
$$;
"""

_ROWS = {
    "auth.users (id, aud, role)": """
    select pg_temp.id('user', n), 'authenticated', 'authenticated' from generate_series(0, {users} - 1) n
    """,
    "public.job_offers (id, user_id, title, company, location, posting, created_at, updated_at)": """
    select pg_temp.id('offer', n), pg_temp.owner(n), 'Engineer ' || n, 'Company ' || n %% 5000, 'Bern',
      repeat('We look for somebody who knows Python and Postgres. ', 4), pg_temp.at(n), pg_temp.at(n)
    from generate_series(0, {applications} - 1) n
    """,
    "public.applications (id, user_id, status, job_offer_id, title, company, created_at, updated_at)": """
    select pg_temp.id('application', n), pg_temp.owner(n), pg_temp.status(n), pg_temp.id('offer', n),
      'Engineer ' || n, 'Company ' || n %% 5000, pg_temp.at(n), pg_temp.at(n)
    from generate_series(0, {applications} - 1) n
    """,
    "public.application_status_changes (user_id, application_id, ordinal, to_status, at)": """
    select pg_temp.owner(n), pg_temp.id('application', n), ordinal, pg_temp.status(n), pg_temp.at(n)
    from generate_series(0, {applications} - 1) n, generate_series(1, 2) ordinal
    """,
    """public.generation_runs (id, user_id, application_id, request_id, request_sha256, request, state,
      percent, last_sequence, created_at, updated_at, finished_at)""": """
    select pg_temp.id('run', n), pg_temp.owner(n), pg_temp.id('application', n), n::text, repeat('0', 64),
      '{{}}', 'succeeded', 100, 24, pg_temp.at(n), pg_temp.at(n), pg_temp.at(n)
    from generate_series(0, {applications} - 1) n
    """,
    "public.cvs (id, user_id, application_id, title, current_version, created_at, updated_at)": """
    select pg_temp.id('cv', n), pg_temp.owner(n), pg_temp.id('application', n), 'CV', 1, pg_temp.at(n),
      pg_temp.at(n)
    from generate_series(0, {applications} - 1, 10) n
    """,
    """public.cv_versions (user_id, cv_id, version, run_id, engine, content, content_sha256, base_cv,
      match_report, created_at)""": """
    select pg_temp.owner(n), pg_temp.id('cv', n), 1, pg_temp.id('run', n), 'embedded engine', cv,
      repeat('0', 64), '{{}}', '{{}}', pg_temp.at(n)
    from generate_series(0, {applications} - 1, 10) n, (select %(cv)s::jsonb as cv) made
    """,
    """public.documents (user_id, cv_id, version, name, kind, media_type, path, sha256, size_bytes,
      created_at)""": """
    select pg_temp.owner(n), pg_temp.id('cv', n), 1, name, kind::public.document_kind, media_type,
      concat_ws('/', pg_temp.owner(n), pg_temp.id('cv', n), hash || '.' || split_part(name, '.', 2)), hash,
      40000, pg_temp.at(n)
    from generate_series(0, {applications} - 1, 10) n,
      (values
        ('cv.pdf', 'cv_pdf', 'application/pdf'),
        ('cv-page-1.png', 'cv_page_png', 'image/png'),
        ('cv.typ', 'cv_typst', 'text/vnd.typst'),
        ('cv.yaml', 'cv_yaml', 'application/yaml'),
        ('match-report.md', 'match_report', 'text/markdown'),
        ('cover-letter.txt', 'cover_letter', 'text/plain')
      ) as documents (name, kind, media_type),
      lateral (select repeat(md5(name || n), 2) as hash) hashed
    """,
    """public.communications (user_id, application_id, run_id, kind, direction, channel, subject, body,
      content, created_at, updated_at)""": """
    select pg_temp.owner(n), pg_temp.id('application', n), pg_temp.id('run', n),
      kind::public.communication_kind, 'outbound', 'email', 'Application', repeat('I know Postgres. ', 60),
      %(message)s::jsonb, pg_temp.at(n), pg_temp.at(n)
    from generate_series(0, {applications} - 1, 10) n, (values ('letter'), ('email')) as kinds (kind)
    """,
    "public.action_points (user_id, application_id, title, position, created_at, updated_at)": """
    select pg_temp.owner(n), pg_temp.id('application', n), 'Send it', position, pg_temp.at(n), pg_temp.at(n)
    from generate_series(0, {applications} - 1, 10) n, generate_series(0, 2) position
    """,
    """public.model_calls (user_id, run_id, ordinal, agent, model, input_tokens, output_tokens, cost_usd,
      duration_ms, created_at)""": """
    select pg_temp.owner(n), pg_temp.id('run', n), ordinal, 'writer', 'openai:gpt-4.1', 900, 100, 0.002, 700,
      pg_temp.at(n)
    from generate_series(0, {applications} - 1, 10) n, generate_series(1, 4) ordinal
    """,
    """public.submissions (user_id, application_id, cv_id, version, submitted_at, offer, documents, messages,
      engine, app_version, models, prompt_versions, changes)""": """
    select pg_temp.owner(n), pg_temp.id('application', n), pg_temp.id('cv', n), 1, pg_temp.at(n),
      '{{"title": "Engineer"}}', '[]', '[]', 'embedded engine', '1', '{{}}', '{{}}', '[]'
    from generate_series(0, {applications} - 1, 10) n where pg_temp.status(n) <> 'ready'
    """,
}


def fill(admin_dsn: str, load: Load, cv_json: str, message_json: str, password: str) -> None:
    """Inserts everything, with triggers and foreign keys off, and makes the login that bypasses policies.

    Args:
        admin_dsn: Of a superuser.
        load: How much.
        cv_json: The tailored CV that a tenth of the applications have.
        message_json: The letter and e-mail that come with it.
        password: Of the login.
    """
    counts = {"users": sql.Literal(load.users), "applications": sql.Literal(load.applications)}
    values = {"cv": cv_json, "message": message_json}

    def insert(table: str) -> None:
        with psycopg.connect(admin_dsn, autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("set synchronous_commit = off")
            for function in _FUNCTIONS.strip().split(";\n"):
                connection.execute(sql.SQL(function).format(**counts), {})
            # Written above, not by anybody else: no user of the service has a say in these.
            rows = sql.SQL("insert into " + table + _ROWS[table]).format(**counts)
            connection.execute(rows, values)
            connection.execute(sql.SQL("vacuum (analyze) " + table.partition(" ")[0]))

    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        # Compiles a regular expression a row, which would take most of the time, and no read looks at it.
        connection.execute("alter table public.documents drop constraint path_is_owner_cv_and_content")
    with ThreadPoolExecutor(_INSERTS_AT_ONCE) as pool:
        list(pool.map(insert, _ROWS))
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        login = sql.SQL("create role {} login bypassrls inherit password {} in role authenticated")
        connection.execute(login.format(sql.Identifier(BYPASSING), sql.Literal(password)))


def numbered(kind: str, n: int) -> UUID:
    """Returns the id that the load gave."""
    return UUID(hashlib.md5(f"{kind}{n}".encode(), usedforsecurity=False).hexdigest())


def a_cv() -> TailoredCv:
    """Returns a CV of usual length."""
    highlights = tuple(
        Claim(
            id=f"experience[0].highlights[{n}]",
            text="Moved forty services to Postgres. " * 3,
            evidence_ids=("x",),
        )
        for n in range(_HIGHLIGHTS)
    )
    job = TailoredEntry(source_id="x", kind=EntryKind.EXPERIENCE, organisation="Acme", highlights=highlights)
    section = TailoredSection(
        key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(job,)
    )
    return TailoredCv(contact=Contact(name="Ada Byron"), sections=(section,))


def a_message() -> CoverLetter:
    """Returns a letter of usual length."""
    paragraphs = tuple(Claim(id=f"letter[{n}]", text="I know Postgres. " * 15) for n in range(5))
    return CoverLetter(subject="Application", paragraphs=paragraphs)


class Database(NamedTuple):
    """The filled database: a pool that becomes users, and one of a login that bypasses their policies."""

    load: Load
    as_user: AsyncEngine
    bypassing: AsyncEngine
    seconds_to_fill: float

    def someone(self) -> tuple[Caller, int]:
        """Returns a person with CVs, and the number of one of their applications."""
        n = 10 * random.randrange(self.load.applications // 10)  # noqa: S311  # No secret.
        return Caller(user_id=numbered("user", n % self.load.users)), n


@asynccontextmanager
async def filled(load: Load) -> AsyncIterator[Database]:
    """Starts a server, fills it, and removes it in the end."""
    home = Path(tempfile.mkdtemp(prefix="cvtailor-bench-"))
    home.chmod(0o711)  # the server of a root user runs as another and must get through
    server = EmbeddedPostgres(home / "postgres", settings=_SERVER)
    try:
        await asyncio.to_thread(server.start)
        admin = server.dsn(Login.ADMIN)
        migrate(admin, server.passwords())
        began, password = time.perf_counter(), secrets.token_hex(16)
        cv, message = a_cv().model_dump_json(), a_message().model_dump_json()
        await asyncio.to_thread(fill, admin, load, cv, message, password)
        bypass = make_url(admin).set(username=BYPASSING, password=password)
        engines = [
            service_engine(dsn, pool_size=CLIENTS)
            for dsn in (server.dsn(Login.SERVICE), bypass.render_as_string(hide_password=False))
        ]
        try:
            yield Database(load, engines[0], engines[1], time.perf_counter() - began)
        finally:
            for engine in engines:
                await engine.dispose()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
