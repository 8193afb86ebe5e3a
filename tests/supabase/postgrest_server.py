"""``PostgrestSessions`` over HTTP, with Supabase's key and sign-in before it, for curl and supabase-js."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from postgrest_sessions import PostgrestSessions, Request

PUBLISHABLE_KEY = "sb_publishable_of_the_tests"
_ONE_OBJECT = "application/vnd.pgrst.object+json"


@contextmanager
def serving(sessions: PostgrestSessions, users: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """Yields the URL of a project whose users sign in with the e-mail given and any password.

    Args:
        sessions: Who answers; one request at a time.
        users: Claims by e-mail, which is the token too.
    """

    class Handler(_Project):
        pass

    Handler.sessions, Handler.users = sessions, users
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Project(BaseHTTPRequestHandler):
    sessions: PostgrestSessions
    users: Mapping[str, Mapping[str, object]]
    lock = threading.Lock()

    def do_GET(self) -> None:
        self._rest()

    def do_PATCH(self) -> None:
        self._rest()

    def do_DELETE(self) -> None:
        self._rest()

    def do_POST(self) -> None:
        if urlsplit(self.path).path == "/auth/v1/token":
            self._sign_in()
        else:
            self._rest()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: what is asked is the tests' matter."""

    def _body(self) -> Any:
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        return json.loads(content) if content else None

    def _sign_in(self) -> None:
        email = self._body()["email"]
        user = {
            "id": self.users[email]["sub"],
            "aud": "authenticated",
            "email": email,
            "role": "authenticated",
        }
        token = {"access_token": email, "refresh_token": "none", "token_type": "bearer", "expires_in": 3600}
        self._answer(200, {**token, "user": user})

    def _rest(self) -> None:
        body = self._body()
        if self.headers.get("apikey") != PUBLISHABLE_KEY:
            self._answer(401, {"message": "Invalid API key"})
            return
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        # supabase-js sends its key here until somebody has signed in.
        claims = {} if token in ("", PUBLISHABLE_KEY) else self.users[token]
        wishes = self.headers.get("prefer", "return=minimal")
        prefer = "return=representation" if "return=representation" in wishes else "return=minimal"
        with self.lock:
            response = self.sessions.send(Request(self.command, self.path, claims, body, prefer))
        rows = response.body
        if self.headers.get("accept") == _ONE_OBJECT and response.status < 300:
            if len(rows) != 1:
                self._answer(
                    406, {"code": "PGRST116", "message": "Cannot coerce the result to a single object"}
                )
                return
            rows = rows[0]
        self._answer(response.status, rows)

    def _answer(self, status: int, body: Any) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
