"""``config.toml`` says what the CLI understands, and what the migrations say."""

import tomllib
from pathlib import Path

import psycopg
import pytest
from supabase_cli import REPOSITORY, SupabaseCli, supabase
from supabase_servers import Server

__all__ = ["supabase"]

_CONFIG = REPOSITORY / "supabase" / "config.toml"


def complaints(supabase: SupabaseCli, server: Server) -> list[str]:
    """What the CLI says of the configuration when it is asked what it would push and seed."""
    with server.database() as database:
        url = server.url("postgres", database.name)
        answer = supabase("db", "push", "--dry-run", "--include-seed", database=url)
    told = (answer.out + answer.notes).splitlines()
    return [line for line in told if line.startswith("WARN")] + (told if answer.code else [])


def with_config(folder: Path, config: str) -> Path:
    """Returns a project with that configuration and this repository's migrations."""
    supabase = folder / "project" / "supabase"
    supabase.mkdir(parents=True)
    for name in ("migrations", "seed.sql"):
        (supabase / name).symlink_to(REPOSITORY / "supabase" / name)
    (supabase / "config.toml").write_text(config)
    return supabase.parent


def test_the_cli_understands_every_key_and_finds_the_seed(supabase: SupabaseCli, server15: Server) -> None:
    assert complaints(supabase, server15) == []


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("jwt_expiry", "jwt_expiri", "auth.jwt_expiri"),
        ("jwt_expiry = 3600", 'jwt_expiry = "often"', "not a non-negative integer"),
        ('"20MiB"', '"20 elephants"', "file_size_limit"),
        ("./seed.sql", "./sead.sql", "no files matched pattern"),
    ],
)
def test_a_slip_is_told(
    supabase: SupabaseCli, server15: Server, tmp_path: Path, right: str, wrong: str, complaint: str
) -> None:
    project = with_config(tmp_path, _CONFIG.read_text().replace(right, wrong))
    assert complaint in " ".join(complaints(SupabaseCli(supabase.home, project), server15))


def test_the_bucket_is_the_one_that_the_migrations_make(server15: Server) -> None:
    bucket = tomllib.loads(_CONFIG.read_text())["storage"]["buckets"]["documents"]
    limit = int(bucket["file_size_limit"].removesuffix("MiB")) * 1024 * 1024
    with server15.database() as database, psycopg.connect(database.admin) as connection:
        made = connection.execute(
            "select public, file_size_limit, allowed_mime_types from storage.buckets where id = 'documents'"
        ).fetchone()
    assert made == (bucket["public"], limit, bucket["allowed_mime_types"])
