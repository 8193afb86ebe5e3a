"""Orders the sections of a CV: the person's order, which follows their field, with a few moves."""

from collections.abc import Mapping, Sequence

from cvtailor.domain.base_cv import Section, SectionKind

_FIXED = frozenset({SectionKind.SUMMARY, SectionKind.EXPERIENCE, SectionKind.EDUCATION})
"""Readers look for these in the order of the field: research leads with education, trades with jobs."""

_LAST = (SectionKind.INTERESTS, SectionKind.REFERENCES)
_MARGIN = 0.15
"""How much more a section must say about the offer to pass the one before it."""


def ordered_sections(sections: Sequence[Section], relevance: Mapping[str, float]) -> list[Section]:
    """Returns the sections, summary first, interests and references last.

    In between, a supporting section moves up past less relevant supporting ones, never past experience
    or education.

    Args:
        sections: In the person's order.
        relevance: By section key, 0 to 1.
    """
    first = [section for section in sections if section.kind is SectionKind.SUMMARY]
    last = [section for kind in _LAST for section in sections if section.kind is kind]
    middle = [section for section in sections if section not in first and section not in last]
    for index in range(1, len(middle)):
        at = index
        while at > 0 and _passes(middle[at], middle[at - 1], relevance):
            middle[at - 1], middle[at] = middle[at], middle[at - 1]
            at -= 1
    return [*first, *middle, *last]


def _passes(section: Section, before: Section, relevance: Mapping[str, float]) -> bool:
    if section.kind in _FIXED or before.kind in _FIXED:
        return False
    return relevance[section.key] > relevance[before.key] + _MARGIN
