"""What is told of a question to a model: who asked which, how long it took, its tokens and cost; no text."""

import time
from collections.abc import Awaitable, Callable

from cvtailor.domain.model_calls import AgentName, ModelReply
from cvtailor.telemetry import metrics
from cvtailor.telemetry.spans import span


async def told_of_model(agent: AgentName, ask: Callable[[], Awaitable[ModelReply]]) -> ModelReply:
    """Asks, and tells of it by the semantic conventions for generative models.

    Raises:
        CvtailorError: What asking raised.
    """
    asked = {"gen_ai.agent.name": agent.value, "gen_ai.operation.name": "chat"}
    began, failed, model = time.perf_counter(), "", "unknown"
    try:
        with span("chat", asked) as open_span:
            reply = await ask()
            model = reply.model
            open_span.note(
                {
                    "gen_ai.request.model": model,
                    "gen_ai.usage.input_tokens": reply.input_tokens,
                    "gen_ai.usage.output_tokens": reply.output_tokens,
                    "cvtailor.model.cost_usd": reply.cost_usd or 0.0,
                }
            )
    except BaseException as error:
        failed = metrics.error_type(error)
        raise
    finally:
        of_model = {**asked, "gen_ai.request.model": model}
        metrics.MODEL_SECONDS.tell(time.perf_counter() - began, {**of_model, "error.type": failed})
    metrics.MODEL_TOKENS.tell(reply.input_tokens, {**of_model, "gen_ai.token.type": "input"})
    metrics.MODEL_TOKENS.tell(reply.output_tokens, {**of_model, "gen_ai.token.type": "output"})
    metrics.MODEL_COST_USD.tell(reply.cost_usd or 0.0, {"gen_ai.request.model": model})
    return reply
