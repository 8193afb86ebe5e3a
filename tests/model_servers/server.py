"""The HTTP server: a thread a connection, so that it serves an event loop, another process, or both."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any, ClassVar, Self

from .answers import Answer, Hangs, HangsUp, Refuses
from .asked import Asked, Dialect
from .dialects import answered, refused
from .scripts import Script

_PATHS = {
    "/v1/chat/completions": Dialect.OPENAI,
    "/chat/completions": Dialect.OPENAI,
    "/v1/messages": Dialect.ANTHROPIC,
}


class ModelServer:
    """Serves a script on a free port, in both dialects, and remembers who asked for what.

    Attributes:
        script: Decides the answers; may be replaced while the server runs. It runs in the thread of the
            connection and may wait there, which holds the answer back.
        asked: Every request, in the order of arrival.
        paid: Those that were answered with content; what a provider would bill.
        after_answer: Called when an answer has left, in the thread of the connection.
    """

    def __init__(self, script: Script, port: int = 0) -> None:
        self.script = script
        self.after_answer: Callable[[Asked], None] = lambda _: None
        self.asked: list[Asked] = []
        self.paid: list[Asked] = []
        self.stopping = threading.Event()
        self._turns: Counter[object] = Counter()
        self._lock = threading.Lock()
        handler = type("Connection", (_Connection,), {"model": self})
        self._http = _Listener(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Base URL for Anthropic's clients."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def openai_url(self) -> str:
        """Base URL for OpenAI's clients."""
        return f"{self.url}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, dialect: Dialect, headers: dict[str, str], body: dict[str, Any]) -> tuple[Asked, Answer]:
        """Records a request and lets the script decide."""
        with self._lock:
            asked = Asked(len(self.asked) + 1, 0, dialect, headers, body)
            self._turns[asked.agent] += 1
            asked = Asked(asked.number, self._turns[asked.agent], dialect, headers, body)
            self.asked.append(asked)
        return asked, self.script(asked)


class _Listener(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


class _Connection(BaseHTTPRequestHandler):
    model: ClassVar[ModelServer]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:  # http.server's name
        if self.path.rstrip("/").endswith("/models"):
            self._send(200, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})
        else:
            self._send(404, refused(Dialect.OPENAI, Refuses(404, f"no such path: {self.path}")))

    def do_POST(self) -> None:  # http.server's name
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        dialect = _PATHS.get(self.path.partition("?")[0])
        if dialect is None:
            self._send(404, refused(Dialect.OPENAI, Refuses(404, f"no such path: {self.path}")))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked, answer = self.model.answer(dialect, headers, json.loads(body))
        match answer:
            case Hangs(seconds):
                self.model.stopping.wait(seconds)
                self.close_connection = True
            case HangsUp():
                self.close_connection = True
            case Refuses(status, _, more):
                self._send(status, refused(dialect, answer), dict(more))
            case _:
                self.model.paid.append(asked)
                self._send(200, answered(asked, answer))
                self.model.after_answer(asked)

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        try:
            self.end_headers()
            self.wfile.write(content)
        except ConnectionError:  # whoever asked has died meanwhile
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""
