"""mcp-agent's application object, closed to the environment.

Left to itself it reads ``.env``, ``mcp_agent.config.yaml`` up to the root, and variables as common as
``USER``, ``NAME`` and ``ENV`` into its settings, and writes what it finds back to ``os.environ``. Ours gets
every field from here and nothing from anywhere else; it never learns a provider's key at all.
"""

from typing import Any

from mcp_agent.app import MCPApp
from mcp_agent.config import (
    LoggerSettings,
    MCPSettings,
    OpenTelemetrySettings,
    Settings,
    SubagentSettings,
    UsageTelemetrySettings,
)
from mcp_agent.logging.transport import AsyncEventBus


class SealedSettings(Settings):
    """Settings that come from their constructor only."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: Any,
        init_settings: Any,
        env_settings: Any,
        dotenv_settings: Any,
        file_secret_settings: Any,
    ) -> tuple[Any, ...]:
        """Drops the environment, ``.env`` and secret files."""
        return (init_settings,)


class SealedApp(MCPApp):
    """An application that leaves ``os.environ`` as it is."""

    def _apply_environment_bindings(self) -> None:
        """Neither loads ``.env`` nor sets variables."""


def sealed_settings() -> SealedSettings:
    """Returns settings with every field set: in-process, silent, without tracing, servers or providers."""
    return SealedSettings(
        name="cvtailor",
        description="",
        mcp=MCPSettings(servers={}),
        execution_engine="asyncio",
        temporal=None,
        anthropic=None,
        bedrock=None,
        cohere=None,
        openai=None,
        azure=None,
        google=None,
        workflow_task_modules=[],
        workflow_task_retry_policies={},
        otel=OpenTelemetrySettings(enabled=False, exporters=[]),
        logger=LoggerSettings(type="none", transports=["none"], level="error", progress_display=False),
        usage_telemetry=UsageTelemetrySettings(enabled=False, enable_detailed_telemetry=False),
        agents=SubagentSettings(enabled=False, search_paths=[], definitions=[]),
        authorization=None,
        oauth=None,
        env=[],
    )


async def started_app() -> SealedApp:
    """Starts the application in the running event loop; nothing runs on that would have to be stopped."""
    _silence()
    app = SealedApp(name="cvtailor", description="", settings=sealed_settings())
    await app.initialize()  # type: ignore[no-untyped-call]
    return app


def _silence() -> None:
    """Turns mcp-agent's event bus off.

    It would queue every event for listeners that we do not have, lose some when it stops, and then wait five
    seconds for them.
    """
    bus: Any = AsyncEventBus.get()
    bus.emit = bus.start = bus.stop = _nothing


async def _nothing(*_: object) -> None:
    """Is all that happens to an event."""
