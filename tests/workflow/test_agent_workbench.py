"""What a run with agents says of its making."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

from builders import a_base_cv, a_caller, a_letter, a_request, a_tailored_cv, an_email, an_offer
from cvtailor import __version__
from cvtailor.domain.application import Density
from cvtailor.domain.base_cv import CvFormat
from cvtailor.domain.caller import Caller
from cvtailor.domain.cv_changes import LineFate
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model_calls import AgentName, ModelReply
from cvtailor.domain.ports import Results
from cvtailor.domain.run import EventDraft, Step
from cvtailor.domain.submission import Provenance
from cvtailor.domain.tailored_cv import AgreedMessages
from cvtailor.steps.fit_pages import FittedCv
from cvtailor.steps.render import StoredDocuments
from cvtailor.workflow.agent_workbench import AgentWorkbench
from cvtailor.workflow.model_calls import ModelBudget
from cvtailor.workflow.model_gate import ModelGate
from cvtailor.workflow.run_ports import Models, Ports
from cvtailor.workflow.work import Composed
from cvtailor.workflow.workbench import Workbench
from scripted_agents import HonestAgents
from workflow_fakes import MemoryEvents, MemoryJournal, MemoryLedger, narrate


class LastRecords:
    """Keeps the provenance that was filed last."""

    provenance: Provenance

    async def file_results(
        self, _: Caller, run_id: UUID, results: Results, last: Sequence[EventDraft]
    ) -> None:
        self.provenance = results.provenance


def some_ports(**changes: object) -> Ports:
    nothing: dict[str, Any] = dict.fromkeys(field.name for field in fields(Ports))
    return Ports(**nothing | {"engine": "embedded engine 1.0", "records": LastRecords()} | changes)


def a_bench(
    cv_format: CvFormat = CvFormat.MARKDOWN,
    journal: MemoryJournal | None = None,
    agents: HonestAgents | None = None,
) -> AgentWorkbench:
    run = narrate(MemoryEvents(), journal or MemoryJournal())
    run.current = Step.TAILOR
    models = Models(
        agents or HonestAgents(), MemoryLedger(), ModelGate(), ModelBudget(), rounds_max=2, falls_back=True
    )
    request = a_request()
    source = request.cv.model_copy(update={"format": cv_format})
    return AgentWorkbench(run, some_ports(), models, request.model_copy(update={"cv": source}))


async def reply() -> ModelReply:
    return ModelReply(model="openai:gpt-4.1", input_tokens=10)


async def filed_by(bench: Workbench) -> Provenance:
    """Files one CV, and returns what it says of its making."""
    fitted = FittedCv(cv=a_tailored_cv(), density=Density.NORMAL, pages=1, page_limit=1, fill=0.9, renders=1)
    agreed = AgreedMessages(letter=a_letter(), email=an_email(), kept=2)
    stored = StoredDocuments.model_construct(documents=())
    run = narrate(MemoryEvents(), MemoryJournal())
    await bench.file_records(
        run, a_base_cv(), an_offer(), MatchReport(matches=()), fitted, agreed, (), stored
    )
    return bench.ports.records.provenance


async def test_the_engine_is_named_with_the_models_that_answered() -> None:
    bench = a_bench()
    assert (bench.engine, bench.model_use) == ("embedded engine 1.0", None)
    await bench._calls.call(AgentName.WRITER, reply)
    assert bench.engine == "openai:gpt-4.1 and embedded engine 1.0"
    assert bench.model_use
    assert bench.model_use.tokens == 10


async def test_what_is_filed_names_the_models_that_answered_and_the_prompts_they_were_given() -> None:
    bench = a_bench()
    for agent in (AgentName.PLANNER, AgentName.WRITER, AgentName.WRITER):
        await bench._calls.call(agent, reply)
    filed = await filed_by(bench)
    assert filed.engine == "openai:gpt-4.1 and embedded engine 1.0"
    assert filed.app_version == __version__
    assert filed.models == ("openai:gpt-4.1",)
    assert filed.prompt_versions == {"planner": "prompt of the planner", "writer": "prompt of the writer"}
    assert [change.fate for change in filed.changes] == [LineFate.KEPT]


async def test_without_models_the_embedded_engine_alone_is_named() -> None:
    filed = await filed_by(Workbench(a_caller(), uuid4(), some_ports(), a_request()))
    assert (filed.engine, filed.models, filed.prompt_versions) == ("embedded engine 1.0", (), {})
    assert filed.changes


async def test_a_worker_with_other_prompts_files_those_that_were_answered() -> None:
    journal, other = MemoryJournal(), HonestAgents()
    await a_bench(journal=journal)._calls.call(AgentName.WRITER, reply)
    other.prompt_versions = {AgentName.WRITER: "a later prompt", AgentName.CRITIC: "a later prompt"}
    taken_over = a_bench(journal=journal, agents=other)
    for agent in (AgentName.WRITER, AgentName.CRITIC):
        await taken_over._calls.call(agent, reply)
    filed = await filed_by(taken_over)
    assert filed.prompt_versions == {"writer": "prompt of the writer", "critic": "a later prompt"}


async def test_a_call_from_before_prompts_were_written_down_names_none() -> None:
    journal = MemoryJournal()
    await a_bench(journal=journal)._calls.call(AgentName.WRITER, reply)
    del journal.outcomes["model/1/writer"]["prompt_version"]
    bench = a_bench(journal=journal)
    await bench._calls.call(AgentName.WRITER, reply)
    assert (bench.models, bench.prompt_versions) == (("openai:gpt-4.1",), {})


def test_a_cv_whose_every_field_is_named_is_read_without_an_agent() -> None:
    assert isinstance(a_bench(CvFormat.PLAIN_TEXT).read_cv(), Composed)
    assert not isinstance(a_bench(CvFormat.RENDERCV_YAML).read_cv(), Composed)
