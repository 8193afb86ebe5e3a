"""Makes the pictures of the documentation with the program itself: the run at a terminal, and the CV's page.

The page in a browser is not made here: its pictures are screenshots of a person's session.

    python -m tools.pictures
"""

import asyncio
import io
import os
import re
import tempfile
from pathlib import Path
from uuid import UUID

from cvtailor.cli.connection import Target, connect
from cvtailor.cli.cv_files import base_cv_of
from cvtailor.cli.display import Display
from cvtailor.cli.downloads import download
from cvtailor.cli.run_stream import events_of_run
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2
from cvtailor.settings import Settings
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

REPOSITORY = Path(__file__).parents[1]
IMAGES = REPOSITORY / "docs" / "images"
EXAMPLE = REPOSITORY / "examples" / "engineer"
COMMAND = "uv run cvtailor generate examples/engineer/cv.yaml examples/engineer/job.txt"
COLUMNS = 112
_REQUEST_ID = str(UUID(int=1))


def pictures(images: Path) -> None:
    """Writes ``run.svg`` and ``engineer-cv.png`` into a folder."""
    console = Console(record=True, file=io.StringIO(), width=COLUMNS)
    with tempfile.TemporaryDirectory(prefix="cvtailor-pictures-") as name:
        home = Path(name)
        home.chmod(0o755)  # the account of the embedded Postgres must get through
        os.environ["CVTAILOR_DATA_DIR"] = name
        asyncio.run(_show_the_run(console, home / "documents"))
        (images / "engineer-cv.png").write_bytes((home / "documents" / "cv-page-1.png").read_bytes())
    svg = console.export_svg(title="cvtailor", theme=SVG_EXPORT_THEME, unique_id="run")
    (images / "run.svg").write_text(_without_web_fonts(svg))


async def _show_the_run(console: Console, folder: Path) -> None:
    """Makes the engineer's application, and shows it as ``cvtailor generate`` does."""
    request = cv_generator_pb2.GenerateApplicationRequest(
        request_id=_REQUEST_ID,
        base_cv=base_cv_of(EXAMPLE / "cv.yaml"),
        posting=cv_generator_pb2.JobPosting(text=(EXAMPLE / "job.txt").read_text()),
    )
    console.print(f"[bold]$[/] {COMMAND}", highlight=False)
    with Display(console) as display:
        async with connect(Target(), Settings()) as connection:
            async for event in events_of_run(connection, request):
                display.show(event)
            paths = [
                await download(connection, event.application_id, document.name, folder)
                for document in event.completed.documents
            ]
            display.show_result(event, Path("out") / event.application_id, paths)


def _without_web_fonts(svg: str) -> str:
    """Returns the picture in the reader's own fonts; Rich's would be fetched from elsewhere."""
    plain = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return re.sub(r"^\s+$\n", "", plain, flags=re.MULTILINE)


if __name__ == "__main__":
    pictures(IMAGES)
