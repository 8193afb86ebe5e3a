"""A model that answers every agent with what its own request says, and nothing else."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cvtailor.domain.model_calls import AgentName

from .answers import Says
from .asked import Asked
from .honest_reading import cv_in, offer_in
from .scripts import Script

_ID = r"[a-z_]+(?:\[\d+\])?(?:\.[a-z_]+(?:\[\d+\])?)*"
_LISTED = re.compile(rf"^({_ID}): (.+?)\s*$", re.MULTILINE)
_RESTS_ON = re.compile(rf"^({_ID}) <- ({_ID})$", re.MULTILINE)
_WORD = re.compile(r"\w{4,}")
_EVIDENCE_A_REQUIREMENT = 2
_SENTENCES = 3
_SENTENCE_CHARS_MAX = 200


def listed(text: str) -> dict[str, str]:
    """Returns the lines of the data by id."""
    return dict(_LISTED.findall(text))


def _requirements(asked: Asked) -> dict[str, str]:
    lines = listed(asked.data.get("job ad", asked.message))
    return {id: line for id, line in lines.items() if id.startswith("requirement[")}


def _evidence(asked: Asked) -> dict[str, str]:
    lines = listed(asked.data.get("evidence", asked.message))
    return {id: line for id, line in lines.items() if "[" in id and not id.startswith("requirement[")}


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _text(asked: Asked) -> str:
    """The longest text of others in the request; all of it if nothing is fenced."""
    return max(asked.data.values(), key=len, default=asked.message)


def _offer(asked: Asked) -> dict[str, Any]:
    return offer_in(_text(asked))


def _cv(asked: Asked) -> dict[str, Any]:
    return cv_in(_text(asked))


def _plan(asked: Asked) -> dict[str, Any]:
    evidence = _evidence(asked)
    answers = []
    for id, text in _requirements(asked).items():
        near = sorted(evidence, key=lambda line: -len(_words(evidence[line]) & _words(text)))
        answers.append({"requirement_id": id, "evidence_ids": near[:_EVIDENCE_A_REQUIREMENT]})
    return {"answers": answers, "order": list(evidence), "rewrite": list(evidence)}


def _claims(asked: Asked) -> list[dict[str, Any]]:
    rests_on = dict(_RESTS_ON.findall(asked.message))
    lines = listed(asked.data["lines"]) if "lines" in asked.data else _evidence(asked)
    return [
        {"claim_id": id, "evidence_ids": [rests_on.get(id, id)], "text": _reworded(text)}
        for id, text in lines.items()
    ]


def _reworded(text: str) -> str:
    """The least that a rewording can be: a full stop more, or one less."""
    return text[:-1] if text.endswith(".") else f"{text}."


def _remarks(_: Asked) -> list[dict[str, Any]]:
    return []


def _letter(asked: Asked) -> dict[str, Any]:
    lines = [
        (id, f"{text.rstrip('.')}.")
        for id, text in _evidence(asked).items()
        if ".highlights[" in id and len(text) < _SENTENCE_CHARS_MAX
    ]
    return {"paragraphs": [[{"text": text, "evidence_ids": [id]}] for id, text in lines[:_SENTENCES]]}


_HONEST: Mapping[AgentName, Callable[[Asked], Any]] = {
    AgentName.OFFER_READER: _offer,
    AgentName.CV_READER: _cv,
    AgentName.PLANNER: _plan,
    AgentName.WRITER: _claims,
    AgentName.CRITIC: _remarks,
    AgentName.LETTER_WRITER: _letter,
}


def wrapped(schema: Mapping[str, Any], answer: Any) -> Mapping[str, Any]:
    """Returns the answer as the schema wants it, if the schema puts it under a name of its own."""
    properties = schema.get("properties") or {}
    if isinstance(answer, Mapping) and (not properties or set(answer) <= set(properties)):
        return answer
    (name,) = properties
    return {name: answer}


def honest_answer(asked: Asked) -> Says:
    """Answers one request."""
    if asked.agent is None:
        return Says("ok")
    return Says(wrapped(asked.answer_schema, _HONEST[asked.agent](asked)))


def honest_model() -> Script:
    """Answers each agent in its own schema, from its own data."""
    return honest_answer
