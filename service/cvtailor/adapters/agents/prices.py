"""What models cost, for budgets and reports; an unknown model has no price rather than a guessed one.

List prices in USD for a million tokens, without discounts for cached or batched input, so sums are upper
bounds. Where a provider announced that a promotional price ends, the later price is given.

The providers' pages that decide are below. The figures were taken on ``PRICES_AS_OF`` from excerpts of those
pages and, for a part of OpenAI's and Google's, from third parties that quote them: compare them before
money depends on them.

    https://developers.openai.com/api/docs/pricing
    https://platform.claude.com/docs/en/about-claude/pricing
    https://ai.google.dev/gemini-api/docs/pricing
"""

import datetime as dt
import re
from dataclasses import dataclass

from cvtailor.adapters.agents.providers import ModelName

PRICES_AS_OF = dt.date(2026, 10, 16)
_TOKENS_A_PRICE = 1_000_000
_BEDROCK_REGION_FACTOR = 1.1  # endpoints bound to a region cost a tenth more than global ones
_VERSION = re.compile(r"(-\d{8}|-\d{4}-\d{2}-\d{2}|-latest|-v\d+(:\d+)?)+$")


@dataclass(frozen=True)
class Price:
    """USD for a million tokens."""

    input_usd: float
    output_usd: float


_OPENAI = {
    "gpt-6-astra": Price(10.00, 50.00),
    "gpt-6.1-sol": Price(2.00, 10.00),
    "gpt-6-sol": Price(2.00, 10.00),
    "gpt-6-luna": Price(0.10, 0.50),
    "gpt-5.6-sol": Price(4.00, 20.00),
    "gpt-5.6-terra": Price(2.00, 12.00),
    "gpt-5.6-luna": Price(0.20, 1.20),
    "gpt-5.5": Price(5.00, 30.00),
    "gpt-5.4": Price(2.50, 15.00),
    "gpt-5.4-mini": Price(0.75, 4.50),
    "gpt-5.2": Price(1.75, 14.00),
    "gpt-5.1": Price(1.25, 10.00),
    "gpt-5": Price(1.25, 10.00),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.40),
    "gpt-4o": Price(2.50, 10.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    "o3": Price(2.00, 8.00),
    "o4-mini": Price(1.10, 4.40),
}
_ANTHROPIC = {
    "claude-fable-5-1": Price(10.00, 50.00),
    "claude-opus-5-5": Price(4.00, 20.00),
    "claude-opus-5": Price(5.00, 25.00),
    "claude-opus-4-8": Price(5.00, 25.00),
    "claude-opus-4-7": Price(5.00, 25.00),
    "claude-opus-4-6": Price(5.00, 25.00),
    "claude-opus-4-5": Price(5.00, 25.00),
    "claude-opus-4-1": Price(15.00, 75.00),
    "claude-sonnet-5-5": Price(2.00, 10.00),
    "claude-sonnet-5": Price(2.00, 10.00),
    "claude-sonnet-4-6": Price(3.00, 15.00),
    "claude-sonnet-4-5": Price(3.00, 15.00),
    "claude-haiku-5-5": Price(0.10, 0.50),
    "claude-haiku-4-5": Price(1.00, 5.00),
}
_GOOGLE = {
    "gemini-3.6-flash": Price(1.50, 7.50),
    "gemini-3.5-flash-lite": Price(0.30, 2.50),
    "gemini-3.1-pro-preview": Price(2.00, 12.00),
    "gemini-2.5-pro": Price(1.25, 10.00),
    "gemini-2.5-flash": Price(0.30, 2.50),
    "gemini-2.5-flash-lite": Price(0.10, 0.40),
}
_FREE = Price(0.0, 0.0)


def price_of(model: ModelName) -> Price | None:
    """Returns the list price of a model; None if the table does not have it.

    A dated version costs what the model costs. An Azure deployment is found if it is called as its model is.
    """
    name = _VERSION.sub("", model.name)
    match model.provider:
        case "openai" | "azure":
            return _OPENAI.get(name)
        case "anthropic":
            return _ANTHROPIC.get(name)
        case "google":
            return _GOOGLE.get(name)
        case "ollama":
            return _FREE
        case "bedrock":
            return _bedrock_price(name)
        case _:
            return None


def _bedrock_price(name: str) -> Price | None:
    region, separator, own_name = name.rpartition("anthropic.")
    price = _ANTHROPIC.get(own_name) if separator else None
    if price is None or region == "global.":
        return price
    return Price(price.input_usd * _BEDROCK_REGION_FACTOR, price.output_usd * _BEDROCK_REGION_FACTOR)


def cost_usd(model: ModelName, input_tokens: int, output_tokens: int) -> float | None:
    """Returns what a call cost at list price; None for a model without one."""
    price = price_of(model)
    if price is None:
        return None
    return (input_tokens * price.input_usd + output_tokens * price.output_usd) / _TOKENS_A_PRICE
