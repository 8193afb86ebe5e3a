"""Amazon Bedrock: Anthropic's answers at addresses of its own, with a Bedrock key and nothing else of AWS."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cvtailor.adapters.agents.runtime import AgentRuntime, ModelSettings

from tests.adapters.agents.model_talk import GREETING, KEY, Greeting, Recorder, greeting

_MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"


@contextmanager
def bedrock() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serves one model; yields its address and what it was asked."""
    asked: list[dict[str, Any]] = []
    answer = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "content": [{"type": "text", "text": json.dumps(GREETING)}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1_000_000, "output_tokens": 0},
    }

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({"path": self.path, "key": self.headers["Authorization"], **body})
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()
    thread.join()


async def test_a_model_on_bedrock_is_asked_with_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "stray")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "stray")
    calls = Recorder()
    with bedrock() as (url, asked):
        runtime = AgentRuntime(ModelSettings(f"bedrock:{_MODEL}", api_key=KEY, base_url=url))
        assert await greeting(runtime, calls) == Greeting(word="hello", times=2)
        await runtime.close()
    (call,) = asked
    assert call["path"] == f"/model/{_MODEL}/invoke"
    assert call["key"] == f"Bearer {KEY}"
    assert call["output_config"]["format"]["type"] == "json_schema"
    (reply,) = calls.replies
    assert reply.cost_usd == pytest.approx(3.3)
