"""What pages tell search engines about a job: schema.org's JobPosting in JSON-LD."""

import html
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

SCRIPT_CHARS_MAX = 512 << 10
_NODES_MAX = 5_000
_LIST_MAX = 50
_DESCRIPTION_CHARS_MIN = 40

type _Node = Mapping[str, Any]

_LISTED = (
    ("responsibilities", "Responsibilities"),
    ("qualifications", "Requirements"),
    ("skills", "Skills"),
    ("experienceRequirements", "Experience"),
    ("educationRequirements", "Education"),
    ("jobBenefits", "Benefits"),
)


def job_markup_text(scripts: Sequence[str], text_of: Callable[[str], str]) -> str:
    """Returns the first described JobPosting as an ad, or an empty text.

    Args:
        scripts: Contents of the page's JSON-LD scripts.
        text_of: Turns a piece of HTML into text.
    """
    for script in scripts:
        for job in _jobs(script):
            description = text_of(html.unescape(_text(job.get("description"))))
            if len(description) >= _DESCRIPTION_CHARS_MIN:
                return "\n".join(_lines(job, description, text_of))
    return ""


def _lines(job: _Node, description: str, text_of: Callable[[str], str]) -> Iterator[str]:
    for label, value in (
        ("", _text(job.get("title"))),
        ("Company: ", _named(job.get("hiringOrganization"))),
        ("Location: ", "; ".join(_places(job)[:_LIST_MAX])),
        ("Employment type: ", ", ".join(map(_text, _listed(job.get("employmentType"))))),
        ("Salary: ", _salary(job.get("baseSalary"))),
        ("Apply by: ", _text(job.get("validThrough"))[:10]),
    ):
        if value.strip():
            yield f"{label}{text_of(value)}"
    yield f"\n{description}"
    for key, heading in _LISTED:
        items = [text_of(html.unescape(_named(item))) for item in _listed(job.get(key))]
        new = [item for item in items if item and item not in description]
        if new:
            yield "\n".join((f"\n{heading}", *(f"- {item}" for item in new)))


def _jobs(script: str) -> Iterator[_Node]:
    if len(script) > SCRIPT_CHARS_MAX:
        return
    try:
        waiting = [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(_NODES_MAX):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            if "JobPosting" in _listed(node.get("@type")):
                yield node
            waiting.extend(value for value in node.values() if isinstance(value, dict | list))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def _places(job: _Node) -> list[str]:
    places = ["Remote"] if "TELECOMMUTE" in _listed(job.get("jobLocationType")) else []
    for place in _listed(job.get("jobLocation")):
        address = place.get("address", place) if isinstance(place, dict) else place
        if isinstance(address, dict):
            parts = (address.get(key) for key in ("addressLocality", "addressRegion", "addressCountry"))
            places.append(", ".join(filter(None, map(_named, parts))))
        else:
            places.append(_text(address))
    return [place for place in places if place]


def _salary(salary: object) -> str:
    if not isinstance(salary, dict):
        return _text(salary)
    value = salary.get("value")
    if not isinstance(value, dict):
        return f"{_text(value)} {_text(salary.get('currency'))}".strip()
    bounds = [_text(value.get(key)) for key in ("minValue", "maxValue")]
    amount = " - ".join(filter(None, bounds)) or _text(value.get("value"))
    unit = _text(value.get("unitText")).lower()
    return (
        f"{amount} {_text(salary.get('currency'))}{f' per {unit}' if unit else ''}".strip() if amount else ""
    )


def _named(value: object) -> str:
    if isinstance(value, dict):
        return _text(value.get("name")) or _text(value.get("description"))
    return _text(value)


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value[:_LIST_MAX] if isinstance(value, list) else [value]


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
