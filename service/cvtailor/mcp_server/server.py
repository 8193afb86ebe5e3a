"""The MCP server: tools with schemas, errors with reasons."""

from typing import Any

import structlog
from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations

from cvtailor.mcp_server.problems import Problem, as_result, problem_of
from cvtailor.mcp_server.stdio import stdio_streams
from cvtailor.mcp_server.tools import Tools

# A CV of 1 MiB in base64, an ad of 100,000 characters, and their JSON.
REQUEST_BYTES_MAX = 3 << 20

_INSTRUCTIONS = (
    "Tailors a person's CV to one job ad. Every line of the result comes from the CV; nothing is invented. "
    "Start with generate_application; while `state` is running, call watch_application; while it is asking, "
    "put the questions to the person and pass their words on with answer_question. Then fetch_document."
)
_READS = ToolAnnotations(readOnlyHint=True, openWorldHint=False)
_MAKES = ToolAnnotations(readOnlyHint=False, destructiveHint=False, idempotentHint=False, openWorldHint=False)
_ADDS = ToolAnnotations(readOnlyHint=False, destructiveHint=False, idempotentHint=True, openWorldHint=False)
_STOPS = ToolAnnotations(readOnlyHint=False, destructiveHint=True, idempotentHint=True, openWorldHint=False)

log = structlog.get_logger(__name__)


class CvtailorMcp(FastMCP[Any]):
    """FastMCP with our tools and our errors. Keeps no sessions: each HTTP request stands for itself."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(
            "cvtailor",
            instructions=_INSTRUCTIONS,
            stateless_http=True,
            max_request_body_size=REQUEST_BYTES_MAX,
            log_level="ERROR",
            # Hosts and origins are checked at the edge, before the token is.
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        for tool, annotations in (
            (tools.generate_application, _MAKES),
            (tools.watch_application, _READS),
            (tools.get_application, _READS),
            (tools.list_applications, _READS),
            (tools.fetch_document, _READS),
            (tools.answer_question, _ADDS),
            (tools.cancel_application, _STOPS),
        ):
            self.add_tool(tool, annotations=annotations, structured_output=True)

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        """Calls a tool; what went wrong comes back as a result that says so."""
        try:
            return await super().call_tool(name, arguments)
        except ToolError as error:
            if error.__cause__ is None:
                raise
            problem = problem_of(error.__cause__)
            if problem is None:
                log.error("tool_failed", tool=name, error=type(error.__cause__).__name__)
                problem = Problem(reason="INTERNAL", message="Internal error of the MCP server.")
            return as_result(problem)

    async def serve_stdio(self) -> None:
        """Serves one client on standard input and output, until the input ends."""
        async with stdio_streams(REQUEST_BYTES_MAX) as (reading, writing):
            await self._mcp_server.run(reading, writing, self._mcp_server.create_initialization_options())
