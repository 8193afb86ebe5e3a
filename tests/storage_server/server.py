"""The server: keys, gateway, faults; ``storage_api`` has the routes."""

import socket
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import jwt
import uvicorn
from jwt import PyJWK
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from .faults import Fault
from .keys import public_half
from .storage_api import Refusal, Stored, routes

PUBLISHABLE_KEY = "sb_publishable_of_the_tests"
SECRET_KEY = "sb_secret_of_the_tests"


class Asked(NamedTuple):
    """A request that passed the gateway."""

    method: str
    path: str
    claims: Mapping[str, Any]


class StorageServer:
    """Serves ``/storage/v1`` on a free port of this machine.

    Whether something may be read or written is up to the policies of the database, asked with role and
    claims of the request as Storage asks them.

    Attributes:
        asked: The requests that passed the gateway, in order.
        faults: What befalls the next requests, one each.
        stored: The contents, by path.
        bucket: Name of the only bucket.
        ahead_seconds: How far the server's clock is ahead.
        says_status: Answer errors with their own HTTP status, as newer versions may; else with 400.
    """

    def __init__(self, dsn: str, signing_key: str) -> None:
        self.dsn = dsn
        self.asked: list[Asked] = []
        self.faults: deque[Fault] = deque()
        self.stored: dict[str, Stored] = {}
        self.bucket = "documents"
        self.ahead_seconds = 0.0
        self.says_status = False
        self._signing_key = PyJWK(public_half(signing_key))
        self._app = Starlette(routes=routes(self), exception_handlers={Refusal: self._refuse})
        self._socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            self._faulty, interface="asgi3", log_config=None, http="h11", ws="none", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    @property
    def url(self) -> str:
        """The project's URL."""
        return "http://{}:{}".format(*self._socket.getsockname())

    def now(self) -> float:
        """The server's clock."""
        return time.time() + self.ahead_seconds

    def claims(self, request: Request) -> Mapping[str, Any]:
        """Returns what a request may be, as gateway and Storage find out together."""
        apikey = request.headers.get("apikey", "")
        if apikey not in {PUBLISHABLE_KEY, SECRET_KEY}:
            raise Refusal(401, "Unauthorized", "Invalid API key")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        claims = {"role": "service_role"} if token == apikey == SECRET_KEY else self._verified(token)
        self.asked.append(Asked(request.method, request.url.path, claims))
        return claims

    def _verified(self, token: str) -> Mapping[str, Any]:
        try:
            claims = jwt.decode(
                token,
                self._signing_key,
                algorithms=["ES256"],
                options={"verify_exp": False, "verify_aud": False},
            )
        except jwt.PyJWTError as error:
            raise Refusal(403, "Unauthorized", str(error)) from error
        if claims["exp"] < self.now():
            raise Refusal(403, "Unauthorized", '"exp" claim timestamp check failed')
        return claims

    async def _refuse(self, _: Request, refusal: Exception) -> JSONResponse:
        assert isinstance(refusal, Refusal)
        body = {"statusCode": str(refusal.status), "error": refusal.error, "message": refusal.message}
        own = self.says_status or refusal.status in {401, 500}
        return JSONResponse(body, refusal.status if own else 400)

    async def _faulty(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.faults:
            await self.faults.popleft()(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)
