"""The tools as an assistant sees them, and what becomes of a job's URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio
import pytest
from cvtailor.adapters.fetch import JobPageFetcher
from cvtailor.domain.job_offer import JobPosting
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1 import event_pb2
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import (
    CvGeneratorServicer,
    CvGeneratorStub,
    add_CvGeneratorServicer_to_server,
)
from cvtailor.mcp_server.cv_folders import CvFolders
from cvtailor.mcp_server.server import CvtailorMcp
from cvtailor.mcp_server.service_line import DOCUMENT_BYTES_MAX, ServiceLine
from cvtailor.mcp_server.tools import Tools
from mcp.shared.memory import create_connected_server_and_client_session
from mcp.types import CallToolResult

AD = "We look for a nurse who likes night shifts in Bern."
CV = {"cv_text": "# Ada", "cv_format": "markdown"}


class Recorder(CvGeneratorServicer):
    """A service that remembers what it was asked."""

    def __init__(self) -> None:
        self.request = pb.GenerateApplicationRequest()
        self.breaks_off = False

    async def GenerateApplication(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        self.request = request
        event = event_pb2.ApplicationEvent(application_id="1", sequence=1, accepted=event_pb2.Accepted())
        yield pb.GenerateApplicationResponse(event=event)
        if self.breaks_off:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "draining")
        done = event_pb2.ApplicationEvent(
            application_id="1", sequence=2, percent=100, completed=event_pb2.Completed(pages=1)
        )
        yield pb.GenerateApplicationResponse(event=done)

    async def DownloadDocument(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        for _ in range(DOCUMENT_BYTES_MAX // 65_536 + 1):
            yield pb.DownloadDocumentResponse(chunk=b"x" * 65_536)


class OnePage(JobPageFetcher):
    """A web of one page."""

    async def fetch(self, url: str) -> JobPosting:
        return JobPosting(text=AD, source_url=f"{url}?final")


@asynccontextmanager
async def assistant(recorder: Recorder, fetcher: JobPageFetcher | None = None) -> AsyncIterator[Any]:
    server = grpc.aio.server()
    add_CvGeneratorServicer_to_server(recorder, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:

            async def line(_: Any) -> ServiceLine:
                return ServiceLine(CvGeneratorStub(channel), ())

            tools = CvtailorMcp(Tools(line, CvFolders([]), fetcher))
            async with create_connected_server_and_client_session(tools._mcp_server) as session:
                yield session
    finally:
        await server.stop(None)


def text_of(result: CallToolResult) -> str:
    return "".join(getattr(part, "text", "") for part in result.content)


async def test_every_tool_says_what_it_takes_and_returns() -> None:
    async with assistant(Recorder()) as session:
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    assert set(tools) == {
        "generate_application", "watch_application", "get_application", "list_applications",
        "fetch_document", "answer_question", "cancel_application",
    }  # fmt: skip
    for tool in tools.values():
        assert tool.description
        assert tool.outputSchema
        assert tool.annotations
        for name, described in tool.inputSchema["properties"].items():
            assert name == "page_size" or described.get("description"), (tool.name, name)


async def test_a_url_is_fetched_only_if_the_operator_allows_it() -> None:
    recorder, order = Recorder(), {**CV, "job_url": "https://jobs.example.com/1"}
    async with assistant(recorder) as session:
        refused = await session.call_tool("generate_application", order)
    assert refused.isError
    assert "CVTAILOR_FETCH_JOB_URLS" in text_of(refused)
    async with assistant(recorder, OnePage()) as session:
        assert not (await session.call_tool("generate_application", order)).isError
    assert recorder.request.posting == pb.JobPosting(text=AD, source_url="https://jobs.example.com/1?final")


async def test_a_url_beside_a_text_is_kept_and_not_fetched() -> None:
    recorder = Recorder()
    async with assistant(recorder) as session:
        order = {**CV, "job_text": AD, "job_url": "https://jobs.example.com/1"}
        assert not (await session.call_tool("generate_application", order)).isError
    assert recorder.request.posting == pb.JobPosting(text=AD, source_url="https://jobs.example.com/1")


async def test_a_stream_that_breaks_off_leaves_the_id_to_go_on_with() -> None:
    recorder = Recorder()
    recorder.breaks_off = True
    async with assistant(recorder) as session:
        result = await session.call_tool("generate_application", {**CV, "job_text": AD})
    assert not result.isError
    assert (result.structuredContent["application_id"], result.structuredContent["state"]) == ("1", "running")


async def test_a_document_without_end_is_not_kept_in_memory() -> None:
    async with assistant(Recorder()) as session:
        result = await session.call_tool("fetch_document", {"application_id": "1", "name": "cv.pdf"})
    assert result.isError
    assert "more bytes" in text_of(result)


@pytest.mark.parametrize("tool", ["get_application", "no_such_tool"])
async def test_what_nobody_foresaw_is_told_without_its_insides(tool: str) -> None:
    async def broken(_: Any) -> ServiceLine:
        raise KeyError("insides")

    server = CvtailorMcp(Tools(broken, CvFolders([])))
    async with create_connected_server_and_client_session(server._mcp_server) as session:
        result = await session.call_tool(tool, {"application_id": "1"})
    assert result.isError
    assert "insides" not in text_of(result)
