"""Services whose language model is a script."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from cvtailor.gen.cvtailor.v1 import event_pb2
from folders import home

from benchmarks.service_process import ServiceProcess
from tests.model_servers import Dialect, ModelServer, Script

KEY = "sk-scripted-0123456789"

_ADDRESSES: Mapping[Dialect, Callable[[ModelServer], dict[str, str]]] = {
    Dialect.OPENAI: lambda model: {
        "model": "openai-compatible:scripted",
        "model_base_url": model.openai_url,
    },
    Dialect.ANTHROPIC: lambda model: {
        "model": "anthropic:claude-haiku-4-5",
        "model_base_url": model.url,
    },
}


@dataclass(frozen=True)
class AgentsService:
    """A running service and the model that it asks."""

    process: ServiceProcess
    model: ModelServer


@contextmanager
def agents_service(
    script: Script, dialect: Dialect = Dialect.OPENAI, **settings: str
) -> Iterator[AgentsService]:
    """Starts a service with a scripted model in one of the dialects."""
    with ModelServer(script) as model, home() as folder:
        defaults = {"model_api_key": KEY, **_ADDRESSES[dialect](model)}
        process = ServiceProcess(folder, **{**defaults, **settings})
        try:
            yield AgentsService(process, model)
        finally:
            process.terminate()


def kinds(events: list[event_pb2.ApplicationEvent]) -> list[str]:
    """What the events are."""
    return [str(event.WhichOneof("event")) for event in events]


def model_warnings(events: list[event_pb2.ApplicationEvent]) -> set[str]:
    """Codes of what the person was warned of, as far as it is about models."""
    codes = {event.warning.code for event in events if event.HasField("warning")}
    return {code for code in codes if code.startswith("model_")}
