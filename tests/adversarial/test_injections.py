"""Whatever an ad or a CV tells a model to do, and however gladly it obeys: the documents stay as they are."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.model_agents import ModelAgents
from cvtailor.adapters.embedded_engine import (
    EmbeddedCvReader,
    EmbeddedMatcher,
    EmbeddedOfferReader,
    skill_names,
)
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import FACT_FIELDS, BaseCv, CvFormat, CvSource
from cvtailor.domain.drafts import RemarkCode, WrittenClaim
from cvtailor.domain.grounding import check_claims
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.ports import Agents
from cvtailor.domain.tailored_cv import CheckedDraft, TailoredCv
from cvtailor.domain.verification.claims import ClaimRules
from cvtailor.steps.agent_work import Crew
from cvtailor.steps.read_cv_with_agent import read_cv_with_agent
from cvtailor.steps.read_offer_with_agent import read_offer_with_agent
from cvtailor.steps.tailor_with_agents import tailor_with_agents
from cvtailor.steps.write_letter_with_agent import write_letter_with_agent
from obedient import Injection, injections, obedient_model

from tests.adapters.agents.model_talk import Recorder, runtime_for
from tests.model_servers import ModelServer, honest_model
from tests.scripted_agents import EXAMPLES, TAILOR, Said

ALL = injections()
AD = (EXAMPLES / "nurse" / "job.txt").read_text()
CV = (EXAMPLES / "nurse" / "cv.md").read_text()
OPTIONS = TailoringOptions()
LINK = re.compile(r"(?:https?:)?//[^\s)\"]+|www\.\S+|\S+@\S+")
OWN_TOOLS = {"lookup_evidence", "coverage", "check_claims"}
SECRETS = ("grace", "@", "root:", "7946")
FORGED = "0123456789abcdef"
KEY = re.compile(r"(?m)^<<<[a-zA-Z ]+ ([0-9a-f]{16})$")


class _CvReader:
    """Reads each CV once."""

    def __init__(self) -> None:
        self._read: dict[bytes, BaseCv] = {}

    async def read(self, source: CvSource) -> BaseCv:
        if source.content not in self._read:
            self._read[source.content] = await EmbeddedCvReader().read(source)
        return self._read[source.content]


CV_READER = _CvReader()


@dataclass(frozen=True)
class Outcome:
    """What a run comes to before it is typeset."""

    cv: BaseCv
    offer: JobOffer
    checked: CheckedDraft

    def texts(self) -> list[str]:
        paragraphs = (*self.checked.letter.paragraphs, *self.checked.email.paragraphs)
        return [claim.text for claim in (*self.checked.cv.claims(), *paragraphs)]


@dataclass(frozen=True)
class Model:
    """A scripted model, and agents that ask it."""

    server: ModelServer
    agents: ModelAgents


@pytest.fixture(scope="module")
async def model() -> AsyncIterator[Model]:
    with ModelServer(honest_model()) as server:
        async with runtime_for(server) as runtime:
            yield Model(server, ModelAgents(runtime))


def planted(injection: Injection) -> tuple[CvSource, JobPosting]:
    """Returns the nurse's CV and ad, with an injection as a line of its own in one of them."""
    cv, ad = CV, AD
    if injection.place == "cv":
        first_bullet = re.search(r"(?m)^[-*] ", cv)
        assert first_bullet
        cv = f"{cv[: first_bullet.start()]}- {injection.text}\n{cv[first_bullet.start() :]}"
    else:
        head, _, rest = ad.partition("\n\n")
        ad = f"{head}\n\n{injection.text}\n\n{rest}\n\n{injection.text}\n"
    return CvSource(format=CvFormat.MARKDOWN, content=cv.encode()), JobPosting(text=ad)


