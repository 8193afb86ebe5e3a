"""The commands on applications that exist, as a person or a script runs them, against a real service."""

import asyncio
import json
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cvtailor.cli.main import app
from folders import home
from typer.testing import CliRunner, Result

from benchmarks.service_process import CVTAILOR, EXAMPLES, Client, ServiceProcess, environment, example

type Command = Callable[..., Result]


async def apply(process: ServiceProcess) -> None:
    async with Client(process.address, process.token) as client:
        for name in ("teacher", "engineer"):
            events = await client.run(example(name))
            assert events[-1].HasField("completed"), events[-1]


@pytest.fixture(scope="module")
def applicant() -> Iterator[ServiceProcess]:
    """A service with two applications: a teacher's, then an engineer's."""
    with home() as folder:
        process = ServiceProcess(folder)
        asyncio.run(apply(process))
        yield process
        assert process.terminate() == 0, Path(process.log.name).read_text()


@pytest.fixture
def run(applicant: ServiceProcess) -> Command:
    """Runs a command against that service, in this process: another one takes a second to import."""

    def run(*arguments: str | Path, **settings: str) -> Result:
        screen = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
        env = {**environment(applicant.data_dir), **screen, **settings}
        return CliRunner().invoke(app, [*map(str, arguments)], env=env, prog_name="cvtailor")

    return run


def objects(done: Result) -> list[dict[str, object]]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def listed(run: Command, *options: str) -> list[str]:
    return [str(each["id"]) for each in objects(run("list", "--json", *options))]


def test_the_list_has_the_newest_first_and_says_what_is_not_in_it(run: Command) -> None:
    engineer, teacher = listed(run)[-2:]
    assert listed(run, "--limit", "1") != [teacher]
    rows = run("list", "--limit", "1")
    assert "--all shows more" in rows.stderr
    assert "%" in rows.stdout
    assert "\x1b" not in rows.stdout
    assert engineer[:8] in run("list", "--all").stdout
    none = run("list", "--status", "accepted")
    assert (none.exit_code, none.stdout, "cvtailor generate" in none.stderr) == (0, "", True)
    assert run("list", "--status", "nowhere").exit_code == 2


def test_an_application_is_named_by_its_beginning_or_as_the_last(run: Command) -> None:
    engineer, teacher = listed(run)[-2:]
    assert objects(run("show", teacher[:6], "--json"))[0]["id"] == teacher
    assert objects(run("show", "--json"))[0]["id"] == engineer
    for wrong in ("abc", "ffff", "ffffffff-ffff-4fff-8fff-ffffffffffff"):
        refused = run("show", wrong)
        assert (refused.exit_code, refused.stdout, "cvtailor list" in refused.stderr) == (2, "", True)


def test_show_tells_the_match_with_its_evidence(run: Command) -> None:
    told = run("show").stdout
    for part in ("Havelgrid", "of the must-haves", "✓", "Gaps", "cv.pdf", "To do", "generating → ready"):
        assert part in told
    assert "skills[2].text" in run("show", "--lines").stdout


def test_diff_says_what_became_of_each_line_and_why(run: Command) -> None:
    told = run("diff", "--from", "0", "--to", "1")
    assert told.stdout.startswith("--- the base CV\n+++ version 1\n")
    assert "left out [1]" in told.stdout
    assert told.stdout.count("It is among the least relevant") == 1
    (answer,) = objects(run("diff", "--from", "0", "--to", "1", "--json"))
    assert answer["changes"]
    assert run("diff", "--to", "99").exit_code == 2


def test_open_without_a_screen_says_where_the_document_is(run: Command) -> None:
    opened = run("open")
    path = Path(opened.stdout.strip())
    assert (opened.exit_code, path.read_bytes()[:5]) == (0, b"%PDF-")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    named = Path(run("open", "--document", "email.txt", "--print-path").stdout.strip())
    assert named.name == "email.txt"
    assert "there are cv.pdf" in run("open", "--document", "nope.pdf").stderr


def test_a_letter_is_printed_as_it_was_written(run: Command) -> None:
    letter, email = run("letter").stdout, run("letter", "--email").stdout
    assert letter.startswith("Dear Teresa Vogt,\n\n")
    assert email.startswith("Application: ")
    assert run("download", "last", "cover-letter.txt", "--out", "-").stdout.strip() in letter


