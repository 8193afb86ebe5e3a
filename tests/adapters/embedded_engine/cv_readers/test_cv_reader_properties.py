"""What holds for every input."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.adapters.embedded_engine.cv_readers.conservation import with_lost_lines
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.errors import InvalidInput
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = Path(__file__).parents[4] / "examples"
FORMATS = {
    ".yaml": CvFormat.RENDERCV_YAML,
    ".json": CvFormat.JSON_RESUME,
    ".md": CvFormat.MARKDOWN,
    ".txt": CvFormat.PLAIN_TEXT,
}
TEXT_FORMATS = list(FORMATS.values())
HEADS = [
    "# Ada Byron\n",
    "Ada Byron\nEngineer\nada@example.org | +44 20 7946 0958\n",
    "LEBENSLAUF\n\nEva Klug\n",
    "",
]
TITLES = [
    "## Experience",
    "EXPERIENCE",
    "Berufserfahrung:",
    "### Skills",
    "FORMATION",
    "**Education**",
    "Idiomas",
]
LINES = [
    "Staff Nurse, Thames Hospital, London",
    "**Acme GmbH** | Developer | 03/2019 – heute",
    "2011 – 2013  Lehrerin, Gesamtschule Siegtal",
    "- Cut costs by 35 % [keep]",
    "  * nested bullet with [link](https://example.org/a_b)",
    "1. counted",
    "7. Klasse geleitet",
    "Python: pandas, dask",
    "a wrapped line that goes on and on until it reaches the margin of the page and",
    "goes on here.",
    "<!-- hidden -->",
    "<b>bold</b> text",
    "| a | b |",
    "```",
    "---",
    "[x]: https://example.org",
    "2024",
    "",
]
# Words that a date, a contact label or a split head may lose.
UNSAID = {"heute", "1", "2", "3", "in", "at", "a", "l", "keep"}
any_text = st.text(max_size=400)
seen_text = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=30)
cv_like = st.builds(
    lambda head, parts: head + "\n".join(parts),
    st.sampled_from(HEADS),
    st.lists(st.sampled_from(TITLES) | st.sampled_from(LINES) | seen_text, max_size=25),
)


def try_reading(text: str, format: CvFormat) -> BaseCv | None:
    try:
        return read_cv(CvSource(format=format, content=text.encode("utf-8", "surrogatepass")))
    except InvalidInput:
        return None


def words_of(text: str) -> set[str]:
    return {word.lstrip("0") for word in re.findall(r"[a-z0-9]+", text.casefold())} - {""}


def everything_said(cv: BaseCv) -> set[str]:
    texts = [found.text for found in (*cv.evidence().values(), *cv.unplaced)]
    texts += [section.title for section in cv.sections]
    texts += [f"{link.network} {link.username} {link.url}" for link in cv.contact.profiles]
    return set().union(*map(words_of, texts))


@given(text=any_text | cv_like, format=st.sampled_from(TEXT_FORMATS))
@settings(max_examples=150, deadline=None)
def test_any_text_reads_or_is_refused_and_reads_the_same_twice(text: str, format: CvFormat) -> None:
    assert try_reading(text, format) == try_reading(text, format)


@given(content=st.binary(max_size=200), format=st.sampled_from(list(CvFormat)))
@settings(max_examples=50, deadline=None)
def test_any_bytes_read_or_are_refused(content: bytes, format: CvFormat) -> None:
    with suppress(InvalidInput):
        read_cv(CvSource(format=format, content=content))


@given(text=cv_like, format=st.sampled_from([CvFormat.MARKDOWN, CvFormat.PLAIN_TEXT]))
@settings(max_examples=150, deadline=None)
def test_no_word_is_lost_in_silence(text: str, format: CvFormat) -> None:
    cv = try_reading(text, format)
    if cv:
        lost = words_of(text) - everything_said(cv) - UNSAID
        assert not lost


@given(text=cv_like, format=st.sampled_from([CvFormat.MARKDOWN, CvFormat.PLAIN_TEXT]))
@settings(max_examples=100, deadline=None)
def test_evidence_ids_are_unique_and_lines_stay_lines(text: str, format: CvFormat) -> None:
    cv = try_reading(text, format)
    if cv:
        lines = [line for _, entry in cv.entries() for line in entry.lines()]
        entries = [entry.id for _, entry in cv.entries()]
        assert len({line.id for line in lines}) == len(lines)
        assert len(set(entries)) == len(entries)
        assert all(line.text and "\n" not in line.text for line in lines)
        assert BaseCv.model_validate_json(cv.model_dump_json()) == cv


def test_a_line_that_a_reader_forgot_is_reported() -> None:
    cv = read_cv(CvSource(format=CvFormat.PLAIN_TEXT, content=b"Ada Byron\n\nSKILLS\n- Weaving\n"))
    source = [Scalar("- Weaving", 4), Scalar("- Engines 2020", 5)]
    checked = with_lost_lines(cv, source)
    assert [(gone.text, gone.position.line) for gone in checked.unplaced] == [("- Engines 2020", 5)]
    assert "engines, 2020" in checked.unplaced[0].reason


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("*/cv.*")), ids=lambda path: f"{path.parent.name}{path.suffix}"
)
def test_the_examples_read_without_loss(path: Path) -> None:
    cv = read_cv(CvSource(format=FORMATS[path.suffix], content=path.read_bytes()))
    jobs = [entry for section, entry in cv.entries() if section.kind == "experience"]
    assert len(jobs) >= 2
    assert all(job.title and job.organisation and job.start_date and job.highlights for job in jobs)
    assert cv.contact.email
    assert not [gone for gone in cv.unplaced if gone.reason.startswith("found no place")]
