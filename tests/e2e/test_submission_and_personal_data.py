"""What a person does after the run: sends it, takes everything away, takes everything down."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import uuid4

import grpc
import grpc.aio
import jwt
import pytest
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2, personal_data_pb2
from cvtailor.gen.cvtailor.v1.personal_data_pb2_grpc import PersonalDataStub

from benchmarks.service_process import Client, ServiceProcess, example

SUBMITTED = application_pb2.APPLICATION_STATUS_SUBMITTED
READY = application_pb2.APPLICATION_STATUS_READY


@pytest.fixture
async def newcomer(service: ServiceProcess) -> AsyncIterator[Client]:
    """A person whom nobody else's test knows."""
    async with Client(service.address, service.token_of(f"newcomer-{uuid4()}")) as client:
        yield client


async def update(client: Client, id: str, **changes: object) -> application_pb2.Application:
    request = cv_generator_pb2.UpdateApplicationRequest(application_id=id, **changes)
    return (await client.stub.UpdateApplication(request, metadata=client.metadata)).application


async def export(client: Client) -> zipfile.ZipFile:
    stub, content = PersonalDataStub(client.channel), bytearray()
    call = stub.ExportMyData(personal_data_pb2.ExportMyDataRequest(), metadata=client.metadata)
    async for part in call:
        content += part.chunk
    return zipfile.ZipFile(io.BytesIO(content))


def user_id(client: Client) -> str:
    token = client.metadata[0][1].removeprefix("Bearer ")
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


async def test_marking_as_submitted_keeps_what_went_out(newcomer: Client) -> None:
    request = example("nurse")
    id = (await newcomer.run(request))[-1].application_id
    sent = await update(newcomer, id, status=SUBMITTED)
    submission = sent.submission
    assert submission.offer.posting == request.posting.text
    assert submission.offer.posting_sha256 == hashlib.sha256(request.posting.text.encode()).hexdigest()
    pdf = next(document for document in submission.documents if document.name == "cv.pdf")
    assert hashlib.sha256(await newcomer.download(id, "cv.pdf")).hexdigest() == pdf.sha256
    assert {message.kind for message in submission.messages} == {"letter", "email"}
    assert submission.provenance.engine
    assert submission.provenance.changes
    with pytest.raises(grpc.aio.AioRpcError, match="can't go from submitted to ready"):
        await update(newcomer, id, status=READY)
    assert (await newcomer.get(id)).submission == submission


async def test_an_export_holds_every_document_and_row_and_deletion_leaves_none(newcomer: Client) -> None:
    id = (await newcomer.run(example("teacher")))[-1].application_id
    archive = await export(newcomer)
    assert archive.testzip() is None
    names = archive.namelist()
    pdf = next(name for name in names if name.endswith("/cv.pdf"))
    assert archive.read(pdf) == await newcomer.download(id, "cv.pdf")
    assert id in archive.read("records/applications.jsonl").decode()

    stub = PersonalDataStub(newcomer.channel)
    confirmed = personal_data_pb2.DeleteMyDataRequest(confirm_user_id=user_id(newcomer))
    deleted = await stub.DeleteMyData(confirmed, metadata=newcomer.metadata)
    assert (deleted.applications, deleted.files > 0) == (1, True)
    assert await newcomer.list() == []
    assert (await export(newcomer)).namelist() == ["README.txt"]


async def test_everything_can_be_deleted_while_a_run_is_at_work(newcomer: Client) -> None:
    stub = PersonalDataStub(newcomer.channel)
    confirmed = personal_data_pb2.DeleteMyDataRequest(confirm_user_id=user_id(newcomer))
    async with aclosing(newcomer.events(example("engineer"))) as events:
        async for event in events:
            if event.HasField("step_finished"):
                break
        await stub.DeleteMyData(confirmed, metadata=newcomer.metadata)
    assert await newcomer.list() == []
    assert (await export(newcomer)).namelist() == ["README.txt"]


async def test_a_deletion_must_be_confirmed_with_the_own_id(newcomer: Client) -> None:
    stub = PersonalDataStub(newcomer.channel)
    another = personal_data_pb2.DeleteMyDataRequest(confirm_user_id=str(uuid4()))
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await stub.DeleteMyData(another, metadata=newcomer.metadata)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
