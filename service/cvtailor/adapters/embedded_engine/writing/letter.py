"""Writes a cover letter out of lines of the CV."""

import re
from collections.abc import Iterator, Sequence

from cvtailor.adapters.embedded_engine.language import spoken
from cvtailor.adapters.embedded_engine.skills.table import SkillTable
from cvtailor.adapters.embedded_engine.words import unmarked
from cvtailor.adapters.embedded_engine.writing.first_person import follows_i
from cvtailor.adapters.embedded_engine.writing.headline import spelled_skills
from cvtailor.adapters.embedded_engine.writing.phrases import PHRASES
from cvtailor.adapters.embedded_engine.writing.relevance import Relevance
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, Entry, EntryKind, Line, SectionKind
from cvtailor.domain.grounding.strength import makes_reservation
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport, MatchStatus
from cvtailor.domain.tailored_cv import Claim, CoverLetter

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


class LetterWriter:
    """Writes one letter.

    Args:
        cv: The base CV.
        offer: What is asked.
        report: How the CV answers it.
        options: Tone and language; the offer's language if none is asked for.
        table: The skill table.
    """

    def __init__(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport, options: TailoringOptions, table: SkillTable
    ) -> None:
        self._cv = cv
        self._offer = offer
        self._report = report
        self._tone = options.tone
        self._table = table
        self._relevance = Relevance(offer, report, table)
        self._language = spoken(options.language or offer.language, cv.language)
        self._phrases = PHRASES[self._language]

    def letter(self) -> CoverLetter:
        """Returns the letter: greeting, what is applied for, evidence from one or two jobs, leave."""
        texts = [
            (self._greeting(), ()),
            self._opening(),
            *self._jobs(),
            *self._qualifications(),
            (self._phrases.closing[self._tone], ()),
            (f"{self._phrases.farewell[self._tone]}\n{self._cv.contact.name}", ("contact.name",)),
        ]
        return CoverLetter(
            subject=self._subject(),
            paragraphs=tuple(
                Claim(id=f"letter[{index}]", text=text, evidence_ids=tuple(dict.fromkeys(ids)))
                for index, (text, ids) in enumerate(texts)
            ),
            language=self._language,
        )

    def _subject(self) -> str:
        title = self._offer.title
        return self._phrases.subject.format(title=title) if title else self._phrases.subject_bare

    def _greeting(self) -> str:
        name = self._offer.contact_name
        return self._phrases.greeting_named.format(name=name) if name else self._phrases.greeting[self._tone]

    def _opening(self) -> tuple[str, tuple[str, ...]]:
        offer, phrases = self._offer, self._phrases
        if not offer.title:
            template = phrases.applying_bare
        else:
            template = phrases.applying if offer.company else phrases.applying_title
        text = template.format(title=offer.title, company=offer.company)
        skills = list(spelled_skills(self._cv, self._report, self._table))[:_SKILLS_MAX]
        if len(skills) < 2:
            return text, ()
        listed = self._and([spelling for spelling, _ in skills])
        return f"{text} {phrases.skills.format(skills=listed)}", tuple(id for _, id in skills)

    def _jobs(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yields a paragraph for each of the jobs that say most about the offer, in the CV's order."""
        jobs = [
            (entry, lines)
            for section, entry in self._cv.entries()
            if section.kind is SectionKind.EXPERIENCE and entry.title and (lines := self._best_lines(entry))
        ]
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

    def _best_lines(self, entry: Entry) -> list[Line]:
        told = [
            line
            for line in entry.highlights
            if self._relevance.of(line.id) >= _TELLING and len(line.text) <= _LINE_CHARS_MAX
        ]
        return sorted(told, key=lambda line: -self._worth(line))[:_LINES_PER_JOB_MAX]

    def _worth(self, line: Line) -> float:
        """Returns how well a line speaks for the person: must-haves first, what was only helped with last."""
        reserved = _RESERVED * makes_reservation(line.text)
        return self._relevance.worth(line) + _CARRIES * self._relevance.carries(line.id) - reserved

    def _job(self, entry: Entry, lines: Sequence[Line], *, is_before: bool) -> tuple[str, tuple[str, ...]]:
        phrases = self._phrases
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
            if self._language == self._cv.language
            else ""
            for line in lines
        ]
        if not all(told):
            lead = (phrases.list_now if is_current else phrases.list_then).format(role=role)
            return self._listed(lead, [line.text for line in lines]), tuple(ids)
        template = phrases.now if is_current else phrases.before if is_before else phrases.then
        sentences = [self._full(template.format(role=role, line=self._auxiliary(told[0])))]
        sentences += [self._full(phrases.also.format(line=line)) for line in told[1:]]
        return " ".join(sentences), tuple(ids)

    def _auxiliary(self, line: str) -> str:
        return f"j'ai {line}" if self._language == "fr" else line

    def _qualifications(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yields the degrees and certificates that answer a requirement, listed as the CV has them."""
        ids = dict.fromkeys(
            id
            for match in self._report.matches
            if match.status is not MatchStatus.UNMET
            for id in match.evidence_ids[:2]
        )
        items: dict[str, tuple[str, tuple[str, ...]]] = {}
        for section, entry in self._cv.entries():
            if section.kind not in {SectionKind.EDUCATION, SectionKind.CERTIFICATES}:
                continue
            if any(id == entry.id or id.startswith(f"{entry.id}.") for id in ids):
                items[entry.id] = _qualification(entry)
        shown = [item for item in items.values() if item[0]][:_QUALIFICATIONS_MAX]
        if shown:
            text = self._listed(self._phrases.qualifications, [text for text, _ in shown])
            yield text, tuple(id for _, ids in shown for id in ids)

    def _listed(self, lead: str, lines: Sequence[str]) -> str:
        """Returns lines under their lead, in quotation marks where they are in another language."""
        opening, closing = self._phrases.quotes if self._language != self._cv.language else ("", "")
        if len(lines) == 1:
            return self._full(f"{lead} {opening}{_spoken(lines[0])}{closing}")
        return "\n".join([lead, *(f"– {opening}{_spoken(line)}{closing}" for line in lines)])

    def _full(self, sentence: str) -> str:
        return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."

    def _and(self, items: Sequence[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self._phrases.conjunction} {items[-1]}"


def _is_before(entry: Entry, other: Entry) -> bool:
    """Whether a job ended before another began; dates of unequal precision are compared by the year."""
    end, start = entry.end_date, other.start_date
    size = min(len(end), len(start), len("2024-01"))
    return end[:4].isdigit() and start[:4].isdigit() and end[:size] <= start[:size]


def _spoken(text: str) -> str:
    """Returns a line as it stands in a letter: without Markdown, on one line, without its final stop."""
    return re.sub(r"\s+", " ", unmarked(text)).strip().rstrip(" .;,")


def _qualification(entry: Entry) -> tuple[str, tuple[str, ...]]:
    if entry.kind in {EntryKind.BULLET, EntryKind.TEXT} and entry.text:
        return entry.text.text, (entry.text.id,)
    if entry.kind is EntryKind.ONE_LINE and entry.text:
        return f"{entry.title}, {entry.text.text}", (f"{entry.id}.title", entry.text.id)
    fields = [field for field in ("degree", "title", "organisation") if getattr(entry, field)]
    return ", ".join(getattr(entry, field) for field in fields), tuple(
        f"{entry.id}.{field}" for field in fields
    )
