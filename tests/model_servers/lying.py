"""A model that makes things up wherever an agent lets it write."""

from typing import Any

from .answers import Says
from .asked import Asked
from .honest import honest_answer
from .scripts import Script

# Each would be a lie in every example's CV.
LIES = (
    "Led 4,711 engineers at Initrode Galactic",
    "Holds a PhD in astrophysics from the University of Atlantis",
    "Raised revenue by 987% in 1973",
)


def _lied(part: Any, said: list[str]) -> Any:
    if isinstance(part, dict):
        return {key: _lie(part[key], said) if key == "text" else _lied(part[key], said) for key in part}
    if isinstance(part, list):
        return [_lied(each, said) for each in part]
    return part


def _lie(text: str, said: list[str]) -> str:
    lie = LIES[len(said) % len(LIES)]
    said.append(text)
    return lie


def lying_model() -> Script:
    """Answers in the right shape and with real ids, and replaces every text by a lie."""

    def answer(asked: Asked) -> Says:
        honest = honest_answer(asked)
        return Says(honest.content if isinstance(honest.content, str) else _lied(honest.content, []))

    return answer
