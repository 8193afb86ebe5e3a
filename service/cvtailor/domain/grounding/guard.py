"""Walks a tailored CV, its letter and its e-mail, and lets only supported claims pass."""

from collections.abc import Iterable

from cvtailor.domain.base_cv import BaseCv, Entry, Section, SectionKind
from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.claims import check_headline, check_line, check_sources
from cvtailor.domain.grounding.content import SkillNames
from cvtailor.domain.grounding.facts import restore_contact, restore_entry, restore_title
from cvtailor.domain.grounding.letters import LetterRules, verbatim
from cvtailor.domain.grounding.lexicon import lexicon_of
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.offer_names import offer_names
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.tailored_cv import (
    CheckedDraft,
    Claim,
    CoverLetter,
    EmailDraft,
    Message,
    RejectedClaim,
    RejectionReason,
    TailoredCv,
    TailoredEntry,
    TailoredSection,
)

__all__ = ["SkillNames", "check_claims"]


def check_claims(
    cv: BaseCv,
    draft: TailoredCv,
    letter: CoverLetter,
    email: EmailDraft,
    offer: JobOffer,
    skill_names: SkillNames,
) -> CheckedDraft:
    """Checks every claim of a draft against the base CV.

    Args:
        cv: What the person has.
        draft: The CV as an engine wrote it.
        letter: The letter as an engine wrote it.
        email: The e-mail as an engine wrote it.
        offer: What they were written for; nothing of it may enter but its names, in letter and e-mail.
        skill_names: Returns the canonical names of the skills a text names; true synonyms share one.

    Returns:
        The documents with each unsupported claim replaced by its source line, or gone, and each changed
        fact as the base CV has it; and why.
    """
    return _Guard(cv, offer, skill_names).check(draft, letter, email)


