"""What a run with agents says of its making."""

from dataclasses import fields
from typing import Any

from builders import a_request
from cvtailor.domain.base_cv import CvFormat
from cvtailor.domain.model_calls import AgentName, ModelReply
from cvtailor.domain.run import Step
from cvtailor.workflow.agent_workbench import AgentWorkbench
from cvtailor.workflow.model_calls import ModelBudget
from cvtailor.workflow.model_gate import ModelGate
from cvtailor.workflow.narrator import Composed
from cvtailor.workflow.workbench import Models, Ports
from workflow_fakes import MemoryEvents, MemoryJournal, MemoryLedger, narrate


def a_bench(cv_format: CvFormat = CvFormat.MARKDOWN) -> AgentWorkbench:
    run = narrate(MemoryEvents(), MemoryJournal())
    run.current = Step.TAILOR
    ports: dict[str, Any] = dict.fromkeys(field.name for field in fields(Ports))
    models = Models(None, MemoryLedger(), ModelGate(), ModelBudget(), rounds_max=2, falls_back=True)
    request = a_request()
    source = request.cv.model_copy(update={"format": cv_format})
    return AgentWorkbench(
        run,
        Ports(**ports | {"engine": "embedded engine 1.0"}),
        models,
        request.model_copy(update={"cv": source}),
    )


async def reply() -> ModelReply:
    return ModelReply(model="openai:gpt-4.1", input_tokens=10)


async def test_the_engine_is_named_with_the_models_that_answered() -> None:
    bench = a_bench()
    assert (bench.engine, bench.model_use) == ("embedded engine 1.0", None)
    await bench._calls.call(AgentName.WRITER, reply)
    assert bench.engine == "openai:gpt-4.1 and embedded engine 1.0"
    assert bench.model_use
    assert bench.model_use.tokens == 10


def test_a_cv_whose_every_field_is_named_is_read_without_an_agent() -> None:
    assert isinstance(a_bench(CvFormat.PLAIN_TEXT).read_cv(), Composed)
    assert not isinstance(a_bench(CvFormat.RENDERCV_YAML).read_cv(), Composed)
