"""A server in this process over ports in memory, called with whatever bytes: a target for coverage.

It sees the boundary, the rules of the contract, the wire types and the readers. What Postgres keeps and
refuses, ``test_fuzz_rpc`` tries.
"""

import asyncio
from collections.abc import Sequence
from functools import cache
from uuid import UUID

from cvtailor.domain.application import ApplicationStatus, Document
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import InvalidInput, NotFound
from cvtailor.domain.ports import ApplicationPage, KeptVersion
from rpc.rpc_memory_ports import MemoryRecords
from rpc.rpc_samples import ALICE, a_document, an_application
from rpc.rpc_serving import serving

from tests.fuzz.hostile_calls import (
    CLEAN,
    METHODS,
    REQUEST_BYTES_MAX,
    Hostile,
    reads_and_does_nothing,
    status_of,
    whole_requests,
)
from tests.fuzz.hostile_targets import Target

_NAMES = sorted(METHODS)
_DOCUMENT = a_document(path=f"{ALICE}/cv.pdf")


class UncleanStatus(AssertionError):
    """A call ended with a status that says that the service is at fault."""


class PickyRecords(MemoryRecords):
    """Refuses what records refuse, and keeps nothing of what was asked."""

    async def list(
        self, caller: Caller, page_size: int, page_token: str, statuses: Sequence[ApplicationStatus] = ()
    ) -> ApplicationPage:
        if page_token:
            raise InvalidInput("No page.", field="page_token")
        return await super().list(caller, page_size, page_token, statuses)

    async def version(self, caller: Caller, application_id: UUID, number: int = 0) -> KeptVersion:
        raise NotFound("No version.")

    async def documents(self, caller: Caller, application_id: UUID, number: int) -> tuple[Document, ...]:
        return (_DOCUMENT,)


class Server:
    """Runs on a loop of its own between calls, until the process ends."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._serving = serving(records=PickyRecords())
        self.served = self._loop.run_until_complete(self._serving.__aenter__())
        self.served.events.heartbeat_seconds = 0.005
        reads_and_does_nothing(self.served)
        self._application = an_application(documents=(_DOCUMENT,))
        self._begin_anew()

    def _begin_anew(self) -> None:
        records = self.served.records
        for kept in (
            records.applications,
            records.accepted,
            records.replies,
            records.changes,
            records.wishes,
        ):
            kept.clear()
        self.served.events.logs.clear()
        self.served.events.held.clear()
        records.keep(self._application)

    def requests(self) -> dict[str, list[bytes]]:
        """Whole requests of each method."""
        id = str(self._application.id)
        return whole_requests(Hostile(self.served, ready=id, waiting=id))

    def call(self, name: str, content: bytes) -> None:
        """Calls a method.

        Raises:
            UncleanStatus: It was neither answered nor refused for what was asked.
        """
        try:
            status = self._loop.run_until_complete(status_of(self.served, METHODS[name], content))
        finally:
            self._begin_anew()
        if status not in CLEAN:
            raise UncleanStatus(f"{name} ended with {status.name}.")

    def stop(self) -> None:
        """Stops it and closes its loop."""
        self._loop.run_until_complete(self._serving.__aexit__(None, None, None))
        self._loop.close()


@cache
def _server() -> Server:
    return Server()


def _call(content: bytes) -> None:
    if content:
        _server().call(_NAMES[content[0] % len(_NAMES)], content[1:])


def _seeds() -> list[bytes]:
    requests = _server().requests()
    return [bytes([number]) + content for number, name in enumerate(_NAMES) for content in requests[name]]


RPC = Target(_call, _seeds, REQUEST_BYTES_MAX + 1)
"""The first byte chooses the method; the others are its request."""
