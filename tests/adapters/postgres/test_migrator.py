"""Bringing databases to this build's schema."""

import threading
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from cvtailor.adapters.postgres import migrator
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.migrator import Migration, check_schema, migrate, migrations
from cvtailor.domain.errors import Unavailable, WeMustFix
from databases import Database


@pytest.fixture
def plain(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database that nothing has been done to."""
    name = f"plain_{uuid4().hex[:12]}"
    with psycopg.connect(postgres.dsn(Login.ADMIN), autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        yield postgres.dsn(Login.ADMIN, name)
        connection.execute(f"drop database {name} with (force)".encode())


def recorded(dsn: str) -> list[tuple[str, str]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "select version, name from supabase_migrations.schema_migrations order by version"
        ).fetchall()


def test_a_plain_database_gets_everything_once(plain: str) -> None:
    assert check_schema(plain) == [file.version for file in migrations()]
    assert migrate(plain) == [file.version for file in migrations()]
    assert migrate(plain) == []
    assert check_schema(plain) == []
    assert recorded(plain) == [(file.version, file.name) for file in migrations()]


def test_the_service_itself_can_tell_whether_the_schema_is_its_own(database: Database) -> None:
    assert check_schema(database.service) == []
    with psycopg.connect(database.admin) as connection:
        connection.execute("delete from supabase_migrations.schema_migrations where name = 'realtime'")
    assert check_schema(database.service) == ["20261122100900"]


def test_the_schema_belongs_to_a_role_that_is_no_superuser(plain: str) -> None:
    migrate(plain)
    with psycopg.connect(plain) as connection:
        owners = connection.execute(
            "select distinct tableowner from pg_tables where schemaname = 'public'"
        ).fetchall()
        superuser = connection.execute("select rolsuper from pg_roles where rolname = 'postgres'").fetchone()
    assert (owners, superuser) == ([("postgres",)], (False,))


def test_many_migrators_at_once_apply_each_file_once(plain: str) -> None:
    answers: list[list[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(migrate(plain))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(version for answer in answers for version in answer) == [
        file.version for file in migrations()
    ]


def test_a_database_ahead_of_this_build_is_refused(database: Database) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute("insert into supabase_migrations.schema_migrations values ('29990101000000')")
    for question in (migrate, check_schema):
        with pytest.raises(WeMustFix, match="ahead of this build: it has migrations 29990101000000"):
            question(database.admin)


def test_a_file_that_fails_leaves_nothing_of_itself(plain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [
        *migrations(),
        Migration("29990101000000", "broken", "create table half (); select 1/0 from half; x"),
    ]
    monkeypatch.setattr(migrator, "migrations", lambda: files)
    with pytest.raises(WeMustFix, match="29990101000000_broken"):
        migrate(plain)
    assert len(recorded(plain)) == len(files) - 1
    with psycopg.connect(plain) as connection:
        assert connection.execute("select to_regclass('public.half')").fetchone() == (None,)


def test_passwords_are_set_and_sent_as_verifiers(postgres: EmbeddedPostgres, database: Database) -> None:
    migrate(database.admin, {Login.ENGINE.value: "another one"})
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(database.engine)
    migrate(database.admin, postgres.passwords())
    psycopg.connect(database.engine).close()


def test_a_server_that_is_not_there_is_unavailable_to_migrators(database: Database) -> None:
    with pytest.raises(Unavailable):
        migrate(database.admin.replace("socket", "nowhere"))


def test_applications_from_before_the_history_go_on_from_where_they_stand(
    plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = migrations()
    with monkeypatch.context() as earlier:
        earlier.setattr(
            migrator, "migrations", lambda: [file for file in everything if file.version < "20261123"]
        )
        migrate(plain)
    with psycopg.connect(plain) as connection:
        me = uuid4()
        connection.execute("insert into auth.users (id) values (%s)", [me])
        connection.execute(
            "insert into applications (user_id, status)"
            " select %s, unnest(array['submitted', 'archived']::application_status[])",
            [me],
        )
    migrate(plain)
    with psycopg.connect(plain) as connection:
        connection.execute(
            "update applications set status ="
            " case status when 'submitted' then 'offer' else 'draft' end::application_status"
        )
        history = connection.execute(
            "select from_status, to_status from application_status_changes order by ordinal, to_status"
        ).fetchall()
    assert history == [
        (None, "submitted"),
        (None, "archived"),
        ("archived", "draft"),
        ("submitted", "offer"),
    ]
