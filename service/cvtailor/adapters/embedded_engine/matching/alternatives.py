"""Of several skills in a requirement, which can stand for each other."""

import re
from collections.abc import Sequence

from cvtailor.adapters.embedded_engine.skills.table import SkillMention

_ALTERNATIVE = re.compile(
    r"(?i)\b(?:or|oder|ou|o|u)\b|(?<=\w)\s?/\s?(?=\w)|\b(?:such as|e\.g\.?|for example|like|"
    r"similar|comparable|"
    r"z\.\s?b\.|zum beispiel|wie|etwa|vergleichbar\w*|ähnlich\w*|par exemple|tel(?:le)?s? que|"
    r"comme|équivalent|"
    r"por ejemplo|como|similar(?:es)?)"
)
_JOINS_ONLY = re.compile(
    r"(?i)^[\s,;:/()&+-]*(?:(?:and|und|et|y|e|or|oder|ou|o|u|another|other|a|an|ein\w*)\b[\s,;/()]*){0,3}$"
)


def offers_a_choice(text: str) -> bool:
    """Whether a requirement is content with one of several things."""
    return bool(_ALTERNATIVE.search(text))


def alternatives(text: str, mentions: Sequence[SkillMention]) -> list[frozenset[str]]:
    """Groups skills of which one is enough: ``Python (Django or FastAPI)`` is Python, and either of two."""
    runs: list[list[SkillMention]] = []
    for mention in mentions:
        if runs and _JOINS_ONLY.match(text[runs[-1][-1].end : mention.start]):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    groups: list[frozenset[str]] = []
    for index, run in enumerate(runs):
        before = text[runs[index - 1][-1].end if index else 0 : run[0].start]
        inside = text[run[0].start : run[-1].end]
        after = text[run[-1].end : run[-1].end + 25]
        one_is_enough = (
            _ALTERNATIVE.search(inside)
            or re.search(_ALTERNATIVE.pattern + r"\W*$", before)
            or re.match(r"(?i)\W*(?:etc|or|oder|ou|o)\b.{0,20}", after)
        )
        opened = re.search(r"\(\s*$", before) and index
        if opened and not one_is_enough:
            # In brackets after a name stand its examples: "Container orchestration (Kubernetes)".
            continue
        if one_is_enough:
            groups.append(frozenset(mention.name for mention in run))
        else:
            groups += [frozenset({mention.name}) for mention in run]
    return list(dict.fromkeys(groups))
