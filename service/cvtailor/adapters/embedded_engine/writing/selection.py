"""Orders the lines of an entry for an offer, and leaves out what answers nothing where enough else does."""

import re
from collections.abc import Iterator, Sequence

from cvtailor.adapters.embedded_engine.writing.relevance import Relevance
from cvtailor.domain.base_cv import Line
from cvtailor.domain.match_report import LeftOut

HIGHLIGHTS_MAX = 8
_HIGHLIGHTS_KEPT_MIN = 3
_IRRELEVANT = 0.08
_UNREMARKABLE = 0.26
"""Below this, a line without a figure or a skill of the trade is left out."""

_STEP = 0.1
_CONTINUES = re.compile(
    r"(?i)^(?:this|these|those|it|they|there|also|additionally|in addition|then|later|"
    r"after(?:wards| that)|as a result|"
    r"dies|diese[srmn]?|dabei|dadurch|damit|außerdem|zudem|anschließend|später|"
    r"cela|ces?|cette|ensuite|puis|également|de plus|"
    r"esto|estos?|estas?|además|también|luego|después)\b|^[a-zà-ÿ]{3,}ly after\b|^…|^\.\.\."
)
NOTHING_ASKED = "It answers nothing that this offer asks for, and its entry has lines that do."
TOO_MANY = f"Its entry has {HIGHLIGHTS_MAX} lines that say more about this offer."


def ordered(lines: Sequence[Line], relevance: Relevance) -> list[Line]:
    """Returns lines, the most relevant first; near-equal ones keep their order.

    A line that goes on from the one before it ("This cut ...") stays behind it.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _CONTINUES.match(line.text):
            groups[-1].append(line)
        else:
            groups.append([line])
    # Steps instead of exact values: the person's own order is worth more than a hundredth of relevance.
    groups.sort(key=lambda group: -round(max(relevance.worth(line) for line in group) / _STEP))
    return [line for group in groups for line in group]


def chosen(
    lines: Sequence[Line], relevance: Relevance, *, keep_all: bool
) -> tuple[list[Line], list[LeftOut]]:
    """Returns the lines to show, in order, and those left out with the reason."""
    shown = ordered(lines, relevance)
    if keep_all:
        return shown, []
    left_out: list[LeftOut] = []
    for line, reason in list(_dispensable(shown, relevance)):
        shown.remove(line)
        left_out.append(LeftOut(evidence_id=line.id, text=line.text, reason=reason))
    return shown, left_out


def _dispensable(shown: Sequence[Line], relevance: Relevance) -> Iterator[tuple[Line, str]]:
    free = [line for line in shown if not line.keep and not relevance.carries(line.id)]
    worst_first = sorted(free, key=lambda line: (relevance.worth(line), -shown.index(line)))
    remaining = len(shown)
    for line in worst_first:
        if remaining > HIGHLIGHTS_MAX:
            yield line, TOO_MANY
        elif remaining > _HIGHLIGHTS_KEPT_MIN and _says_nothing(line, relevance):
            yield line, NOTHING_ASKED
        else:
            continue
        remaining -= 1


def _says_nothing(line: Line, relevance: Relevance) -> bool:
    least = _IRRELEVANT if relevance.has_substance(line) else _UNREMARKABLE
    return relevance.worth(line) < least
