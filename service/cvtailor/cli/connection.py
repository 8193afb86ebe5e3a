"""Finds a service to talk to, or starts one in this process, and opens a channel to it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import grpc
import grpc.aio

from cvtailor.cli.local_user import mint
from cvtailor.cli.sessions import SessionFile
from cvtailor.gen.cvtailor.v1 import health_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthStub
from cvtailor.gen.cvtailor.v1.personal_data_pb2_grpc import PersonalDataStub
from cvtailor.settings import Settings

PROBE_SECONDS = 0.5
RECEIVED_BYTES_MAX = 16 * 1024 * 1024


class Target(NamedTuple):
    """The service the user named, and as whom to call it.

    Attributes:
        server: Its address; empty: a local one.
        token: Whose token to send; empty: that of the session of `cvtailor login`, or of the local user.
        tls: Whether to use TLS towards ``server``.
        callers_bring_tokens: Nobody's token is sent but those that calls bring themselves.
    """

    server: str = ""
    token: str = ""
    tls: bool = False
    callers_bring_tokens: bool = False


class Connection(NamedTuple):
    """A way to call the service as somebody."""

    address: str
    stub: CvGeneratorStub
    metadata: tuple[tuple[str, str], ...]
    personal_data: PersonalDataStub


@asynccontextmanager
async def connect(target: Target, settings: Settings) -> AsyncIterator[Connection]:
    """Yields a connection to the named service, else to the local one, else to one of our own.

    Raises:
        CvtailorError: The service of our own did not start, or nobody is signed in to the named one.
    """
    token = "" if target.callers_bring_tokens else await token_for(target)
    if target.server:
        async with _channel(target.server, target.tls) as channel:
            yield _connection(target.server, channel, token)
        return
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


async def token_for(target: Target) -> str:
    """Returns the token to call the service with, good for some minutes at least.

    Raises:
        Unauthenticated: Nobody is signed in, or the session has ended.
        CvtailorError: The session can't be read or refreshed.
    """
    if target.token:
        return target.token
    if target.server:
        return await SessionFile.of_this_user().access_token()
    return mint("", hours=1)


def _connection(address: str, channel: grpc.aio.Channel, token: str) -> Connection:
    metadata = (("authorization", f"Bearer {token}"),) if token else ()
    return Connection(address, CvGeneratorStub(channel), metadata, PersonalDataStub(channel))


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
