"""Each check of the doctor passes where all is well, and names the fault where one is planted."""

import io
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import ec
from cvtailor.cli.check import Check, Patient
from cvtailor.cli.doctor import CHECKS, examine
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError
from cvtailor.settings import Settings
from cvtailor.workflow.lease import Lease
from cvtailor.workflow.membership import Member, Membership
from databases import Database
from jwt.algorithms import ECAlgorithm
from rich.console import Console

BY_NAME = {check.name: check for check in CHECKS}
OF_DATABASE = (
    "postgres",
    "service login",
    "engine login",
    "schema",
    "row security",
    "users",
    "listen",
    "clock",
)
PRIVATE = {**ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True), "kid": "one"}
PUBLIC = {name: value for name, value in PRIVATE.items() if name != "d"}


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


class Doctor:
    """Looks at some settings, one check at a time."""

    def __init__(self, stack: AsyncExitStack, database: Database, **settings: Any) -> None:
        urls = {"database_url": database.service, "engine_database_url": database.engine}
        self.patient = Patient(Settings(**{**urls, "admin_database_url": database.admin, **settings}), stack)

    async def __call__(self, name: str) -> str:
        """Returns what a check found, or what is wrong after ``wrong: ``."""
        try:
            return await BY_NAME[name].look(self.patient)
        except CvtailorError as error:
            return f"wrong: {error.message}"


@pytest.mark.parametrize("name", [*OF_DATABASE, "bucket", "journal"])
async def test_a_migrated_database_is_well(name: str, database: Database, stack: AsyncExitStack) -> None:
    assert not (await Doctor(stack, database)(name)).startswith("wrong")


@pytest.mark.parametrize(
    ("name", "fault", "found"),
    [
        ("row security", "create table public.open (id int)", "open has no row-level security"),
        ("row security", "grant select on public.applications to anon", "anon may reach applications"),
        ("bucket", "update storage.buckets set public = true", "is public"),
        ("bucket", "delete from storage.buckets", "no bucket"),
        (
            "schema",
            "delete from supabase_migrations.schema_migrations where version like '20261123%'",
            "2026",
        ),
        ("service login", "grant select on public.answers to cvtailor_service", "public.answers"),
        ("users", "update cvtailor.claims_keys set inner_pad = outer_pad", "no transaction can be a user's"),
        ("engine login", "grant select on public.answers to cvtailor_engine", "public.answers"),
        ("engine login", "alter schema dbos owner to postgres", "does not own the schema dbos"),
    ],
)
async def test_a_fault_of_the_database_is_named(
    name: str, fault: str, found: str, database: Database, stack: AsyncExitStack
) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute(fault.encode())
    told = await Doctor(stack, database)(name)
    assert told.startswith("wrong")
    assert found in told


@pytest.mark.parametrize(
    ("grant", "revoke", "found"),
    [
        ("alter role cvtailor_service bypassrls", "alter role cvtailor_service nobypassrls", "bypasses"),
        ("alter role cvtailor_service inherit", "alter role cvtailor_service noinherit", "inherits"),
        (
            "grant service_role to cvtailor_service",
            "revoke service_role from cvtailor_service",
            "may become service_role",
        ),
        (
            "set role postgres; revoke authenticated from cvtailor_service; reset role",
            "set role postgres; grant authenticated to cvtailor_service; reset role",
            "may not become authenticated",
        ),
    ],
)
async def test_a_right_too_many_or_too_few_of_the_service_is_named(
    grant: str, revoke: str, found: str, database: Database, stack: AsyncExitStack
) -> None:
    # Roles are the whole server's: what is granted here must go again.
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(grant.encode())
        try:
            told = await Doctor(stack, database)("service login")
        finally:
            connection.execute(revoke.encode())
    assert found in told


async def test_a_superuser_is_no_login_of_the_service(database: Database, stack: AsyncExitStack) -> None:
    told = await Doctor(stack, database, database_url=database.admin)("service login")
    assert "connects as supabase_admin" in told
    assert "is a superuser" in told


