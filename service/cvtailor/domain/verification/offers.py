"""Makes a job offer of what an agent read, as far as the ad says it in these words."""

import re
from collections.abc import Iterable, Iterator, Mapping

from cvtailor.domain.drafts import OfferDraft, QuotedRequirement, ReadValue
from cvtailor.domain.grounding import SkillNames
from cvtailor.domain.grounding.offer_names import offer_names
from cvtailor.domain.job_offer import (
    JobOffer,
    JobPosting,
    Priority,
    RemotePolicy,
    Requirement,
    Span,
)
from cvtailor.domain.references import has_link
from cvtailor.domain.verification.quotes import QuotedText

REQUIREMENTS_MAX = 60
_TASKS_MAX = 40
_REQUIREMENT_CHARS_MAX = 400
_NAMES = ("title", "company", "location", "contact_name")
_FILLED = ("contact_email", "education_asked")
_VALUES: Mapping[str, frozenset[str]] = {
    "employment_type": frozenset({"full_time", "part_time", "contract", "internship", "temporary"}),
    "seniority": frozenset({"junior", "mid", "senior", "lead"}),
    "remote_policy": frozenset({"on_site", "hybrid", "remote"}),
}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORDS = re.compile(r"[^\W\d_]{2}")
_LANGUAGE = re.compile(r"[a-z]{2}")


def offer_of(
    draft: OfferDraft, posting: JobPosting, base: JobOffer | None, skill_names: SkillNames
) -> JobOffer | None:
    """Merges an agent's reading of an ad into that of the embedded engine.

    Nothing is taken that the ad does not say word for word. A requirement that the embedded engine found
    stays, though its priority may be the agent's; a name is only read wider or narrower where it stands, or
    filled in where none was found, so that an order hidden in the ad can't move it.

    Args:
        draft: The agent's reading.
        posting: The ad.
        base: The embedded engine's reading, or None if it found nothing to go by.
        skill_names: Names the skills in a text.

    Returns:
        The offer, or None if nothing is asked in it.
    """
    quoted = QuotedText(posting.text)
    known = base or JobOffer(
        title="", language=draft.language if _LANGUAGE.fullmatch(draft.language) else "en"
    )
    requirements = tuple(_requirements(draft.requirements, known.requirements, quoted, skill_names))
    if not requirements:
        return None
    read = dict(_read(draft, known, quoted))
    values: dict[str, object] = {field: value for field, (value, _) in read.items()}
    if "remote_policy" in values:
        values["remote_policy"] = RemotePolicy(str(values["remote_policy"]))
    tasks = tuple(_said(draft.responsibilities, quoted))[:_TASKS_MAX]
    return known.model_copy(
        update={
            **values,
            "requirements": requirements,
            "responsibilities": tasks or known.responsibilities,
            "skills": _skills(requirements, known.skills),
            "spans": known.spans | {field: span for field, (_, span) in read.items()},
        }
    )


def _read(draft: OfferDraft, known: JobOffer, quoted: QuotedText) -> Iterator[tuple[str, tuple[str, Span]]]:
    """Yields the fields that the agent reads better, each with its value and its place."""
    for field in _NAMES:
        at = known.spans.get(field)
        for span in quoted.spans(getattr(draft, field)):
            value = quoted.said(span)
            refines = at is None or (span.start < at.end and at.start < span.end)
            if (refines or not getattr(known, field)) and _is_name(field, value):
                yield field, (value, span)
                break
    for field in _FILLED:
        found = None if getattr(known, field) else quoted.find(getattr(draft, field))
        if found and (field != "contact_email" or _EMAIL.fullmatch(quoted.said(found))):
            yield field, (quoted.said(found), found)
    for field, allowed in _VALUES.items():
        reading: ReadValue = getattr(draft, field)
        is_open = getattr(known, field) in ("", RemotePolicy.UNKNOWN)
        found = quoted.find(reading.quote) if is_open and reading.value in allowed else None
        if found:
            yield field, (reading.value, found)


def _is_name(field: str, value: str) -> bool:
    """Whether a value would be taken as a name in a letter."""
    kept = "company" if field == "location" else field
    return any(offer_names(JobOffer.model_validate({"title": "", kept: value})))


def _requirements(
    drafts: Iterable[QuotedRequirement],
    known: Iterable[Requirement],
    quoted: QuotedText,
    skill_names: SkillNames,
) -> Iterator[Requirement]:
    """Yields the requirements of both readings in order of the text; of two at one place, the known one."""
    found = list(known)
    for draft in drafts:
        span = quoted.find(draft.quote)
        if span is None or not _is_sentence(quoted.said(span)):
            continue
        priority = Priority.MUST if draft.must else Priority.NICE
        same = [at for at, other in enumerate(found) if _overlap(other.span, span)]
        for at in same:
            found[at] = found[at].model_copy(update={"priority": priority})
        if not same:
            text = quoted.said(span).strip(" ;,")
            names = tuple(dict.fromkeys(skill_names(text)))
            found.append(Requirement(id="", text=text, priority=priority, skills=names, span=span))
    in_order = sorted(found, key=lambda item: item.span.start)[:REQUIREMENTS_MAX]
    for number, item in enumerate(in_order):
        yield item.model_copy(update={"id": f"requirement[{number}]"})


def _is_sentence(text: str) -> bool:
    """Whether a text can be something asked of a person: words, no link and no markup."""
    return len(text) <= _REQUIREMENT_CHARS_MAX and bool(_WORDS.search(text)) and not has_link(text)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _said(quotes: Iterable[str], quoted: QuotedText) -> Iterator[str]:
    for quote in dict.fromkeys(quotes):
        span = quoted.find(quote)
        if span and _is_sentence(quoted.said(span)):
            yield quoted.said(span)


def _skills(requirements: Iterable[Requirement], known: Iterable[str]) -> tuple[str, ...]:
    """Returns the skills asked for, must-haves first, without repeats."""
    asked = sorted(requirements, key=lambda item: item.priority is not Priority.MUST)
    return tuple(dict.fromkeys([*(skill for item in asked for skill in item.skills), *known]))
