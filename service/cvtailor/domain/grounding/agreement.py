"""Letter and e-mail agree with the CV that ships: they tell nothing that it does not show.

What a message says was checked against the base CV. Tailoring and page fit leave some of that out, and a
reader who looks a claim up would not find it. Facts (names, titles, employers, contact data) are copies in
all three documents; here each message is checked again, with only the evidence that the CV shows.
"""

from collections.abc import Iterator, Sequence

from cvtailor.domain.base_cv import FACT_FIELDS, BaseCv, EvidenceId
from cvtailor.domain.grounding.content import SkillNames
from cvtailor.domain.grounding.letters import LetterRules, verbatim
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.tailored_cv import (
    AgreedMessages,
    Claim,
    CoverLetter,
    EmailDraft,
    Message,
    RejectedClaim,
    RejectionReason,
    TailoredCv,
)

__all__ = ["check_agreement", "evidence_in_place"]

_CONTACT_FIELDS = ("name", "email", "phone", "location", "website")


def check_agreement(
    cv: BaseCv,
    shipped: TailoredCv,
    letter: CoverLetter,
    email: EmailDraft,
    offer: JobOffer,
    skill_names: SkillNames,
) -> AgreedMessages:
    """Takes out of letter and e-mail what the CV that ships does not show.

    Args:
        cv: What the person has.
        shipped: The CV as it will be typeset.
        letter: The letter, as the guard left it.
        email: The e-mail, as the guard left it.
        offer: What they were written for.
        skill_names: Names the skills in a text.

    Returns:
        Both messages. A paragraph keeps the sentences that rest on what is shown; if its first one does
        not, the shown lines stand in for it; if there are none, it goes.
    """
    kept, rejected = 0, list[RejectedClaim]()

    def agreed[M: Message](message: M) -> M:
        nonlocal kept
        rules = LetterRules(cv, offer, message.language, skill_names)
        paragraphs: list[Claim] = []
        for claim in message.paragraphs:
            after = _agreeing(claim, shown, cv, rules)
            if after and after.text == claim.text:
                kept += 1
            else:
                rejected.append(_rejection(claim, after, shown))
            paragraphs += [after] if after else []
        return message.model_copy(update={"paragraphs": tuple(paragraphs)})

    shown = evidence_in_place(shipped)
    return AgreedMessages(letter=agreed(letter), email=agreed(email), kept=kept, rejected=tuple(rejected))


def evidence_in_place(cv: TailoredCv) -> frozenset[EvidenceId]:
    """Returns the ids of what a CV shows where it belongs: facts and lines under their entry, contact data.

    A headline that names one skill of a row, or a summary that draws on a job, does not show the line.
    """
    return frozenset((*_of_contact(cv), *_of_entries(cv)))


def _of_contact(cv: TailoredCv) -> Iterator[EvidenceId]:
    yield from (f"contact.{field}" for field in _CONTACT_FIELDS if getattr(cv.contact, field))
    yield from (f"contact.profiles[{index}]" for index in range(len(cv.contact.profiles)))
    if cv.headline:
        yield from (id for id in cv.headline.evidence_ids if id.endswith("headline"))


def _of_entries(cv: TailoredCv) -> Iterator[EvidenceId]:
    for section in cv.sections:
        for entry in section.entries:
            own = f"{entry.source_id}."
            fields = (*FACT_FIELDS, "authors")
            yield from (f"{own}{field}" for field in fields if getattr(entry, field))
            yield from (id for claim in entry.claims() for id in claim.evidence_ids if id.startswith(own))


def _agreeing(claim: Claim, shown: frozenset[EvidenceId], cv: BaseCv, rules: LetterRules) -> Claim | None:
    """Returns a paragraph as far as it rests on what is shown, or None if nothing of it does."""
    left = claim.model_copy(update={"evidence_ids": tuple(id for id in claim.evidence_ids if id in shown)})
    if left.evidence_ids == claim.evidence_ids or rules.check(left) is None:
        return left
    lines = [
        [sentence for sentence in line if rules.check(left.model_copy(update={"text": sentence})) is None]
        for line in rules.sentences(claim)
    ]
    opens = lines[0][:1] == rules.sentences(claim)[0][:1]
    text = _without_idle_leads([" ".join(line) for line in lines if line])
    if not opens:
        # "I also ..." does not begin a paragraph.
        text = verbatim(left, cv.evidence())
    shorter = left.model_copy(update={"text": text})
    return shorter if text and rules.check(shorter) is None else None


def _without_idle_leads(lines: Sequence[str]) -> str:
    """Returns lines without those that lead to a list of which nothing is left."""
    kept: list[str] = []
    for line in reversed(lines):
        if kept or not line.endswith(":"):
            kept.append(line)
    return "\n".join(reversed(kept))


def _rejection(claim: Claim, after: Claim | None, shown: frozenset[EvidenceId]) -> RejectedClaim:
    missing = next(id for id in claim.evidence_ids if id not in shown)
    return RejectedClaim(
        claim=claim,
        reason=RejectionReason.ABSENT_FROM_CV,
        detail=f"the tailored CV does not show {missing}",
        replacement=after.text if after else "",
    )
