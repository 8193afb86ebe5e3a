"""Readers start from the embedded engine's reading, and fall back on it."""

import pytest
from cvtailor.adapters.embedded_engine import EmbeddedCvReader, EmbeddedOfferReader, skill_names
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.drafts import CvDraft, EntryDraft, OfferDraft, QuotedRequirement, SectionDraft
from cvtailor.domain.errors import InvalidInput, ModelAnswerInvalid, ModelRefused, ModelUnavailable
from cvtailor.domain.job_offer import JobPosting
from cvtailor.steps.agent_work import WithWarnings
from cvtailor.steps.read_cv_with_agent import read_cv_with_agent
from cvtailor.steps.read_offer_with_agent import read_offer_with_agent

from tests.scripted_agents import EXAMPLES, HonestAgents, NoCalls

AD = JobPosting(text=(EXAMPLES / "engineer" / "job.txt").read_text())
UNUSUAL = JobPosting(text="Hey you! Fancy brewing coffee with us? Pull a shot, smile a lot.")
TABLES = b"""Robin Example
Career so far, upside down:
Acme Ltd / Barista / 2019 - 2021
Pulled 300 shots a day
"""


class Reading(HonestAgents):
    def __init__(self, offer: OfferDraft | None = None, cv: CvDraft | None = None) -> None:
        super().__init__()
        self._offer, self._cv = offer or OfferDraft(), cv or CvDraft(name="")

    def offer(self, text: str) -> OfferDraft:
        return self._offer

    def cv(self, text: str) -> CvDraft:
        return self._cv


def shots(**head: str) -> CvDraft:
    entry = EntryDraft(highlights=("Pulled 300 shots a day",), **head)
    section = SectionDraft(kind="experience", title="", entries=(entry,))
    return CvDraft(name="Robin Example", headline="Career so far, upside down:", sections=(section,))


async def read_cv(agents: HonestAgents, content: bytes = TABLES) -> WithWarnings[BaseCv]:
    source = CvSource(format=CvFormat.PLAIN_TEXT, content=content)
    return await read_cv_with_agent(EmbeddedCvReader(), agents, source, NoCalls())


async def test_an_agent_adds_what_was_missed_in_an_ad() -> None:
    before = await EmbeddedOfferReader().read(AD)
    quote = AD.text.split("\n\n")[1].splitlines()[0][:60].rsplit(" ", 1)[0]
    draft = OfferDraft(requirements=(QuotedRequirement(quote=quote, must=True),))
    offer, warnings = await read_offer_with_agent(
        EmbeddedOfferReader(), Reading(draft), AD, NoCalls(), skill_names
    )
    assert warnings == ()
    assert {item.text for item in before.requirements} <= {item.text for item in offer.requirements}


async def test_an_ad_that_rules_can_not_read_is_read_by_the_agent() -> None:
    draft = OfferDraft(language="en", requirements=(QuotedRequirement(quote="Pull a shot", must=True),))
    offer, _ = await read_offer_with_agent(EmbeddedOfferReader(), Reading(draft), UNUSUAL, NoCalls())
    assert [item.text for item in offer.requirements] == ["Pull a shot"]
    lie = OfferDraft(requirements=(QuotedRequirement(quote="10 years of Rust", must=True),))
    with pytest.raises(InvalidInput):
        await read_offer_with_agent(EmbeddedOfferReader(), Reading(lie), UNUSUAL, NoCalls())


async def test_a_failing_model_leaves_the_embedded_reading_of_an_ad() -> None:
    agents = HonestAgents({"read_offer": ModelAnswerInvalid("no JSON")})
    offer, warnings = await read_offer_with_agent(EmbeddedOfferReader(), agents, AD, NoCalls())
    assert offer == await EmbeddedOfferReader().read(AD)
    assert [warned.code for warned in warnings] == ["model_answer_invalid"]
    with pytest.raises(InvalidInput):
        await read_offer_with_agent(EmbeddedOfferReader(), agents, UNUSUAL, NoCalls())
    with pytest.raises(ModelAnswerInvalid):
        await read_offer_with_agent(EmbeddedOfferReader(), agents, AD, NoCalls(), falls_back=False)


async def test_an_agents_reading_of_a_cv_counts_if_it_places_no_less() -> None:
    cv, warnings = await read_cv(
        Reading(cv=shots(organisation="Acme Ltd", title="Barista", dates="2019 - 2021"))
    )
    (_, entry), *_ = cv.entries()
    assert warnings == ()
    assert (entry.organisation, entry.title, entry.start_date) == ("Acme Ltd", "Barista", "2019")
    assert entry.highlights[0].position.line == 4


async def test_an_agent_that_loses_lines_is_not_believed() -> None:
    embedded = await EmbeddedCvReader().read(CvSource(format=CvFormat.PLAIN_TEXT, content=TABLES))
    cv, warnings = await read_cv(Reading(cv=shots(organisation="Google")))
    assert cv == embedded
    assert [warned.code for warned in warnings] == ["model_reading_worse"]


async def test_a_failing_model_leaves_the_embedded_reading_of_a_cv() -> None:
    cv, warnings = await read_cv(HonestAgents({"read_cv": ModelUnavailable("busy")}))
    assert cv.contact.name == "Robin Example"
    assert [warned.code for warned in warnings] == ["model_unavailable"]
    with pytest.raises(ModelRefused):
        await read_cv(HonestAgents({"read_cv": ModelRefused("wrong key")}))


async def test_formats_with_fields_need_no_agent() -> None:
    source = CvSource(format=CvFormat.RENDERCV_YAML, content=(EXAMPLES / "engineer" / "cv.yaml").read_bytes())
    agents = HonestAgents()
    cv, _ = await read_cv_with_agent(EmbeddedCvReader(), agents, source, NoCalls())
    assert agents.asked == []
    assert cv == await EmbeddedCvReader().read(source)