async def test_a_missing_login_and_a_dead_server_are_named(database: Database, stack: AsyncExitStack) -> None:
    assert "ENGINE_DATABASE_URL" in await Doctor(stack, database, engine_database_url=None)("engine login")
    nowhere = "postgresql://cvtailor_service@127.0.0.1:9/postgres"
    assert (await Doctor(stack, database, database_url=nowhere)("service login")).startswith("wrong")


async def test_an_unfit_journal_key_is_named_and_a_fit_one_told(
    database: Database, stack: AsyncExitStack
) -> None:
    key = Fernet.generate_key().decode()
    well = Doctor(stack, database, journal_key=key, journal_retention_hours=None)
    assert await well("journal") == "encrypted, kept for ever"
    assert "no Fernet key" in await Doctor(stack, database, journal_key="secret")("journal")


@contextmanager
def project(answers: dict[str, tuple[int, object]], clock_seconds: float = 0) -> Iterator[str]:
    """Serves JSON by path, with a clock of its own; yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, {}))
            self.send_response_only(status)
            self.send_header("date", formatdate(time.time() + clock_seconds, usegmt=True))
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


JWKS = "/auth/v1/.well-known/jwks.json"
WELL: dict[str, tuple[int, object]] = {JWKS: (200, {"keys": [PUBLIC]}), "/auth/v1/settings": (200, {})}


@pytest.mark.parametrize(
    "name", ["token keys", "token clock", "token issuer", "public key", "signing key", "files' owner"]
)
async def test_a_project_is_well(name: str, database: Database, stack: AsyncExitStack) -> None:
    with project(WELL) as url:
        settings = {
            "supabase_publishable_key": "sb_publishable_x",
            "supabase_signing_key": json.dumps(PRIVATE),
        }
        doctor = Doctor(stack, database, supabase_url=url, **settings)
        assert BY_NAME[name].concerns(doctor.patient.settings)
        assert not (await doctor(name)).startswith("wrong")


@pytest.mark.parametrize(
    ("name", "answers", "settings", "found"),
    [
        ("token keys", {}, {}, "status 404"),
        ("token keys", {JWKS: (200, {"keys": []})}, {}, "no usable key"),
        ("token issuer", {}, {"jwt_issuer": "https://other"}, "https://other"),
        (
            "token issuer",
            {"/auth/v1/.well-known/openid-configuration": (200, {"issuer": "https://other"})},
            {},
            "https://other",
        ),
        ("public key", {}, {}, "is not set"),
        ("public key", {}, {"supabase_publishable_key": "sb_secret_x"}, "is a secret key"),
        (
            "public key",
            {"/auth/v1/settings": (401, {})},
            {"supabase_publishable_key": "sb_publishable_x"},
            "status 401",
        ),
        ("signing key", {}, {"supabase_signing_key": json.dumps({**PRIVATE, "kid": "two"})}, "two"),
        ("signing key", {}, {"supabase_signing_key": json.dumps(PUBLIC)}, "public half"),
        ("files' owner", {}, {}, "no key to store documents with"),
    ],
)
async def test_a_fault_of_the_project_is_named(
    name: str,
    answers: dict[str, tuple[int, object]],
    settings: dict[str, str],
    found: str,
    database: Database,
    stack: AsyncExitStack,
) -> None:
    base = {} if name == "token keys" else WELL
    with project({**base, **answers}) as url:
        told = await Doctor(stack, database, supabase_url=url, **settings)(name)
    assert told.startswith("wrong")
    assert found in told
    assert "sb_secret_x" not in told


@pytest.mark.parametrize(("clock_seconds", "side"), [(3600, "ahead of"), (-3600, "behind")])
async def test_a_clock_that_differs_is_named(
    clock_seconds: float, side: str, database: Database, stack: AsyncExitStack
) -> None:
    with project(WELL, clock_seconds) as url:
        assert side in await Doctor(stack, database, supabase_url=url)("token clock")


async def test_a_project_that_is_not_there_is_named(database: Database, stack: AsyncExitStack) -> None:
    told = await Doctor(stack, database, supabase_url="http://127.0.0.1:9")("token keys")
    assert "does not answer" in told


async def test_what_fails_is_printed_with_its_fix_and_the_rest_is_still_asked(
    database: Database, stack: AsyncExitStack
) -> None:
    async def breaks(_: Patient) -> str:
        raise RuntimeError("[red]")

    doctor = Doctor(stack, database, journal_key="secret")
    checks = (Check("broken", breaks, "mend it"), BY_NAME["journal"], BY_NAME["python"])
    printed = io.StringIO()
    assert await examine(doctor.patient, checks, Console(file=printed, soft_wrap=True)) == 2
    lines = printed.getvalue().splitlines()
    assert "→ mend it" in lines[1]
    assert "CVTAILOR_JOURNAL_KEY" in lines[2]
    assert lines[-1].startswith("✓ python")


async def test_a_full_disk_and_a_folder_of_files_are_looked_at(
    database: Database, stack: AsyncExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = Doctor(stack, database, data_dir=tmp_path)
    assert "wrote, read and deleted" in await doctor("objects")
    assert "free" in await doctor("disk")
    monkeypatch.setattr("cvtailor.cli.checks_of_machine._FREE_BYTES_MIN", 1 << 60)
    assert (await doctor("disk")).startswith("wrong")


class Bucket:
    """A store in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def put(self, owner: Caller, path: str, content: bytes, media_type: str) -> None:
        self.files[path] = content

    async def get(self, owner: Caller, path: str) -> AsyncIterator[bytes]:
        yield self.files[path]

    async def delete(self, owner: Caller, path: str) -> None:
        del self.files[path]


