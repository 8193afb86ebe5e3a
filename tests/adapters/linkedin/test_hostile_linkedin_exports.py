"""Archives that are broken, locked, too large, or not LinkedIn's."""

import io
import zipfile
from pathlib import Path
from time import perf_counter

import pytest
from cvtailor.adapters.linkedin import archive as bounds
from cvtailor.adapters.linkedin import read_linkedin_export
from cvtailor.domain.errors import InvalidInput, Reason
from linkedin_exports import COMPLETE, archive, positions, table, with_profile


def refusal(content: bytes) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_linkedin_export(content)
    assert caught.value.reason is Reason.CV_UNREADABLE
    return caught.value.message


def test_what_is_no_archive_is_refused_with_the_way_to_get_one() -> None:
    assert "Get a copy of your data" in refusal(b"First Name,Last Name\nAda,Muster\n")


def test_a_damaged_archive_names_the_file() -> None:
    content = bytearray(archive({"Profile.csv": "First Name,Last Name\n" + "Ada,Muster\n" * 200}))
    middle = content.index(b"Profile.csv") + 30
    content[middle : middle + 8] = b"\xff" * 8
    assert "Profile.csv in it is damaged" in refusal(bytes(content))


def test_an_archive_that_is_cut_off_is_refused() -> None:
    assert "no ZIP archive" in refusal(archive(COMPLETE)[:-40])


def test_a_locked_archive_is_refused_by_name() -> None:
    content = bytearray(archive({"Profile.csv": "First Name,Last Name\nAda,Muster\n"}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + at] |= 0x1
    assert "locked with a password" in refusal(bytes(content))


def test_a_bomb_is_not_unpacked_whatever_size_it_states() -> None:
    assert "unpacks to more than" in refusal(archive({"Profile.csv": b"a" * (bounds.ENTRY_BYTES_MAX + 1)}))


def test_small_files_that_are_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "UNPACKED_BYTES_MAX", 400)
    assert "unpacks to more than" in refusal(archive(COMPLETE))


def test_an_archive_of_very_many_files_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for number in range(bounds.ENTRIES_MAX + 1):
            zipped.writestr(f"{number}", b"")
    assert "5,001 files" in refusal(packed.getvalue())


def test_an_archive_packed_in_another_way_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as zipped:
        zipped.writestr("Profile.csv", COMPLETE["Profile.csv"])
    assert "packed as LinkedIn never does it" in refusal(packed.getvalue())


def test_a_long_run_of_spaces_is_read_at_once() -> None:
    started_at = perf_counter()
    cv = read_linkedin_export(
        with_profile(Positions=positions([("Acme", "Clerk", f"Filed{' ' * 100_000}papers", "", "2020", "")]))
    ).cv
    assert [line.text for _, entry in cv.entries() for line in entry.highlights] == ["Filed papers"]
    assert perf_counter() - started_at < 5


def test_what_a_terminal_would_obey_is_in_no_name() -> None:
    odd = "\x1b[31mOdd"
    profile = f"First Name,Last Name,{odd}\nAda,Muster,something\n"
    read = read_linkedin_export(
        archive({"Profile.csv": profile, "Skills.csv": "Name\nWelding\n", f"{odd}.csv": "x"})
    )
    assert read.files_not_read == ("\ufffd[31mOdd.csv",)
    assert read.cv.unplaced[0].position.path == "Profile.csv, row 2, [31mOdd"


def test_names_that_lead_out_of_the_archive_lead_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    files = {"../../Profile.csv": "First Name,Last Name\nAda,Muster\n", "/etc/Skills.csv": "Name\nWelding\n"}
    assert read_linkedin_export(archive(files)).cv.contact.name == "Ada Muster"
    assert list(tmp_path.rglob("*")) == [inside]


def test_somebody_elses_archive_is_refused() -> None:
    assert "none of LinkedIn's files" in refusal(archive({"word/document.xml": "<a/>"}))


def test_an_export_without_the_profile_is_refused() -> None:
    assert "Profile.csv" in refusal(archive({"Skills.csv": "Name\nWelding\n"}))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Ability\nWelding\n", "no column 'Name'"),
        (table(("Name",), *[("x",)] * 5_001), "more than 5,000 rows"),
        ("Name\n" + '"' + "x" * 140_000 + '"\n', "is no CSV"),
        (f"Name\nWelding{',x' * 1_000_000}\n", "more than 100 columns in row 2"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(content: str, told: str) -> None:
    message = refusal(with_profile(Skills=content))
    assert "Skills.csv" in message
    assert told in message


def test_text_in_another_encoding_is_refused_with_its_file() -> None:
    profile = "First Name,Last Name\nJörg,Muster\n".encode("latin-1")
    assert "Profile.csv is not UTF-8 (byte 22)" in refusal(archive({"Profile.csv": profile}))
