"""Paid calls through the real durable engine, in processes that are killed between them."""

import signal
import subprocess
import sys
from pathlib import Path

import dying_worker
import pytest
from cryptography.fernet import Fernet
from databases import Database


def work(database: Database, paid: Path, key: str, dies_before: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, dying_worker.__file__, database.engine, str(paid), str(dies_before), key],
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("key", ["", Fernet.generate_key().decode()], ids=["plain", "encrypted"])
def test_a_worker_killed_before_each_call_pays_for_each_once(
    database: Database, tmp_path: Path, key: str
) -> None:
    paid = tmp_path / "paid"
    for number in range(1, dying_worker.CALLS + 1):
        assert work(database, paid, key, dies_before=number).returncode == -signal.SIGKILL
    last = work(database, paid, key, dies_before=0)
    assert last.stdout == str(10 * dying_worker.CALLS), last.stderr
    assert paid.read_text().count("paid") == dying_worker.CALLS
