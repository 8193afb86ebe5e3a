"""Sessions of people: signing in to a Supabase project's Auth, staying signed in, and signing out."""

import ipaddress
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cvtailor.domain.errors import (
    CvtailorError,
    Forbidden,
    InvalidInput,
    Reason,
    Unauthenticated,
    Unavailable,
)

if TYPE_CHECKING:
    from supabase_auth import AsyncGoTrueClient
    from supabase_auth.types import AuthMFAVerifyResponse
    from supabase_auth.types import Session as IssuedSession

SIGN_IN_COMMAND = "cvtailor login"
_CLIENT_ERRORS = range(400, 500)
_TOO_MANY = 429
_NO_SESSION_LEFT = frozenset({401, 403, 404})

type AskCode = Callable[[], Awaitable[str]]
"""Returns the code that the person's authenticator shows."""


class Session(BaseModel):
    """Somebody who is signed in, and where.

    Attributes:
        url: URL of the project.
        publishable_key: The project's publishable (or anon) key; no secret.
        email: Who it is.
        access_token: JWT that services verify.
        refresh_token: Gets the next pair of tokens; good once.
        expires_at: Unix time in seconds, by the clock of this machine, when the access token ends.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    publishable_key: str
    email: str
    access_token: str = Field(repr=False)
    refresh_token: str = Field(repr=False)
    expires_at: float

    def lives_for(self, seconds: float) -> bool:
        """Whether the access token is good for that long still."""
        return time.time() + seconds < self.expires_at


class SupabaseSignIn:
    """The Auth of one Supabase project, as a person's own program sees it."""

    def __init__(self, url: str, publishable_key: str, *, timeout_seconds: float = 10) -> None:
        """Takes the project; nothing is asked yet.

        Raises:
            InvalidInput: The URL would carry a password in the clear, or the key is missing or a secret one.
        """
        self._url = _project_url(url)
        if not publishable_key:
            raise InvalidInput("Set CVTAILOR_SUPABASE_PUBLISHABLE_KEY, or --key, to the publishable key.")
        if publishable_key.startswith("sb_secret_"):
            raise InvalidInput(
                "That is the project's secret key: use the publishable one, and keep it secret."
            )
        self._publishable_key = publishable_key
        self._timeout_seconds = timeout_seconds

    async def with_password(self, email: str, password: str, ask_code: AskCode) -> Session:
        """Signs in; asks for a code where the account has an authenticator.

        Raises:
            Unauthenticated: E-mail, password or code is wrong.
            Forbidden: The account is banned.
            InvalidInput: The project does not let people sign in like this.
            Unavailable: Auth does not answer, or asks to slow down.
        """
        with _refusals_told():
            async with self._client() as client:
                answer = await client.sign_in_with_password({"email": email, "password": password})
                if answer.session is None:
                    raise Unavailable(f"{self._url} answered without a session; try again.")
                factors = [
                    factor.id
                    for factor in answer.session.user.factors or ()
                    if factor.factor_type == "totp" and factor.status == "verified"
                ]
                if not factors:
                    return self._session(answer.session)
                code = await ask_code()
                verified = await client.mfa.challenge_and_verify({"factor_id": factors[0], "code": code})
                return self._session(verified)

    async def refresh(self, session: Session) -> Session:
        """Returns the session with new tokens; the old refresh token is spent.

        Raises:
            Unauthenticated: The session has ended.
            Forbidden: The account is banned.
            Unavailable: Auth does not answer, or asks to slow down.
        """
        with _refusals_told(_SESSION_ENDED):
            async with self._client() as client:
                answer = await client.refresh_session(session.refresh_token)
                if answer.session is None:
                    raise Unavailable(f"{self._url} answered without a session; try again.")
                return self._session(answer.session)

    async def sign_out(self, session: Session) -> None:
        """Ends the session, this one only; one that has ended already is fine.

        Raises:
            Unavailable: Auth does not answer.
        """
        from supabase_auth.errors import AuthApiError

        with _refusals_told():
            async with self._client() as client:
                try:
                    await client.admin.sign_out(session.access_token, "local")
                except AuthApiError as error:
                    if error.status not in _NO_SESSION_LEFT:
                        raise

    @asynccontextmanager
    async def _client(self) -> AsyncIterator["AsyncGoTrueClient"]:
        # Imported here: whoever brings a token, or needs none, does not wait for it.
        from supabase_auth import AsyncGoTrueClient

        # No redirects: a password goes where it was meant to go.
        async with httpx.AsyncClient(timeout=self._timeout_seconds, follow_redirects=False) as http:
            yield AsyncGoTrueClient(
                url=f"{self._url}/auth/v1",
                headers={"apikey": self._publishable_key},
                auto_refresh_token=False,
                persist_session=False,
                http_client=http,
            )

    def _session(self, issued: "IssuedSession | AuthMFAVerifyResponse") -> Session:
        return Session(
            url=self._url,
            publishable_key=self._publishable_key,
            email=issued.user.email or issued.user.id,
            access_token=issued.access_token,
            refresh_token=issued.refresh_token,
            # By our own clock: theirs may differ.
            expires_at=time.time() + issued.expires_in,
        )


