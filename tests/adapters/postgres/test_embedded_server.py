"""The server in a folder: made, shared, killed, found again."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cvtailor.adapters.postgres import embedded_server, server_binaries
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres, Login
from cvtailor.adapters.postgres.migrator import migrate
from cvtailor.adapters.postgres.server_binaries import find_server_binaries, relocated
from cvtailor.adapters.postgres.stale_server import server_is_zombie
from cvtailor.domain.errors import Unavailable

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: orphans become our children, and zombies unless we wait
_OTHER_PROCESS = """
import sys
from pathlib import Path
from cvtailor.adapters.postgres.embedded_server import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
print("started", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-pg-"))
    folder.chmod(0o711)
    yield folder / "postgres"
    shutil.rmtree(folder)


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(home)
    server.start()
    yield server
    server.stop()


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split("\n")[0])


def answers(server: EmbeddedPostgres) -> bool:
    try:
        psycopg.connect(server.dsn(Login.ADMIN)).close()
    except psycopg.OperationalError:
        return False
    return True


def test_it_is_private_and_durable(server: EmbeddedPostgres, home: Path) -> None:
    with psycopg.connect(server.dsn(Login.ADMIN)) as connection:
        shown = {
            name: connection.execute(f"show {name}".encode()).fetchone()
            for name in ("fsync", "synchronous_commit", "listen_addresses", "data_checksums", "log_statement")
        }
    assert shown == {
        "fsync": ("on",),
        "synchronous_commit": ("on",),
        "listen_addresses": ("",),
        "data_checksums": ("on",),
        "log_statement": ("none",),
    }
    assert (home / "passwords.json").stat().st_mode & 0o077 == 0
    assert (home / "socket").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.dsn(Login.ADMIN).replace(":", ":wrong", 2).replace(":wrong", ":", 1))


def test_what_was_committed_survives_kill_nine(server: EmbeddedPostgres, home: Path) -> None:
    with psycopg.connect(server.dsn(Login.ADMIN)) as connection:
        connection.execute("create table kept as select 42 as answer")
    os.kill(postmaster(home), signal.SIGKILL)
    second = EmbeddedPostgres(home)
    second.start()
    with psycopg.connect(second.dsn(Login.ADMIN)) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)
    second.stop()
    server.stop()
    assert not answers(server)


def test_it_starts_again_though_nobody_reaps_the_killed_one(home: Path) -> None:
    prctl = ctypes.CDLL(None).prctl
    prctl(_SUBREAPER, 1, 0, 0, 0)
    try:
        server = EmbeddedPostgres(home)
        server.start()
        killed = postmaster(home)
        os.kill(killed, signal.SIGKILL)
        server.stop()
        assert server_is_zombie(home / "data"), killed
        server.start()
        assert answers(server)
        server.stop()
        while True:
            try:
                os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
    finally:
        prctl(_SUBREAPER, 0, 0, 0, 0)


def test_the_last_user_stops_it(home: Path) -> None:
    first, second = EmbeddedPostgres(home), EmbeddedPostgres(home)
    first.start()
    second.start()
    first.stop()
    assert answers(second)
    second.stop()
    assert not answers(second)


def test_a_killed_process_uses_it_no_longer(home: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROCESS, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    while other.stdout.readline() != "started\n":
        pass
    server = EmbeddedPostgres(home)
    server.start()
    server.stop()
    assert answers(server)
    server.start()
    other.kill()
    other.communicate()
    server.stop()
    assert not answers(server)


def test_a_start_that_was_interrupted_is_done_over(home: Path) -> None:
    (home / "data.half").mkdir(parents=True)
    (home / "data.half" / "PG_VERSION").write_text("16")
    server = EmbeddedPostgres(home)
    server.start()
    assert answers(server)
    assert not (home / "data.half").exists()
    server.stop()


def test_a_deep_folder_gets_a_socket_with_a_short_path(home: Path) -> None:
    server = EmbeddedPostgres(home / ("deep" * 20))
    server.start()
    assert answers(server)
    server.stop()
    assert not server._sockets.exists()


def test_a_folder_the_server_may_not_enter_is_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_server, "_ROOT_HOME", home / "instead")
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "postgres")
    assert server.home.is_relative_to(home if os.geteuid() == 0 else closed)
    server.start()
    assert answers(server)
    server.stop()


def test_server_programs_work_from_a_copy(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = relocated(find_server_binaries(), home.parent / "copy")
    assert relocated(find_server_binaries(), home.parent / "copy") == copy
    monkeypatch.setattr(server_binaries, "_candidates", lambda: iter([copy]))
    server = EmbeddedPostgres(home)
    server.start()
    assert answers(server)
    server.stop()


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    server = EmbeddedPostgres(home, settings={"max_connections": "none"}, start_timeout_seconds=2)
    with pytest.raises(Unavailable, match="max_connections"):
        server.start()


def test_without_server_programs_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_binaries, "_candidates", lambda: iter([Path("/nonexistent")]))
    with pytest.raises(Unavailable, match="CVTAILOR_DATABASE_URL"):
        find_server_binaries()


def test_the_schema_applies_to_the_newest_postgres_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = find_server_binaries().parents[1] / "pginstall18" / "bin"
    monkeypatch.setattr(server_binaries, "_candidates", lambda: iter([newest]))
    server = EmbeddedPostgres(home)
    server.start()
    assert migrate(server.dsn(Login.ADMIN), server.passwords())
    with psycopg.connect(server.dsn(Login.SERVICE)) as connection:
        assert connection.execute("show server_version_num").fetchone()[0].startswith("18")  # type: ignore[index]
    server.stop()
