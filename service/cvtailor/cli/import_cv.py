"""``cvtailor import``: LinkedIn's export, or any CV that is read, as one file to edit."""

import shlex
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console

from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.linkedin import LinkedInCv, read_linkedin_export
from cvtailor.adapters.linkedin.archive import ARCHIVE_BYTES_MAX
from cvtailor.cli.cv_files import cv_source, file_content
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.new_files import write_new
from cvtailor.cli.printable import counted, escaped
from cvtailor.cli.refusals import tell_refusal
from cvtailor.domain.base_cv import BaseCv, Unplaced
from cvtailor.domain.clock import today
from cvtailor.domain.errors import CvtailorError, WeMustFix

_STANDARD_OUTPUT = "-"
_QUOTED_CHARS_MAX = 80


def run(source: Path, out: str, force: bool) -> ExitCode:
    """Reads a CV and writes it as rendercv YAML; returns the exit code."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        read = _read(source)
        text = _yaml(read.cv)
        if out == _STANDARD_OUTPUT:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            write_new(Path(out), text, force=force)
    except CvtailorError as error:
        return tell_refusal(error, console)
    for warning in _warnings(read.cv):
        console.print(f"[yellow]![/] {escaped(warning)}")
    if read.files_not_read:
        names = ", ".join(read.files_not_read[:3])
        more = f" and {len(read.files_not_read) - 3} more" if len(read.files_not_read) > 3 else ""
        console.print(f"[dim]Not a part of a CV, not read: {escaped(names)}{more}[/]")
    _tell(read.cv, out, console)
    return ExitCode.OK


def _read(source: Path) -> LinkedInCv:
    if source.suffix.lower() == ".zip":
        return read_linkedin_export(file_content(source, ARCHIVE_BYTES_MAX))
    return LinkedInCv(read_cv(cv_source(source)), ())


def _yaml(cv: BaseCv) -> str:
    # Imported here: rendercv takes its time.
    from cvtailor.adapters.rendering.base_cv_file import base_cv_yaml

    try:
        return base_cv_yaml(cv, today())
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise WeMustFix(
            f"rendercv refuses the CV at {where}; this is a fault of cvtailor. Report it, without the CV."
        ) from error


def _warnings(cv: BaseCv) -> Iterator[str]:
    for (reason, text), group in groupby(cv.unplaced, key=lambda item: (item.reason, item.text)):
        places = [_place(item) for item in group]
        quote = text if len(text) <= _QUOTED_CHARS_MAX else f"{text[:_QUOTED_CHARS_MAX]}…"
        where = f"{'; '.join(filter(None, places))}: " if any(places) else ""
        yield f"{where}“{quote}” ({reason})"


def _place(item: Unplaced) -> str:
    line = f"line {item.position.line}" if item.position.line else ""
    return item.position.path or line


def _tell(cv: BaseCv, out: str, console: Console) -> None:
    entries = [entry for _, entry in cv.entries()]
    lines = sum(1 for entry in entries for _ in entry.lines())
    counts = ", ".join(
        (
            counted(len(cv.sections), "section"),
            f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}",
            counted(lines, "line"),
        )
    )
    name = "standard output" if out == _STANDARD_OUTPUT else out
    console.print(f"[green]✓[/] {escaped(name)}: {escaped(cv.contact.name)}, {counts}")
    if out != _STANDARD_OUTPUT:
        console.print(f"Read it through, then: cvtailor generate {escaped(shlex.quote(out))} JOB_AD")
