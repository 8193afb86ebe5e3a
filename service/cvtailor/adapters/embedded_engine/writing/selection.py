"""Orders the lines of an entry for an offer, and leaves out what answers nothing where enough else does."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cvtailor.adapters.embedded_engine.writing.antecedents import antecedents, goes_on
from cvtailor.adapters.embedded_engine.writing.relevance import Relevance
from cvtailor.domain.base_cv import EvidenceId, Line
from cvtailor.domain.match_report import LeftOut

HIGHLIGHTS_MAX = 8
_HIGHLIGHTS_KEPT_MIN = 3
_IRRELEVANT = 0.08
_UNREMARKABLE = 0.26
"""Below this, a line without a figure or a skill of the trade is left out."""

_STEP = 0.1
NOTHING_ASKED = "It answers nothing that this offer asks for, and its entry has lines that do."
TOO_MANY = f"Its entry has {HIGHLIGHTS_MAX} lines that say more about this offer."


def _ordered(lines: Sequence[Line], worth: Mapping[EvidenceId, float]) -> list[Line]:
    """Returns lines, the worthiest first; near-equal ones keep their order.

    A line that refers to an earlier one stays behind it, directly if it goes on from it ("This cut ...").
    """
    groups: list[list[Line]] = []
    for line in lines:
        if groups and goes_on(line):
            groups[-1].append(line)
        else:
            groups.append([line])
    # Steps instead of exact values: the person's own order is worth more than a hundredth of relevance.
    groups.sort(key=lambda group: -round(max(worth[line.id] for line in group) / _STEP))
    return [line for group in groups for line in group]


def chosen(
    lines: Sequence[Line], relevance: Relevance, *, keep_all: bool
) -> tuple[list[Line], list[LeftOut]]:
    """Returns the lines to show, in order, and those left out with the reason."""
    sources = antecedents(lines)
    worth = _worth_with_what_rests_on_it(lines, sources, relevance)
    shown = _ordered(lines, worth)
    if keep_all:
        return shown, []
    left_out = {
        line.id: LeftOut(evidence_id=line.id, text=line.text, reason=reason)
        for line, reason in _dispensable(lines, sources, worth, relevance)
    }
    return [line for line in shown if line.id not in left_out], list(left_out.values())


def _worth_with_what_rests_on_it(
    lines: Sequence[Line], sources: Mapping[EvidenceId, EvidenceId], relevance: Relevance
) -> Mapping[EvidenceId, float]:
    """Returns the worth of each line; one that others refer to is worth no less than they are."""
    worth = {line.id: relevance.worth(line) for line in lines}
    for id, source in reversed(list(sources.items())):
        worth[source] = max(worth[source], worth[id])
    return worth


def _dispensable(
    lines: Sequence[Line],
    sources: Mapping[EvidenceId, EvidenceId],
    worth: Mapping[EvidenceId, float],
    relevance: Relevance,
) -> Iterator[tuple[Line, str]]:
    remaining = len(lines)
    needed_by = Counter(sources.values())
    idle = frozenset(_idle(lines, relevance))
    # Of equals the later one goes first, so that what refers to a line goes before it.
    later_first = list(reversed(lines))
    for line in sorted(later_first, key=lambda line: worth[line.id]):
        if line.keep or relevance.carries(line.id) or needed_by[line.id]:
            continue
        if remaining > HIGHLIGHTS_MAX:
            reason = TOO_MANY
        elif remaining > _HIGHLIGHTS_KEPT_MIN and _says_little(line, relevance):
            reason = NOTHING_ASKED
        elif remaining > 1 and line.id in idle:
            # No job loses its last line here: then only its facts would speak of it.
            reason = NOTHING_ASKED
        else:
            continue
        remaining -= 1
        if line.id in sources:
            needed_by[sources[line.id]] -= 1
        yield line, reason


def _says_little(line: Line, relevance: Relevance) -> bool:
    least = _IRRELEVANT if relevance.has_substance(line) else _UNREMARKABLE
    return relevance.worth(line) < least


def _idle(lines: Sequence[Line], relevance: Relevance) -> Iterator[EvidenceId]:
    """Yields lines that speak neither of the offer nor of an achievement, nor go on from one that does."""
    is_idle = False
    for line in lines:
        says_nothing = relevance.worth(line) < _IRRELEVANT and not relevance.has_substance(line)
        is_idle = says_nothing and (is_idle or not goes_on(line))
        if is_idle:
            yield line.id
