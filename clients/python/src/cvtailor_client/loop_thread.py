"""An event loop for programs that have none."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any


class LoopThread:
    """An event loop in a thread, which any thread may give work."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cvtailor-client", daemon=True)
        self._gate = threading.Lock()
        self._open = True
        self._thread.start()

    def run[Answer](self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Waits for a coroutine; an interrupt of the caller cancels it."""
        with self._gate:
            if not self._open:
                work.close()
                raise RuntimeError("This client is closed.")
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise RuntimeError("This client was closed meanwhile.") from None
        except BaseException:
            future.cancel()
            raise

    def close(self, last: Coroutine[Any, Any, object]) -> None:
        """Cancels what is at work, runs ``last``, and ends the thread."""
        with self._gate:
            self._open = False
        try:
            asyncio.run_coroutine_threadsafe(self._wind_up(last), self._loop).result()
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    @staticmethod
    async def _wind_up(last: Coroutine[Any, Any, object]) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await last
        loop = asyncio.get_running_loop()
        await loop.shutdown_asyncgens()
        await loop.shutdown_default_executor()
