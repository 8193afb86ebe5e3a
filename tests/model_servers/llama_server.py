"""Serves a GGUF model on loopback, OpenAI-compatibly, with answers held to their JSON schema by a grammar.

``llama_cpp.server`` would do, but it refuses ``response_format`` of type ``json_schema``. Run as a program:
``python tests/model_servers/llama_server.py MODEL.gguf``; it prints its base URL and serves until its
standard input is closed.
"""

import argparse
import contextlib
import functools
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Any, ClassVar

from llama_cpp import Llama, LlamaGrammar

_CONTEXT_TOKENS = 8192
_ANSWER_TOKENS = 512
_CHARS_A_TOKEN = 3


class SmallModel:
    """One model, one answer at a time."""

    def __init__(self, path: Path, threads: int) -> None:
        self._llama = Llama(
            str(path),
            n_ctx=_CONTEXT_TOKENS,
            n_threads=threads,
            n_threads_batch=threads,
            verbose=False,
            seed=1,
        )
        self._lock = threading.Lock()

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answers one chat request; greedily, so that a test repeats itself."""
        schema = _schema_of(request)
        answer_tokens = min(request.get("max_tokens") or _ANSWER_TOKENS, _ANSWER_TOKENS)
        with self._lock:
            self._llama.reset()
            return dict(
                self._llama.create_chat_completion(
                    messages=[_fitted(message) for message in request["messages"]],
                    max_tokens=answer_tokens,
                    temperature=0.0,
                    grammar=_grammar(json.dumps(schema)) if schema else None,
                )
            )


def _schema_of(request: dict[str, Any]) -> dict[str, Any]:
    wanted = request.get("response_format") or {}
    schema: dict[str, Any] = (wanted.get("json_schema") or {}).get("schema") or {}
    return schema


def _fitted(message: dict[str, Any]) -> dict[str, Any]:
    """A message cut to what the model can hold beside the others."""
    chars_max = (_CONTEXT_TOKENS - _ANSWER_TOKENS) * _CHARS_A_TOKEN // 4
    return {"role": message["role"], "content": str(message.get("content") or "")[:chars_max]}


@functools.lru_cache(32)
def _grammar(schema: str) -> LlamaGrammar:
    return LlamaGrammar.from_json_schema(schema, verbose=False)


class _Connection(BaseHTTPRequestHandler):
    model: ClassVar[SmallModel]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": [{"id": "small", "object": "model"}]})

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            self._send(200, self.model.complete(request))
        except ValueError as error:  # too long for it, or a schema that its grammar cannot say
            self._send(400, {"error": {"message": str(error), "type": "invalid_request_error"}})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        with contextlib.suppress(ConnectionError):  # whoever asked may have given up
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def main() -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    handler = type("Connection", (_Connection,), {"model": SmallModel(chosen.model, chosen.threads)})
    with ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)  # noqa: T201
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
