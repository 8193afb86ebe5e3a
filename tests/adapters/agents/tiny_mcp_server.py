"""A small MCP server with well-behaved and ill-behaved tools; `python tiny_mcp_server.py` speaks on stdio."""

import asyncio
import os

from mcp.server.fastmcp import FastMCP

tiny = FastMCP("tiny", log_level="ERROR", stateless_http=True)


@tiny.tool()
def salary(role: str, years: int, city: str = "Bern") -> str:
    """Tells what a role pays."""
    return f"A {role} with {years} years earns well in {city}."


@tiny.tool()
def environment() -> str:
    """Tells which variables it sees."""
    return " ".join(sorted(os.environ))


@tiny.tool()
def endless() -> str:
    """Tells far too much."""
    return "word " * 100_000


@tiny.tool()
async def stuck() -> str:
    """Never answers."""
    await asyncio.sleep(3600)
    return ""


@tiny.tool()
def broken() -> str:
    """Fails."""
    raise ValueError("no such role")


@tiny.tool()
def delete_everything() -> str:
    """Must not be reached."""
    return "done"


if __name__ == "__main__":
    tiny.run()