def test_actions_come_as_they_are_due(run: Command) -> None:
    every, one = objects(run("actions", "--json")), objects(run("actions", "last", "--json"))
    assert len(every) > len(one) > 0
    assert "Check the documents and apply" in run("actions").stdout


def test_export_writes_every_document_and_refuses_what_it_cannot_write(run: Command, tmp_path: Path) -> None:
    done = run("export", "--out", tmp_path / "sent")
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert {"cv.pdf", "match-report.html", "cover-letter.txt"} <= {path.name for path in paths}
    assert all(path.stat().st_size for path in paths)
    (tmp_path / "occupied").write_text("")
    assert run("export", "--out", tmp_path / "occupied" / "below").exit_code == 2
    assert run("download", "last", "cv.pdf", "--out", tmp_path / "cv.pdf").exit_code == 0
    assert (tmp_path / "cv.pdf").read_bytes() == (tmp_path / "sent" / "cv.pdf").read_bytes()


def test_everything_is_one_archive_for_its_owner_alone(run: Command, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    assert run("export", "--everything", archive).exit_code == 0
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert any(name.endswith("cv.pdf") for name in zipfile.ZipFile(archive).namelist())
    again = run("export", "--everything", archive)
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]


def test_a_folder_of_documents_has_no_links(run: Command) -> None:
    refused = run("link", "last", "cv.pdf")
    assert (refused.exit_code, "cvtailor download" in refused.stderr) == (2, True)


def test_notes_are_written_added_to_and_edited(run: Command) -> None:
    teacher = listed(run)[-1]
    assert run("note", teacher, "Called").exit_code == 0
    assert run("note", teacher, "--append", "Called again").exit_code == 0
    assert run("note", teacher).stdout == "Called\nCalled again\n"
    assert run("note", teacher, "--edit", EDITOR="sed -i 1s/Called/Rang/").exit_code == 0
    assert run("note", teacher).stdout == "Rang\nCalled again\n"
    assert run("note", teacher, "x" * 20_001).exit_code == 2
    assert run("note", teacher, "--append").exit_code == 2
    assert run("note", teacher, "--edit", EDITOR="false").exit_code == 2


def test_what_others_wrote_while_one_edited_is_not_overwritten(run: Command, tmp_path: Path) -> None:
    teacher = listed(run)[-1]
    editor = tmp_path / "editor"
    command = " ".join([f"'{CVTAILOR[0]}'", CVTAILOR[1], f"'{CVTAILOR[2]}'", "note", teacher])
    editor.write_text(f"#!/bin/sh\n{command} 'Theirs'\necho Mine > \"$1\"\n")
    editor.chmod(0o700)
    edited = run("note", teacher, "--edit", EDITOR=str(editor))
    assert (edited.exit_code, "moved on since it was read" in edited.stderr) == (2, True), edited.stderr
    assert run("note", teacher).stdout == "Theirs\n"
    kept = edited.stderr.split("Your text is in ")[1].split()[0].rstrip(".")
    assert Path(kept.removesuffix(".")).read_text() == "Mine\n"


def test_a_status_goes_where_it_may(run: Command) -> None:
    teacher = listed(run)[-1]
    assert "Next: submitted" in run("status", teacher).stdout
    sent = run("status", "set", teacher, "submitted")
    assert (sent.exit_code, "kept as it is now" in sent.stderr) == (0, True)
    refused = run("status", "set", teacher, "draft")
    assert (refused.exit_code, "interviewing" in refused.stderr) == (2, True)
    assert run("status", "set", teacher, "generating").exit_code == 2
    assert "submitted" in run("status", "show", teacher).stdout
    assert [step["toStatus"] for step in objects(run("status", teacher, "--json"))][-1] == (
        "APPLICATION_STATUS_SUBMITTED"
    )


def test_watching_replays_a_run_from_any_event(run: Command) -> None:
    teacher = listed(run)[-1]
    events = objects(run("watch", teacher, "--json"))
    assert "completed" in events[-1]
    later = objects(run("watch", teacher, "--after", str(len(events) - 1), "--json"))
    assert later == events[-1:]
    over = run("watch", teacher, "--after", "999")
    assert (over.exit_code, over.stdout.strip(), "has ended" in over.stderr) == (0, "", True)


