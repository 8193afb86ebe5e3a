"""``cvtailor doctor`` asks the model."""

import subprocess

from folders import home

from benchmarks.service_process import cvtailor
from tests.model_servers import ModelServer, Refuses, Says, Script, always

_KEY = "sk-doctor-secret"


def _doctor(script: Script) -> subprocess.CompletedProcess[str]:
    with home() as folder, ModelServer(script) as server:
        model = {"model": "openai:gpt-4.1", "model_api_key": _KEY, "model_base_url": server.openai_url}
        return cvtailor("doctor", data_dir=folder / "data", **model)


def test_doctor_says_that_the_model_answers() -> None:
    done = _doctor(always(Says({"ready": True})))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "openai:gpt-4.1 answers" in done.stdout


def test_doctor_says_what_to_do_about_a_refused_key_without_repeating_it() -> None:
    done = _doctor(always(Refuses(401, f"Incorrect API key provided: {_KEY}")))
    assert done.returncode != 0
    assert "Check CVTAILOR_MODEL_API_KEY" in " ".join(done.stdout.split())
    assert _KEY not in done.stdout + done.stderr
