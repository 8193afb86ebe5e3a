"""A server that answers as Supabase Auth and the gateway before it do, as far as signing in goes.

Routes, statuses, error codes and bodies are those of its API version 2024-01-01; refresh tokens rotate, and
the second use of one ends its session, unless it is the last one's parent.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY = "sb_publishable_of-the-test-project"
PASSWORD = "correct horse battery staple"
CODE = "424242"
_VERSION = {"x-supabase-api-version": "2024-01-01"}


@dataclass
class User:
    email: str
    password: str = PASSWORD
    id: UUID = field(default_factory=uuid4)
    banned: bool = False
    confirmed: bool = True
    factor: str = ""
    """Id of an authenticator, if there is one."""


@dataclass
class AuthSession:
    user: User
    aal: str = "aal1"
    id: UUID = field(default_factory=uuid4)
    refresh_tokens: list[str] = field(default_factory=list)
    """Oldest first; the last one is active."""


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = JSONResponse({"code": code, "message": message}, status, headers=_VERSION)


class AuthServer:
    """The server's state; what it does can be changed while it runs.

    Attributes:
        url: The project's URL.
        lifetime_seconds: Of the access tokens it issues.
        refreshes: How many refresh tokens were exchanged.
        asked: Bodies, queries and headers of every request, as text.
        slow: Awaited before each answer to a refresh.
        broken: Answered instead of anything else.
    """

    def __init__(self) -> None:
        self.url = ""
        self.lifetime_seconds = 3600
        self.users: dict[str, User] = {}
        self.sessions: dict[UUID, AuthSession] = {}
        self.refreshes = 0
        self.asked: list[str] = []
        self.slow: Callable[[], Awaitable[None]] | None = None
        self.broken: Response | None = None
        self._signing_key = ec.generate_private_key(ec.SECP256R1())

    @property
    def issuer(self) -> str:
        return f"{self.url}/auth/v1"

    @property
    def jwks_url(self) -> str:
        return f"{self.issuer}/.well-known/jwks.json"

    def sign_up(self, email: str, **more: object) -> User:
        self.users[email] = User(email, **more)
        return self.users[email]

    def app(self) -> Starlette:
        routes = [
            Route(f"/auth/v1{path}", self._guarded(answer), methods=[method])
            for method, path, answer in (
                ("GET", "/.well-known/jwks.json", self._jwks),
                ("POST", "/token", self._token),
                ("GET", "/user", self._user),
                ("POST", "/logout", self._logout),
                ("POST", "/factors/{factor}/challenge", self._challenge),
                ("POST", "/factors/{factor}/verify", self._verify),
            )
        ]
        return Starlette(routes=routes)

    def _guarded(
        self, answer: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            body = (await request.body()).decode()
            self.asked.append(f"{request.method} {request.url} {dict(request.headers)} {body}")
            if self.broken:
                return self.broken
            if not request.url.path.endswith("jwks.json") and request.headers.get("apikey") != KEY:
                hint = "Double check the provided API key"
                return JSONResponse({"message": "Invalid API key", "hint": hint}, 401)
            try:
                return await answer(request)
            except Refused as refused:
                return refused.answer

        return guarded

    async def _jwks(self, _: Request) -> Response:
        public = ECAlgorithm.to_jwk(self._signing_key.public_key(), as_dict=True)
        return JSONResponse({"keys": [{**public, "kid": "test", "alg": "ES256", "use": "sig"}]})

    async def _token(self, request: Request) -> Response:
        given = await request.json()
        if request.query_params["grant_type"] == "password":
            return self._password(given["email"], given["password"])
        if self.slow:
            await self.slow()
        return self._refresh(given["refresh_token"])

    def _password(self, email: str, password: str) -> Response:
        user = self.users.get(email)
        if user is None or user.password != password:
            raise Refused(400, "invalid_credentials", "Invalid login credentials")
        if user.banned:
            raise Refused(400, "user_banned", "User is banned")
        if not user.confirmed:
            raise Refused(400, "email_not_confirmed", "Email not confirmed")
        session = AuthSession(user)
        self.sessions[session.id] = session
        return self._issue(session)

    def _refresh(self, token: str) -> Response:
        session = next((each for each in self.sessions.values() if token in each.refresh_tokens), None)
        if session is None:
            raise Refused(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        if session.user.banned:
            raise Refused(400, "user_banned", "Invalid Refresh Token: User Banned")
        self.refreshes += 1
        if token in session.refresh_tokens[:-2]:
            del self.sessions[session.id]
            raise Refused(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        return self._issue(session, rotate=token == session.refresh_tokens[-1])

    def _issue(self, session: AuthSession, *, rotate: bool = True) -> Response:
        if rotate:
            session.refresh_tokens.append(uuid4().hex[:12])
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": str(session.user.id),
            "aud": "authenticated",
            "iat": now,
            "exp": now + self.lifetime_seconds,
            "role": "authenticated",
            "aal": session.aal,
            "session_id": str(session.id),
            "email": session.user.email,
            "is_anonymous": False,
        }
        issued = {
            "access_token": jwt.encode(claims, self._signing_key, "ES256", {"kid": "test"}),
            "token_type": "bearer",
            "expires_in": self.lifetime_seconds,
            "expires_at": now + self.lifetime_seconds,
            "refresh_token": session.refresh_tokens[-1],
            "user": _described(session.user),
        }
        return JSONResponse(issued, headers=_VERSION)

    async def _user(self, request: Request) -> Response:
        return JSONResponse(_described(self._session_of(request).user), headers=_VERSION)

    async def _logout(self, request: Request) -> Response:
        session = self._session_of(request)
        if request.query_params.get("scope") != "local":
            raise Refused(400, "validation_failed", "These tests end one session only")
        del self.sessions[session.id]
        return Response(status_code=204)

    async def _challenge(self, request: Request) -> Response:
        self._session_of(request)
        return JSONResponse({"id": str(uuid4()), "type": "totp", "expires_at": int(time.time()) + 300})

    async def _verify(self, request: Request) -> Response:
        session = self._session_of(request)
        if request.path_params["factor"] != session.user.factor:
            raise Refused(404, "mfa_factor_not_found", "MFA factor with that ID not found")
        if (await request.json())["code"] != CODE:
            raise Refused(422, "mfa_verification_failed", "Invalid TOTP code entered")
        session.aal = "aal2"
        return self._issue(session)

    def _session_of(self, request: Request) -> AuthSession:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, self._signing_key.public_key(), ["ES256"], audience="authenticated")
        except jwt.PyJWTError as error:
            raise Refused(403, "bad_jwt", "invalid JWT: unable to parse or verify signature") from error
        session = self.sessions.get(UUID(claims["session_id"]))
        if session is None:
            raise Refused(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return session


def _described(user: User) -> dict[str, object]:
    at = "2026-01-01T00:00:00Z"
    factors = [
        {"id": user.factor, "factor_type": "totp", "status": "verified", "created_at": at, "updated_at": at}
    ]
    return {
        "id": str(user.id),
        "aud": "authenticated",
        "role": "authenticated",
        "email": user.email,
        "app_metadata": {"provider": "email"},
        "user_metadata": {},
        "created_at": at,
        "updated_at": at,
        "is_anonymous": False,
        **({"factors": factors} if user.factor else {}),
    }


class _Unsignalled(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def auth_server() -> AsyncIterator[AuthServer]:
    """Serves on a free loopback port."""
    state = AuthServer()
    server = _Unsignalled(
        uvicorn.Config(state.app(), port=0, log_config=None, ws="none", http="h11", lifespan="off")
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn tells nobody
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    state.url = f"http://127.0.0.1:{port}"
    try:
        yield state
    finally:
        server.should_exit = True
        await serving
