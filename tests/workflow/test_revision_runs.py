"""A run that makes a further version goes on from the version before: nothing is read, or paid for, again."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from builders import (
    a_base_cv,
    a_document,
    a_letter,
    a_request,
    a_tailored_cv,
    an_email,
    an_offer,
    some_provenance,
)
from cvtailor.adapters.embedded_engine import EmbeddedMatcher, skill_names
from cvtailor.domain.application import ActionPoint, ApplicationRequest, Density
from cvtailor.domain.caller import Caller
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model_calls import AgentName, ModelReply
from cvtailor.domain.ports import KeptVersion, Results, TailoredDraft
from cvtailor.domain.revision import Edit, EditKind
from cvtailor.domain.run import EventDraft, Step
from cvtailor.domain.submission import Provenance
from cvtailor.domain.tailored_cv import AgreedMessages
from cvtailor.steps.fit_pages import FittedCv
from cvtailor.steps.render import StoredDocuments, discard
from cvtailor.workflow import outcomes
from cvtailor.workflow.agent_workbench import AgentWorkbench
from cvtailor.workflow.model_calls import ModelBudget
from cvtailor.workflow.model_gate import ModelGate
from cvtailor.workflow.narrator import Narrator
from cvtailor.workflow.run_ports import Models, Ports
from cvtailor.workflow.workbench import Letter, Workbench
from personal_fakes import MemoryStore
from revisions import a_revision
from scripted_agents import TAILOR, HonestAgents
from test_agent_workbench import some_ports
from workflow_fakes import MemoryEvents, MemoryJournal, MemoryLedger, narrate

LINE = "experience[0].highlights[0]"
BY_AGENTS = Provenance(
    models=("openai:gpt-4.1",), prompt_versions={"letter_writer": "a prompt", "writer": "a prompt"}
)


class OneVersion:
    """Records that hold one version, and keep what is filed."""

    def __init__(self, provenance: Provenance) -> None:
        self.kept = KeptVersion(
            version=1,
            base=a_base_cv(),
            tailored=a_tailored_cv(),
            offer=an_offer(),
            letter=a_letter(),
            provenance=provenance,
        )
        self.filed: Results | None = None
        self.last: Sequence[EventDraft] = ()

    async def version(self, caller: Caller, application_id: UUID, number: int = 0) -> KeptVersion:
        assert (application_id, number) == (UUID(int=1), 1)
        return self.kept

    async def file_results(
        self, _: Caller, run_id: UUID, results: Results, last: Sequence[EventDraft]
    ) -> None:
        self.filed, self.last = results, last


def ports_with(provenance: Provenance = BY_AGENTS) -> Ports:
    return some_ports(
        records=OneVersion(provenance), tailor=TAILOR, matcher=EmbeddedMatcher(), skill_names=skill_names
    )


def a_request_to_revise(**changes: object) -> ApplicationRequest:
    return a_request().model_copy(update={"revision": a_revision(**changes)})


def with_agents(run: Narrator, agents: HonestAgents, request: ApplicationRequest) -> AgentWorkbench:
    models = Models(agents, MemoryLedger(), ModelGate(), ModelBudget(), rounds_max=2, falls_back=True)
    return AgentWorkbench(run, ports_with(), models, request)


async def until_the_letter(run: Narrator, bench: Workbench) -> tuple[TailoredDraft, Letter]:
    cv = await run.step(Step.READ_CV, type(a_base_cv()), bench.read_cv(), outcomes.CV_READ)
    offer = await run.step(Step.READ_OFFER, type(an_offer()), bench.read_offer(), outcomes.OFFER_READ)
    assert (cv, offer) == (a_base_cv(), an_offer())
    report = await run.step(Step.MATCH, MatchReport, bench.match(cv, offer), outcomes.MATCHED)
    draft = await run.step(Step.TAILOR, TailoredDraft, bench.tailor(cv, offer, report), outcomes.TAILORED)
    letter = await run.step(
        Step.WRITE_LETTER, Letter, bench.write_letter(cv, offer, report, draft), outcomes.LETTER_WRITTEN
    )
    return draft, letter


async def test_without_a_wish_no_agent_is_asked_and_its_letter_stays() -> None:
    agents, run = HonestAgents(), narrate(MemoryEvents(), MemoryJournal())
    _, made = await until_the_letter(run, with_agents(run, agents, a_request_to_revise()))
    assert agents.asked == []
    assert made.letter == a_letter()


async def test_with_a_wish_only_the_writer_is_asked() -> None:
    agents, run = HonestAgents(), narrate(MemoryEvents(), MemoryJournal())
    await until_the_letter(run, with_agents(run, agents, a_request_to_revise(feedback="Shorter")))
    assert set(agents.asked) == {"write"}


async def test_a_letter_in_another_tone_or_without_a_model_is_put_together_anew() -> None:
    for request, provenance in (
        (a_request_to_revise(keeps_letter=False), BY_AGENTS),
        (a_request_to_revise(), some_provenance()),
    ):
        run = narrate(MemoryEvents(), MemoryJournal())
        bench = Workbench(run.caller, run.run_id, ports_with(provenance), request)
        _, made = await until_the_letter(run, bench)
        assert made.letter != a_letter()


@pytest.mark.parametrize("feedback", ["", "More of Postgres"])
async def test_a_worker_that_takes_over_comes_to_the_same_draft_and_tells_the_same(feedback: str) -> None:
    events, journal = MemoryEvents(), MemoryJournal()
    request = a_request_to_revise(edits=(Edit(kind=EditKind.PIN, target=LINE),), feedback=feedback)

    async def made() -> TailoredDraft:
        run = Narrator(Caller(user_id=UUID(int=7)), UUID(int=8), events, journal)
        bench = Workbench(run.caller, run.run_id, ports_with(), request)
        return (await until_the_letter(run, bench))[0]

    first, told = await made(), dict(events.drafts)
    names = set(journal.outcomes)
    assert await made() == first
    assert (set(journal.outcomes), events.drafts) == (names, told)
    assert names == {
        "read_cv",
        "read_offer",
        "tailor",
        "write_letter",
    }
    assert any("feedback_understood" in draft.model_dump_json() for draft in told.values()) == bool(feedback)


async def filed(bench: Workbench) -> tuple[Results, EventDraft]:
    fitted = FittedCv(cv=a_tailored_cv(), density=Density.NORMAL, pages=1, page_limit=1, fill=0.9, renders=1)
    agreed = AgreedMessages(letter=a_letter(), email=an_email(), kept=2)
    stored = StoredDocuments.model_construct(documents=())
    actions = (ActionPoint(title="Send it"),)
    run = narrate(MemoryEvents(), MemoryJournal())
    await bench.file_records(
        run, a_base_cv(), an_offer(), MatchReport(matches=()), fitted, agreed, actions, stored
    )
    records = bench.ports.records
    return records.filed, next(draft for draft in records.last if draft.key.endswith("finished"))


async def test_a_version_names_also_what_made_the_one_before() -> None:
    run = narrate(MemoryEvents(), MemoryJournal())
    run.current = Step.TAILOR
    bench = with_agents(run, HonestAgents(), a_request_to_revise(feedback="Shorter"))

    async def reply() -> ModelReply:
        return ModelReply(model="anthropic:other", input_tokens=10)

    await bench._calls.call(AgentName.WRITER, reply)
    provenance = (await filed(bench))[0].provenance
    assert provenance.models == ("openai:gpt-4.1", "anthropic:other")
    assert provenance.prompt_versions == {"letter_writer": "a prompt", "writer": "prompt of the writer"}
    assert provenance.engine == "openai:gpt-4.1, anthropic:other and embedded engine 1.0"


async def test_a_letter_put_together_anew_is_no_longer_an_agents() -> None:
    request = a_request_to_revise(keeps_letter=False)
    results, _ = await filed(Workbench(Caller(user_id=uuid4()), uuid4(), ports_with(), request))
    assert results.provenance.prompt_versions == {"writer": "a prompt"}


async def test_what_is_filed_is_the_next_version_and_repeats_no_action_point() -> None:
    request = a_request_to_revise()
    results, told = await filed(Workbench(Caller(user_id=uuid4()), uuid4(), ports_with(), request))
    assert results.action_points == ()
    rows = told.payload.result
    assert (rows.cv_id, rows.cv_version, rows.job_offer_id) == (UUID(int=2), 2, UUID(int=3))
    assert rows.action_points == 0


async def test_a_file_of_the_version_before_is_never_discarded() -> None:
    me, store = Caller(user_id=uuid4()), MemoryStore()
    same, new = a_document(me, uuid4(), "same.pdf"), a_document(me, uuid4(), "new.pdf")
    store.contents, store.named = {same.path: b"1", new.path: b"2"}, {same.path}
    await discard(store, me, (same, new))
    assert set(store.contents) == {same.path}
