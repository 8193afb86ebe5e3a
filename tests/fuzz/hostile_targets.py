"""Everything that reads bytes of strangers, by name: what reads them, and whole examples to damage."""

import asyncio
import io
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import docx
import typst
from cvtailor.adapters.embedded_engine import (
    EmbeddedCvReader,
    EmbeddedMatcher,
    EmbeddedOfferReader,
    EmbeddedTailor,
    skill_names,
)
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.fetch.job_file import text_of_job_file
from cvtailor.adapters.fetch.job_url import job_url
from cvtailor.adapters.fetch.page_text import text_of_page
from cvtailor.adapters.linkedin import read_linkedin_export
from cvtailor.config_file import read_config
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.grounding import check_claims
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.revision import added_up
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.rpc.wire.requests import revision_wish
from google.protobuf.message import DecodeError

from tests.adapters.linkedin.linkedin_exports import COMPLETE, archive

_REPOSITORY = Path(__file__).parents[2]
_EXAMPLES = _REPOSITORY / "examples"
_TODAY = date(2026, 11, 22)
_SUFFIXES = {
    CvFormat.RENDERCV_YAML: "yaml",
    CvFormat.JSON_RESUME: "json",
    CvFormat.MARKDOWN: "md",
    CvFormat.PLAIN_TEXT: "txt",
}
_JOB_MARKUP = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Ward nurse",
    "hiringOrganization": {"@type": "Organization", "name": "Thames Hospital"},
    "jobLocation": {"address": {"addressLocality": "London"}},
    "baseSalary": {"currency": "GBP", "value": {"minValue": 30000, "unitText": "YEAR"}},
    "description": "<p>You look after twelve beds at night.</p><ul><li>A licence</li></ul>",
}
_CONFIG = '# mine\nport = 8080\nmodel = "none"\nhome = "~/x"\n[generate]\ntheme = "classic"\nkeep = ["A"]\n'


@dataclass(frozen=True)
class Target:
    """One reader.

    Attributes:
        read: Takes any bytes; whatever it raises but a ``CvtailorError`` is a fault.
        seeds: Makes whole inputs to begin from.
        bytes_max: What the service lets through to it.
    """

    read: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    bytes_max: int = 1 << 20


def _reads_cv(format: CvFormat) -> Callable[[bytes], BaseCv]:
    return lambda content: read_cv(CvSource(format=format, content=content))


def _example_cvs(format: CvFormat) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in sorted(_EXAMPLES.glob(f"*/cv.{_SUFFIXES[format]}"))]


def _example_ads() -> list[bytes]:
    return [path.read_bytes() for path in sorted(_EXAMPLES.glob("*/job.txt"))]


