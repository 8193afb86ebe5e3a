import asyncio
import io
import zipfile
from uuid import uuid4

import grpc
import pytest
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.ports import DeletedRecords, PersonalDataAction
from cvtailor.gen.cvtailor.v1 import personal_data_pb2 as pb
from personal_fakes import MemoryPersonalRecords
from rpc.rpc_samples import ALICE, BOB
from rpc.rpc_serving import serving, token_of
from rpc_answers import refusal
from structlog.testing import capture_logs
from waiting import until


@pytest.fixture
async def served():
    async with serving() as served:
        for owner in (ALICE, BOB):
            served.personal.rows[owner] = [("applications", f'{{"of":"{owner}"}}')]
            served.objects.contents[f"{owner}/cv/file.pdf"] = owner.bytes
        yield served


async def test_an_export_is_described_and_holds_the_callers_things_only(served):
    call = served.personal_stub.ExportMyData(pb.ExportMyDataRequest(), metadata=token_of())
    first, *rest = [response async for response in call]
    assert first.export.file_name == "cvtailor-export-2026-03-01.zip"
    assert first.export.media_type == "application/zip"
    assert {response.WhichOneof("part") for response in rest} == {"chunk"}
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.chunk for response in rest)))
    assert archive.read("records/applications.jsonl").decode() == f'{{"of":"{ALICE}"}}\n'
    assert archive.read("documents/unreferenced/cv/file.pdf") == ALICE.bytes
    assert len(archive.namelist()) == 3


async def test_exports_and_deletions_are_noted_with_the_id_that_the_call_answers_with(served):
    metadata = (*token_of(), ("x-request-id", "mine-1"))
    call = served.personal_stub.ExportMyData(pb.ExportMyDataRequest(), metadata=metadata)
    assert [response async for response in call]
    request = pb.DeleteMyDataRequest(confirm_user_id=str(ALICE))
    await served.personal_stub.DeleteMyData(request, metadata=metadata)
    assert [note.action for note in served.personal.notes] == list(PersonalDataAction)
    assert {note.request_id for note in served.personal.notes} == {"mine-1"}


class EndlessRecords(MemoryPersonalRecords):
    async def export(self, caller):
        self.exports += 1
        try:
            while True:
                yield "answers", uuid4().hex * 1_000
        finally:
            self.exports -= 1


async def test_a_caller_who_hangs_up_within_an_export_leaves_nothing_open():
    async with serving(personal=EndlessRecords()) as served:
        call = served.personal_stub.ExportMyData(pb.ExportMyDataRequest(), metadata=token_of())
        await call.read()
        await call.read()
        call.cancel()
        await until(lambda: not served.personal.exports)
        await until(lambda: len(served.personal.notes) == 2)
        assert served.personal.notes[-1].complete is False


class BrokenRecords(MemoryPersonalRecords):
    async def export(self, caller):
        yield "applications", "{}"
        raise Unavailable("Postgres restarts.")


async def test_an_export_that_breaks_off_ends_with_its_error():
    async with serving(personal=BrokenRecords()) as served:
        call = served.personal_stub.ExportMyData(pb.ExportMyDataRequest(), metadata=token_of())
        assert (await refusal(call)).code is grpc.StatusCode.UNAVAILABLE


async def test_everything_of_the_caller_is_deleted_and_counted(served):
    request = pb.DeleteMyDataRequest(confirm_user_id=str(ALICE).upper())
    deleted = await served.personal_stub.DeleteMyData(request, metadata=token_of())
    assert (deleted.applications, deleted.files) == (1, 1)
    assert list(served.personal.rows) == [BOB]
    assert list(served.objects.contents) == [f"{BOB}/cv/file.pdf"]


@pytest.mark.parametrize("confirmed", [str(BOB), "", "me"])
async def test_who_does_not_confirm_their_own_id_deletes_nothing(served, confirmed):
    request = pb.DeleteMyDataRequest(confirm_user_id=confirmed)
    refused = await refusal(served.personal_stub.DeleteMyData(request, metadata=token_of()))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.fields == ["confirm_user_id"]
    assert set(served.personal.rows) == {ALICE, BOB}


async def test_a_deletion_goes_on_to_its_end_though_the_caller_hangs_up(served):
    going, may_go_on = asyncio.Event(), asyncio.Event()

    async def slowly(caller: Caller, request_id: str) -> DeletedRecords:
        going.set()
        await may_go_on.wait()
        return DeletedRecords(applications=0, documents=0)

    served.personal.delete = slowly
    request = pb.DeleteMyDataRequest(confirm_user_id=str(ALICE))
    with capture_logs() as logs:
        call = served.personal_stub.DeleteMyData(request, metadata=token_of())
        await asyncio.wait_for(going.wait(), 5)
        call.cancel()
        await until(lambda: "CANCELLED" in [entry.get("code") for entry in logs])
    may_go_on.set()
    await until(lambda: len(served.objects.contents) == 1)
