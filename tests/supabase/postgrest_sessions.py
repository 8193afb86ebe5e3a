"""The sessions that PostgREST opens: its login, its transaction, its settings, its SQL, its statuses.

Enough of it to drive a schema with the requests that supabase-js and curl send: filters, order, limit,
embedding along foreign keys, single and bulk inserts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
from postgrest_queries import Refusal, SchemaCache, count_and_body, deletion, insertion, reading, update

_SETTINGS = (
    ("search_path", lambda request: '"public", "extensions"'),
    ("role", lambda request: request.role),
    ("request.jwt.claims", lambda request: json.dumps({**request.claims, "role": request.role})),
    ("request.method", lambda request: request.method),
    ("request.path", lambda request: request.path),
    ("request.headers", lambda request: json.dumps({"host": "localhost", "prefer": request.prefer})),
    ("request.cookies", lambda request: "{}"),
)

# What PostgREST's documentation says of each SQLSTATE; the longest beginning decides.
_STATUSES = {
    "": 400, "08": 503, "09": 500, "0L": 403, "0P": 403, "23503": 409, "23505": 409, "25": 500,
    "25006": 405, "28": 403, "2D": 500, "38": 500, "39": 500, "3B": 500, "40": 500, "42501": 403,
    "42883": 404, "42P01": 404, "42P17": 500, "53": 503, "53400": 500, "54": 500, "55": 500, "57": 500,
    "58": 500, "F0": 500, "HV": 500, "P0": 500, "P0001": 400,
}  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One request, its token verified already.

    Attributes:
        claims: Of the token; none for a request with nothing but the publishable key.
        body: Of POST and PATCH.
        prefer: ``return=minimal`` or ``return=representation``.
    """

    method: str
    path: str
    claims: Mapping[str, object] = field(default_factory=dict)
    body: Any = None
    prefer: str = "return=representation"

    @property
    def role(self) -> str:
        return str(self.claims.get("role", "anon"))

    @property
    def table(self) -> str:
        return urlsplit(self.path).path.removeprefix("/rest/v1/").strip("/")

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))


@dataclass(frozen=True)
class Response:
    """What comes back: rows, or an error with code, message, details and hint."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["code"])


class PostgrestSessions:
    """Answers requests over one connection, which each finds as the one before left it."""

    def __init__(self, connection: psycopg.Connection) -> None:
        """Takes a connection of the login ``authenticator``, in autocommit mode, and reads the schema."""
        self.connection = connection
        self._schema = SchemaCache.read(connection)

    def send(self, request: Request) -> Response:
        """Answers in one transaction."""
        try:
            return self._answer(request)
        except Refusal as refusal:
            return Response(refusal.status, refusal.body)
        except psycopg.Error as error:
            return Response(_status(error, request), _error_body(error))

    def _answer(self, request: Request) -> Response:
        mode = "read only" if request.method == "GET" else "read write"
        build = {"GET": reading, "POST": insertion, "PATCH": update, "DELETE": deletion}[request.method]
        query = build(self._schema, request.table, request.query, request.body)
        returns = request.method == "GET" or request.prefer == "return=representation"
        settings = [setting for name, value in _SETTINGS for setting in (name, value(request))]
        self.connection.execute(f"start transaction isolation level read committed {mode}".encode())
        try:
            calls = ", ".join(["set_config(%s, %s, true)"] * len(_SETTINGS))
            self.connection.execute(f"select {calls}".encode(), settings)
            row = self.connection.execute(count_and_body(query, returns=returns), query.values).fetchone()
        except psycopg.Error:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")
        assert row
        status = {"GET": 200, "POST": 201}.get(request.method, 200 if returns else 204)
        return Response(status, row[1])


def _status(error: psycopg.Error, request: Request) -> int:
    state = error.sqlstate or "08"
    if state == "42501" and request.role == "anon":
        return 401
    return _STATUSES[max((known for known in _STATUSES if state.startswith(known)), key=len)]


def _error_body(error: psycopg.Error) -> dict[str, str | None]:
    said = error.diag
    return {
        "code": said.sqlstate,
        "message": said.message_primary,
        "details": said.message_detail,
        "hint": said.message_hint,
    }
