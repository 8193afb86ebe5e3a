"""CVs in layouts that are not ours read back: how much of them comes back whole and in its place.

The floors are what is measured, rounded down; ``docs/tailoring.md`` has the figures and how they came about.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from cv_designs import DESIGNS, design_pdf
from cv_fidelity import PARTS, Fidelity, fidelity
from cv_templates import TEMPLATES, template_docx
from cvtailor.adapters.embedded_engine.cv_readers import read_cv
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from pdf_making import example

EXAMPLES = sorted(path for path in (Path(__file__).parents[4] / "examples").iterdir() if path.is_dir())
PDF_FLOORS = {"employers": 0.99, "titles": 0.99, "dates": 0.99, "lines": 0.99}
PDF_DESIGN_FLOOR = 0.92
DOCX_FLOORS = {"employers": 0.99, "titles": 0.99, "dates": 0.99, "lines": 0.99}
DOCX_TEMPLATE_FLOOR = 0.96


@pytest.fixture(scope="module")
def cvs() -> list[BaseCv]:
    return [example(folder) for folder in EXAMPLES]


def read_back(cvs: list[BaseCv], format: CvFormat, write: Callable[[BaseCv], bytes]) -> Fidelity:
    scored = Fidelity()
    for cv in cvs:
        scored.add(fidelity(cv, read_cv(CvSource(format=format, content=write(cv)))))
    return scored


@pytest.fixture(scope="module")
def pdfs(cvs: list[BaseCv]) -> dict[str, Fidelity]:
    return {
        name: read_back(cvs, CvFormat.PDF, lambda cv, name=name: design_pdf(name, cv)) for name in DESIGNS
    }


@pytest.fixture(scope="module")
def docx_files(cvs: list[BaseCv]) -> dict[str, Fidelity]:
    return {
        name: read_back(cvs, CvFormat.DOCX, lambda cv, name=name: template_docx(name, cv))
        for name in TEMPLATES
    }


def check(read: dict[str, Fidelity], floors: dict[str, float], floor_of_each: float) -> None:
    total = Fidelity()
    for name, scored in read.items():
        assert not scored.lost, name
        for part in PARTS:
            assert scored.share(part) >= floor_of_each, (name, part, scored.faults)
        total.add(scored)
    for part, floor in floors.items():
        assert total.share(part) >= floor, (part, total.share(part), total.faults)


def test_pdf_cvs_of_other_designs_come_back_and_nothing_is_lost(pdfs: dict[str, Fidelity]) -> None:
    check(pdfs, PDF_FLOORS, PDF_DESIGN_FLOOR)


def test_docx_cvs_of_common_templates_come_back_and_nothing_is_lost(docx_files: dict[str, Fidelity]) -> None:
    check(docx_files, DOCX_FLOORS, DOCX_TEMPLATE_FLOOR)


def test_the_measure_sees_a_line_that_moved_to_another_job(cvs: list[BaseCv]) -> None:
    cv = cvs[0]
    at, section = next((at, part) for at, part in enumerate(cv.sections) if part.kind == "experience")
    first, second, *rest = section.entries
    moved = second.model_copy(update={"highlights": (*second.highlights, first.highlights[0])})
    robbed = first.model_copy(update={"highlights": first.highlights[1:], "organisation": "Elsewhere"})
    mixed = section.model_copy(update={"entries": (robbed, moved, *rest)})
    back = cv.model_copy(update={"sections": (*cv.sections[:at], mixed, *cv.sections[at + 1 :])})
    scored = fidelity(cv, back)
    assert {part: scored.wanted[part] - scored.found[part] for part in PARTS} == {
        "employers": 1,
        "titles": 0,
        "dates": 0,
        "lines": 1,
    }


def test_the_measure_sees_a_word_that_is_gone(cvs: list[BaseCv]) -> None:
    nurse = next(cv for cv in cvs if cv.contact.name == "Grace Oduya")
    without = nurse.model_copy(update={"sections": nurse.sections[1:]})
    assert "bedside" in fidelity(nurse, without).lost
