"""Playwright's specs: running them, and reading what came of it."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]
WEB = _ROOT / "clients" / "web"
KEPT = _ROOT / "build" / "browser"
"""Pictures of the page, and what the browser saved."""

_FAULT_CHARS_MAX = 4000
_SECONDS_MAX = 400
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


@dataclass(frozen=True)
class Served:
    """A running service with its gateway and page.

    Attributes:
        url: Where the page is.
        link: Opens it as the local user.
        tokens: A file with tokens of users who have nothing yet.
    """

    url: str
    link: str
    tokens: Path


@dataclass(frozen=True)
class Outcome:
    """What came of one test of a spec.

    Attributes:
        name: Where it is, and its title.
        fault: What went wrong, with the paths of pictures of it; empty if nothing did.
    """

    name: str
    fault: str


def run_specs(served: Served, specs: Sequence[str]) -> dict[str, list[Outcome]]:
    """Runs specs in the browser, all at once; returns what came of each."""
    KEPT.mkdir(parents=True, exist_ok=True)
    report = KEPT / "report.json"
    report.unlink(missing_ok=True)
    told = {
        "CVTAILOR_TEST_GATEWAY": served.url,
        "CVTAILOR_TEST_LINK": served.link,
        "CVTAILOR_TEST_TOKENS": str(served.tokens),
        "PLAYWRIGHT_JSON_OUTPUT_FILE": str(report),
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["npx", "--no-install", "playwright", "test", "--reporter=json", *map(re.escape, specs)],
        cwd=WEB,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=_SECONDS_MAX,
        check=False,
    )
    assert report.is_file(), done.stdout + done.stderr
    found = json.loads(report.read_text())
    assert not found["errors"], "\n".join(error["message"] for error in found["errors"])
    return {suite["file"]: list(_outcomes(suite)) for suite in found["suites"]}


def _outcomes(suite: dict[str, Any]) -> Iterator[Outcome]:
    for inner in suite.get("suites", ()):
        yield from _outcomes(inner)
    for spec in suite["specs"]:
        yield Outcome(
            name=f"{spec['file']}:{spec['line']}: {spec['title']}",
            fault="" if spec["ok"] else _fault(spec["tests"][0]["results"][-1]),
        )


def _fault(result: dict[str, Any]) -> str:
    messages = [error["message"] for error in result["errors"]] or [result["status"]]
    pictures = [one["path"] for one in result["attachments"] if one["contentType"] == "image/png"]
    return "\n".join((_COLOURS.sub("", "\n".join(messages))[:_FAULT_CHARS_MAX], *pictures))
