"""Paid calls through the real durable engine, in processes that are killed between them."""

import signal
import subprocess
import sys
from pathlib import Path

import dying_worker
from databases import Database


def work(database: Database, paid: Path, dies_before: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, dying_worker.__file__, database.engine, str(paid), str(dies_before)],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_worker_killed_before_each_call_pays_for_each_once(database: Database, tmp_path: Path) -> None:
    paid = tmp_path / "paid"
    for number in range(1, dying_worker.CALLS + 1):
        assert work(database, paid, dies_before=number).returncode == -signal.SIGKILL
    last = work(database, paid, dies_before=0)
    assert last.stdout == str(10 * dying_worker.CALLS), last.stderr
    assert paid.read_text().count("paid") == dying_worker.CALLS