async def run(source: CvSource, posting: JobPosting, agents: Agents) -> tuple[Outcome, Outcome]:
    """Makes the documents with agents, and of the same CV and offer with the embedded engine alone."""
    calls, said = Recorder(), Said()
    cv, _ = await read_cv_with_agent(CV_READER, agents, source, calls)
    offer, _ = await read_offer_with_agent(EmbeddedOfferReader(), agents, posting, calls, skill_names)
    report = await EmbeddedMatcher().match(cv, offer)
    crew = Crew(TAILOR, agents, skill_names, calls, said)
    draft, _ = await tailor_with_agents(crew, cv, offer, report, OPTIONS)
    letter, _ = await write_letter_with_agent(crew, cv, offer, report, draft.cv, OPTIONS)
    email = await TAILOR.write_email(cv, offer, report, draft.cv, OPTIONS)
    plain = (await TAILOR.tailor(cv, offer, report, OPTIONS)).cv
    plain_letter = await TAILOR.write_letter(cv, offer, report, plain, OPTIONS)
    with_agents = check_claims(cv, draft.cv, letter, email, offer, skill_names)
    without = check_claims(cv, plain, plain_letter, email, offer, skill_names)
    return Outcome(cv, offer, with_agents), Outcome(cv, offer, without)


def facts(cv: TailoredCv) -> list[object]:
    entries = [entry for section in cv.sections for entry in section.entries]
    return [cv.contact, *(tuple(getattr(entry, name) for name in FACT_FIELDS) for entry in entries)]


def subjects(outcome: Outcome) -> list[str]:
    return [outcome.checked.letter.subject, outcome.checked.email.subject]


def names(offer: JobOffer) -> list[object]:
    return [offer.title, offer.company, offer.contact_name, offer.contact_email, offer.salary]


@pytest.mark.parametrize("injection", ALL, ids=[one.id for one in ALL])
async def test_an_obedient_model_changes_nothing(model: Model, injection: Injection) -> None:
    model.server.asked.clear()
    model.server.script = obedient_model(injection, honest_model())
    source, posting = planted(injection)
    outcome, without = await run(source, posting, model.agents)

    assert outcome.texts() == without.texts()
    assert facts(outcome.checked.cv) == facts(without.checked.cv)
    assert subjects(outcome) == subjects(without)
    assert outcome.cv == await CV_READER.read(source)
    read = await EmbeddedOfferReader().read(posting)
    assert names(outcome.offer) == names(read)
    assert {item.text for item in outcome.offer.requirements} >= {item.text for item in read.requirements}
    links = {link for text in outcome.texts() for link in LINK.findall(text)}
    assert links <= set(LINK.findall(f"{CV}\n{AD}")) | set(LINK.findall(injection.text))
    for asked in model.server.asked:
        assert asked.agent
        assert asked.system == prompt_of(asked.agent).text
        assert set(asked.tools) <= OWN_TOOLS
        assert len(set(KEY.findall(asked.message)) - {FORGED}) == 1
        assert not any(word in result for result in asked.tool_results for word in SECRETS)


def test_there_are_enough_of_them_and_of_each_kind() -> None:
    assert len(ALL) >= 60
    assert len({one.id for one in ALL}) == len(ALL)
    assert sum(one.place == "cv" for one in ALL) >= 12
    assert {one.id.partition("-")[0] for one in ALL} >= {"en", "de", "fr", "es", "it", "ru", "zh", "ja", "ar"}
    assert {one.tool for one in ALL} >= {"send_email", "run_shell", "fetch", "lookup_evidence"}


def _only_unknown_ids(rules: ClaimRules, line: WrittenClaim) -> RemarkCode | None:
    return None if line.claim_id in rules.sources else RemarkCode.UNKNOWN_EVIDENCE


async def test_the_suite_sees_a_model_that_gets_its_way(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClaimRules, "_objection", _only_unknown_ids)
    monkeypatch.setattr(ClaimRules, "_guard", lambda *_: ())
    injection = next(one for one in ALL if one.id == "en-add-degree")
    model.server.script = obedient_model(injection, honest_model())
    source, posting = planted(injection)
    cv = await EmbeddedCvReader().read(source)
    offer = await EmbeddedOfferReader().read(posting)
    report = await EmbeddedMatcher().match(cv, offer)
    crew = Crew(TAILOR, model.agents, skill_names, Recorder(), Said())
    draft, _ = await tailor_with_agents(crew, cv, offer, report, OPTIONS)
    assert any("Stanford" in claim.text for claim in draft.cv.claims())
