"""Who makes the call that is being served, and its id; set by the boundary, read by the servicers."""

from contextvars import ContextVar

from cvtailor.domain.caller import Caller

_current: ContextVar[Caller] = ContextVar("caller")
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_caller() -> Caller:
    """Returns the verified caller; raises LookupError outside a guarded call."""
    return _current.get()


def set_caller(caller: Caller) -> None:
    """Makes ``caller`` the one of this call; each call is a task of its own, so nothing is reset."""
    _current.set(caller)


def current_request_id() -> str:
    """Returns the ``x-request-id`` of the call, which its log lines bear; empty outside a guarded call."""
    return _request_id.get()


def set_request_id(request_id: str) -> None:
    """Gives this call its id."""
    _request_id.set(request_id)
