"""How many lies the grounding guard catches, and how many faithful lines it blocks, by kind.

The cases are those of ``benchmarks/grounding_cases``. The figures are those of the test part, which no
rule was tuned on; ``--part dev`` shows the other one, and ``--misses`` each case that went wrong.
"""

import argparse
import time
from collections.abc import Iterable
from math import sqrt
from typing import NamedTuple

from cvtailor.adapters.embedded_engine import skill_names
from cvtailor.domain.base_cv import BaseCv, Contact, Entry, EntryKind, Line, Section, SectionKind
from cvtailor.domain.grounding import check_claims
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.tailored_cv import (
    Claim,
    CoverLetter,
    EmailDraft,
    TailoredCv,
    TailoredEntry,
    TailoredSection,
)

from benchmarks.figures import show
from benchmarks.grounding_cases.cases import KINDS, LANGUAGES, Case, Split, read_cases

_NO_EMAIL = EmailDraft(subject="", paragraphs=())
_FACTS = ("organisation", "title", "degree", "location", "start_date", "end_date")


class Verdict(NamedTuple):
    """What the guard said to a case, and what was right."""

    case: Case
    blocked: bool
    why: str

    @property
    def right(self) -> bool:
        """Whether a lie was caught or a faithful line let through."""
        return self.blocked == (self.case.label == "fabricated")


def base_cv_of(case: Case) -> BaseCv:
    """Returns the CV that a case is about."""
    entries = [_entry("experience[0]", case.role.model_dump(), case.lines)]
    if case.other:
        entries.append(_entry("experience[1]", case.other.role.model_dump(), case.other.lines))
    sections = [
        Section(key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=tuple(entries)),
        # What an engine writes about the whole CV stands in place of the person's own summary.
        _text_section("summary", SectionKind.SUMMARY, ["—"]),
    ]
    if case.skills:
        sections.append(_text_section("skills", SectionKind.SKILLS, [", ".join(case.skills)]))
    contact = Contact(name="Robin Example", **case.contact.model_dump())
    return BaseCv(contact=contact, sections=tuple(sections), language=case.id[:2])


def verdict_on(case: Case) -> Verdict:
    """Puts a case to the guard."""
    cv = base_cv_of(case)
    about = [line.id for n, line in enumerate(cv.sections[0].entries[0].highlights) if n in case.cites]
    facts = [f"experience[0].{field}" for field in _FACTS if getattr(case.role, field)]
    skills = ["skills[0].text"] if case.skills else []
    contact = [f"contact.{field}" for field in ("email", "phone", "website") if getattr(case.contact, field)]
    everything = (*about, *facts, *skills, *contact, "contact.name")
    draft = TailoredCv(contact=cv.contact, sections=(), language=cv.language)
    letter = CoverLetter(subject="", paragraphs=(), language=cv.language)
    offer = JobOffer(title="", language=cv.language)
    match case.target:
        case "headline":
            draft = draft.model_copy(update={"headline": _claim("headline", case, everything)})
        case "letter":
            letter = letter.model_copy(update={"paragraphs": (_claim("letter[0]", case, everything),)})
        case "summary":
            draft = _with_text(draft, cv.sections[1], _claim("summary[0].text", case, everything))
        case "skill":
            section = cv.sections[-1] if case.skills else cv.sections[0]
            cites = tuple(skills or about)
            draft = _with_text(draft, section, _claim("skills[0].text", case, cites))
        case "line":
            claim = _claim("experience[0].highlights[0]", case, tuple(about + facts))
            draft = _with_entry(draft, cv.sections[0], {"highlights": (claim,)})
        case "fact":
            draft = _with_fact(draft, cv, case)
    checked = check_claims(cv, draft, letter, _NO_EMAIL, offer, skill_names)
    why = "; ".join(f"{item.reason.value}: {item.detail}" for item in checked.rejected)
    return Verdict(case, bool(checked.rejected), why)


