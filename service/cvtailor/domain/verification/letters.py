"""Checks the sentences that a letter writer hands in, and puts those that hold into the letter."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from cvtailor.domain.base_cv import BaseCv, EvidenceId
from cvtailor.domain.drafts import LetterDraft, LetterSentence, Remark, RemarkCode
from cvtailor.domain.grounding import SkillNames
from cvtailor.domain.grounding.letters import LetterRules
from cvtailor.domain.grounding.offer_names import offer_names
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.references import References, is_disguised
from cvtailor.domain.tailored_cv import Claim, CoverLetter, RejectionReason

_PARAGRAPHS_MAX = 4
_SENTENCES_MAX = 6
_SENTENCE_CHARS_MAX = 320
_BODY_CHARS_MAX = 1_800
"""With greeting and closing, one page."""

_OPENING, _CLOSING = 2, 2
"""Paragraphs of the embedded engine's letter before and behind its body: greeting, what is applied for;
closing, leave."""


class LetterCheck(NamedTuple):
    """What is left of an agent's letter.

    Attributes:
        letter: The embedded engine's greeting, opening and closing around the sentences that hold; None
            if none does that tells something.
        told: Sentences that hold and tell something.
        remarks: On each other sentence, by its place: ``letter[1][0]``.
    """

    letter: CoverLetter | None
    told: int
    remarks: tuple[Remark, ...]


def check_letter(
    draft: LetterDraft,
    embedded: CoverLetter,
    cv: BaseCv,
    offer: JobOffer,
    shown: Collection[EvidenceId],
    references: References,
    skill_names: SkillNames,
) -> LetterCheck:
    """Checks an agent's letter sentence by sentence, and each paragraph as a whole.

    Args:
        draft: The body of the letter as an agent wrote it.
        embedded: The embedded engine's letter.
        cv: What the person has.
        offer: What is applied for.
        shown: Ids of the evidence that may be told of.
        references: Of the CV.
        skill_names: Names the skills in a text.
    """
    if len(embedded.paragraphs) < _OPENING + _CLOSING:
        return LetterCheck(None, 0, ())
    names = offer_names(offer)._asdict()
    facts = {f"{{{name}}}": names[name] for name in ("title", "company") if names[name]}
    facts["{name}"] = cv.contact.name
    body = _Body(LetterRules(cv, offer, embedded.language, skill_names), references, shown, facts)
    claims = list(body.paragraphs(draft))
    if not body.told:
        return LetterCheck(None, 0, tuple(body.remarks))
    opening, closing = embedded.paragraphs[:_OPENING], embedded.paragraphs[-_CLOSING:]
    paragraphs = tuple(
        claim.model_copy(update={"id": f"{embedded.address}[{number}]"})
        for number, claim in enumerate((*opening, *claims, *closing))
    )
    letter = embedded.model_copy(update={"paragraphs": paragraphs})
    return LetterCheck(letter, body.told, tuple(body.remarks))


class _Body:
    """The paragraphs between opening and closing."""

    def __init__(
        self,
        rules: LetterRules,
        references: References,
        shown: Collection[EvidenceId],
        facts: Mapping[str, str],
    ) -> None:
        self._rules, self._references = rules, references
        self._shown, self._facts = shown, facts
        self._chars_left = _BODY_CHARS_MAX
        self.told = 0
        self.remarks: list[Remark] = []

    def paragraphs(self, draft: LetterDraft) -> Iterator[Claim]:
        """Yields the paragraphs of which something holds and tells something."""
        for number, sentences in enumerate(draft.paragraphs[:_PARAGRAPHS_MAX]):
            kept = Claim(id="", text="")
            told = 0
            for place, sentence in enumerate(sentences[:_SENTENCES_MAX]):
                longer, code = self._with(kept, sentence)
                if code:
                    self.remarks.append(Remark(claim_id=f"letter[{number}][{place}]", code=code))
                else:
                    kept, told = longer, told + bool(sentence.evidence_ids)
            # A paragraph of courtesies alone has lost what it was for.
            if told:
                self.told += told
                self._chars_left -= len(kept.text)
                yield kept

    def _with(self, paragraph: Claim, sentence: LetterSentence) -> tuple[Claim, RemarkCode | None]:
        """Returns a paragraph with one more sentence, or why it can't have it."""
        ids = tuple(dict.fromkeys(sentence.evidence_ids))
        if any(id not in self._shown for id in ids):
            return paragraph, RemarkCode.UNKNOWN_EVIDENCE
        if is_disguised(sentence.text) or not sentence.text.strip():
            return paragraph, RemarkCode.UNSUPPORTED
        typed = self._references.typed(sentence.text, ids, self._facts)
        if typed:
            return paragraph, typed
        text = self._put_back(sentence.text).strip()
        longer = Claim(
            id="letter[0]",
            text=f"{paragraph.text} {text}".strip(),
            evidence_ids=tuple(dict.fromkeys((*paragraph.evidence_ids, *ids))),
        )
        if len(text) > _SENTENCE_CHARS_MAX or len(longer.text) > self._chars_left:
            return paragraph, RemarkCode.TOO_LONG
        alone = Claim(id="letter[0]", text=text, evidence_ids=ids)
        objection = self._rules.check(alone) or self._rules.check(longer)
        if objection is None:
            return longer, None
        if objection.reason in (RejectionReason.FOREIGN_EVIDENCE, RejectionReason.UNKNOWN_EVIDENCE):
            return paragraph, RemarkCode.UNKNOWN_EVIDENCE
        is_inflated = objection.reason is RejectionReason.STRENGTH_INFLATED
        return paragraph, RemarkCode.INFLATED if is_inflated else RemarkCode.UNSUPPORTED

    def _put_back(self, text: str) -> str:
        for reference, fact in self._facts.items():
            text = text.replace(reference, fact)
        return self._references.unmask(text)
