"""The agents' instructions: Markdown beside this file, named by what they say."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cvtailor.domain.model_calls import AgentName

_FOLDER = Path(__file__).with_name("prompts")
_VERSION_CHARS = 12


@dataclass(frozen=True)
class Prompt:
    """An instruction; nothing of any run is in it.

    Attributes:
        version: Changes with the text; records can name it.
    """

    agent: AgentName
    text: str
    version: str


@cache
def prompt_of(agent: AgentName) -> Prompt:
    """Returns the instruction of an agent, behind what is said to all of them."""
    text = "\n\n".join(
        (_FOLDER / f"{name}.md").read_text(encoding="utf-8").strip() for name in (agent.value, "data")
    )
    version = hashlib.sha256(text.encode()).hexdigest()[:_VERSION_CHARS]
    return Prompt(agent, text, version)