def _entry(id: str, role: dict[str, str], lines: list[str]) -> Entry:
    highlights = tuple(Line(id=f"{id}.highlights[{n}]", text=text) for n, text in enumerate(lines))
    return Entry(id=id, kind=EntryKind.EXPERIENCE, highlights=highlights, **role)


def _text_section(key: str, kind: SectionKind, lines: list[str]) -> Section:
    entries = tuple(
        Entry(id=f"{key}[{n}]", kind=EntryKind.TEXT, text=Line(id=f"{key}[{n}].text", text=text))
        for n, text in enumerate(lines)
    )
    return Section(key=key, kind=kind, title=key.title(), entries=entries)


def _claim(id: str, case: Case, evidence_ids: Iterable[str]) -> Claim:
    return Claim(id=id, text=case.claim, evidence_ids=tuple(evidence_ids))


def _with_text(draft: TailoredCv, section: Section, claim: Claim) -> TailoredCv:
    return _with_entry(draft, section, {"text": claim})


def _with_entry(draft: TailoredCv, section: Section, update: dict[str, object]) -> TailoredCv:
    base = section.entries[0]
    facts = {field: getattr(base, field) for field in _FACTS}
    entry = TailoredEntry(source_id=base.id, kind=base.kind, **{**facts, **update})
    tailored = TailoredSection(key=section.key, kind=section.kind, title=section.title, entries=(entry,))
    return draft.model_copy(update={"sections": (tailored,)})


def _with_fact(draft: TailoredCv, cv: BaseCv, case: Case) -> TailoredCv:
    if case.field.startswith("contact."):
        contact = cv.contact.model_copy(update={case.field.removeprefix("contact."): case.claim})
        return draft.model_copy(update={"contact": contact})
    return _with_entry(draft, cv.sections[0], {case.field.removeprefix("role."): case.claim})


def interval(hits: int, of: int) -> tuple[float, float]:
    """Returns the 95 % confidence interval of a share (Wilson score)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(blocked: list[bool]) -> str:
    low, high = interval(sum(blocked), len(blocked))
    return f"{sum(blocked):>3}/{len(blocked):<3} [{low:.0%}–{high:.0%}]" if blocked else "–"


def _row(name: str, verdicts: Iterable[Verdict]) -> tuple[str, str]:
    found = list(verdicts)
    caught = _share([v.blocked for v in found if v.case.label == "fabricated"])
    blocked = _share([v.blocked for v in found if v.case.label == "faithful"])
    return name, f"caught {caught}   blocked {blocked}"


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the same: it takes seconds")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--part", choices=["test", "dev"], default="test")
    parser.add_argument("--misses", action="store_true", help="show each case that went wrong")
    chosen = parser.parse_args()
    part: Split = chosen.part
    began = time.perf_counter()
    verdicts = [verdict_on(case) for language in LANGUAGES for case in read_cases(part, language)]
    seconds = time.perf_counter() - began
    lies = [v for v in verdicts if v.case.label == "fabricated"]
    truths = [v for v in verdicts if v.case.label == "faithful"]
    figures = {
        "cases": len(verdicts),
        "fabrications_caught_ratio": round(sum(v.blocked for v in lies) / len(lies), 4),
        "faithful_blocked_ratio": round(sum(v.blocked for v in truths) / len(truths), 4),
    }
    rows = [_row(kind, (v for v in verdicts if v.case.kind == kind)) for kind in KINDS]
    rows += [
        _row(language, (v for v in verdicts if v.case.id.startswith(language))) for language in LANGUAGES
    ]
    rows += [_row("all", verdicts), ("per case", f"{1000 * seconds / len(verdicts):.1f} ms")]
    show(f"grounding guard, {part} part", rows, figures, chosen.json)
    if chosen.misses:
        for verdict in verdicts:
            if not verdict.right:
                print(f"{verdict.case.id} {verdict.case.label}: {verdict.case.claim!r}\n    {verdict.why}")


if __name__ == "__main__":
    main()
