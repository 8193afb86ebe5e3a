"""No test reaches another machine, in this process or another, and the guard is seen catching it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
OUTSIDE = "192.0.2.1"  # of a network that is reserved for documentation
IN_PROCESS = f"""
import socket
def test_planted():
    try:
        socket.create_connection(("{OUTSIDE}", 443), timeout=1)
    except OSError:
        pass
"""
BY_NAME = """
import contextlib, httpx
def test_planted():
    with contextlib.suppress(Exception):
        httpx.get("https://api.openai.com/v1/models", timeout=1)
"""
IN_A_CHILD_WITH_UVLOOP = f"""
import subprocess, sys
CODE = '''
import httpx, uvloop
async def ask():
    async with httpx.AsyncClient() as client:
        await client.get("http://{OUTSIDE}/", timeout=1)
uvloop.run(ask())
'''
def test_planted():
    subprocess.run([sys.executable, "-c", CODE], capture_output=True)
"""
ON_LOOPBACK = """
import socket
def test_planted():
    listener = socket.create_server(("127.0.0.1", 0))
    socket.create_connection(("localhost", listener.getsockname()[1])).close()
"""


def outcome(folder: Path, planted: str) -> str:
    """Runs a planted test under the guard, in a pytest of its own."""
    (folder / "conftest.py").write_text("from loopback.loopback_fixtures import *  # noqa: F403\n")
    (folder / "test_planted.py").write_text(planted)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, folder],
        env={**os.environ, "PYTHONPATH": str(TESTS)}, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (IN_PROCESS, f"reached for another machine: {OUTSIDE}"),
        (BY_NAME, "reached for another machine: api.openai.com"),
        (IN_A_CHILD_WITH_UVLOOP, f"reached for another machine: {OUTSIDE}"),
        (ON_LOOPBACK, "1 passed"),
    ],
)
def test_a_test_that_leaves_this_machine_fails(tmp_path: Path, planted: str, said: str) -> None:
    assert said in outcome(tmp_path, planted)
