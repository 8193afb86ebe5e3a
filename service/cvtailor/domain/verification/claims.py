"""Checks the lines that a writer hands in, and puts those that hold into the draft."""

from collections.abc import Collection, Mapping, Sequence

from cvtailor.domain.base_cv import BaseCv, SectionKind
from cvtailor.domain.coverage import coverage
from cvtailor.domain.drafts import Remark, RemarkCode, WrittenClaim
from cvtailor.domain.grounding import SkillNames, check_claims
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.references import References, is_disguised
from cvtailor.domain.tailored_cv import (
    Claim,
    CoverLetter,
    EmailDraft,
    RejectedClaim,
    RejectionReason,
    TailoredCv,
    TailoredEntry,
    TailoredSection,
)

_REWRITTEN = frozenset(
    {SectionKind.SUMMARY, SectionKind.EXPERIENCE, SectionKind.PROJECTS, SectionKind.VOLUNTEERING}
)
"""Sections of sentences; in the others a line is a list, a name or a title, and stays as it is."""

_CLAIMS_MAX = 200
_GROWTH = 1.4
_SHORT_CHARS = 90
"""A line may grow by two fifths, or to this length: the page has to hold it."""

_EDGES = " \t,;:–—-"
_NO_LETTER = CoverLetter(subject="", paragraphs=())
_NO_EMAIL = EmailDraft(subject="", paragraphs=())
_CODES: Mapping[RejectionReason, RemarkCode] = {
    RejectionReason.NO_EVIDENCE: RemarkCode.UNKNOWN_EVIDENCE,
    RejectionReason.UNKNOWN_EVIDENCE: RemarkCode.UNKNOWN_EVIDENCE,
    RejectionReason.FOREIGN_EVIDENCE: RemarkCode.UNKNOWN_EVIDENCE,
    RejectionReason.STRENGTH_INFLATED: RemarkCode.INFLATED,
}


