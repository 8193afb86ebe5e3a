"""The client against the real service: every RPC of the contract, and what it refuses."""

import hashlib
import io
import zipfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from both_languages import SERVICES
from cvtailor_client import (
    BaseCv,
    Conflict,
    CvTailor,
    ErrorReason,
    GenerationOptions,
    InvalidRequest,
    JobPosting,
    NotFound,
    RunCancelled,
    TailoredApplication,
    v1,
)

from benchmarks.service_process import EXAMPLES, ServiceProcess

CV = EXAMPLES / "engineer" / "cv.yaml"
JOB = EXAMPLES / "engineer" / "job.txt"
ASKING = (
    "Backend Engineer at Initech, Berlin.\n\nRequirements\n"
    "- Python and PostgreSQL in production\n- Kotlin in production\n- Fluent English\n"
)


def in_folder(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="session")
async def made(service: ServiceProcess) -> TailoredApplication:
    """An application that is made once and only read."""
    async with CvTailor(service.address, service.token) as client:
        return await client.tailor(CV, JobPosting(text=JOB.read_text(), source_url="https://example.org/job"))


async def generate(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    told = [event.event async for event in client.generate(CV, JOB, options=GenerationOptions(page_limit=2))]
    finished = [happened for happened in told if isinstance(happened, v1.StepFinished)]
    assert isinstance(told[0], v1.Accepted)
    assert [step.step for step in finished] == told[0].steps
    assert all(step.result is not None for step in finished)
    assert isinstance(told[-1], v1.Completed)


async def watch(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    everything = [event async for event in client.watch(made.application.id)]
    rest = [event async for event in client.watch(made.application.id, after_sequence=5)]
    assert rest == everything[5:]
    assert everything[-1].event == made.completed


async def get(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    application = await client.get(made.application.id)
    assert application == made.application
    assert application.status is v1.ApplicationStatus.READY
    assert application.letter_text
    assert all(c.evidence_ids for c in application.claims if not c.id.startswith(("letter", "email")))
    assert application.create_time
    assert application.create_time.utcoffset() == timedelta()


async def list_applications(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    one_page = (await client.list_page(page_size=200)).applications
    paged = [application.id async for application in client.list(page_size=1)]
    ready = [application.status async for application in client.list([v1.ApplicationStatus.READY])]
    assert paged == [application.id for application in one_page]
    assert made.application.id in paged
    assert set(ready) == {v1.ApplicationStatus.READY}


async def revise_and_compare(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    mine = await client.tailor(CV, JOB)
    line = next(claim.evidence_ids[0] for claim in mine.application.claims if "highlights" in claim.id)
    hide = v1.Edit(kind=v1.EditKind.HIDE, target=line)
    told = [event.event async for event in client.revise(mine.application.id, edits=[hide])]
    assert isinstance(told[-1], v1.Completed)
    diff = await client.compare(mine.application.id, 1, 2)
    assert (diff.from_version, diff.to_version) == (1, 2)
    assert line in [
        id for change in diff.changes if change.fate is v1.LineFate.LEFT_OUT for id in change.evidence_ids
    ]


async def update(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    mine = (await client.tailor(CV, JOB)).application
    noted = await client.update(mine.id, notes="call on Monday", revision=mine.revision)
    assert (noted.notes, noted.status) == ("call on Monday", v1.ApplicationStatus.READY)
    sent = await client.update(mine.id, status=v1.ApplicationStatus.SUBMITTED)
    assert sent.submission
    assert sent.notes == "call on Monday"
    with pytest.raises(Conflict) as stale:
        await client.update(mine.id, notes="", revision=mine.revision)
    assert stale.value.reason is ErrorReason.REVISION_STALE


async def link(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    with pytest.raises(Conflict) as refused:
        await client.link(made.application.id, "cv.pdf", lifetime=timedelta(hours=1))
    assert refused.value.reason is ErrorReason.LINKS_UNSUPPORTED


async def download(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    for document in made.application.documents:
        content = await client.download(made.application.id, document.name)
        assert hashlib.sha256(content).hexdigest() == document.sha256
        path = await client.download_to(made.application.id, document.name, folder)
        assert path == folder / document.name
        assert path.read_bytes() == content
    named = await client.download_to(made.application.id, "cv.pdf", folder / "mine.pdf", version=1)
    assert named.read_bytes() == (folder / "cv.pdf").read_bytes()
    with pytest.raises(NotFound):
        await client.download_to(made.application.id, "none.pdf", folder / "none.pdf")
    names = {document.name for document in made.application.documents}
    assert in_folder(folder) == {"mine.pdf", *names}


async def answer_and_cancel(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    asked: list[v1.Question] = []
    async with client.generate(CV, ASKING, options=GenerationOptions(interactive=True)) as events:
        async for event in events:
            match event.event:
                case v1.QuestionAsked(question=v1.Question() as question):
                    asked.append(question)
                    place = question.places[0].entry_id
                    told = "Wrote an API client in Kotlin"
                    await client.answer_question(event.application_id, question.id, told, entry_id=place)
                case v1.QuestionAnswered():
                    stopped = await client.cancel(events.application_id)
                case v1.Cancelled() as end:
                    assert event.event is end
    assert len(asked) == 1
    assert stopped.status in (v1.ApplicationStatus.CANCELLED, v1.ApplicationStatus.GENERATING)
    assert (await client.get(events.application_id)).status is v1.ApplicationStatus.CANCELLED


async def take_away_and_down(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    archive = await client.export_my_data()
    assert "applications.jsonl" in " ".join(zipfile.ZipFile(io.BytesIO(archive)).namelist())
    path = await client.export_my_data_to(folder)
    assert zipfile.is_zipfile(path)
    with pytest.raises(InvalidRequest):
        await client.delete_my_data("me")


async def health(client: CvTailor, made: TailoredApplication, folder: Path) -> None:
    answer = await client.health()
    assert answer.status is v1.CheckResponseStatus.SERVING
    assert answer.dependencies["postgres"].latency


CALLS: dict[str, Callable[[CvTailor, TailoredApplication, Path], Awaitable[None]]] = {
    "GenerateApplication": generate,
    "WatchApplication": watch,
    "GetApplication": get,
    "ListApplications": list_applications,
    "ReviseApplication CompareVersions": revise_and_compare,
    "UpdateApplication": update,
    "CreateDocumentLink": link,
    "DownloadDocument": download,
    "AnswerQuestion CancelApplication": answer_and_cancel,
    "ExportMyData DeleteMyData": take_away_and_down,
    "Check": health,
}


def test_no_rpc_of_the_contract_is_without_its_test() -> None:
    contract = {method.name for service in SERVICES for method in service.methods}
    assert {name for names in CALLS for name in names.split()} == contract


@pytest.mark.parametrize("names", CALLS)
async def test_the_client_calls(
    client: CvTailor, made: TailoredApplication, tmp_path: Path, names: str
) -> None:
    await CALLS[names](client, made, tmp_path)


async def test_a_person_takes_everything_down(service: ServiceProcess) -> None:
    token = service.token_of("somebody who leaves")
    id = jwt.decode(token, options={"verify_signature": False})["sub"]
    async with CvTailor(service.address, token) as leaving:
        await leaving.tailor(CV, JOB)
        gone = await leaving.delete_my_data(id)
        assert gone.applications == 1
        assert gone.files > 0
        assert [application async for application in leaving.list()] == []


async def test_a_cv_that_cannot_be_read_is_refused_with_its_line(client: CvTailor) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await client.tailor(BaseCv.from_rendercv_yaml("cv:\n  name: [\n"), JOB)
    assert refused.value.reason is ErrorReason.CV_UNREADABLE
    assert refused.value.line == 3
    assert refused.value.violations[0].field == "base_cv.rendercv_yaml"
    assert refused.value.request_id


async def test_each_example_is_read_from_its_file(client: CvTailor) -> None:
    for path in sorted(EXAMPLES.glob("*/cv.*")):
        events = client.generate(path, path.with_name("job.txt"))
        async with events:
            assert (await anext(events)).accepted
        await client.cancel(events.application_id)


async def test_waiting_for_a_run_that_is_cancelled_raises(client: CvTailor) -> None:
    asking = GenerationOptions(interactive=True)
    async with client.generate(CV, ASKING, options=asking) as begun:
        await anext(begun)
        await client.cancel(begun.application_id)
    with pytest.raises(RunCancelled) as cancelled:
        await client.tailor(CV, ASKING, options=asking, request_id=begun.request_id)
    assert cancelled.value.application_id == begun.application_id


async def test_another_users_application_is_not_there(
    service: ServiceProcess, made: TailoredApplication
) -> None:
    async with CvTailor(service.address, service.token_of("a stranger")) as stranger:
        with pytest.raises(NotFound):
            await stranger.get(made.application.id)
