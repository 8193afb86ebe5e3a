"""What the match report says about a line, ready to be asked."""

import re

from cvtailor.adapters.embedded_engine.skills.table import SkillTable
from cvtailor.domain.base_cv import EvidenceId, Line
from cvtailor.domain.job_offer import JobOffer, Priority
from cvtailor.domain.match_report import MatchReport, MatchStatus

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d%]|[.,]\d)")
_HONOUR = re.compile(
    r"(?i)\b(?:certificat\w*|certified|zertifi\w+|zertifikat\w*|certifi[ée]\w*|licen[cs]ed?|diplom\w*|"
    r"awards?|awarded|prizes?|preise?|ausgezeichnet|prix|premios?)\b"
)
_CARRIED = 0.2
_CARRIERS_MAX = 3
_FIGURE = 0.04
_SKILL = 0.06


class Relevance:
    """How much each line says about the offer, and which lines carry its requirements."""

    def __init__(self, offer: JobOffer, report: MatchReport, table: SkillTable) -> None:
        self._table = table
        self._by_id = {line.evidence_id: line.relevance for line in report.ranking}
        priority = {requirement.id: requirement.priority for requirement in offer.requirements}
        self._carrying: dict[EvidenceId, float] = {}
        for match in report.matches:
            if match.status is MatchStatus.UNMET or not match.evidence_ids:
                continue
            weight = 1.0 if priority.get(match.requirement_id) is Priority.MUST else 0.5
            for rank, id in enumerate(match.evidence_ids[:_CARRIERS_MAX]):
                self._carrying[id] = max(weight / (rank + 1), self._carrying.get(id, 0.0))

    def of(self, evidence_id: EvidenceId) -> float:
        """Returns the relevance of a line, 0 to 1."""
        return self._by_id.get(evidence_id, 0.0)

    def worth(self, line: Line) -> float:
        """Returns what showing a line is worth: its relevance, what it carries, and its substance.

        A figure, an honour or a skill of the trade is substance even where the offer does not ask for it.
        """
        tells = _has_figure(line) or _has_honour(line)
        substance = _FIGURE * tells + _SKILL * self._names_skill(line)
        return self.of(line.id) + _CARRIED * self.carries(line.id) + substance

    def has_substance(self, line: Line) -> bool:
        """Whether a line has a figure, names a skill of the trade, a certificate or an award."""
        return _has_figure(line) or _has_honour(line) or self._names_skill(line)

    def carries(self, evidence_id: EvidenceId) -> float:
        """Returns 1.0 for the best evidence of a must-have, 0.5 of a wish, less for the next best, else 0."""
        return self._carrying.get(evidence_id, 0.0)

    def _names_skill(self, line: Line) -> bool:
        return bool(self._table.mentions(line.text))


def _has_figure(line: Line) -> bool:
    """Whether a line counts something; a year alone ("since 2022") is no achievement."""
    return bool(_DIGIT.search(line.text) and _DIGIT.search(_YEAR.sub("", line.text)))


def _has_honour(line: Line) -> bool:
    return bool(_HONOUR.search(line.text))
