"""How a test waits for what tells nobody that it has happened: logs, processes, tables, counters."""

import asyncio
from collections.abc import Callable
from inspect import isawaitable


async def until(condition: Callable[[], object], seconds: float = 15, *, expected: bool = True) -> None:
    """Returns once a condition, which may have to be awaited, is as expected.

    Raises:
        TimeoutError: It was not in that time.
    """
    async with asyncio.timeout(seconds):
        while bool(await _answer(condition())) is not expected:  # noqa: ASYNC110 -- it has no event
            await asyncio.sleep(0.01)


async def _answer(asked: object) -> object:
    return await asked if isawaitable(asked) else asked