@pytest.mark.parametrize(("public", "found"), [(True, "is public"), (False, "in the private bucket")])
async def test_a_public_bucket_is_named_and_the_probe_is_deleted(
    public: bool, found: str, database: Database, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket()
    monkeypatch.setattr("cvtailor.cli.checks_of_project.objects_for", lambda *_: bucket)

    class Everything(dict[str, tuple[int, object]]):
        def get(self, path: str, default: object = None) -> tuple[int, object]:  # type: ignore[override]
            return (200 if public and "/object/public/documents/" in path else 404), {}

    with project(Everything()) as url:
        assert found in await Doctor(stack, database, supabase_url=url)("objects")
    assert bucket.files == {}


async def test_processes_with_and_without_a_model_are_found(
    stack: AsyncExitStack, database: Database
) -> None:
    async with AsyncExitStack() as members:
        for name, model in (("a", "openai:gpt-4.1"), ("b", "")):
            member = Member(name, f"host-{name}", "api", "3", ("3",), "", model)
            membership = Membership(database.engine, Lease(30), member, beat_seconds=1, dead_after_seconds=30)
            await membership.join()
            members.push_async_callback(membership.leave)
        found = await Doctor(stack, database)("processes")
    assert "no model: role api on host-b; openai:gpt-4.1: role api on host-a" in found
    assert await Doctor(stack, database)("processes") == "none runs"


async def test_a_folder_of_documents_beside_another_one_behind_the_same_database_is_found(
    stack: AsyncExitStack, database: Database, tmp_path: Path
) -> None:
    doctor = Doctor(stack, database, data_dir=tmp_path)
    assert await doctor("processes") == "none runs"
    there = Member("there", "another-host", "worker", "3", ("3",), "folder elsewhere")
    membership = Membership(database.engine, Lease(30), there, beat_seconds=1, dead_after_seconds=30)
    await membership.join()
    try:
        found = await doctor("processes")
    finally:
        await membership.leave()
    assert found.startswith("wrong: A process of role 'worker' on another-host")
    assert "CVTAILOR_OBJECTS=supabase" in found
    assert await doctor("processes") == "none runs"
