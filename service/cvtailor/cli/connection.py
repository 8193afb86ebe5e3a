"""Finds a service to talk to, or starts one in this process, and opens a channel to it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import grpc
import grpc.aio

from cvtailor.cli.local_user import mint
from cvtailor.gen.cvtailor.v1 import health_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthStub
from cvtailor.settings import Settings

PROBE_SECONDS = 0.5
RECEIVED_BYTES_MAX = 16 * 1024 * 1024


class Target(NamedTuple):
    """The service the user named; an empty ``server`` means a local one."""

    server: str = ""
    token: str = ""
    tls: bool = False


class Connection(NamedTuple):
    """A way to call the service as somebody."""

    address: str
    stub: CvGeneratorStub
    metadata: tuple[tuple[str, str], ...]


@asynccontextmanager
async def connect(target: Target, settings: Settings) -> AsyncIterator[Connection]:
    """Yields a connection to the named service, else to the local one, else to one of our own.

    Raises:
        CvtailorError: The service of our own did not start.
    """
    if target.server:
        async with _channel(target.server, target.tls) as channel:
            yield _connection(target.server, channel, target.token)
        return
    token = target.token or mint("", hours=1)
    if (address := _advertised(settings)) and await _serves(address):
        async with _channel(address) as channel:
            yield _connection(address, channel, token)
        return
    # Imported here: a client of a running service needs none of it.
    from cvtailor.app import running_service
    from cvtailor.logs import configure_logs

    configure_logs(settings, level="error")
    # Nobody else knows its port, so nobody needs to be told that it goes.
    own = settings.model_copy(update={"port": 0, "lame_duck_seconds": 0})
    async with running_service(own) as service:
        address = f"{settings.host}:{service.port}"
        async with _channel(address) as channel:
            yield _connection(address, channel, token)


def _connection(address: str, channel: grpc.aio.Channel, token: str) -> Connection:
    return Connection(address, CvGeneratorStub(channel), (("authorization", f"Bearer {token}"),))


def _channel(address: str, tls: bool = False) -> grpc.aio.Channel:
    options = [("grpc.max_receive_message_length", RECEIVED_BYTES_MAX)]
    if tls:
        return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(), options)
    return grpc.aio.insecure_channel(address, options)


def _advertised(settings: Settings) -> str:
    try:
        return str(json.loads(settings.state_file.read_text())["address"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


async def _serves(address: str) -> bool:
    async with _channel(address) as channel:
        try:
            answer = await HealthStub(channel).Check(health_pb2.CheckRequest(), timeout=PROBE_SECONDS)
        except grpc.aio.AioRpcError:
            return False
        return answer.status != health_pb2.CheckResponse.STATUS_NOT_SERVING
