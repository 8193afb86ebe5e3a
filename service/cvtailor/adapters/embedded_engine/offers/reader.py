"""Reads a job ad into a ``JobOffer``."""

import asyncio
import re

from cvtailor.adapters.embedded_engine.cv_readers.language import language_of
from cvtailor.adapters.embedded_engine.offers import contacts, fields
from cvtailor.adapters.embedded_engine.offers.dates import find_deadline
from cvtailor.adapters.embedded_engine.offers.found import Found
from cvtailor.adapters.embedded_engine.offers.head_sentences import SEEKING
from cvtailor.adapters.embedded_engine.offers.header import read_head
from cvtailor.adapters.embedded_engine.offers.headings import Zone
from cvtailor.adapters.embedded_engine.offers.posting import PostingText
from cvtailor.adapters.embedded_engine.offers.requirements import REQUIREMENTS_MAX, Ask, find_asks
from cvtailor.adapters.embedded_engine.offers.salary import find_salary
from cvtailor.adapters.embedded_engine.skills.table import SkillTable, load_skill_table
from cvtailor.adapters.embedded_engine.words import LANGUAGES, fold, unmarked
from cvtailor.domain.errors import InvalidInput, NotUnderstood, Reason
from cvtailor.domain.job_offer import (
    JobOffer,
    JobPosting,
    Priority,
    RemotePolicy,
    Requirement,
    Span,
)

_HEAD_CHARS = 1_500
_LINES_MAX = 4_000
_DEPARTMENTS = frozenset(
    {
        "Accounting",
        "Customer service",
        "Human resources",
        "Logistics",
        "Marketing",
        "Procurement",
        "Product management",
        "Sales",
        "Taxation",
        "Warehouse operations",
    }
)
"""Skills whose names, in a list of tasks, are more often the department one works with."""
_SPACES = re.compile(r"\s+")


class EmbeddedOfferReader:
    """Understands job ads without a model; an ``OfferReader``.

    What an ad says is data. A sentence that gives orders to software stays text like any other, and is
    never taken for something asked of the person.
    """

    def __init__(self, table: SkillTable | None = None) -> None:
        self._table = table or load_skill_table()

    async def read(self, posting: JobPosting) -> JobOffer:
        """Reads an ad.

        Raises:
            InvalidInput: It has more lines than an ad (``POSTING_UNREADABLE``).
            NotUnderstood: It asks for nothing that a person could have (``POSTING_UNREADABLE``).
        """
        return await asyncio.to_thread(self._read, posting)

    def _read(self, posting: JobPosting) -> JobOffer:
        text = PostingText(posting.text)
        lines = text.lines()
        if len(lines) > _LINES_MAX:
            raise InvalidInput(
                f"The job posting has {len(lines):,} lines; at most {_LINES_MAX:,} are read."
                " Send the ad alone.",
                reason=Reason.POSTING_UNREADABLE,
                field="posting.text",
            )
        language = language_of(text.clean)
        is_surely_an_ad = language not in LANGUAGES or bool(SEEKING.search(text.clean))
        asks = find_asks(lines, self._table, is_surely_an_ad=is_surely_an_ad)
        requirements = self._requirements(text, asks)
        if not requirements:
            raise NotUnderstood(
                "The job posting names nothing that is asked of an applicant: no requirement, no task and no "
                "skill was found in it. Send the full text of the ad, including its list of requirements.",
                reason=Reason.POSTING_UNREADABLE,
                field="posting.text",
            )
        head = read_head(lines, text.clean)
        title = head.title or Found("", 0, 0)
        musts = [(ask.text, ask.start) for ask in asks if ask.zone is Zone.MUST]
        wishes = musts + [(ask.text, ask.start) for ask in asks if ask.zone is Zone.NICE]
        salary = find_salary(text.clean)
        deadline = find_deadline(text.clean)
        languages = fields.find_languages_asked(wishes)
        found: dict[str, Found[object] | None] = {
            "title": head.title,
            "company": head.company,
            "location": head.location,
            "remote_policy": fields.find_remote_policy(text.clean),
            "employment_type": fields.find_employment_type(text.clean[:_HEAD_CHARS])
            or fields.find_employment_type(text.clean),
            "seniority": fields.find_seniority(title),
            "salary": Found(salary.salary, salary.start, salary.end) if salary else None,
            "years_asked": fields.find_years(musts) or fields.find_years(wishes),
            "education_asked": fields.find_education(wishes),
            "deadline": Found(deadline.date, deadline.start, deadline.end) if deadline else None,
            "contact_name": contacts.find_contact_name(text.clean),
            "contact_email": contacts.find_contact_email(text.clean),
        }
        if languages:
            found["languages_asked"] = languages[0]
        values = {name: hit.value for name, hit in found.items() if hit and name != "languages_asked"}
        if isinstance(values.get("education_asked"), str):
            values["education_asked"] = _plain(str(values["education_asked"]))
        return JobOffer.model_validate(
            {
                "title": "",
                "remote_policy": RemotePolicy.UNKNOWN,
                **values,
                "language": language,
                "requirements": requirements,
                "responsibilities": tuple(_plain(ask.text) for ask in asks if ask.zone is Zone.TASKS),
                "skills": self._skills(requirements, asks),
                "languages_asked": tuple(language.value for language in languages),
                "spans": {name: text.span(hit.start, hit.end) for name, hit in found.items() if hit},
            }
        )

    def _requirements(self, text: PostingText, asks: list[Ask]) -> tuple[Requirement, ...]:
        kept: dict[str, Requirement] = {}
        for ask in asks:
            if ask.zone not in {Zone.MUST, Zone.NICE} or len(kept) >= REQUIREMENTS_MAX:
                continue
            words = _plain(ask.text)
            span: Span = text.span(ask.start, ask.end)
            requirement = Requirement(
                id=f"requirement[{len(kept)}]",
                text=words,
                priority=Priority.NICE if ask.zone is Zone.NICE else Priority.MUST,
                skills=self._table.names(words),
                span=span,
            )
            kept.setdefault(fold(words), requirement)
        return tuple(kept.values())

    def _skills(self, requirements: tuple[Requirement, ...], asks: list[Ask]) -> tuple[str, ...]:
        ranked = [
            *(skill for wish in requirements if wish.priority is Priority.MUST for skill in wish.skills),
            *(skill for wish in requirements if wish.priority is Priority.NICE for skill in wish.skills),
            *(
                skill
                for ask in asks
                if ask.zone is Zone.TASKS
                for skill in self._table.names(ask.text)
                if skill not in _DEPARTMENTS
            ),
        ]
        return tuple(dict.fromkeys(ranked))


def _plain(text: str) -> str:
    return _SPACES.sub(" ", unmarked(text)).strip(" ;,")
