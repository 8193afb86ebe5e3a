"""The commands as a newcomer runs them."""

import json
import signal
import subprocess
from pathlib import Path

from folders import home

from benchmarks.service_process import CVTAILOR, EXAMPLES, ServiceProcess, cvtailor, environment

ENGINEER = (EXAMPLES / "engineer" / "cv.yaml", EXAMPLES / "engineer" / "job.txt")


def test_the_first_command_needs_nothing_but_the_packages() -> None:
    with home() as folder:
        done = cvtailor("generate", *ENGINEER, "--out", folder / "out", data_dir=folder / "data")
        assert done.returncode == 0, done.stderr + done.stdout
        made = {path.name for path in (folder / "out").iterdir()}
    assert {"cv.pdf", "cv-page-1.png", "match-report.html", "cover-letter.txt", "email.txt"} <= made
    assert "Gaps" in done.stdout


def test_json_output_is_one_event_a_line(service: ServiceProcess, tmp_path: Path) -> None:
    done = cvtailor("generate", *ENGINEER, "--json", "--out", tmp_path, data_dir=service.data_dir)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert "accepted" in events[0]
    assert "completed" in events[-1]


def test_a_remote_service_is_named_by_address_and_token(service: ServiceProcess, tmp_path: Path) -> None:
    done = cvtailor(
        "generate", *ENGINEER, "--server", service.address, "--token", service.token, "--out", tmp_path,
        data_dir=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout


def test_errors_of_the_caller_and_of_the_service_differ(service: ServiceProcess, tmp_path: Path) -> None:
    nonsense = tmp_path / "cv.json"
    nonsense.write_text('{"basics": ')
    refused = cvtailor("generate", nonsense, ENGINEER[1], data_dir=service.data_dir)
    assert (refused.returncode, "line 1" in refused.stdout) == (2, True), refused.stdout
    anonymous = cvtailor("generate", *ENGINEER, "--server", service.address, data_dir=service.data_dir)
    assert anonymous.returncode == 2
    nobody = cvtailor("generate", *ENGINEER, "--server", "127.0.0.1:9", "--token", "x", data_dir=tmp_path)
    assert nobody.returncode == 75


def test_an_ad_may_come_from_standard_input(service: ServiceProcess, tmp_path: Path) -> None:
    done = subprocess.run(
        [*CVTAILOR, "generate", str(ENGINEER[0]), "-", "--out", str(tmp_path / "out")],
        env=environment(service.data_dir), input=ENGINEER[1].read_bytes(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "out" / "cv.pdf").exists()


def test_what_cannot_be_read_or_written_is_named(service: ServiceProcess, tmp_path: Path) -> None:
    occupied = tmp_path / "out"
    occupied.write_text("")
    missing = cvtailor("generate", ENGINEER[0], tmp_path / "no-such-ad.txt", data_dir=service.data_dir)
    assert (missing.returncode, "no-such-ad.txt" in missing.stdout.replace("\n", "")) == (2, True)
    taken = cvtailor("generate", *ENGINEER, "--out", occupied, data_dir=service.data_dir)
    assert taken.returncode == 2


def test_an_interrupt_cancels_the_run(service: ServiceProcess, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*CVTAILOR, "generate", *map(str, ENGINEER), "--json", "--out", str(tmp_path / "out")],
        env=environment(service.data_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert (process.returncode, "cancelled" in told) == (130, True), told
    assert not (tmp_path / "out").exists()


def test_doctor_says_that_all_is_well(service: ServiceProcess) -> None:
    done = cvtailor("doctor", data_dir=service.data_dir)
    assert done.returncode == 0, done.stdout + done.stderr
    for part in ("postgres", "objects", "typesetter", "tokens"):
        assert part in done.stdout.lower()


def test_migrate_may_be_run_again(service: ServiceProcess) -> None:
    done = cvtailor("migrate", data_dir=service.data_dir)
    assert done.returncode == 0, done.stdout + done.stderr
