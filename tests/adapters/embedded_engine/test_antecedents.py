import pytest
from cv_builders import a_day, a_job, an_offer
from cvtailor.adapters.embedded_engine import EmbeddedMatcher, EmbeddedTailor
from cvtailor.adapters.embedded_engine.writing.antecedents import antecedents
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, Contact, Section, SectionKind
from cvtailor.domain.ports import TailoredDraft

MODELS = "Compared four rainfall models on 96 catchments"
PACKAGE = "Wrote the R package that does the comparison; five groups used it with Kafka"
LUNCH = "Ordered lunch for visitors"


def a_cv(*lines: str, keep: tuple[int, ...] = ()) -> BaseCv:
    job = a_job(0, "Researcher", "Deltaborg", "2020-01", "present", *lines, keep=keep)
    section = Section(key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(job,))
    return BaseCv(contact=Contact(name="Tuva"), sections=(section,))


async def tailored(cv: BaseCv, asked: str) -> tuple[list[str], TailoredDraft]:
    offer = an_offer(asked)
    report = await EmbeddedMatcher(today=a_day).match(cv, offer)
    draft = await EmbeddedTailor(today=a_day).tailor(cv, offer, report, TailoringOptions())
    return [claim.text for claim in draft.cv.sections[0].entries[0].highlights], draft


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MODELS, "Wrote the R package that does the comparison"),
        ("Developed a post-processing chain in Python", "Run the chain on the university cluster"),
        ("Baute ein Prognosemodell auf", "Dieses Prognosemodell nutzen heute drei Ämter"),
        ("Rebuilt the payroll import", "It cut the run from 6 hours to 20 minutes"),
        ("Lehrplan überarbeitet", "Dazu zwei Fortbildungen gehalten"),
    ],
)
def test_a_line_refers_to_the_one_that_brought_the_thing_in(first: str, second: str) -> None:
    lines = a_cv(first, second).sections[0].entries[0].highlights
    assert antecedents(lines) == {lines[1].id: lines[0].id}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Designed the storage architecture", "Authored the design rubric that teams use"),
        ("Shortened the month-end close in NetSuite", "Tested the NetSuite upgrade"),
        ("Shipped five projects", "Estimated effort with the project managers"),
        ("Built an ingestion pipeline", "Wrote the pipeline that bills customers"),
        ("Reported to the director", "Wrote speeches for the director"),
    ],
)
def test_a_line_that_says_itself_what_it_means_refers_to_none(first: str, second: str) -> None:
    assert not antecedents(a_cv(first, second).sections[0].entries[0].highlights)


async def test_what_refers_to_a_line_is_never_shown_before_it() -> None:
    shown, _ = await tailored(a_cv(MODELS, PACKAGE, "Taught Kafka"), "Kafka")
    assert shown.index(MODELS) < shown.index(PACKAGE)


async def test_a_line_that_is_referred_to_stays_as_long_as_what_refers_to_it() -> None:
    cv = a_cv("Looked after the paper archive", "It now runs on Kafka", "Kafka 1", "Kafka 2", LUNCH)
    shown, draft = await tailored(cv, "Kafka")
    assert shown.index("It now runs on Kafka") == shown.index("Looked after the paper archive") + 1
    assert LUNCH not in shown
    texts = {claim.id: claim.text for claim in draft.cv.claims()}
    order = [texts[id] for id in draft.drop_order]
    assert order.index("It now runs on Kafka") < order.index("Looked after the paper archive")


async def test_what_an_always_kept_line_refers_to_may_not_go() -> None:
    cv = a_cv("Looked after the paper archive", "It was closed later", "Kafka 1", keep=(1,))
    _, draft = await tailored(cv, "Kafka")
    texts = {claim.id: claim.text for claim in draft.cv.claims()}
    assert [texts[id] for id in draft.drop_order] == ["Kafka 1"]
