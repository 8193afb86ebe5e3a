"""The line under the name."""

from collections.abc import Iterator

from cvtailor.adapters.embedded_engine.skills.table import SkillKind, SkillMention, SkillTable
from cvtailor.adapters.embedded_engine.words import unmarked
from cvtailor.domain.base_cv import BaseCv, EvidenceId, SectionKind
from cvtailor.domain.grounding.strength import makes_reservation
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.tailored_cv import Claim

_SKILLS_MAX = 3
_TITLE_CHARS_MAX = 60


def headline_for(cv: BaseCv, report: MatchReport, table: SkillTable) -> Claim | None:
    """Returns the person's own headline, or their latest job title with the skills the offer asks for.

    Skills are spelt as the CV spells them, so that the line holds nothing the CV does not.
    """
    own = cv.contact.headline
    if own:
        return Claim(id="headline", text=own.text, evidence_ids=(own.id,))
    latest = next(
        (entry for section, entry in cv.entries() if section.kind is SectionKind.EXPERIENCE and entry.title),
        None,
    )
    if latest is None or len(latest.title) > _TITLE_CHARS_MAX:
        return None
    skills = dict(spelled_skills(cv, report, table))
    shown = list(skills.items())[:_SKILLS_MAX]
    text = " · ".join(filter(None, (latest.title, ", ".join(spelling for spelling, _ in shown))))
    ids = dict.fromkeys((f"{latest.id}.title", *(id for _, id in shown)))
    return Claim(id="headline", text=text, evidence_ids=tuple(ids))


def spelled_skills(cv: BaseCv, report: MatchReport, table: SkillTable) -> Iterator[tuple[str, EvidenceId]]:
    """Yields the covered skills that a skills section names, as it spells them, in the offer's order."""
    rows = [
        line
        for section, entry in cv.entries()
        if section.kind is SectionKind.SKILLS
        for line in entry.lines()
    ]
    seen: set[str] = set()
    # Tools have names that read well in a list; "statistics" after them does too, before them it does not.
    for skill in sorted(report.keywords_covered, key=lambda name: table.kind_of(name) is not SkillKind.TOOL):
        for row in rows:
            text = unmarked(row.text)
            mention = next(
                (found for found in table.mentions(text) if found.name == skill and found.is_name), None
            )
            # "Basic PHP" is not brought forward as PHP.
            if mention and not makes_reservation(_item_around(text, mention), cv.language):
                spelling = text[mention.start : mention.end]
                if spelling.casefold() not in seen:
                    seen.add(spelling.casefold())
                    yield spelling, row.id
                break


def _item_around(text: str, mention: SkillMention) -> str:
    """Returns the item of a row that a skill stands in."""
    start = max(text.rfind(sign, 0, mention.start) for sign in ",;|·") + 1
    ends = [at for sign in ",;|·" if (at := text.find(sign, mention.end)) >= 0]
    return text[start : min(ends, default=len(text))]
