"""Runs ``supabase/tests`` with ``pg_prove``, on versions that have the extension pgTAP and on the others."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from databases import Database
from supabase_servers import Server

TESTS = Path(__file__).parents[2] / "supabase" / "tests"
_PGTAP_SQL = Path("/usr/share/postgresql/15/extension/pgtap.sql")
_TIMEOUT_SECONDS = 300
# psql and the database of a test in this repository; nothing of the caller's environment.
_PATH = "/usr/bin:/bin"


@dataclass(frozen=True)
class Verdict:
    """What ``pg_prove`` says: whether all passed, and its output."""

    passed: bool
    output: str

    @property
    def failed_tests(self) -> list[str]:
        """The sentences of the tests that failed."""
        return re.findall(r'# Failed test \d+: "(.+)"', self.output)


def lay_pgtap(server: Server, database: Database) -> None:
    """Gives a database pgTAP: the extension on Debian's 15, the same SQL without it elsewhere."""
    with psycopg.connect(server.url("postgres", database.name), autocommit=True) as connection:
        if server.major == 15:
            connection.execute("create extension pgtap with schema extensions")
        else:
            connection.execute("set search_path = extensions")
            connection.execute(_PGTAP_SQL.read_bytes())


def prove(server: Server, database: Database, *files: str) -> Verdict:
    """Runs the named files of ``supabase/tests`` as ``postgres``; without names, all."""
    paths = [TESTS / file for file in files] or sorted(TESTS.glob("*.sql"))
    finished = subprocess.run(
        ["pg_prove", "--comments", "--nocolor", "--dbname", server.url("postgres", database.name), *paths],
        capture_output=True, text=True, check=False, timeout=_TIMEOUT_SECONDS, env={"PATH": _PATH},
    )  # fmt: skip
    return Verdict(finished.returncode == 0, finished.stdout + finished.stderr)
