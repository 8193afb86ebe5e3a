import asyncio
from contextlib import aclosing

import pytest
from cvtailor.domain.errors import Draining
from cvtailor.rpc.lifecycle import Lifecycle


async def counting(most: int):
    for number in range(most):
        yield number


async def test_a_stream_that_nothing_interrupts_is_passed_on_whole():
    assert [item async for item in Lifecycle().until_draining(counting(3))] == [0, 1, 2]


async def test_a_wait_ends_when_the_server_drains():
    lifecycle = Lifecycle()

    async def silent():
        await asyncio.Event().wait()
        yield

    asyncio.get_running_loop().call_soon(lifecycle.drain)
    async with asyncio.timeout(1):
        with pytest.raises(Draining):
            await anext(lifecycle.until_draining(silent()))


async def test_a_drain_while_an_item_is_in_the_consumer_s_hands_does_not_hit_the_consumer():
    lifecycle = Lifecycle()
    async with aclosing(lifecycle.until_draining(counting(3))) as items:
        assert await anext(items) == 0
        lifecycle.drain()
        await asyncio.sleep(0)
        with pytest.raises(Draining):
            await anext(items)


async def test_nothing_new_begins_while_draining():
    lifecycle = Lifecycle()
    lifecycle.drain()
    lifecycle.drain()
    with pytest.raises(Draining, match="WatchApplication"):
        lifecycle.check()


async def test_a_timeout_of_the_work_is_not_taken_for_a_drain():
    with pytest.raises(TimeoutError):
        async with Lifecycle().interruptible(), asyncio.timeout(0):
            await asyncio.Event().wait()


async def test_a_cancellation_passes_through_as_it_is():
    async def wait() -> None:
        async with Lifecycle().interruptible():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
