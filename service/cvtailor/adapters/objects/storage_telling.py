"""What is told of the document store: how long it takes; no path, no content."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from cvtailor.telemetry.metrics import STORAGE_SECONDS
from cvtailor.telemetry.spans import span


def told_of_storage[**P, T](
    operation: str,
) -> Callable[[Callable[P, Coroutine[Any, Any, T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """Times every call of a store's method, and gives it a span."""
    named = {"operation": operation}

    def decorate(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @wraps(method)
        async def told(*args: P.args, **kwargs: P.kwargs) -> T:
            with span("storage", named), STORAGE_SECONDS.timed(named):
                return await method(*args, **kwargs)

        return told

    return decorate