@cache
def _docx_files() -> list[bytes]:
    document = docx.Document()
    document.add_heading("Ada Byron", 0)
    document.add_heading("Experience", 1)
    document.add_paragraph("Analyst, Engine Works, 2019 – 2022")
    document.add_paragraph("Wrote the first program.", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "English", "native"
    document.sections[0].header.paragraphs[0].text = "ada@example.org"
    file = io.BytesIO()
    document.save(file)
    return [file.getvalue()]


@cache
def _pdf_files() -> list[bytes]:
    body = b"= Ada Byron\n#link('https://x.example')[site]\n== Skills\n- Weaving algebra\n- Engines\n"
    return [typst.compile(body.replace(b"'", b'"'))]


def _pages() -> list[bytes]:
    script = f'<script type="application/ld+json">{json.dumps(_JOB_MARKUP)}</script>'
    body = "<main><h1>Nurse</h1><p>You must have a licence &amp; three years.</p><ul><li>Care</ul></main>"
    head = '<meta charset="utf-8"><title>x</title>'
    return [
        f"<!doctype html><html><head>{head}</head><body>{body * 9}</body></html>".encode(),
        f"<html><head>{head}{script}</head><body><nav>Home</nav></body></html>".encode(),
    ]


def _read_offer(content: bytes) -> JobOffer:
    # The contract's strings are UTF-8 and bounded before a reader has them.
    text = content.decode(errors="replace")[:100_000]
    return asyncio.run(EmbeddedOfferReader().read(JobPosting(text=text)))


def _read_config(content: bytes) -> object:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(content)
        return read_config(Path(file.name))


@cache
def _base_cv() -> BaseCv:
    content = (_EXAMPLES / "engineer/cv.yaml").read_bytes()
    return read_cv(CvSource(format=CvFormat.RENDERCV_YAML, content=content))


def _read_revision(content: bytes) -> object:
    try:
        request = pb.ReviseApplicationRequest.FromString(content)
    except DecodeError:
        return None
    known = [edit for edit in request.edits if edit.kind in range(1, 6)]
    del request.edits[:]
    request.edits.extend(known[:500])
    request.application_id = "00000000-0000-0000-0000-00000000000a"
    wish = revision_wish(request)
    return added_up(_base_cv(), (), wish.edits)


def _revisions() -> list[bytes]:
    kinds = (pb.Edit.KIND_HIDE, pb.Edit.KIND_PIN, pb.Edit.KIND_REVERT)
    lines = [line.id for _, entry in _base_cv().entries() for line in entry.lines()]
    edits = [pb.Edit(kind=kind, target=id) for kind, id in zip(kinds, lines, strict=False)]
    request = pb.ReviseApplicationRequest(parent_version=1, edits=edits, feedback="Say more of Go.")
    return [request.SerializeToString()]


async def _through_the_engine(cv_source: CvSource, ad: str) -> object:
    options = TailoringOptions()
    cv = await EmbeddedCvReader().read(cv_source)
    offer = await EmbeddedOfferReader().read(JobPosting(text=ad))
    report = await EmbeddedMatcher(today=lambda: _TODAY).match(cv, offer)
    tailor = EmbeddedTailor(today=lambda: _TODAY)
    draft = await tailor.tailor(cv, offer, report, options)
    letter = await tailor.write_letter(cv, offer, report, draft.cv, options)
    email = await tailor.write_email(cv, offer, report, draft.cv, options)
    return check_claims(cv, draft.cv, letter, email, offer, skill_names)


def _tailor_cv(content: bytes) -> object:
    ad = (_EXAMPLES / "nurse/job.txt").read_text()
    return asyncio.run(_through_the_engine(CvSource(format=CvFormat.PLAIN_TEXT, content=content), ad))


def _tailor_to_ad(content: bytes) -> object:
    cv = CvSource(format=CvFormat.MARKDOWN, content=(_EXAMPLES / "nurse/cv.md").read_bytes())
    return asyncio.run(_through_the_engine(cv, content.decode(errors="replace")[:100_000]))


TARGETS: Mapping[str, Target] = {
    "cv-yaml": Target(_reads_cv(CvFormat.RENDERCV_YAML), _example_cvs(CvFormat.RENDERCV_YAML)),
    "cv-json": Target(_reads_cv(CvFormat.JSON_RESUME), _example_cvs(CvFormat.JSON_RESUME)),
    "cv-markdown": Target(_reads_cv(CvFormat.MARKDOWN), _example_cvs(CvFormat.MARKDOWN)),
    "cv-text": Target(_reads_cv(CvFormat.PLAIN_TEXT), _example_cvs(CvFormat.PLAIN_TEXT)),
    "cv-docx": Target(_reads_cv(CvFormat.DOCX), _docx_files),
    "cv-pdf": Target(_reads_cv(CvFormat.PDF), _pdf_files),
    "linkedin": Target(read_linkedin_export, lambda: [archive(COMPLETE)]),
    "job-ad": Target(_read_offer, _example_ads, 100_000),
    "job-file": Target(text_of_job_file, lambda: [*_example_ads(), *_pages(), *_docx_files()]),
    "job-page": Target(lambda content: text_of_page(content, ""), _pages, 2 << 20),
    "job-url": Target(
        lambda content: job_url(content.decode(errors="replace")),
        lambda: [b"https://jobs.example.com:443/a/b?c=d#e", b"http://xn--bcher-kva.example/%7Ea"],
        2_048,
    ),
    "config": Target(_read_config, lambda: [_CONFIG.encode()], 64 << 10),
    "revision": Target(_read_revision, _revisions),
    "tailor-cv": Target(_tailor_cv, _example_cvs(CvFormat.PLAIN_TEXT)),
    "tailor-to-ad": Target(_tailor_to_ad, _example_ads, 100_000),
}
