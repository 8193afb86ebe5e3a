"""Checks a cover letter or an e-mail, sentence by sentence."""

import re
from collections.abc import Iterable, Mapping, Sequence

from cvtailor.domain.base_cv import BaseCv, EntryKind, Evidence, EvidenceId
from cvtailor.domain.grounding.cited import Cited, is_line
from cvtailor.domain.grounding.claims import check_sources, check_telling
from cvtailor.domain.grounding.content import SkillNames
from cvtailor.domain.grounding.letter_words import ANCHORS, applying_words, telling_words
from cvtailor.domain.grounding.lexicon import lexicon_of
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.offer_names import offer_names
from cvtailor.domain.grounding.words import FUNCTION_WORDS, plain, words
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.tailored_cv import Claim, RejectionReason

_JOINT = "\ue000"
_SPACE = r"\s?"
_SPACE_WITHIN = r"(?-i:\s(?![A-ZÀ-Ý]))?"
"""A capital after the space begins the next sentence."""

_QUOTING = re.compile(r"^[\s–•-]*[“„«\"]?\s*|\s*[”“»\"]?\s*$")
_SUBJECT_CHARS_MAX = 300
_FULL_STOP = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][”»“])\s+")
_SENTENCE = re.compile(r"(?<=[!?:;])\s+|(?<=\.)\s+(?=[A-ZÀ-Ý\"„“«¡¿(])|(?<=[.!?:;][”»“])\s+|\n+")


class LetterRules:
    """The rules of one letter or e-mail.

    A sentence either applies, greets or takes leave, in words of a closed list and the offer's own names;
    or it tells of evidence, in the words of the cited lines and a few that link them. A paragraph tells of
    one job only, so that nothing moves from one to another.

    Args:
        cv: The base CV.
        offer: Its title, company and contact may be named where the message applies.
        language: Of the message.
        skill_names: Names the skills in a text.
        evidence: Of the base CV, where it is at hand.
    """

    def __init__(
        self,
        cv: BaseCv,
        offer: JobOffer,
        language: str,
        skill_names: SkillNames,
        evidence: Mapping[EvidenceId, Evidence] | None = None,
    ) -> None:
        self._evidence = cv.evidence() if evidence is None else evidence
        self._kinds = {entry.id: entry.kind for _, entry in cv.entries()}
        self._skill_names = skill_names
        self._applying = applying_words(language) | FUNCTION_WORDS
        self._lexicon = lexicon_of(language)
        self._telling = telling_words(language)
        self._names = _phrases(offer_names(offer))
        self._signature = _phrases((cv.contact.name,))
        self._all_names = (*self._names, *self._signature)

    def check(self, claim: Claim) -> Objection | None:
        """Returns why a paragraph is refused, or None."""
        if claim.evidence_ids:
            wrong = check_sources(claim, self._evidence) or self._one_job(claim.evidence_ids)
            if wrong:
                return wrong
        cited = Cited(claim.evidence_ids, self._evidence)
        for line in _held_together(plain(claim.text), self._all_names).splitlines():
            if cited.says(_unquoted(line)):
                continue
            for sentence in _SENTENCE.split(line):
                wrong = self._sentence(sentence.replace(_JOINT, " "), cited)
                if wrong:
                    return wrong
        return None

    def sentences(self, claim: Claim) -> list[list[str]]:
        """Returns a paragraph's lines as sentences; one that quotes a cited text keeps it whole."""
        cited = Cited(claim.evidence_ids, self._evidence)
        quoted = _phrases([*(plain(line).rstrip(" .;,") for line in cited.lines), *cited.facts])
        held = _held_together(_held_together(claim.text, quoted), self._all_names, after=_SPACE_WITHIN)
        return [
            [sentence.replace(_JOINT, " ") for sentence in _FULL_STOP.split(line)]
            for line in held.splitlines()
        ]

    def check_subject(self, subject: str) -> Objection | None:
        """Returns why a subject line is refused, or None."""
        if len(subject) > _SUBJECT_CHARS_MAX or len(subject.splitlines()) > 1:
            return Objection(RejectionReason.CONTENT_UNSUPPORTED, "a subject is one line, and short")
        return self._courtesy(subject)

    def _sentence(self, sentence: str, cited: Cited) -> Objection | None:
        wrong = self._courtesy(sentence)
        if wrong is None or not cited.texts:
            return wrong
        return check_telling(sentence, cited, self._lexicon, self._skill_names, self._telling)

    def _courtesy(self, sentence: str) -> Objection | None:
        """Returns None for a sentence that says nothing about the person's past."""
        rest = " ".join(plain(sentence).lower().split())
        named = [name for name in self._names if name in rest]
        for phrase in self._all_names:
            rest = rest.replace(phrase, " ")
        if named and not ANCHORS & set(words(rest)):
            # "As {title} at {company}, ..." would make the job applied for one that was held.
            return Objection(RejectionReason.CONTENT_UNSUPPORTED, f"“{named[0]}” is in no cited line")
        unknown = [word for word in words(rest) if word not in self._applying]
        if not unknown:
            return None
        return Objection(RejectionReason.CONTENT_UNSUPPORTED, f"“{unknown[0]}” is in no cited line")

    def _one_job(self, ids: Sequence[EvidenceId]) -> Objection | None:
        jobs = {
            self._evidence[id].entry_id
            for id in ids
            if self._kinds.get(self._evidence[id].entry_id) is EntryKind.EXPERIENCE
        }
        if len(jobs) > 1:
            return Objection(RejectionReason.FOREIGN_EVIDENCE, f"it mixes {' and '.join(sorted(jobs))}")
        return None


def _unquoted(line: str) -> str:
    """Returns an item of a list without its dash and quotation marks."""
    return _QUOTING.sub("", line)


def _held_together(text: str, names: Sequence[str], after: str = _SPACE) -> str:
    """Keeps names and quotations whole, whatever full stops and colons they hold.

    The space after "Inc." belongs to the name too, as far as ``after`` takes it: no sentence ends there.
    """
    for name in names:
        pattern = re.escape(name) + (after if name.endswith(".") else "")
        text = re.sub(pattern, _joined, text, flags=re.IGNORECASE)
    return text


def _joined(name: re.Match[str]) -> str:
    return name[0].replace(" ", _JOINT)


def verbatim(claim: Claim, evidence: Mapping[EvidenceId, Evidence]) -> str:
    """Returns the cited lines themselves, to stand in for a refused paragraph; facts alone say nothing."""
    lines = [evidence[id].text for id in claim.evidence_ids if id in evidence and is_line(id)]
    return "\n".join(dict.fromkeys(lines))


def _phrases(names: Iterable[str]) -> tuple[str, ...]:
    """Returns names as they are searched, the longest first."""
    found = {" ".join(plain(name).lower().split()) for name in names if name}
    return tuple(sorted(found, key=len, reverse=True))
