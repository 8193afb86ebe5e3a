"""What a person may do with everything the service holds of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import date
from typing import Any

import grpc.aio

from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.ports import ObjectStore, PersonalRecords, RunQueue
from cvtailor.gen.cvtailor.v1 import personal_data_pb2 as pb
from cvtailor.gen.cvtailor.v1.personal_data_pb2_grpc import PersonalDataServicer
from cvtailor.rpc.caller import current_caller, current_request_id
from cvtailor.rpc.wire.requests import canonical_uuid
from cvtailor.steps.delete_personal_data import DeletedData, delete_personal_data
from cvtailor.steps.export_personal_data import export_personal_data

type _Context = grpc.aio.ServicerContext[Any, Any]


class PersonalData(PersonalDataServicer):
    """Serves ``cvtailor.v1.PersonalData``; the boundary has authenticated and validated every request."""

    def __init__(
        self,
        *,
        records: PersonalRecords,
        queue: RunQueue,
        objects: ObjectStore,
        today: Callable[[], date],
    ) -> None:
        """Takes the ports; ``today`` dates the archives."""
        self._records = records
        self._queue = queue
        self._objects = objects
        self._today = today
        self._deleting: set[asyncio.Task[DeletedData]] = set()

    async def ExportMyData(  # noqa: N802
        self, request: pb.ExportMyDataRequest, context: _Context
    ) -> AsyncIterator[pb.ExportMyDataResponse]:
        """See the contract."""
        today = self._today()
        described = pb.DataExport(file_name=f"cvtailor-export-{today}.zip", media_type="application/zip")
        yield pb.ExportMyDataResponse(export=described)
        archive = export_personal_data(
            self._records, self._objects, current_caller(), today, current_request_id()
        )
        async with aclosing(archive) as chunks:
            async for chunk in chunks:
                yield pb.ExportMyDataResponse(chunk=chunk)

    async def DeleteMyData(  # noqa: N802
        self, request: pb.DeleteMyDataRequest, context: _Context
    ) -> pb.DeleteMyDataResponse:
        """See the contract; it is done to the end even if the caller hangs up."""
        caller = current_caller()
        if canonical_uuid(request.confirm_user_id) != caller.user_id:
            raise InvalidInput(
                "confirm_user_id is not your user id (`sub` of your token); nothing was deleted.",
                field="confirm_user_id",
            )
        task = asyncio.create_task(
            delete_personal_data(self._records, self._queue, self._objects, caller, current_request_id())
        )
        self._deleting.add(task)
        task.add_done_callback(self._deleting.discard)
        deleted = await asyncio.shield(task)
        return pb.DeleteMyDataResponse(applications=deleted.applications, files=deleted.files)
