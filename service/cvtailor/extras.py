"""What the base install leaves out, by the extra that brings it; asked before anything of it is imported."""

from collections.abc import Mapping
from importlib.util import find_spec

from cvtailor.domain.errors import InvalidInput

_OPENAI = ("mcp_agent", "openai")
_ANTHROPIC = ("mcp_agent", "anthropic")

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "openai": _OPENAI,
    "azure": _OPENAI,
    "google": _OPENAI,
    "ollama": _OPENAI,
    "openai-compatible": _OPENAI,
    "anthropic": _ANTHROPIC,
    "bedrock": _ANTHROPIC,
    "mcp": ("mcp", "starlette", "uvicorn"),
    "supabase": ("storage3", "supabase_auth"),
    "telemetry": ("opentelemetry", "prometheus_client"),
}
"""The modules by which each extra is known to be installed; a provider's extra has the provider's name."""


def require_extra(extra: str, wanting: str) -> None:
    """Makes sure that an extra is installed.

    Args:
        extra: A key of ``EXTRAS``.
        wanting: The setting or command that needs it, as the person wrote it.

    Raises:
        InvalidInput: It is not; says how to install it.
    """
    if any(find_spec(module) is None for module in EXTRAS[extra]):
        raise InvalidInput(f'{wanting} needs the extra "{extra}": {installation_of(extra)}.')


def installation_of(extra: str) -> str:
    """Returns the command that installs an extra."""
    return f"pip install 'cvtailor[{extra}]'"
