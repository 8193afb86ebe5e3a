"""The archive of everything: what is in it, and that it is made while it is sent."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest
from builders import a_caller
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Unavailable, WeMustFix
from cvtailor.domain.limits import DOCUMENT_CHUNK_BYTES
from cvtailor.domain.ports import PersonalDataAction, PersonalDataNote
from cvtailor.steps.export_personal_data import README, export_personal_data
from personal_fakes import MemoryPersonalRecords, MemoryStore

TODAY = date(2026, 11, 23)
PDF = bytes(n * n % 251 for n in range(3 * DOCUMENT_CHUNK_BYTES + 7))


class Person:
    """Somebody with rows and files."""

    def __init__(self) -> None:
        self.caller, self.records, self.store = a_caller(), MemoryPersonalRecords(), MemoryStore()
        self.rows = self.records.rows.setdefault(self.caller.user_id, [])

    def has(self, table: str, **row: object) -> str:
        self.rows.append((table, json.dumps(row)))
        return str(row.get("id", ""))

    def has_cv(self, application: str | None) -> str:
        return self.has("cvs", id=str(uuid4()), application_id=application)

    def has_document(self, cv: str, name: str, content: bytes | None) -> str:
        path = f"{self.caller.user_id}/{cv}/{name}"
        self.has("documents", cv_id=cv, version=1, name=name, path=path)
        if content is not None:
            self.store.contents[path] = content
        return path

    async def archive(self) -> zipfile.ZipFile:
        chunks = [chunk async for chunk in self.export()]
        assert {len(chunk) for chunk in chunks[:-1]} <= {DOCUMENT_CHUNK_BYTES}
        assert 0 < len(chunks[-1]) <= DOCUMENT_CHUNK_BYTES
        archive = zipfile.ZipFile(io.BytesIO(b"".join(chunks)))
        assert archive.testzip() is None
        assert {file.date_time[:3] for file in archive.infolist()} == {(2026, 11, 23)}
        return archive

    def export(self):
        return export_personal_data(self.records, self.store, self.caller, TODAY, "call-1")


@pytest.fixture
def me() -> Person:
    return Person()


async def test_a_person_of_whom_nothing_is_known_gets_the_explanation(me: Person) -> None:
    archive = await me.archive()
    assert archive.namelist() == ["README.txt"]
    assert archive.read("README.txt").decode() == README


async def test_rows_are_lines_of_their_table_as_postgres_wrote_them(me: Person) -> None:
    me.rows += [("answers", '{"b":1.50}'), ("answers", '{"b":"ü"}'), ("applications", '{"id":"x"}')]
    archive = await me.archive()
    assert archive.read("records/answers.jsonl").decode() == '{"b":1.50}\n{"b":"ü"}\n'
    assert archive.read("records/applications.jsonl").decode() == '{"id":"x"}\n'


async def test_a_row_of_any_length_is_sent_in_bounded_chunks(me: Person) -> None:
    row = "".join(uuid4().hex for _ in range(20_000))
    me.rows.append(("answers", row))
    assert (await me.archive()).read("records/answers.jsonl").decode() == row + "\n"


async def test_documents_stand_under_their_application_and_version(me: Person) -> None:
    cv = me.has_cv("my-application")
    me.has_document(cv, "cv.pdf", PDF)
    me.has_document(cv, "nothing.txt", b"")
    archive = await me.archive()
    assert archive.read("documents/my-application/v1/cv.pdf") == PDF
    assert archive.read("documents/my-application/v1/nothing.txt") == b""
    assert "MISSING.txt" not in archive.namelist()


async def test_cvs_that_share_an_application_or_have_none_do_not_share_a_folder(me: Person) -> None:
    cvs = [me.has_cv(application) for application in ("a", "a", None, None)]
    for cv in cvs:
        me.has_document(cv, "cv.pdf", cv.encode())
    archive = await me.archive()
    for cv, folder in zip(cvs, ("a", *cvs[1:]), strict=True):
        assert archive.read(f"documents/{folder}/v1/cv.pdf").decode() == cv


async def test_files_that_no_record_names_come_too_and_a_strangers_do_not(me: Person) -> None:
    named = me.has_document(me.has_cv("a"), "cv.pdf", b"named")
    me.store.contents[f"{me.caller.user_id}/left/over.pdf"] = b"left"
    me.store.contents[f"{uuid4()}/their/cv.pdf"] = b"theirs"
    archive = await me.archive()
    files = [name for name in archive.namelist() if name.startswith("documents/")]
    assert files == ["documents/a/v1/cv.pdf", "documents/unreferenced/left/over.pdf"]
    assert named in me.store.contents


async def test_a_missing_document_is_named_and_the_others_are_there(me: Person) -> None:
    cv = me.has_cv("a")
    gone = me.has_document(cv, "a-lost.pdf", None)
    me.has_document(cv, "kept.pdf", b"kept")
    archive = await me.archive()
    assert archive.read("MISSING.txt").decode() == f"documents/a/v1/a-lost.pdf: {gone} is not in the store.\n"
    assert archive.read("documents/a/v1/kept.pdf") == b"kept"
    assert "documents/a/v1/a-lost.pdf" not in archive.namelist()


class RottenStore(MemoryStore):
    async def get(self, owner: Caller, path: str) -> AsyncIterator[bytes]:
        yield b"rot"
        raise WeMustFix("The stored object is damaged.")


async def test_a_damaged_document_is_named_too(me: Person) -> None:
    me.store = RottenStore()
    me.has_document(me.has_cv("a"), "cv.pdf", PDF)
    archive = await me.archive()
    assert archive.read("MISSING.txt") == b"documents/a/v1/cv.pdf: The stored object is damaged.\n"


class SilentStore(MemoryStore):
    async def get(self, owner: Caller, path: str) -> AsyncIterator[bytes]:
        raise Unavailable("The store does not answer.")
        yield b""


async def test_a_store_that_does_not_answer_ends_the_export_with_its_error(me: Person) -> None:
    me.store = SilentStore()
    me.has_document(me.has_cv("a"), "cv.pdf", PDF)
    with pytest.raises(Unavailable):
        await me.archive()


async def test_the_archive_is_sent_while_it_is_made_and_nothing_stays_open(me: Person) -> None:
    me.rows += [("answers", uuid4().hex * 100) for _ in range(3_000)]
    export = me.export()
    await anext(export)
    assert 0 < me.records.told < 3_000
    assert me.records.exports == 1
    await export.aclose()
    assert me.records.exports == 0


async def test_leaving_within_a_document_closes_it(me: Person) -> None:
    noise = b"".join(uuid4().bytes for _ in range(40_000))
    me.has_document(me.has_cv("a"), "cv.pdf", noise)
    export = me.export()
    await anext(export)
    assert me.store.readers == 1
    await export.aclose()
    assert me.store.readers == 0


def begun() -> PersonalDataNote:
    return PersonalDataNote(action=PersonalDataAction.EXPORT_BEGAN, request_id="call-1")


async def test_an_export_is_noted_with_what_left_the_house(me: Person) -> None:
    me.has_document(me.has_cv("a"), "cv.pdf", PDF)
    sent = sum([len(chunk) async for chunk in me.export()])
    ended = PersonalDataNote(
        action=PersonalDataAction.EXPORT_ENDED,
        request_id="call-1",
        rows=2,
        files=1,
        bytes=sent,
        complete=True,
    )
    assert me.records.notes == [begun(), ended]


async def test_an_export_that_is_left_is_noted_as_cut_off(me: Person) -> None:
    me.rows += [("answers", uuid4().hex * 100) for _ in range(3_000)]
    export = me.export()
    await anext(export)
    assert me.records.notes == [begun()]
    await export.aclose()
    _, ended = me.records.notes
    assert (ended.complete, ended.bytes) == (False, 0)


class RecordsThatNoteNothing(MemoryPersonalRecords):
    async def note(self, caller: Caller, note: PersonalDataNote) -> None:
        raise Unavailable("Postgres restarts.")


async def test_nothing_leaves_the_house_unless_that_is_noted_first(me: Person) -> None:
    me.records = RecordsThatNoteNothing()
    export = me.export()
    with pytest.raises(Unavailable):
        await anext(export)
    assert me.records.exports == 0
