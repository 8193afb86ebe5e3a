"""What a provider's errors mean: who acts next, and when.

A provider may repeat the key or the text it was sent in an error message. So nothing of a provider's own
words is passed on but codes that look like codes.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

from cvtailor.adapters.agents.providers import Address
from cvtailor.domain.errors import ModelRefused

_TRANSIENT = frozenset({408, 409, 425, 429})
_SPENT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_error"})
_CODE = re.compile(r"[a-zA-Z][a-zA-Z_.\-]{2,40}")
_KEY_ADVICE = "Check CVTAILOR_MODEL_API_KEY"
_ADVICE = {
    400: "The provider does not accept the request. The model must support structured output (JSON schema)",
    401: f"The provider does not accept the key. {_KEY_ADVICE}",
    402: "The account has no credit left. Top it up with the provider",
    403: f"The key may not use this model. {_KEY_ADVICE} and what it is allowed to use",
    404: "There is no such model at this address. Check CVTAILOR_MODEL and CVTAILOR_MODEL_BASE_URL",
    413: "The request is too long for this model. Choose one with a longer context",
    422: "The provider does not accept the request. The model must support structured output (JSON schema)",
}


class TransientFailure(Exception):
    """The provider does not answer now, and may later.

    Attributes:
        told: What happened, without any words of the provider.
        retry_after_seconds: When it wants to be asked again; None if it did not say.
    """

    def __init__(self, told: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(told)
        self.told = told
        self.retry_after_seconds = retry_after_seconds


def failure_of(
    address: Address, status: int, headers: Mapping[str, str], body: object
) -> TransientFailure | ModelRefused:
    """Returns what an HTTP status other than 2xx means; redirections are not followed."""
    codes = _codes(body, address.key)
    if codes & _SPENT:
        return ModelRefused(f"{_who(address)}: {_ADVICE[402]} ({status}{_listed(codes)}).")
    if status in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TransientFailure(f"{_who(address)} answered {status}{_listed(codes)}", _retry_after(headers))
    advice = _ADVICE[404] if status < HTTPStatus.BAD_REQUEST else _ADVICE.get(status, _ADVICE[400])
    return ModelRefused(f"{_who(address)}: {advice} ({status}{_listed(codes)}).")


def _who(address: Address) -> str:
    return f"'{address.model}'"


def _listed(codes: frozenset[str]) -> str:
    return "".join(f", {code}" for code in sorted(codes))


def _codes(body: object, key: str) -> frozenset[str]:
    error = body.get("error", body) if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return frozenset()
    values = (error.get(name) for name in ("type", "code", "param"))
    return frozenset(v for v in values if isinstance(v, str) and _CODE.fullmatch(v) and v not in key)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    for name, seconds_a_unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * seconds_a_unit)
        except (KeyError, ValueError):  # a date instead of seconds: no provider sends one
            continue
    return None
