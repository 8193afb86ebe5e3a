import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from cvtailor.adapters.auth.local_keys import LocalKeys
from specs import WEB, Served

from benchmarks.service_process import ServiceProcess

_SOURCES = ("page", "src", "vite.config.ts", "package-lock.json")
_USERS = 1000
_TOKEN_SECONDS = 3600


@pytest.fixture(scope="session")
def built_page() -> Path:
    """The built page; built now if a source is newer than it."""
    built = WEB / "dist" / "index.html"
    if not built.is_file() or built.stat().st_mtime < max(map(_changed_at, _SOURCES)):
        done = subprocess.run(["npm", "run", "build"], cwd=WEB, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
    return built.parent


def _changed_at(source: str) -> float:
    path = WEB / source
    return max(one.stat().st_mtime for one in (path, *path.rglob("*")))


@pytest.fixture(scope="session")
def served(built_page: Path) -> Iterator[Served]:
    """One service for all specs: each has users of its own."""
    with tempfile.TemporaryDirectory(prefix="cvtailor-browser-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # the account of the embedded Postgres must get through
        service = ServiceProcess(
            folder,
            "--web",
            "--web-port",
            "0",
            gateway_page=str(built_page),
            gateway_requests_per_second="none",
        )
        try:
            state = json.loads((folder / "server.json").read_text())
            yield Served(state["web"].rstrip("/"), state["web_link"], _tokens_in(folder))
        finally:
            exit_code = service.terminate()
        assert exit_code == 0, Path(service.log.name).read_text()


def _tokens_in(folder: Path) -> Path:
    keys = LocalKeys(folder / "auth")
    path = folder / "tokens.json"
    path.write_text(json.dumps([keys.mint(uuid4(), _TOKEN_SECONDS) for _ in range(_USERS)]))
    return path
