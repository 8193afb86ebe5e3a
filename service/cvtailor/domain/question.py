"""Asking instead of inventing: questions about gaps, and the person's answers as evidence."""

from datetime import datetime

from cvtailor.domain.base_cv import BaseCv, Entry, EntryId, Line, SectionKind, SourcePosition
from cvtailor.domain.job_offer import JobOffer, Priority
from cvtailor.domain.match_report import MatchReport, MatchStatus
from cvtailor.domain.model import DomainModel

QUESTIONS_MAX = 5
PLACES_MAX = 12
_PLACES = frozenset(
    {SectionKind.EXPERIENCE, SectionKind.EDUCATION, SectionKind.PROJECTS, SectionKind.VOLUNTEERING}
)
_ASK = {
    "en": "The offer asks for “{}”. Have you done it? Where, and what exactly?",
    "de": "Gefordert ist „{}“. Haben Sie das gemacht? Wo, und was genau?",
    "fr": "L’offre demande « {} ». L’avez-vous fait ? Où, et quoi exactement ?",
    "es": "La oferta pide «{}». ¿Lo ha hecho? ¿Dónde, y qué exactamente?",
}


class Place(DomainModel):
    """An entry of the base CV that an answer can belong to."""

    entry_id: EntryId
    organisation: str
    title: str

    @property
    def label(self) -> str:
        """What it is called: ``Staff Nurse, St Mary's``."""
        return ", ".join(filter(None, (self.title, self.organisation)))


class Question(DomainModel):
    """A question about one unmet must-have.

    Attributes:
        id: ``question[0]``, numbered within the run.
        requirement: The words of the offer.
        text: What to ask, in the CV's language.
        places: Where it may have happened.
    """

    id: str
    requirement_id: str
    requirement: str
    text: str
    places: tuple[Place, ...]


class Answer(DomainModel):
    """What the person said, in their own words, and of which job or degree.

    Attributes:
        requirement: The words of the offer that it answers.
        organisation: Of the entry it belongs to; with ``title`` it finds the entry in other versions
            of the CV.
        given_at: When.
    """

    requirement: str
    text: str
    organisation: str
    title: str
    given_at: datetime


def questions_about(cv: BaseCv, offer: JobOffer, report: MatchReport) -> tuple[Question, ...]:
    """Returns one question for each unmet must-have, in the offer's order, at most ``QUESTIONS_MAX``."""
    must = {item.id: item.text for item in offer.requirements if item.priority is Priority.MUST}
    unmet = [
        match.requirement_id
        for match in report.matches
        if match.status is MatchStatus.UNMET and match.requirement_id in must
    ]
    places = tuple(
        Place(entry_id=entry.id, organisation=entry.organisation, title=entry.title)
        for section, entry in cv.entries()
        if section.kind in _PLACES and (entry.organisation or entry.title)
    )
    ask = _ASK.get(cv.language, _ASK["en"])
    return tuple(
        Question(
            id=f"question[{number}]",
            requirement_id=id,
            requirement=must[id],
            text=ask.format(must[id]),
            places=places[:PLACES_MAX],
        )
        for number, id in enumerate(unmet[:QUESTIONS_MAX])
    )


def with_answers(cv: BaseCv, answers: tuple[Answer, ...]) -> BaseCv:
    """Returns the CV with each answer as a line of the entry it belongs to.

    An answer whose entry this CV does not have is left out: it is evidence of that job only.
    """

    def with_its_answers(entry: Entry) -> Entry:
        own = [a for a in answers if (a.organisation, a.title) == (entry.organisation, entry.title)]
        known = {line.text for line in entry.lines()}
        lines = tuple(
            Line(
                id=f"{entry.id}.answers[{number}]",
                text=answer.text,
                position=SourcePosition(path=f"answer of {answer.given_at:%Y-%m-%d}"),
            )
            for number, answer in enumerate(own)
            if answer.text not in known
        )
        return entry.model_copy(update={"highlights": (*entry.highlights, *lines)}) if lines else entry

    sections = tuple(
        section.model_copy(update={"entries": tuple(map(with_its_answers, section.entries))})
        for section in cv.sections
    )
    return cv.model_copy(update={"sections": sections})
