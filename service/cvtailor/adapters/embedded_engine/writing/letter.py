"""Writes a cover letter."""

from cvtailor.adapters.embedded_engine.writing.sentences import Said, Sentences, claims_of
from cvtailor.domain.tailored_cv import CoverLetter


def write_letter(say: Sentences) -> CoverLetter:
    """Returns a letter: greeting, what is applied for, evidence from one or two jobs, leave."""
    opening, skills = say.applying(), say.skills()
    if skills:
        opening = Said(f"{opening.text} {skills.text}", skills.evidence_ids)
    paragraphs = [
        say.greeting(),
        opening,
        *say.jobs(),
        *say.qualifications(),
        say.closing(),
        say.leave(),
    ]
    return CoverLetter(
        subject=say.letter_subject(),
        paragraphs=claims_of(CoverLetter.address, paragraphs),
        language=say.language,
    )
