"""Says which lines would go first if the pages are full."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from cvtailor.adapters.embedded_engine.matching.experience import period_of
from cvtailor.adapters.embedded_engine.writing.antecedents import antecedents
from cvtailor.adapters.embedded_engine.writing.relevance import Relevance
from cvtailor.adapters.embedded_engine.writing.vital_lines import VitalLines
from cvtailor.domain.base_cv import BaseCv, Entry, EvidenceId, SectionKind
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry

_BASE: dict[SectionKind, tuple[float, float]] = {
    # What a line of the section is worth by itself, and how much its relevance adds.
    SectionKind.SUMMARY: (1.1, 0.2),
    SectionKind.EXPERIENCE: (0.0, 0.6),
    SectionKind.EDUCATION: (0.3, 0.5),
    SectionKind.SKILLS: (0.35, 0.6),
    SectionKind.PROJECTS: (0.2, 0.6),
    SectionKind.PUBLICATIONS: (0.25, 0.5),
    SectionKind.CERTIFICATES: (0.25, 0.6),
    SectionKind.LANGUAGES: (0.55, 0.3),
    SectionKind.AWARDS: (0.2, 0.5),
    SectionKind.VOLUNTEERING: (0.1, 0.5),
    SectionKind.INTERESTS: (0.0, 0.2),
    SectionKind.REFERENCES: (-0.2, 0.0),
    SectionKind.OTHER: (0.15, 0.5),
}
_CARRIES = 0.2
_BEST_LINE, _SECOND_LINE = 0.5, 0.2
_RECENCY = 0.3
_INTRODUCTION = 0.1
_ASKED_LANGUAGES = 0.4


@dataclass(frozen=True, slots=True)
class _Candidate:
    claim_id: str
    vital: float
    worth: float
    place: int

    def no_sooner_than(self, other: "_Candidate") -> "_Candidate":
        """Returns this one, to go when the other one has gone, which stands behind it, and not before."""
        vital, worth = max((self.vital, self.worth), (other.vital, other.worth))
        return replace(self, vital=vital, worth=worth)


class DropOrder:
    """Values every line that may go.

    Args:
        cv: The base CV.
        offer: What is asked.
        relevance: Of its lines.
        vital: Those that the answers to must-haves rest on.
        kept: Ids of lines marked "always keep".
        today: How long ago a job was.
    """

    def __init__(
        self,
        cv: BaseCv,
        offer: JobOffer,
        relevance: Relevance,
        vital: VitalLines,
        kept: Collection[EvidenceId],
        today: Callable[[], date],
    ) -> None:
        self._entries = {entry.id: entry for _, entry in cv.entries()}
        self._lines = {line.id: line for _, entry in cv.entries() for line in entry.lines()}
        self._offer = offer
        self._relevance = relevance
        self._vital = vital
        self._kept = frozenset(kept)
        self._today = today()

    def of(self, draft: TailoredCv) -> tuple[str, ...]:
        """Returns the ids of the claims that may go, the most dispensable first.

        What answers a must-have goes last, when nothing else is left. Before it, the best line of a recent
        job goes late; the facts of an entry never go. Of equals, the later one goes first.
        """
        worths = [
            (claim, worth) for claim, worth in self._worths(draft) if not self._kept & set(claim.evidence_ids)
        ]
        may_go = {id for claim, _ in worths for id in claim.evidence_ids}
        vital = self._vital.among(worths, draft.shown() - may_go)
        candidates = {
            claim.id: _Candidate(claim.id, vital.get(claim.id, 0.0), worth, place)
            for place, (claim, worth) in enumerate(worths)
        }
        for id, source in _referrals(draft, self._entries):
            if id not in candidates:
                # What stays anyway must be understood.
                candidates.pop(source, None)
            elif source in candidates:
                candidates[source] = candidates[source].no_sooner_than(candidates[id])
        in_order = sorted(candidates.values(), key=lambda one: (one.vital, one.worth, -one.place))
        return tuple(candidate.claim_id for candidate in in_order)

    def _worths(self, draft: TailoredCv) -> Iterator[tuple[Claim, float]]:
        for section in draft.sections:
            for entry in section.entries:
                recency = self._recency(self._entries[entry.source_id], section.kind)
                bonus = self._line_bonus(entry)
                for claim in entry.claims():
                    worth = self._line(claim, section.kind) + _RECENCY * recency
                    if entry.summary is claim and section.kind is SectionKind.EXPERIENCE:
                        worth += _INTRODUCTION
                    yield claim, worth + bonus.get(claim.id, 0.0) * max(recency, 0.3)

    def _line(self, claim: Claim, kind: SectionKind) -> float:
        base, share = _BASE[kind]
        worth = base + share * self._worth(claim)
        worth += _CARRIES * max((self._relevance.carries(id) for id in claim.evidence_ids), default=0.0)
        if kind is SectionKind.LANGUAGES and self._offer.languages_asked:
            worth += _ASKED_LANGUAGES
        return worth

    def _recency(self, entry: Entry, kind: SectionKind) -> float:
        """Returns 1 for what lasts until now, falling to 0 over fifteen years."""
        if kind is not SectionKind.EXPERIENCE:
            return 0.0
        period = period_of(entry, self._today)
        if period is None:
            return 0.5
        years_ago = (self._today.year * 12 + self._today.month - period[1]) / 12
        return max(0.0, 1.0 - years_ago / 15)

    def _worth(self, claim: Claim) -> float:
        return max((self._relevance.worth(self._lines[id]) for id in claim.evidence_ids), default=0.0)

    def _line_bonus(self, entry: TailoredEntry) -> dict[str, float]:
        """Returns what the two best highlights of an entry are worth on top: no job should look empty."""
        best = sorted(entry.highlights, key=lambda claim: -self._worth(claim))
        return dict(zip((claim.id for claim in best), (_BEST_LINE, _SECOND_LINE), strict=False))


def _referrals(draft: TailoredCv, entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Yields pairs of claims, one that refers to another and that one; the last of a chain first."""
    for section in draft.sections:
        for entry in section.entries:
            claims = {id: claim.id for claim in entry.highlights for id in claim.evidence_ids}
            sources = antecedents(entries[entry.source_id].highlights)
            for id, source in reversed(list(sources.items())):
                if id in claims and source in claims:
                    yield claims[id], claims[source]
