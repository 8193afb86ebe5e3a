import asyncio
import os
import time
from pathlib import Path

import jwt
import pytest
from cvtailor.gateway.supervision import Gateway

from benchmarks.service_process import ServiceProcess

WEB = Path(__file__).parents[2] / "clients" / "web"


async def npx(*arguments: str, **more: str) -> tuple[int, str]:
    """Runs a program of the web client's packages; returns its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        "npx",
        "--no-install",
        *arguments,
        cwd=WEB,
        env={**os.environ, "NO_COLOR": "1", **more},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        printed, _ = await asyncio.wait_for(process.communicate(), 180)
    except TimeoutError:
        process.kill()
        raise
    return process.returncode or 0, printed.decode()


def expired(service: ServiceProcess) -> str:
    """The local user's token, an hour after its end."""
    claims = jwt.decode(service.token, options={"verify_signature": False})
    key = (service.data_dir / "auth" / "signing-key.pem").read_bytes()
    kid = jwt.get_unverified_header(service.token)["kid"]
    ended = {**claims, "exp": int(time.time()) - 3600}
    return jwt.encode(ended, key, algorithm="ES256", headers={"kid": kid})


async def test_the_web_client_and_googles_own_work_through_the_gateway(
    service: ServiceProcess, gateway: Gateway
) -> None:
    code, printed = await npx(
        "vitest",
        "run",
        "--project=gateway",
        "--reporter=tap-flat",
        CVTAILOR_TEST_GATEWAY=gateway.url.rstrip("/"),
        CVTAILOR_TEST_TOKEN=service.token,
        CVTAILOR_TEST_STRANGERS_TOKEN=service.token_of("stranger"),
        CVTAILOR_TEST_EXPIRED_TOKEN=expired(service),
    )
    assert code == 0, printed


@pytest.mark.parametrize(
    "check", ["tsc --noEmit", "prettier --check .", "vitest run --project=client --reporter=tap-flat"]
)
async def test_the_web_client_passes_its_own_checks(check: str) -> None:
    code, printed = await npx(*check.split())
    assert code == 0, printed
