"""Two processes that only answer and one that only works, of one data folder."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from cluster import QUICK, WorkerProcess
from folders import home

from benchmarks.service_process import Client, ServiceProcess


class Apart(NamedTuple):
    """A client of each process that answers; both are the local user, unless another one is asked for."""

    folder: Path
    here: Client
    there: Client
    processes: tuple[ServiceProcess, ServiceProcess]

    def clients_of(self, user: str) -> tuple[Client, Client]:
        """Clients of another user; to be closed."""
        token = self.processes[0].token_of(user)
        return Client(self.processes[0].address, token), Client(self.processes[1].address, token)


@asynccontextmanager
async def roles_apart(**settings: str) -> AsyncIterator[Apart]:
    """Starts all three."""
    chosen = {**QUICK, **settings}
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(home())
        first = await asyncio.to_thread(ServiceProcess, folder, "--api-only", **chosen)  # makes the database
        stack.callback(first.terminate)
        second, worker = await asyncio.gather(
            asyncio.to_thread(ServiceProcess, folder, "--api-only", **chosen),
            asyncio.to_thread(WorkerProcess, folder, **chosen),
        )
        stack.callback(second.terminate)
        stack.callback(worker.end)
        here = await stack.enter_async_context(Client(first.address, first.token))
        there = await stack.enter_async_context(Client(second.address, first.token))
        yield Apart(folder, here, there, (first, second))
