"""A process that asks a few questions and prints all that it left behind; the tests beside it run it."""

import asyncio
import json
import logging
import os
import sys
import traceback

from cvtailor.adapters.agents.runtime import AgentRuntime, ModelSettings
from cvtailor.domain.errors import CvtailorError
from cvtailor.domain.model_calls import AgentName
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.adapters.agents.model_talk import Greeting, Recorder


def shout(text: str) -> str:
    """Says it louder."""
    return text.upper()


async def main(model: str, key: str, base_url: str, questions: int) -> None:
    """Asks so many questions, and prints what can be seen of it."""
    spans, logged = InMemorySpanExporter(), []
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    keeper = logging.Handler()
    keeper.emit = lambda record: logged.append(f"{record.name} {record.getMessage()} {vars(record)}")
    logging.basicConfig(level=logging.DEBUG, handlers=[keeper])

    before = dict(os.environ)
    runtime = AgentRuntime(ModelSettings(model, api_key=key, base_url=base_url, attempts=1))
    errors = []
    for _ in range(questions):
        try:
            question = "<data>Ada Lovelace</data>"
            await runtime.ask(AgentName.WRITER, "Greet.", question, Greeting, Recorder(), [shout])
        except CvtailorError as error:
            errors.append("".join(traceback.format_exception(error)) + repr([error, error.__context__]))
    started = runtime._started
    await runtime.close()
    sys.stdout.write(
        json.dumps(
            {
                "environment_changed": sorted(dict(before.items() ^ os.environ.items())),
                "settings": started.app.config.model_dump(mode="json"),
                "spans": [span.to_json() for span in spans.get_finished_spans()],
                "logged": logged,
                "errors": errors,
            }
        )
    )


asyncio.run(main(*sys.argv[1:4], int(sys.argv[4])))
