"""What is left to a PDF that breaks PDFium: to compute, and to answer."""

import json
import os
import subprocess
import sys
from pathlib import Path

from cvtailor.adapters.confinement import landlock
from cvtailor.adapters.embedded_engine.cv_readers import pdf_process
from pdf_making import typeset

LOCKS = {"files": landlock.version() > 0, "calls": "Seccomp:" in Path("/proc/self/status").read_text()}
BROKEN = Path(__file__).with_name("broken_extraction.py")


def ran(content: bytes, *arguments: object) -> dict[str, object]:
    command = [sys.executable, "-I", BROKEN, pdf_process._PROGRAM, *arguments]
    done = subprocess.run([str(each) for each in command], input=content, capture_output=True, env={})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_process_that_reads_a_pdf_can_only_compute(tmp_path: Path) -> None:
    cv = tmp_path / "cv.yaml"
    cv.write_text("cv:\n  name: Somebody Else")
    ends = ran(b"", 8, cv, os.getpid())
    needs = {name: "files" if name.startswith(("read", "list")) else "calls" for name in ends}
    assert {name: end for name, end in ends.items() if LOCKS[needs[name]]} == {
        name: "PermissionError" for name in ends if LOCKS[needs[name]]
    }
    assert [file.name for file in tmp_path.iterdir()] == ["cv.yaml"]


def test_on_an_old_kernel_pdfs_are_read_all_the_same(tmp_path: Path) -> None:
    content = typeset("\n== Skills\n- Weaving algebra\n")
    (page,) = ran(content, 8, tmp_path, os.getpid(), "old_kernel")["pages"]
    assert [word[0] for word in page["words"]] == [
        word.text for word in pdf_process.pdf_pages(content, "cv")[0].words
    ]


def test_the_locks_are_light_to_import() -> None:
    heavy = "{'asyncio', 'multiprocessing', 'pebble', 'pydantic', 'structlog'} & set(sys.modules)"
    program = f"import sys, cvtailor.adapters.confinement; print({heavy} or 'light')"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "light"
