"""The same CV as an HTML page, printed to PDF by Chromium.

Resume-Matcher (``apps/backend/app/pdf.py``) keeps one browser, and for each PDF opens a page in it, goes to
the CV's address, waits until the network has been idle for half a second and the fonts are there, prints to
A4 with the background, and closes the page. Reactive Resume's printer service is connected to a running
browser likewise, and waits for the idle network too. Here the page is opened, printed and closed over the
DevTools protocol, with the wait and without it, and, third, by a browser started for it. The page is a file:
what their servers need to make it is left out.
"""

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import connect

PROGRAM = shutil.which("chromium")
_SECONDS_MAX = 30.0
_IDLE_SECONDS = 0.5
"""What Playwright and Puppeteer call an idle network: nothing in flight for so long."""

_MARGIN_INCHES, _A4_INCHES = 10 / 25.4, (210 / 25.4, 297 / 25.4)


def _command(profile: Path, *arguments: str) -> list[str]:
    assert PROGRAM
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [
        PROGRAM,
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={profile}",
        *sandbox,
        *arguments,
    ]


def timed_cold_print(folder: Path, page: Path) -> float:
    """Starts a browser with a new profile that prints a page and ends; returns ms."""
    profile, pdf = folder / "cold-profile", folder / "cold.pdf"
    began = time.perf_counter()
    subprocess.run(
        _command(profile, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()),
        check=True,
        capture_output=True,
        timeout=_SECONDS_MAX,
    )
    took = (time.perf_counter() - began) * 1000
    assert pdf.read_bytes().startswith(b"%PDF")
    pdf.unlink()
    shutil.rmtree(profile, ignore_errors=True)
    return took


class Chromium:
    """A running browser.

    Args:
        folder: For its profile.
    """

    def __init__(self, folder: Path) -> None:
        profile = folder / "profile"
        self._process = subprocess.Popen(
            _command(profile, "--remote-debugging-port=0"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._devtools = connect(_address(profile), max_size=None, compression=None)
        self._calls = 0
        self._events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._call("Browser.close")
        self._devtools.close()
        self._process.wait(timeout=_SECONDS_MAX)

    def timed_print(self, page: Path, *, wait_for_idle: bool) -> float:
        """Prints a page in a tab of its own; returns ms."""
        self._events.clear()
        began = time.perf_counter()
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable", session)
        self._call("Page.setLifecycleEventsEnabled", session, enabled=True)
        loader = self._call("Page.navigate", session, url=page.as_uri())["loaderId"]
        self._wait_until_loaded(loader)
        if wait_for_idle:
            time.sleep(_IDLE_SECONDS)  # A file that refers to nothing has nothing in flight.
        self._call(
            "Runtime.evaluate", session, expression="document.fonts.ready.then(() => 1)", awaitPromise=True
        )
        printed = self._call(
            "Page.printToPDF",
            session,
            printBackground=True,
            paperWidth=_A4_INCHES[0],
            paperHeight=_A4_INCHES[1],
            **{f"margin{side}": _MARGIN_INCHES for side in ("Top", "Bottom", "Left", "Right")},
        )
        pdf = base64.b64decode(printed["data"])
        self._call("Target.closeTarget", targetId=target)
        took = (time.perf_counter() - began) * 1000
        assert pdf.startswith(b"%PDF")
        return took

    def _call(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        self._calls += 1
        call: dict[str, object] = {"id": self._calls, "method": method, "params": parameters}
        self._devtools.send(json.dumps(call | ({"sessionId": session} if session else {})))
        while True:
            answer = self._received()
            if answer.get("id") == self._calls:
                assert "result" in answer, f"{method}: {answer}"
                return dict(answer["result"])
            self._events.append(answer)

    def _wait_until_loaded(self, loader: str) -> None:
        while not any(
            event.get("method") == "Page.lifecycleEvent"
            and (event["params"]["name"], event["params"]["loaderId"]) == ("load", loader)
            for event in self._events
        ):
            self._events.append(self._received())

    def _received(self) -> dict[str, Any]:
        return dict(json.loads(self._devtools.recv(timeout=_SECONDS_MAX)))


def _address(profile: Path) -> str:
    """Waits until the browser has written where it listens."""
    file, late = profile / "DevToolsActivePort", time.monotonic() + _SECONDS_MAX
    while time.monotonic() < late:
        if file.is_file() and len(lines := file.read_text().splitlines()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise TimeoutError(f"Chromium did not listen within {_SECONDS_MAX:g} s")
