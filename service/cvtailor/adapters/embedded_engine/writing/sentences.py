"""The sentences that letter and e-mail are made of, out of lines of the CV."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cvtailor.adapters.embedded_engine.language import spoken
from cvtailor.adapters.embedded_engine.skills.table import SkillTable
from cvtailor.adapters.embedded_engine.words import unmarked
from cvtailor.adapters.embedded_engine.writing.first_person import follows_i
from cvtailor.adapters.embedded_engine.writing.headline import spelled_skills
from cvtailor.adapters.embedded_engine.writing.phrases import PHRASES
from cvtailor.adapters.embedded_engine.writing.relevance import Relevance
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, Entry, EntryKind, EvidenceId, Line, SectionKind
from cvtailor.domain.grounding.agreement import evidence_in_place
from cvtailor.domain.grounding.offer_names import offer_names
from cvtailor.domain.grounding.strength import makes_reservation
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport, MatchStatus
from cvtailor.domain.tailored_cv import Claim, TailoredCv

_SKILLS_MAX = 5
_JOBS_MAX = 2
_LINES_PER_JOB_MAX = 2
_LINE_CHARS_MAX = 260
_TELLING = 0.3
_RESERVED = 0.25
_CARRIES = 0.2
_EARLIER_JOB = 0.2
"""How much less each earlier job is worth telling of."""

_QUALIFICATIONS_MAX = 3


class Said(NamedTuple):
    """A text and the evidence it rests on; none for a courtesy."""

    text: str
    evidence_ids: tuple[EvidenceId, ...] = ()


class Sentences:
    """Says what a message to the employer may say.

    Args:
        cv: The base CV.
        offer: What is asked.
        report: How the CV answers it.
        draft: The tailored CV; nothing is told that it does not show.
        options: Tone and language; the offer's language if none is asked for.
        table: The skill table.

    Attributes:
        language: Of the message.
        phrases: Its fixed sentences.
    """

    def __init__(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredCv,
        options: TailoringOptions,
        table: SkillTable,
    ) -> None:
        self._cv = cv
        self._names = offer_names(offer)
        self._report = report
        self._shown = evidence_in_place(draft)
        self._tone = options.tone
        self._table = table
        self._relevance = Relevance(offer, report, table)
        self.language = spoken(options.language or offer.language, cv.language)
        self.phrases = PHRASES[self.language]

    def greeting(self) -> Said:
        """Returns the salutation, by name if the ad gives one."""
        name, phrases = self._names.contact, self.phrases
        return Said(phrases.greeting_named.format(name=name) if name else phrases.greeting[self._tone])

    def applying(self) -> Said:
        """Returns what is applied for."""
        title, company, _ = self._names
        phrases = self.phrases
        if not title:
            return Said(phrases.applying_bare)
        template = phrases.applying if company else phrases.applying_title
        return Said(template.format(title=title, company=company))

    def skills(self) -> Said | None:
        """Returns the skills the offer asks for and the CV shows; None for fewer than two."""
        known = [
            (spelling, id)
            for spelling, id in spelled_skills(self._cv, self._report, self._table)
            if id in self._shown
        ][:_SKILLS_MAX]
        if len(known) < 2:
            return None
        listed = self._and([spelling for spelling, _ in known])
        return Said(self.phrases.skills.format(skills=listed), tuple(id for _, id in known))

    def jobs(self) -> Iterator[Said]:
        """Yields a paragraph for each of the jobs that say most about the offer, in the CV's order."""
        jobs = self._told_jobs(_LINE_CHARS_MAX)
        worth = {
            entry.id: sum(map(self._worth, lines)) - _EARLIER_JOB * place
            for place, (entry, lines) in enumerate(jobs)
        }
        best = sorted(jobs, key=lambda job: -worth[job[0].id])[:_JOBS_MAX]
        told: Entry | None = None
        for entry, lines in jobs:
            if (entry, lines) in best:
                yield self._job(entry, lines, is_before=told is not None and _is_before(entry, told))
                told = entry

    def strongest(self, line_chars_max: int) -> Said | None:
        """Returns the one line of a job that says most about the offer, or None if none does."""
        lines = [
            (self._worth(line) - _EARLIER_JOB * place, entry, line)
            for place, (entry, lines) in enumerate(self._told_jobs(line_chars_max))
            for line in lines
        ]
        if not lines:
            return None
        _, entry, line = max(lines, key=lambda told: told[0])
        return self._job(entry, [line], is_before=False)

    def qualifications(self) -> Iterator[Said]:
        """Yields the degrees and certificates that answer a requirement, listed as the CV has them."""
        answering = {
            id
            for match in self._report.matches
            if match.status is not MatchStatus.UNMET
            for id in match.evidence_ids[:2]
        }
        found = [
            _qualification(entry)
            for section, entry in self._cv.entries()
            if section.kind in {SectionKind.EDUCATION, SectionKind.CERTIFICATES}
            and any(id == entry.id or id.startswith(f"{entry.id}.") for id in answering)
        ]
        shown = [said for said in found if said.text and self._shown.issuperset(said.evidence_ids)]
        shown = shown[:_QUALIFICATIONS_MAX]
        if shown:
            text = self._listed(self.phrases.qualifications, [said.text for said in shown])
            yield Said(text, tuple(id for said in shown for id in said.evidence_ids))

    def leave(self, *fields: str) -> Said:
        """Returns the farewell, and under it the name and other contact data, one a line."""
        contact = [(field, getattr(self._cv.contact, field)) for field in ("name", *fields)]
        lines = [self.phrases.farewell[self._tone], *(value for _, value in contact if value)]
        return Said("\n".join(lines), tuple(f"contact.{field}" for field, value in contact if value))

    def closing(self) -> Said:
        """Returns the sentence before the farewell of a letter."""
        return Said(self.phrases.closing[self._tone])

    def letter_subject(self) -> str:
        """Returns the subject of a letter."""
        title, phrases = self._names.title, self.phrases
        return phrases.subject.format(title=title) if title else phrases.subject_bare

    def email_subject(self) -> str:
        """Returns the subject of an e-mail, which names the person too."""
        return f"{self.letter_subject()} – {self._cv.contact.name}"

    def _told_jobs(self, line_chars_max: int) -> list[tuple[Entry, list[Line]]]:
        return [
            (entry, lines)
            for section, entry in self._cv.entries()
            if section.kind is SectionKind.EXPERIENCE
            and entry.title
            and (lines := self._best_lines(entry, line_chars_max))
        ]

    def _best_lines(self, entry: Entry, line_chars_max: int) -> list[Line]:
        told = [
            line
            for line in entry.highlights
            if line.id in self._shown
            and self._relevance.of(line.id) >= _TELLING
            and len(line.text) <= line_chars_max
        ]
        return sorted(told, key=lambda line: -self._worth(line))[:_LINES_PER_JOB_MAX]

    def _worth(self, line: Line) -> float:
        """Returns how well a line speaks for the person: must-haves first, what was only helped with last."""
        reserved = _RESERVED * makes_reservation(line.text, self._cv.language)
        return self._relevance.worth(line) + _CARRIES * self._relevance.carries(line.id) - reserved

    def _job(self, entry: Entry, lines: Sequence[Line], *, is_before: bool) -> Said:
        phrases = self.phrases
        is_current = entry.end_date == "present"
        role = (phrases.role if entry.organisation else phrases.role_title).format(
            title=entry.title, organisation=entry.organisation
        )
        ids = [f"{entry.id}.title"]
        ids += [f"{entry.id}.organisation"] if entry.organisation else []
        ids += [f"{entry.id}.end_date"] if is_current else []
        ids += [line.id for line in lines]
        told = [
            follows_i(_spoken(line.text), self._cv.language, is_current=is_current)
            if self.language == self._cv.language
            else ""
            for line in lines
        ]
        if not all(told):
            lead = (phrases.list_now if is_current else phrases.list_then).format(role=role)
            return Said(self._listed(lead, [line.text for line in lines]), tuple(ids))
        template = phrases.now if is_current else phrases.before if is_before else phrases.then
        sentences = [self._full(template.format(role=role, line=self._auxiliary(told[0])))]
        sentences += [self._full(phrases.also.format(line=line)) for line in told[1:]]
        return Said(" ".join(sentences), tuple(ids))

    def _auxiliary(self, line: str) -> str:
        return f"j'ai {line}" if self.language == "fr" else line

    def _listed(self, lead: str, lines: Sequence[str]) -> str:
        """Returns lines under their lead, in quotation marks where they are in another language."""
        opening, closing = self.phrases.quotes if self.language != self._cv.language else ("", "")
        if len(lines) == 1:
            return self._full(f"{lead} {opening}{_spoken(lines[0])}{closing}")
        return "\n".join([lead, *(f"– {opening}{_spoken(line)}{closing}" for line in lines)])

    def _full(self, sentence: str) -> str:
        return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."

    def _and(self, items: Sequence[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.phrases.conjunction} {items[-1]}"


def _is_before(entry: Entry, other: Entry) -> bool:
    """Whether a job ended before another began; dates of unequal precision are compared by the year."""
    end, start = entry.end_date, other.start_date
    size = min(len(end), len(start), len("2024-01"))
    return end[:4].isdigit() and start[:4].isdigit() and end[:size] <= start[:size]


def _spoken(text: str) -> str:
    """Returns a line as it stands in a letter: without Markdown, on one line, without its final stop."""
    return re.sub(r"\s+", " ", unmarked(text)).strip().rstrip(" .;,")


def _qualification(entry: Entry) -> Said:
    if entry.kind in {EntryKind.BULLET, EntryKind.TEXT} and entry.text:
        return Said(entry.text.text, (entry.text.id,))
    if entry.kind is EntryKind.ONE_LINE and entry.text:
        return Said(f"{entry.title}, {entry.text.text}", (f"{entry.id}.title", entry.text.id))
    fields = [field for field in ("degree", "title", "organisation") if getattr(entry, field)]
    return Said(
        ", ".join(getattr(entry, field) for field in fields),
        tuple(f"{entry.id}.{field}" for field in fields),
    )


def claims_of(address: str, paragraphs: Sequence[Said]) -> tuple[Claim, ...]:
    """Returns paragraphs as the claims of a message."""
    return tuple(
        Claim(
            id=f"{address}[{index}]",
            text=said.text,
            evidence_ids=tuple(dict.fromkeys(said.evidence_ids)),
        )
        for index, said in enumerate(paragraphs)
    )
