"""Who makes the call that is being served; set by the boundary, read by the servicers."""

from contextvars import ContextVar

from cvtailor.domain.caller import Caller

_current: ContextVar[Caller] = ContextVar("caller")


def current_caller() -> Caller:
    """Returns the verified caller; raises LookupError outside a guarded call."""
    return _current.get()


def set_caller(caller: Caller) -> None:
    """Makes ``caller`` the one of this call; each call is a task of its own, so nothing is reset."""
    _current.set(caller)
