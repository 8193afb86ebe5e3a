"""``cvtailor gateway``: Envoy before a service that runs elsewhere."""

import asyncio
import json
import os
import signal
from pathlib import Path
from tempfile import NamedTemporaryFile

import structlog
import uvloop
import yaml
from rich.console import Console

from cvtailor import __version__
from cvtailor.adapters.auth.local_keys import LocalKeys
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.local_user import mint
from cvtailor.cli.refusals import tell_refusal
from cvtailor.domain.errors import CvtailorError
from cvtailor.gateway.bootstrap import bootstrap
from cvtailor.gateway.edge import Edge, edge_for
from cvtailor.gateway.settings import GatewaySettings
from cvtailor.gateway.supervision import MintToken, running_gateway
from cvtailor.logs import configure_logs
from cvtailor.settings import Settings

_PAGE_TOKEN_HOURS = 12

log = structlog.get_logger(__name__)


def run(host: str | None, port: int | None, printed: bool) -> ExitCode:
    """Runs the gateway until SIGINT or SIGTERM, or prints Envoy's configuration; returns the exit code."""
    settings = Settings()
    configure_logs(settings)
    try:
        edge = resolved(settings, gateway_settings(host, port))
        if printed:
            print(_as_yaml(edge), end="")  # noqa: T201
        else:
            uvloop.run(_run(settings, edge))
    except CvtailorError as error:
        return tell_refusal(error, Console(stderr=True, soft_wrap=True))
    return ExitCode.OK


def gateway_settings(host: str | None, port: int | None) -> GatewaySettings:
    """Returns the settings of the environment, with what the command line says instead."""
    chosen = {"host": host, "port": port}
    return GatewaySettings().model_copy(
        update={key: value for key, value in chosen.items() if value is not None}
    )


def resolved(settings: Settings, gateway: GatewaySettings) -> Edge:
    """Returns what the gateway is to be; makes the local development key if tokens are of that.

    Raises:
        InvalidInput: The settings can't be followed.
    """
    folder = settings.data_dir / "auth"
    if settings.local_auth:
        LocalKeys(folder, settings.token_issuer)
    return edge_for(settings, gateway, folder / "jwks.json")


def page_tokens(settings: Settings) -> MintToken | None:
    """Returns what makes tokens of the local user for the page; nothing where people sign in."""
    return (lambda: mint("", _PAGE_TOKEN_HOURS)) if settings.local_auth else None


def advertise(path: Path, state: dict[str, object]) -> None:
    """Tells the commands of this machine's user, and no other, what runs where; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        json.dump({**state, "pid": os.getpid(), "version": __version__}, file)
    Path(file.name).replace(path)


def _as_yaml(edge: Edge) -> str:
    # By way of JSON, which knows neither what protobuf's dictionaries are made of nor shared parts.
    plain = json.loads(json.dumps(bootstrap(edge, edge.settings.port)))
    return yaml.safe_dump(plain, sort_keys=False, width=10_000)


async def _run(settings: Settings, edge: Edge) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if edge.page is None:
        log.warning("gateway_without_page", why="run 'npm run build' in clients/web")
    async with running_gateway(edge, page_tokens(settings)) as gateway:
        state_file = settings.data_dir / "gateway.json"
        advertise(state_file, {"web": gateway.url, "web_link": gateway.link})
        try:
            Console(highlight=False, soft_wrap=True).print(
                f"The gateway serves: {gateway.link}", markup=False
            )
            await stop.wait()
        finally:
            state_file.unlink(missing_ok=True)
