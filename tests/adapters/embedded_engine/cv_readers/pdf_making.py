"""PDFs for tests: typeset with Typst, and CVs typeset as they are."""

from datetime import date
from pathlib import Path

import typst
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.rendering.press import Press
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource, Entry, Line
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection

HEAD = """#set page(paper: "a4", margin: 2cm)
#set text(size: 10pt, hyphenate: false)
#show heading: set text(size: 13pt)
#text(size: 24pt, weight: "bold")[Ada Byron]\\
London, UK | ada\\@example.org | +44 20 7946 0958
"""


def read(pdf: bytes) -> BaseCv:
    return read_cv(CvSource(format=CvFormat.PDF, content=pdf))


def typeset(body: str, head: str = HEAD) -> bytes:
    return typst.compile((head + body).encode())


def typeset_as_it_is(press: Press, cv: BaseCv, theme: Theme) -> bytes:
    return press.render(as_it_is(cv), theme, date(2026, 11, 22)).pdf


def example(folder: Path) -> BaseCv:
    formats = {
        ".yaml": CvFormat.RENDERCV_YAML,
        ".json": CvFormat.JSON_RESUME,
        ".md": CvFormat.MARKDOWN,
        ".txt": CvFormat.PLAIN_TEXT,
    }
    path = next(folder.glob("cv.*"))
    return read_cv(CvSource(format=formats[path.suffix], content=path.read_bytes()))


def as_it_is(cv: BaseCv) -> TailoredCv:
    sections = (
        TailoredSection(
            key=section.key,
            kind=section.kind,
            title=section.title,
            entries=tuple(_entry(entry) for entry in section.entries),
        )
        for section in cv.sections
    )
    return TailoredCv(
        contact=cv.contact.model_copy(update={"headline": None}),
        headline=_claim(cv.contact.headline),
        sections=tuple(sections),
        language=cv.language,
    )


def _entry(entry: Entry) -> TailoredEntry:
    facts = entry.model_dump(exclude={"id", "position", "keep", "text", "summary", "highlights"})
    return TailoredEntry(
        source_id=entry.id,
        text=_claim(entry.text),
        summary=_claim(entry.summary),
        highlights=tuple(claim for line in entry.highlights if (claim := _claim(line))),
        **facts,
    )


def _claim(line: Line | None) -> Claim | None:
    return Claim(id=line.id, text=line.text, evidence_ids=(line.id,)) if line else None
