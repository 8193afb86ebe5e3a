"""Makes the next version of a CV: drafted anew, worded as before, as the person decided line by line."""

from collections.abc import Collection, Iterator, Mapping

from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import FACTS_STAY, BaseCv, Entry, EvidenceId, Line, Section
from cvtailor.domain.grounding import SkillNames
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import LeftOut, MatchReport
from cvtailor.domain.ports import Tailor, TailoredDraft
from cvtailor.domain.revision import Decisions, Revision, decisions, line_texts
from cvtailor.domain.run import Warned
from cvtailor.domain.tailored_cv import Claim
from cvtailor.domain.verification.claims import assembled
from cvtailor.steps.agent_work import WithWarnings
from cvtailor.steps.emphasis import emphasis, raised

HIDDEN = "You chose not to print it."


async def revise(
    tailor: Tailor,
    revision: Revision,
    cv: BaseCv,
    offer: JobOffer,
    report: MatchReport,
    options: TailoringOptions,
    skill_names: SkillNames,
) -> WithWarnings[TailoredDraft]:
    """Makes the next version without a model.

    Of the wishes, the words that the CV has are understood: the lines that hold them are printed, and come
    first. Nothing else of a wish has any effect.

    Args:
        tailor: The embedded engine's.
        revision: What is asked for.
        cv: What the person has.
        offer: What is asked by the employer.
        report: How the CV answers it.
        options: The person's choices.
        skill_names: Names the skills in a text.

    Returns:
        The draft, and what was understood of the newest wish.
    """
    settled = decisions(cv, revision.edits)
    allowed = arranged(cv, settled)
    asked: dict[EvidenceId, None] = {}
    warnings: tuple[Warned, ...] = ()
    for wish in (*revision.earlier_feedback, revision.feedback):
        meant = emphasis(allowed, report, wish, skill_names)
        asked |= dict.fromkeys(meant.lines)
        warnings = tuple(meant.warnings())
    draft = await tailor.tailor(pinned(allowed, asked), offer, raised(report, asked), options)
    return WithWarnings(revised(draft, cv, revision), warnings)


def revised(
    draft: TailoredDraft, cv: BaseCv, revision: Revision, rewritten: Mapping[str, Claim] | None = None
) -> TailoredDraft:
    """Gives a draft the wording that the person decided on.

    A line is worded, in this order: as the base CV has it, if it is reverted; as it was written now, unless
    its wording is kept; as an earlier version had it; as it is drafted. What rests on a hidden line is no
    wording any more.

    Args:
        draft: Made of ``arranged(cv, ...)``: it holds no hidden line, and pinned ones can't be dropped.
        cv: What the person has.
        revision: What is asked for.
        rewritten: Lines that were written now and hold, by claim id.
    """
    settled, own = decisions(cv, revision.edits), line_texts(cv)
    earlier = {claim.evidence_ids[0]: claim for claim in revision.wordings}

    def worded(claim: Claim) -> Claim:
        source = claim.evidence_ids[0]
        if source in settled.reverted:
            return Claim(id=claim.id, text=own[source], evidence_ids=(source,))
        now = (rewritten or {}).get(claim.id) if source not in settled.kept else None
        for candidate in filter(None, (now, earlier.get(source))):
            if not any(map(settled.hides, candidate.evidence_ids)):
                return candidate.model_copy(update={"id": claim.id})
        return claim

    claims = {claim.id: worded(claim) for claim in draft.cv.claims()}
    return draft.model_copy(
        update={
            "cv": assembled(draft.cv, claims),
            "left_out": (*draft.left_out, *_hidden(own, settled)),
        }
    )


def _hidden(own: Mapping[EvidenceId, str], settled: Decisions) -> Iterator[LeftOut]:
    for id, text in own.items():
        if id in settled.hidden:
            yield LeftOut(evidence_id=id, text=text, reason=HIDDEN)


def arranged(cv: BaseCv, settled: Decisions) -> BaseCv:
    """Returns the CV without what is hidden, and with what is pinned marked "always keep"."""

    def entry_without(entry: Entry) -> Entry:
        return entry.model_copy(
            update={
                "text": _shown(entry.text, settled),
                "summary": _shown(entry.summary, settled),
                "highlights": tuple(line for line in entry.highlights if line.id not in settled.hidden),
            }
        )

    def still_says_something(section: Section, before: Entry, after: Entry) -> bool:
        if before.id in settled.hidden_entries:
            return False
        # Jobs and degrees whose lines are all hidden one by one still say when and where; a label of a row
        # of skills says nothing without the row.
        return section.kind in FACTS_STAY or any(after.lines()) or not any(before.lines())

    sections = []
    for section in cv.sections:
        pairs = ((entry, entry_without(entry)) for entry in section.entries)
        entries = tuple(after for before, after in pairs if still_says_something(section, before, after))
        if entries:
            sections.append(section.model_copy(update={"entries": entries}))
    contact = cv.contact.model_copy(update={"headline": _shown(cv.contact.headline, settled)})
    return pinned(cv.model_copy(update={"contact": contact, "sections": tuple(sections)}), settled.pinned)


def _shown(line: Line | None, settled: Decisions) -> Line | None:
    return None if line is None or line.id in settled.hidden else line


def pinned(cv: BaseCv, ids: Collection[EvidenceId]) -> BaseCv:
    """Returns the CV with some lines marked "always keep"."""

    def marked(line: Line | None) -> Line | None:
        return line.model_copy(update={"keep": True}) if line and line.id in ids else line

    def entry_with_marks(entry: Entry) -> Entry:
        return entry.model_copy(
            update={
                "text": marked(entry.text),
                "summary": marked(entry.summary),
                "highlights": tuple(filter(None, map(marked, entry.highlights))),
            }
        )

    sections = tuple(
        section.model_copy(update={"entries": tuple(map(entry_with_marks, section.entries))})
        for section in cv.sections
    )
    return cv.model_copy(update={"sections": sections})