class ClaimRules:
    """The rules of one draft.

    Args:
        cv: What the person has.
        offer: What is asked.
        draft: The embedded engine's draft, whose lines may be rewritten.
        references: Of the CV.
        skill_names: Names the skills in a text.

    Attributes:
        sources: The claims that may be rewritten, by id, as they are in the draft.
    """

    def __init__(
        self,
        cv: BaseCv,
        offer: JobOffer,
        draft: TailoredCv,
        references: References,
        skill_names: SkillNames,
    ) -> None:
        self._cv, self._offer, self._draft = cv, offer, draft
        self._references = references
        self._skill_names = skill_names
        self._asked = frozenset(offer.skills)
        sections = [section for section in draft.sections if section.kind in _REWRITTEN]
        claims = [claim for section in sections for entry in section.entries for claim in entry.claims()]
        headline = [draft.headline] if draft.headline else []
        self.sources = {claim.id: claim for claim in (*headline, *claims) if self._may_change(claim)}

    def _may_change(self, claim: Claim) -> bool:
        """Whether a claim is one line of the CV, word for word, of which a model sees everything.

        What the draft already words otherwise, such as a headline put together, has no line to go back to.
        """
        if len(claim.evidence_ids) != 1:
            return False
        shown = self._references.lines.get(claim.evidence_ids[0], "")
        return self._references.unmask(shown) == claim.text

    def check(self, written: Sequence[WrittenClaim]) -> tuple[Mapping[str, Claim], tuple[Remark, ...]]:
        """Checks lines of a writer.

        Returns:
            The claims that hold, facts put back, by id; and a remark for each line that does not, the first
            reason that speaks against it. Lines that change nothing, lines beyond the bound, and a second
            line for one claim are ignored.
        """
        once = {line.claim_id: line for line in reversed(written[:_CLAIMS_MAX])}
        claims: dict[str, Claim] = {}
        remarks: dict[str, RemarkCode] = {}
        for line in reversed(once.values()):
            code = self._objection(line)
            if code:
                remarks[line.claim_id] = code
                continue
            claim = self._claim(line)
            if claim.text != self.sources[claim.id].text:
                claims[claim.id] = claim
        for rejected in self._guard(claims):
            if claims.pop(rejected.claim.id, None):
                remarks[rejected.claim.id] = self._code(rejected)
        return claims, tuple(Remark(claim_id=id, code=code) for id, code in remarks.items())

    def _objection(self, line: WrittenClaim) -> RemarkCode | None:
        """Returns what is wrong with a line before its facts are put back."""
        source = self.sources.get(line.claim_id)
        if source is None or any(id not in self._references.lines for id in line.evidence_ids):
            return RemarkCode.UNKNOWN_EVIDENCE
        if is_disguised(line.text) or not line.text.strip():
            return RemarkCode.UNSUPPORTED
        typed = self._references.typed(line.text, (*source.evidence_ids, *line.evidence_ids))
        if typed:
            return typed
        if self._drops_something(source, line.text):
            return RemarkCode.DROPPED
        text = self._references.unmask(line.text)
        if len(text) > max(_SHORT_CHARS, round(_GROWTH * len(source.text))):
            return RemarkCode.TOO_LONG
        return None

    def _drops_something(self, source: Claim, text: str) -> bool:
        """Whether a line loses a fact of its source, or a skill that the offer asks for."""
        if any(reference not in text for reference in self._references.of(source.evidence_ids)):
            return True
        shown = set(self._skill_names(self._references.unmask(text)))
        return bool(self._asked & set(self._skill_names(source.text)) - shown)

    def _claim(self, line: WrittenClaim) -> Claim:
        """Returns a line as a claim, which always rests on its own source too."""
        source = self.sources[line.claim_id]
        ids = tuple(dict.fromkeys((*source.evidence_ids, *line.evidence_ids)))
        text = self._references.unmask(line.text).strip(_EDGES)
        return Claim(id=source.id, text=text, evidence_ids=ids)

    def _guard(self, claims: Mapping[str, Claim]) -> tuple[RejectedClaim, ...]:
        draft = assembled(self._draft, claims, only=claims)
        checked = check_claims(self._cv, draft, _NO_LETTER, _NO_EMAIL, self._offer, self._skill_names)
        return checked.rejected

    def _code(self, rejected: RejectedClaim) -> RemarkCode:
        source = self.sources[rejected.claim.id]
        new = set(self._skill_names(rejected.claim.text)) - set(self._skill_names(source.text))
        if new & self._asked:
            return RemarkCode.AD_KEYWORD
        return _CODES.get(rejected.reason, RemarkCode.UNSUPPORTED)


def assembled(
    draft: TailoredCv, claims: Mapping[str, Claim], only: Collection[str] | None = None
) -> TailoredCv:
    """Returns a draft with claims in place of those with the same id.

    Args:
        draft: The draft; entries, facts and order are kept.
        claims: By id.
        only: Ids of the claims to keep; None keeps all.
    """

    def placed(claim: Claim | None) -> Claim | None:
        if claim is None or (only is not None and claim.id not in only):
            return None
        return claims.get(claim.id, claim)

    def with_claims(entry: TailoredEntry) -> TailoredEntry:
        return entry.model_copy(
            update={
                "text": placed(entry.text),
                "summary": placed(entry.summary),
                "highlights": tuple(filter(None, map(placed, entry.highlights))),
            }
        )

    def of_section(section: TailoredSection) -> TailoredSection:
        return section.model_copy(update={"entries": tuple(map(with_claims, section.entries))})

    return draft.model_copy(
        update={"headline": placed(draft.headline), "sections": tuple(map(of_section, draft.sections))}
    )


def covers_no_less(
    before: TailoredCv, after: TailoredCv, offer: JobOffer, report: MatchReport, skill_names: SkillNames
) -> bool:
    """Whether a draft shows as much of what an offer asks for as another: evidence, and skills by name."""

    def named(cv: TailoredCv) -> set[str]:
        return {name for claim in cv.claims() for name in skill_names(claim.text)} & set(offer.skills)

    was, now = (coverage(offer, report, cv.shown()) for cv in (before, after))
    return now.must >= was.must and now.nice >= was.nice and named(before) <= named(after)