def _project_url(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("https", "http"):
        raise InvalidInput(
            "Set CVTAILOR_SUPABASE_URL, or --url, to the project's URL: https://PROJECT.supabase.co"
        )
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise InvalidInput(f"{url} is not encrypted: use https, or the password can be read on its way.")
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Refusal(NamedTuple):
    kind: type[CvtailorError]
    message: str
    reason: Reason | None = None


_SESSION_ENDED = _Refusal(
    Unauthenticated, f"Your session has ended: run `{SIGN_IN_COMMAND}`.", Reason.TOKEN_INVALID
)
_WRONG_CODE = _Refusal(
    Unauthenticated, "The authenticator's code is wrong or too old: try the next one.", Reason.TOKEN_INVALID
)
_NO_PASSWORDS = _Refusal(InvalidInput, "The project does not let people sign in with e-mail and password.")
_SLOW_DOWN = _Refusal(Unavailable, "Supabase Auth asks to slow down; try again in a minute.")
_KEY_REFUSED = _Refusal(
    InvalidInput, "The project does not know this publishable key: check --url and --key."
)
_REFUSED = _Refusal(Unauthenticated, "Supabase Auth refuses", Reason.TOKEN_INVALID)

# By the error codes of Supabase Auth. What it says in words may quote what was sent: it is not passed on.
_REFUSALS: Mapping[str, _Refusal] = {
    "invalid_credentials": _Refusal(Unauthenticated, "E-mail or password is wrong.", Reason.TOKEN_INVALID),
    "email_not_confirmed": _Refusal(
        Unauthenticated, "Confirm the e-mail address first: a link was sent to it.", Reason.TOKEN_INVALID
    ),
    "user_banned": _Refusal(
        Forbidden, "This account is banned; ask whoever runs the service.", Reason.ACCOUNT_BANNED
    ),
    "mfa_verification_failed": _WRONG_CODE,
    "mfa_challenge_expired": _WRONG_CODE,
    "email_provider_disabled": _NO_PASSWORDS,
    "captcha_failed": _Refusal(InvalidInput, "The project asks for a captcha, which a terminal can't show."),
}


@contextmanager
def _refusals_told(otherwise: _Refusal | None = None) -> Iterator[None]:
    """Raises errors of ours for those of supabase-py.

    Args:
        otherwise: What a refusal means that has no meaning of its own.
    """
    from supabase_auth.errors import AuthApiError, AuthError, AuthRetryableError

    try:
        yield
    except AuthApiError as error:
        kind, message, reason = _refusal_of(error.status, error.code, otherwise)
        # Without its cause: a traceback that quotes requests may hold what was typed.
        raise kind(message, reason=reason) from None
    except AuthRetryableError:
        raise Unavailable("Supabase Auth does not answer: check --url and the network, try again.") from None
    except (AuthError, ValidationError) as error:
        raise Unavailable(f"Supabase Auth gave no sensible answer ({type(error).__name__}).") from None


def _refusal_of(status: int, code: str | None, otherwise: _Refusal | None) -> _Refusal:
    if known := _REFUSALS.get(code or ""):
        return known
    if status == _TOO_MANY:
        return _SLOW_DOWN
    if status not in _CLIENT_ERRORS:
        return _Refusal(Unavailable, f"Supabase Auth fails (HTTP {status}); try again.")
    if code is None and status in _NO_SESSION_LEFT:
        # From the gateway before it, which has no such codes.
        return _KEY_REFUSED
    return otherwise or _REFUSED._replace(message=f"{_REFUSED.message} ({code or f'HTTP {status}'}).")
