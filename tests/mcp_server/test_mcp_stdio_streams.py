"""Whatever else happens in the process, the client reads messages and nothing but messages."""

import subprocess
import sys

NOISY = """
import asyncio, os, subprocess
from cvtailor.mcp_server.stdio import stdio_streams

async def main():
    async with stdio_streams(1000) as (reading, writing), writing:
        print("noise", flush=True)
        os.write(1, b"noise")
        subprocess.run(["echo", "noise"])
        assert subprocess.run(["cat"], capture_output=True).stdout == b""
        async for message in reading:
            await writing.send(message)

asyncio.run(main())
"""
MESSAGES = [f'{{"method":"ping","jsonrpc":"2.0","id":{number}}}' for number in range(3)]


def echoed(sent: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", NOISY], input=sent, capture_output=True, text=True, check=False, timeout=60
    )


def test_what_the_process_and_its_children_print_goes_elsewhere() -> None:
    done = echoed("\n".join(MESSAGES) + "\n")
    assert done.stdout.splitlines() == MESSAGES, done.stderr
    assert done.stderr.count("noise") == 3


def test_a_line_that_is_too_long_ends_the_session() -> None:
    done = echoed(f"{MESSAGES[0]}\n{'x' * 70_000}\n{MESSAGES[1]}\n")
    assert done.stdout.splitlines() == MESSAGES[:1]
    assert "mcp_input_too_long" in done.stderr + done.stdout
