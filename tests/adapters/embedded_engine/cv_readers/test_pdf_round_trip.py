"""CVs that we typeset ourselves read back as the same CV."""

import re
from collections import Counter
from pathlib import Path

import pytest
from cvtailor.adapters.rendering.press import Press
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import BaseCv, EntryKind
from pdf_making import example, read, typeset_as_it_is

EXAMPLES = sorted(path for path in (Path(__file__).parents[4] / "examples").iterdir() if path.is_dir())
WORD = re.compile(r"[^\W_]+")
LINK_TARGET = re.compile(r"\]\([^)]*\)")


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    return Press(tmp_path_factory.mktemp("round_trip"))


def words(text: str) -> list[str]:
    return WORD.findall(LINK_TARGET.sub("]", text).casefold())


def lines(cv: BaseCv) -> list[str]:
    return [" ".join(words(line.text)) for _, entry in cv.entries() for line in entry.lines()]


def jobs(cv: BaseCv) -> list[tuple[str, ...]]:
    entries = [entry for _, entry in cv.entries() if entry.kind is EntryKind.EXPERIENCE]
    return [(job.title, job.organisation, job.start_date, job.end_date or job.date) for job in entries]


def degrees(cv: BaseCv) -> list[tuple[str, str, str]]:
    entries = [entry for _, entry in cv.entries() if entry.kind is EntryKind.EDUCATION]
    return [(entry.organisation, entry.start_date, entry.end_date or entry.date) for entry in entries]


@pytest.mark.parametrize("theme", list(Theme), ids=str)
@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_reads_back_from_its_pdf(folder: Path, theme: Theme, press: Press) -> None:
    cv = example(folder)
    back = read(typeset_as_it_is(press, cv, theme))
    assert (back.contact.name, back.contact.email, back.contact.phone) == (
        cv.contact.name,
        cv.contact.email,
        cv.contact.phone,
    )
    assert [section.title for section in back.sections] == [section.title for section in cv.sections]
    assert jobs(back) == jobs(cv)
    assert degrees(back) == degrees(cv)
    said = Counter(word for found in back.evidence().values() for word in words(found.text))
    wanted = Counter(word for line in lines(cv) for word in line.split())
    assert (wanted - said).total() <= 0.02 * wanted.total()
    assert len(set(lines(cv)) - set(lines(back))) <= 0.07 * len(lines(cv))
    assert not [gone for gone in back.unplaced if gone.reason.startswith("found no place")]
