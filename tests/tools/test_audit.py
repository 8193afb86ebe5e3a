"""An audit says what it found, and when it could ask nobody; each is seen, on services of this machine."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from tools import audit

ADVISORY = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "schema_version": "1.6.0",
    "affected": [
        {
            "package": {"name": "planted", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2.4"}]}],
        }
    ],
}
NPM_ADVISORY = {
    "id": 1,
    "url": "https://github.com/advisories/GHSA-dddd",
    "title": "It is planted",
    "severity": "high",
    "vulnerable_versions": "<9",
}
PACKAGE = "@bufbuild/protobuf"
"""Development needs it, too."""


@contextmanager
def advisories(*, python: tuple[str, ...] = (), npm: tuple[str, ...] = ()) -> Iterator[str]:
    """An OSV service and an npm registry that know something against these packages; yields the address."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.endswith("/advisories/bulk"):
                self._answer({name: [NPM_ADVISORY] for name in npm})
            else:
                known = json.loads(body)["package"]["name"] in python
                self._answer({"vulns": [ADVISORY]} if known else {})

        def do_GET(self) -> None:
            name = unquote(self.path).removeprefix("/")
            self._answer({"name": name, "versions": {"2.2.0": {"name": name, "version": "2.2.0"}}})

        def _answer(self, said: object) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address that refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(autouse=True)
def _two_requirements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        audit, "python_requirements", lambda: "planted==1.2.3\nother==4.5.6 ; os_name == 'nt'\n"
    )


def outcome(address: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = audit.main(["--osv-url", f"{address}/v1/query", "--npm-registry", f"{address}/"])
    return code, capsys.readouterr().out


def test_what_nothing_is_known_against_passes(capsys):
    with advisories() as address:
        code, said = outcome(address, capsys)
    assert code == 0
    assert "Python: audited 2 packages, 0 known vulnerabilities" in said
    assert "npm: audited 3 packages, 0 known vulnerabilities" in said


def test_a_vulnerable_python_package_fails_with_what_mends_it(capsys):
    with advisories(python=("planted",)) as address:
        code, said = outcome(address, capsys)
    assert code == 1
    assert (
        "audited 2 packages, 1 known vulnerability\n  planted 1.2.3: GHSA-aaaa-bbbb-cccc, mended in 1.2.4"
        in said
    )


def test_a_vulnerable_npm_package_fails_with_its_advisory(capsys):
    with advisories(npm=(PACKAGE,)) as address:
        code, said = outcome(address, capsys)
    assert code == 1
    assert f"1 known vulnerability\n  {PACKAGE} <9: It is planted, high, {NPM_ADVISORY['url']}" in said


def test_a_service_that_cannot_be_reached_is_no_clean_bill(capsys, nobody, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code, said = outcome(nobody, capsys)
    assert code == 0
    assert "Python: the advisory service can't be reached; 2 packages not audited" in said
    assert "npm: the advisory service can't be reached; 3 packages not audited" in said
    assert "::warning::Python: 2 packages were not audited" in said
    assert " 0 known" not in said