def test_a_revision_hides_a_line_and_shows_what_changed(run: Command) -> None:
    revised = run("revise", "--hide", "skills[2].text")
    assert revised.exit_code == 0, revised.stdout + revised.stderr
    assert "skills[2].text  left out" in revised.stdout
    assert run("diff").stdout.startswith("--- version 1\n+++ version 2\n")
    unknown = run("revise", "--pin", "nope[1]")
    assert (unknown.exit_code, "show --lines" in unknown.stderr) == (2, True)
    assert "Say what to change" in run("revise").stderr


def test_an_interrupt_ends_the_watching_and_cancel_ends_the_run(
    applicant: ServiceProcess, run: Command, tmp_path: Path
) -> None:
    posting = tmp_path / "job.txt"
    posting.write_text("Backend Engineer at Initech.\n\nRequirements\n- Python\n- Kotlin in production\n")
    # It asks about Kotlin, and waits for an answer that nobody gives.
    maker = subprocess.Popen(
        [*CVTAILOR, "generate", str(EXAMPLES / "engineer" / "cv.yaml"), str(posting), "-i", "--json"],
        env=environment(applicant.data_dir), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        cwd=tmp_path,
    )  # fmt: skip
    assert maker.stdout
    asked = next(line for line in maker.stdout if "questionAsked" in line)
    id = json.loads(asked)["applicationId"]
    watcher = subprocess.Popen(
        [*CVTAILOR, "watch", id, "--json"],
        env=environment(applicant.data_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert watcher.stdout
    assert any("questionAsked" in line for line in watcher.stdout)
    watcher.send_signal(signal.SIGINT)
    _, told = watcher.communicate(timeout=30)
    assert (watcher.returncode, "the run goes on" in told) == (130, True), told
    (still,) = objects(run("show", id, "--json"))
    assert still["status"] == "APPLICATION_STATUS_GENERATING"
    (cancelled,) = objects(run("cancel", id, "--json"))
    assert cancelled["status"] == "APPLICATION_STATUS_CANCELLED"
    maker.communicate(timeout=30)
    assert maker.returncode == 130
    assert "no documents" in run("open", id).stderr
    assert "no run to stop" in run("cancel", id).stderr


def offered(applicant: ServiceProcess, line: str) -> list[str]:
    completion = {
        "_CVTAILOR_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    # The completion asks for the program by the name under which the shell knows it.
    program = "import sys; sys.argv[0] = 'cvtailor'; from cvtailor.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**environment(applicant.data_dir), **completion},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout.split()


def test_the_shell_completes_commands_ids_statuses_and_documents(
    applicant: ServiceProcess, run: Command, tmp_path: Path
) -> None:
    teacher = listed(run)[-1][:8]
    assert {"show", "status"} <= {*offered(applicant, "cvtailor s")}
    assert teacher in offered(applicant, "cvtailor show ")
    assert offered(applicant, "cvtailor list --status sub") == ["submitted"]
    documents = offered(applicant, f"cvtailor download {teacher} c")
    assert {"cv.pdf", "cv-page-2.png", "cover-letter.txt"} <= {*documents}
    assert "ready" not in offered(applicant, f"cvtailor status set {teacher} ")


def test_completion_starts_no_service(applicant: ServiceProcess, tmp_path: Path) -> None:
    elsewhere = {**environment(tmp_path / "nothing"), "_CVTAILOR_COMPLETE": "complete_bash"}
    program = "import sys; sys.argv[0] = 'cvtailor'; from cvtailor.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**elsewhere, "COMP_WORDS": "cvtailor show ", "COMP_CWORD": "2"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["last"]
    assert not (tmp_path / "nothing" / "postgres").exists()


def test_all_data_is_deleted_once_that_is_confirmed(run: Command) -> None:
    asked = run("delete-my-data")
    assert (asked.exit_code, "--yes" in asked.stderr) == (2, True)
    assert listed(run)
    (deleted,) = objects(run("delete-my-data", "--yes", "--json"))
    assert deleted["applications"] == 3
    empty = run("show")
    assert (empty.exit_code, "cvtailor generate" in empty.stderr) == (2, True)
