"""The price table."""

import pytest
from cvtailor.adapters.agents.prices import cost_usd
from cvtailor.adapters.agents.providers import ModelName


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("openai:gpt-4.1", 2.0 + 8.0),
        ("openai:gpt-4.1-2025-04-14", 2.0 + 8.0),
        ("azure:gpt-4.1-mini", 0.4 + 1.6),
        ("anthropic:claude-sonnet-4-5-20250929", 3.0 + 15.0),
        ("bedrock:global.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.0 + 15.0),
        ("bedrock:eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 1.1 * (3.0 + 15.0)),
        ("google:gemini-2.5-flash", 0.3 + 2.5),
        ("ollama:llama3.2:3b", 0.0),
    ],
)
def test_a_million_tokens_each_way_cost_the_list_prices(model: str, usd: float) -> None:
    assert cost_usd(ModelName.parse(model), 1_000_000, 1_000_000) == pytest.approx(usd)


@pytest.mark.parametrize(
    "model", ["openai:gpt-99", "azure:our-deployment", "openai-compatible:gpt-4.1", "bedrock:gpt-4.1"]
)
def test_a_model_that_the_table_does_not_have_has_no_price(model: str) -> None:
    assert cost_usd(ModelName.parse(model), 1000, 1000) is None
