"""rendercv without us: as a library in a warm process, and as its command.

A *bare render* is what a program that uses rendercv as a library does in a process that it keeps, through
rendercv's own functions and nothing of ours, from a YAML text to a PDF file:

- yaml: rendercv's YAML reader (ruamel, which keeps line numbers for error messages);
- model: pydantic's validation of what was read;
- template: rendercv's model processing and Jinja templates, the Typst file written;
- compile: Typst to the PDF file, with the compiler that rendercv keeps between renders of one folder.

The aim's "model + template + compile" is all four, since a model is only had by way of a reader; the figure
without the reader is given beside it. Left out is what the service does besides: PDF/A and PDF/UA, pictures
of the pages, and everything before the CV is chosen.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, Self

from cvtailor.adapters.rendering.packages import install_packages

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>CV</title><style>
body {{ font: 10pt/1.35 sans-serif; margin: 0 }}
h1 {{ font-size: 20pt; margin: 0 0 4pt }}
h2 {{ font-size: 13pt; border-bottom: 1px solid; margin: 10pt 0 4pt }}
h3, h2 + p {{ margin: 6pt 0 2pt }} ul {{ margin: 0; padding-left: 14pt }}
</style></head><body>
{body}
</body></html>
"""
"""Its own style, not rendercv's page, which waits for style sheets and scripts from the network."""


class Parts(NamedTuple):
    """What the parts of a bare render took, in ms."""

    yaml: float
    model: float
    template: float
    compile: float

    @property
    def total(self) -> float:
        """The whole render."""
        return sum(self)


def cached_packages(home: Path) -> dict[str, str]:
    """Returns the environment in which rendercv finds the package of icons that it else fetches."""
    packages = home / "cache" / "typst" / "packages"
    if not packages.exists():
        packages.parent.mkdir(parents=True)
        packages.symlink_to(install_packages(home / "packages"))
    return {"XDG_CACHE_HOME": str(home / "cache")}


class BareRendercv:
    """rendercv in a warm process of its own.

    Args:
        folder: Its own; the files are made there.
        environment: From ``cached_packages``.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        folder.mkdir()
        self._process = ProcessPoolExecutor(
            1, mp_context=get_context("spawn"), initializer=_begin, initargs=(folder, environment)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.shutdown()

    def render(self, yaml: str) -> Parts:
        """Renders once."""
        return self._process.submit(_render, yaml).result()

    def renders_in(self, seconds: float, yaml: str, word: str) -> Any:
        """Renders one CV after the other, each with another word in place of one.

        Returns:
            A future of renders and the seconds they took.
        """
        return self._process.submit(_renders_in, seconds, yaml, word)

    def html(self, yaml: str) -> str:
        """Returns the same CV as an HTML page, from rendercv's own Markdown."""
        return self._process.submit(_html, yaml).result()


_folder = Path()


def _begin(folder: Path, environment: dict[str, str]) -> None:
    global _folder
    _folder = folder
    os.environ.update(environment)


def _render(yaml: str) -> Parts:
    from rendercv.renderer.pdf_png import generate_pdf
    from rendercv.renderer.typst import generate_typst
    from rendercv.schema.rendercv_model_builder import (
        build_rendercv_dictionary,
        build_rendercv_model_from_commented_map,
    )

    input_file = _folder / "cv.yaml"
    times = [time.perf_counter()]
    document, overlays = build_rendercv_dictionary(yaml, output_folder=_folder, pdf_path=_folder / "cv.pdf")
    times.append(time.perf_counter())
    model = build_rendercv_model_from_commented_map(document, input_file, overlays)
    times.append(time.perf_counter())
    typst_file = generate_typst(model)
    times.append(time.perf_counter())
    pdf_file = generate_pdf(model, typst_file)
    times.append(time.perf_counter())
    assert typst_file
    assert pdf_file
    assert pdf_file.read_bytes().startswith(b"%PDF")
    # Its name is the person's, of whom there are many.
    typst_file.unlink()
    return Parts(*(1000 * (after - before) for before, after in pairwise(times)))


def _renders_in(seconds: float, yaml: str, word: str) -> tuple[int, float]:
    from benchmarks.pipeline.cvs import new_word

    began, renders = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        _render(yaml.replace(word, new_word()))
        renders += 1
    return renders, time.perf_counter() - began


def _html(yaml: str) -> str:
    from rendercv.renderer.templater.markdown_parser import markdown_to_html
    from rendercv.renderer.templater.templater import render_full_template
    from rendercv.schema.rendercv_model_builder import build_rendercv_dictionary_and_model

    _, model = build_rendercv_dictionary_and_model(yaml, input_file_path=_folder / "cv.yaml")
    return _PAGE.format(body=markdown_to_html(render_full_template(model, "markdown")))


def timed_cli(folder: Path, environment: dict[str, str], yaml: str) -> float:
    """Makes PDF and pictures of the pages with the rendercv CLI in a process of its own; returns ms."""
    (folder / "cv.yaml").write_text(yaml)
    command = [sys.executable, "-m", "rendercv", "render", "cv.yaml"]
    began = time.perf_counter()
    subprocess.run(
        [*command, "--dont-generate-html", "--dont-generate-markdown"],
        cwd=folder,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
    )
    return (time.perf_counter() - began) * 1000
