"""Writes down the whole schema as Postgres has it, for review as text: ``supabase/catalog.txt``.

What the migrations add up to, read from ``pg_catalog``: columns, checks, keys, indexes, policies, grants,
triggers, functions and who may execute them. The same text on every Postgres version.

    python -m tools.catalog_snapshot
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.migrator import migrate

CATALOG = Path(__file__).parents[1] / "supabase" / "catalog.txt"
_QUESTIONS = Path(__file__).with_suffix(".sql")


def snapshot(connection: psycopg.Connection) -> str:
    """Returns the catalog as text; for a role that may read all of it, such as ``postgres``."""
    lines: dict[str, list[str]] = {}
    with connection.transaction(force_rollback=True):
        answers = connection.execute(_QUESTIONS.read_bytes())
        while True:
            for thing, line in answers.fetchall() if answers.description else []:
                lines.setdefault(thing, []).append(" ".join(line.split()))
            if not answers.nextset():
                break
    return "\n".join("\n  ".join([thing, *of_thing]) + "\n" for thing, of_thing in lines.items())


@contextmanager
def _migrated_server() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-catalog-"))
    folder.chmod(0o711)  # the server of a root user runs as `nobody` and must get through
    server = EmbeddedPostgres(folder / "postgres", settings={"fsync": "off"})
    server.start()
    try:
        migrate(server.dsn(Login.ADMIN))
        yield server.dsn(Login.ADMIN)
    finally:
        server.stop()
        shutil.rmtree(folder)


def main() -> None:
    """Writes the catalog of a fresh database with this build's schema."""
    with _migrated_server() as url, psycopg.connect(url) as connection:
        CATALOG.write_text(snapshot(connection))


if __name__ == "__main__":
    main()
