"""Several job ads in one command, against a real service."""

import json
import re
import shutil
import signal
import subprocess
from pathlib import Path

from benchmarks.service_process import CVTAILOR, EXAMPLES, ServiceProcess, cvtailor, environment

CV = EXAMPLES / "engineer" / "cv.yaml"
ADS = [EXAMPLES / name / "job.txt" for name in ("teacher", "engineer", "accountant")]


def test_each_job_gets_a_folder_and_the_best_match_comes_first(
    service: ServiceProcess, tmp_path: Path
) -> None:
    done = cvtailor("generate", CV, *ADS, "--out", tmp_path / "made", data_dir=service.data_dir)
    assert done.returncode == 0, done.stdout + done.stderr
    folders = {path.name for path in (tmp_path / "made").iterdir()}
    assert len(folders) == len(ADS)
    assert all((tmp_path / "made" / folder / "cv.pdf").exists() for folder in folders)
    assert any(folder.startswith("senior-backend-engineer-python-at-havelgrid-gmbh-") for folder in folders)
    assert int(re.findall(r"^\s*(\d+)%.*", done.stdout, re.MULTILINE)[0]) > 50
    listed = re.findall(r"/(\w+)/job\.txt: ", done.stdout)
    assert (listed[0], sorted(listed)) == ("engineer", ["accountant", "engineer", "teacher"])


def test_one_that_fails_does_not_stop_the_others(service: ServiceProcess, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.txt"
    nonsense.write_text("." * 100)
    done = cvtailor("generate", CV, nonsense, ADS[1], "--out", tmp_path / "made", data_dir=service.data_dir)
    assert (done.returncode, "nonsense.txt: " in done.stdout) == (2, True), done.stdout + done.stderr
    assert len(list((tmp_path / "made").iterdir())) == 1


def test_nothing_is_made_if_an_ad_cannot_be_read(service: ServiceProcess, tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"
    done = cvtailor("generate", CV, ADS[1], missing, "--out", tmp_path / "made", data_dir=service.data_dir)
    assert done.returncode == 2
    assert not (tmp_path / "made").exists()


def test_json_is_the_events_of_all_runs(service: ServiceProcess, tmp_path: Path) -> None:
    done = cvtailor("generate", CV, *ADS[:2], "--json", "--out", tmp_path / "made", data_dir=service.data_dir)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    ended = {event["applicationId"] for event in events if "completed" in event}
    assert (done.returncode, len(ended)) == (0, 2), done.stderr
    assert {event["applicationId"] for event in events} == ended


def test_an_interrupt_cancels_all_that_is_not_done(service: ServiceProcess, tmp_path: Path) -> None:
    ads = [shutil.copy(ad, tmp_path / f"{number}.txt") for number in range(3) for ad in ADS[1:2]]
    process = subprocess.Popen(
        [*CVTAILOR, "generate", str(CV), *ads, "--json", "--out", str(tmp_path / "made")],
        env=environment(service.data_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert (process.returncode, "cancelled" in told) == (130, True), told


def test_a_usual_cv_and_folder_make_the_job_ad_enough(service: ServiceProcess, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[generate]\ncv = "{CV}"\nout = "{tmp_path / "made"}"\npages = 1\n')
    done = cvtailor("generate", ADS[1], data_dir=service.data_dir, config=str(config))
    assert done.returncode == 0, done.stdout + done.stderr
    (folder,) = (tmp_path / "made").iterdir()
    assert folder.name in done.stdout
    assert (folder / "cv.pdf").exists()
