"""Nothing comes in from the environment, and neither the key nor a CV gets out but to the provider."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cvtailor.adapters.agents.providers import Address

from tests.adapters.agents.model_talk import FAMILIES, GREETING, KEY, settings_for
from tests.model_servers import (
    Dialect,
    ModelServer,
    Refuses,
    Says,
    UsesTools,
    always,
    in_turn,
)

_ROOT = Path(__file__).parents[3]
_STRAY = "stray-and-unwanted"
_STRAY_VARIABLES = {
    **dict.fromkeys(
        (
            *("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"),
            *("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "AWS_BEARER_TOKEN_BEDROCK", "AZURE_API_KEY"),
            *("GOOGLE_API_KEY", "COHERE_API_KEY", "ANTHROPIC__API_KEY", "OPENAI__API_KEY", "LOGGER__PATH"),
            *("API_KEY", "BASE_URL", "USER", "NAME", "DESCRIPTION", "DEFAULT_MODEL"),
        ),
        _STRAY,
    ),
    "OPENAI_BASE_URL": f"http://127.0.0.1:9/{_STRAY}",
    "ANTHROPIC_BASE_URL": f"http://127.0.0.1:9/{_STRAY}",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "OPENAI_CUSTOM_HEADERS": f"X-Stray: {_STRAY}\nauthorization: Bearer {_STRAY}",
    "ANTHROPIC_CUSTOM_HEADERS": f"X-Stray: {_STRAY}\nauthorization: Bearer {_STRAY}",
    "OPENAI_LOG": "debug",
    "ANTHROPIC_LOG": "debug",
    "ENV": f'["{_STRAY}"]',
    "EXECUTION_ENGINE": "temporal",
    "OTEL__ENABLED": "true",
    "LOGGER__TYPE": "console",
    "USAGE_TELEMETRY__ENABLED": "true",
    "MCP_APP_SETTINGS_PRELOAD": f"name: {_STRAY}",
    "ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE": "content",
}
both_families = pytest.mark.parametrize("dialect", FAMILIES, ids=str)


# set by numerical libraries that mcp-agent imports
_OF_LIBRARIES = {"KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"}


@both_families
def test_nothing_stray_comes_in_and_nothing_private_goes_out(dialect: Dialect, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"OPENAI__API_KEY={_STRAY}\nFROM_DOT_ENV={_STRAY}\nNAME={_STRAY}\n")
    for name in ("mcp_agent.config.yaml", "mcp_agent.secrets.yaml"):
        (tmp_path / name).write_text(f"name: {_STRAY}\nopenai:\n  api_key: {_STRAY}\n")
    files = {path.name for path in tmp_path.iterdir()}
    told, server, written = _told_by_a_process(dialect, tmp_path)

    assert len(server.asked) == 4
    for asked in server.asked:
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        assert not {name for name in asked.headers if name.startswith(("x-", "openai-"))}
        assert _STRAY not in json.dumps([dict(asked.headers), dict(asked.body)])
    settings = told["settings"]
    assert settings["execution_engine"] == "asyncio"
    assert not settings["otel"]["enabled"]
    assert not settings["usage_telemetry"]["enabled"]
    assert settings["openai"] is settings["anthropic"] is settings["google"] is None
    assert settings["env"] == []
    assert set(told["environment_changed"]) <= _OF_LIBRARIES
    assert {path.name for path in tmp_path.iterdir()} == files

    assert len(told["errors"]) == 2
    assert told["spans"]
    assert [private for private in (_STRAY, KEY, "Ada Lovelace") if private in written] == []


def _told_by_a_process(dialect: Dialect, folder: Path) -> tuple[dict[str, Any], ModelServer, str]:
    """Asks from a process full of stray settings; returns what it left behind and all that it wrote."""
    uses_a_tool = UsesTools((("shout", {"text": "Ada Lovelace"}),))
    refuses = Refuses(401, f"bad key {KEY}")
    breaks = always(Refuses(500, f"cannot parse Ada Lovelace for {KEY}"))
    with ModelServer(in_turn(uses_a_tool, Says(GREETING), refuses, then=breaks)) as server:
        url = server.openai_url if dialect is Dialect.OPENAI else server.url
        process = subprocess.run(
            [sys.executable, "-m", "tests.adapters.agents.ask_and_tell", FAMILIES[dialect], KEY, url, "3"],
            cwd=folder,
            env={**os.environ, **_STRAY_VARIABLES, "PYTHONPATH": os.pathsep.join([str(_ROOT), *sys.path])},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    return json.loads(process.stdout), server, process.stdout + process.stderr


def test_the_key_is_in_no_representation() -> None:
    with ModelServer(always(Says(GREETING))) as server:
        settings = settings_for(server, fallback_model="openai:gpt-4.1", fallback_api_key=KEY)
        address = Address.of(settings.model, KEY, settings.base_url)
    assert KEY not in f"{settings!r} {settings} {address!r} {address}"


def test_the_service_starts_without_the_weight_of_agents() -> None:
    heavy = "mcp_agent openai anthropic mcp sklearn scipy"
    code = f"""
import sys
import cvtailor.app, cvtailor.adapters.agents.runtime, cvtailor.adapters.agents.model_agents
print([name for name in "{heavy}".split() if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.strip() == "[]"
