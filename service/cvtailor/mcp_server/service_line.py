"""Calls of the gRPC service on behalf of whoever uses a tool."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, NamedTuple

from mcp.server.fastmcp import Context

from cvtailor.cli.connection import Connection, Target, connect, token_for
from cvtailor.cli.local_user import mint
from cvtailor.domain.errors import InvalidInput, Unauthenticated
from cvtailor.gen.cvtailor.v1 import application_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
from cvtailor.settings import Settings

TOKEN_KEY = "cvtailor.token"  # noqa: S105
CALL_SECONDS = 30.0
DOCUMENT_BYTES_MAX = 4 << 20
_LOCAL_TOKEN_HOURS = 1.0

# No `type` statement: FastMCP looks for the class itself in a tool's annotations.
ToolContext = Context[Any, Any, Any]
type Opened = Callable[[], Awaitable[Connection]]


class ServiceLine(NamedTuple):
    """The service, and who calls it."""

    stub: CvGeneratorStub
    metadata: tuple[tuple[str, str], ...]

    async def get(self, application_id: str) -> application_pb2.Application:
        """Returns an application, complete."""
        request = pb.GetApplicationRequest(application_id=application_id)
        answer = await self.stub.GetApplication(request, metadata=self.metadata, timeout=CALL_SECONDS)
        return answer.application

    async def download(self, application_id: str, name: str) -> tuple[application_pb2.Document, bytes]:
        """Returns a document and its content.

        Raises:
            InvalidInput: It is larger than a tool returns.
        """
        request = pb.DownloadDocumentRequest(application_id=application_id, name=name)
        call = self.stub.DownloadDocument(request, metadata=self.metadata, timeout=CALL_SECONDS)
        document, content = application_pb2.Document(), bytearray()
        try:
            async for part in call:
                if part.HasField("document"):
                    document = part.document
                content += part.chunk
                if max(document.size_bytes, len(content)) > DOCUMENT_BYTES_MAX:
                    raise InvalidInput(
                        f"{name} has more bytes than a tool returns ({DOCUMENT_BYTES_MAX}): fetch it with "
                        "DownloadDocument of the gRPC service.",
                        field="name",
                    )
        finally:
            call.cancel()
        return document, bytes(content)


type LineOf = Callable[[ToolContext], Awaitable[ServiceLine]]
"""Returns the line of a tool call; raises Unauthenticated or what opening the connection raised."""


@asynccontextmanager
async def opening(target: Target, settings: Settings) -> AsyncIterator[Opened]:
    """Connects in the background, so that a client is answered while the service starts.

    What it yields waits for the connection, and raises what connecting raised.
    """
    opened: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def hold() -> None:
        try:
            if not target.server and not settings.state_file.exists():
                # Imported aside, or the client would wait seconds for its first answer.
                await asyncio.to_thread(import_module, "cvtailor.app")
            # The lines bring the tokens: who signs in later needs no new process.
            async with connect(target._replace(callers_bring_tokens=True), settings) as connection:
                opened.set_result(connection)
                await over.wait()
        except Exception as error:
            if opened.done():
                raise
            opened.set_exception(error)
            # Seen here already: nobody may ever ask.
            opened.exception()

    holding = asyncio.create_task(hold())
    try:
        yield lambda: asyncio.shield(opened)
    finally:
        over.set()
        # Not cancelled: a Postgres that is just starting would be left behind.
        await holding


def line_of_person(opened: Opened, target: Target) -> LineOf:
    """Returns the line of the person who started this process."""
    token, minted_at = target.token, float("-inf")

    async def line(_: ToolContext) -> ServiceLine:
        nonlocal token, minted_at
        connection = await opened()
        # A session outlives a token.
        if target.server:
            return _line(connection, await token_for(target))
        if not target.token and _older(minted_at, _LOCAL_TOKEN_HOURS / 2):
            token, minted_at = await asyncio.to_thread(mint, "", _LOCAL_TOKEN_HOURS), time.monotonic()
        return _line(connection, token)

    return line


def line_of_request(opened: Opened) -> LineOf:
    """Returns the line of the user whose token came with the HTTP request, never anybody else's."""

    async def line(context: ToolContext) -> ServiceLine:
        request = context.request_context.request
        token = request.scope.get(TOKEN_KEY) if request is not None else None
        if not token:
            raise Unauthenticated("Send the header 'authorization: Bearer <token>'.")
        return _line(await opened(), token)

    return line


def _line(connection: Connection, token: str) -> ServiceLine:
    return ServiceLine(connection.stub, (("authorization", f"Bearer {token}"),))


def _older(minted_at: float, hours: float) -> bool:
    return time.monotonic() - minted_at > hours * 3600
