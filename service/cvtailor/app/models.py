"""The agents, their limits and the operator's tools, as the settings name them."""

from typing import TYPE_CHECKING

from cvtailor.adapters.agents.providers import PROVIDERS
from cvtailor.adapters.postgres.model_ledger import PostgresModelLedger
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.app.parts import secret
from cvtailor.domain.errors import ModelRefused
from cvtailor.extras import require_extra
from cvtailor.settings import Settings
from cvtailor.workflow.model_calls import ModelBudget
from cvtailor.workflow.model_gate import ModelGate
from cvtailor.workflow.run_ports import Models

if TYPE_CHECKING:
    from cvtailor.adapters.agents.model_agents import OperatorTools
    from cvtailor.adapters.agents.runtime import AgentRuntime


def runtime_for(settings: Settings) -> "AgentRuntime | None":
    """Returns where agents run, nothing of it started; None if no model is set.

    Raises:
        InvalidInput: The extra of a model's provider is not installed.
    """
    if not settings.model:
        return None
    _require_extras_of_models(settings)
    from cvtailor.adapters.agents.runtime import AgentRuntime, ModelSettings

    return AgentRuntime(
        ModelSettings(
            model=settings.model,
            reading_model=settings.model_reading,
            api_key=secret(settings.model_api_key),
            base_url=settings.model_base_url,
            fallback_model=settings.model_fallback,
            fallback_api_key=secret(settings.model_fallback_api_key),
            fallback_base_url=settings.model_fallback_base_url,
            call_timeout_seconds=settings.model_call_timeout_seconds,
            answer_tokens_max=settings.model_answer_tokens_max,
        )
    )


def _require_extras_of_models(settings: Settings) -> None:
    named = {
        "CVTAILOR_MODEL": settings.model,
        "CVTAILOR_MODEL_READING": settings.model_reading,
        "CVTAILOR_MODEL_FALLBACK": settings.model_fallback,
    }
    for setting, model in named.items():
        provider = model.strip().partition(":")[0]
        # Of an unknown provider the gate tells, as of all that is wrong with what is there.
        if provider in PROVIDERS:
            require_extra(provider, f"{setting}={model}")


def models_for(settings: Settings, runtime: "AgentRuntime", sessions: UserSessions) -> Models:
    """Returns the agents and their limits; with unusable settings, behind a gate that says what to do."""
    from cvtailor.adapters.agents.model_agents import ModelAgents

    refusal = None
    try:
        runtime.validate()
    except ModelRefused as error:
        refusal = error
    return Models(
        agents=ModelAgents(runtime, _operator_tools(settings)),
        ledger=PostgresModelLedger(sessions),
        gate=ModelGate(refusal),
        budget=ModelBudget(
            tokens_per_run_max=settings.model_tokens_per_run_max,
            cost_per_run_max_usd=settings.model_cost_per_run_max_usd,
            cost_per_user_and_day_max_usd=settings.model_cost_per_user_and_day_max_usd,
            seconds_per_run_max=settings.model_run_seconds_max,
        ),
        rounds_max=settings.model_rounds_max,
        falls_back=settings.model_falls_back_to_embedded,
    )


def _operator_tools(settings: Settings) -> "OperatorTools | None":
    """Returns what lists the tools that the operator gives to agents; None if there are none."""
    if not (described := secret(settings.agent_mcp_servers)):
        return None
    # Imported here: MCP is nothing that a service without it should wait for.
    from cvtailor.adapters.agents.operator_servers import OperatorServers, operator_servers

    return OperatorServers(operator_servers(described)).functions
