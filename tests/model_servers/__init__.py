"""Language models for tests, served over HTTP on loopback as the real providers serve theirs."""

from .answers import Answer, Hangs, HangsUp, Refuses, Says, UsesTools, slow_down, truncated
from .asked import Asked, Dialect
from .honest import honest_model
from .lying import LIES, lying_model
from .scripts import Script, always, by_agent, in_turn
from .server import ModelServer

__all__ = [
    "LIES",
    "Answer",
    "Asked",
    "Dialect",
    "Hangs",
    "HangsUp",
    "ModelServer",
    "Refuses",
    "Says",
    "Script",
    "UsesTools",
    "always",
    "by_agent",
    "honest_model",
    "in_turn",
    "lying_model",
    "slow_down",
    "truncated",
]