class _Guard:
    def __init__(self, cv: BaseCv, offer: JobOffer, skill_names: SkillNames) -> None:
        self._cv = cv
        self._offer = offer
        self._skill_names = skill_names
        self._lexicon = lexicon_of(cv.language)
        self._evidence = cv.evidence()
        self._sections = {section.key: section for section in cv.sections}
        self._entries = {entry.id: entry for _, entry in cv.entries()}
        self._kept = 0
        self._rejected: list[RejectedClaim] = []

    def check(self, draft: TailoredCv, letter: CoverLetter, email: EmailDraft) -> CheckedDraft:
        headline = self._headline(draft.headline)
        self._rejected += restore_contact(draft, self._cv)
        sections = tuple(self._each_section(draft.sections))
        cv = draft.model_copy(
            update={
                "contact": self._cv.contact.model_copy(update={"headline": None}),
                "headline": headline,
                "sections": sections,
            }
        )
        letter, email = self._message(letter), self._message(email)
        return CheckedDraft(
            cv=cv, letter=letter, email=email, kept=self._kept, rejected=tuple(self._rejected)
        )

    def _headline(self, claim: Claim | None) -> Claim | None:
        if claim is None:
            return None
        objection = check_sources(claim, self._evidence) or check_headline(
            claim.text, self._cited(claim), self._lexicon, self._skill_names
        )
        own = self._cv.contact.headline
        source = Claim(id=claim.id, text=own.text, evidence_ids=(own.id,)) if own else None
        return self._settle(claim, objection, source)

    def _each_section(self, sections: Iterable[TailoredSection]) -> Iterable[TailoredSection]:
        seen: set[str] = set()
        for section in sections:
            base = self._sections.get(section.key)
            if base is None:
                detail = f"the base CV has no section {section.key}"
                self._refuse(
                    Claim(id=section.key, text=section.title), RejectionReason.UNKNOWN_EVIDENCE, detail
                )
                continue
            restored, rejected = restore_title(section, base)
            self._rejected += rejected
            entries = tuple(self._each_entry(restored, base, seen))
            if entries:
                yield restored.model_copy(update={"entries": entries})

    def _each_entry(self, section: TailoredSection, base: Section, seen: set[str]) -> Iterable[TailoredEntry]:
        own = {entry.id: entry for entry in base.entries}
        for index, entry in enumerate(section.entries):
            address = f"{section.key}[{index}]"
            said = Claim(id=address, text=entry.title or entry.organisation or entry.source_id)
            if entry.source_id not in self._entries:
                self._refuse(said, RejectionReason.UNKNOWN_EVIDENCE, f"the base CV has no {entry.source_id}")
            elif entry.source_id not in own or entry.source_id in seen:
                detail = f"{entry.source_id} does not belong here, or is here twice"
                self._refuse(said, RejectionReason.FOREIGN_EVIDENCE, detail)
            else:
                seen.add(entry.source_id)
                yield self._entry(entry, own[entry.source_id], base.kind, address)

    def _entry(self, entry: TailoredEntry, base: Entry, kind: SectionKind, address: str) -> TailoredEntry:
        restored, rejected = restore_entry(entry, base, address)
        self._rejected += rejected
        highlights = (self._line(claim, base, kind) for claim in entry.highlights)
        return restored.model_copy(
            update={
                "text": self._line(entry.text, base, kind) if entry.text else None,
                "summary": self._line(entry.summary, base, kind) if entry.summary else None,
                "highlights": tuple(claim for claim in highlights if claim),
            }
        )

    def _line(self, claim: Claim, base: Entry, kind: SectionKind) -> Claim | None:
        # A summary speaks of the whole CV; every other line of one entry.
        entry_id = None if kind is SectionKind.SUMMARY else base.id
        objection = check_sources(claim, self._evidence, entry_id) or check_line(
            claim.text, self._cited(claim), kind, self._lexicon, self._skill_names
        )
        return self._settle(claim, objection, self._source_line(claim, base))

    def _source_line(self, claim: Claim, base: Entry) -> Claim | None:
        """Returns the line of this entry that the claim was written from, word for word."""
        lines = {line.id: line for line in base.lines()}
        own = [lines[id] for id in claim.evidence_ids if id in lines]
        return Claim(id=claim.id, text=own[0].text, evidence_ids=(own[0].id,)) if own else None

    def _message[M: Message](self, message: M) -> M:
        rules = LetterRules(self._cv, self._offer, message.language, self._skill_names, self._evidence)
        paragraphs: list[Claim] = []
        for claim in message.paragraphs:
            objection = rules.check(claim)
            kept = self._settle(claim, objection, self._quotation(claim, rules) if objection else None)
            if kept:
                paragraphs.append(kept)
        subject = message.subject
        wrong = rules.check_subject(subject)
        if wrong:
            subject = " – ".join(filter(None, (offer_names(self._offer).title, self._cv.contact.name)))
            said = Claim(id=f"{message.address}.subject", text=message.subject)
            self._refuse(said, wrong.reason, wrong.detail, subject)
        return message.model_copy(update={"subject": subject, "paragraphs": tuple(paragraphs)})

    def _quotation(self, claim: Claim, rules: LetterRules) -> Claim | None:
        """Returns a paragraph of the lines it cites, if the rules let it pass."""
        lines = verbatim(claim, self._evidence)
        quotation = claim.model_copy(update={"text": lines})
        return quotation if lines and not rules.check(quotation) else None

    def _settle(self, claim: Claim, objection: Objection | None, source: Claim | None) -> Claim | None:
        """Keeps a claim that nothing speaks against; else puts its source in its place, or nothing."""
        if objection is None:
            self._kept += 1
            return claim
        self._refuse(claim, objection.reason, objection.detail, source.text if source else "")
        return source

    def _refuse(self, claim: Claim, reason: RejectionReason, detail: str, replacement: str = "") -> None:
        self._rejected.append(
            RejectedClaim(claim=claim, reason=reason, detail=detail, replacement=replacement)
        )

    def _cited(self, claim: Claim) -> Cited:
        return Cited(claim.evidence_ids, self._evidence)
