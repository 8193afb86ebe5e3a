"""The diff between a base CV and what was made of it, or between two versions of that, line by line."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from cvtailor.domain.base_cv import FACT_FIELDS, BaseCv, EntryFacts, EntryId, Evidence, EvidenceId
from cvtailor.domain.model import DomainModel
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry


class LineFate(StrEnum):
    """What became of a line; ``ADDED`` only between two versions.

    ``REWORDED``: in other words, in another order, or shorter, such as a row of skills that lost some.
    ``COMPOSED``: one line made of several, such as a headline. ``LEFT_OUT``: not shown.
    """

    KEPT = "kept"
    REWORDED = "reworded"
    COMPOSED = "composed"
    LEFT_OUT = "left_out"
    ADDED = "added"


class LineChange(DomainModel):
    """One line of the tailored CV beside what it was made of, or one of the base CV that went.

    Attributes:
        claim_id: Address in the tailored CV; empty if the line was left out.
        before: The base CV's words; of several lines, one under the other. Between two versions, those of
            the first one.
        after: What is printed; empty if the line was left out.
        entry: What the CV calls the entry that the line stands in; empty for a line of no entry.
    """

    fate: LineFate
    claim_id: str = ""
    evidence_ids: tuple[EvidenceId, ...] = ()
    before: str = ""
    after: str = ""
    entry: str = ""


def changes(base: BaseCv, tailored: TailoredCv) -> tuple[LineChange, ...]:
    """Returns the tailored CV's lines in reading order, then what it leaves out, in the base CV's order.

    Every claim is there once; so is every line of the base CV, either left out or under a claim (or
    several). Facts and contact data are printed as they are and are no lines; those of an entry that
    went as a whole are left out together, before its lines.
    """
    evidence = base.evidence()
    names = {entry.id: _name(entry) for _, entry in base.entries()}
    printed = (_printed(claim, evidence, names) for claim in tailored.claims())
    return (*printed, *_left_out(base, tailored, evidence, names))


def changes_between(before: TailoredCv, after: TailoredCv) -> tuple[LineChange, ...]:
    """Returns the later version's lines in reading order, then those that only the earlier one has.

    Lines are the same if they were made of the same line of the base CV, whatever their wording. The facts
    of an entry that came or went as a whole are one line, before its lines.
    """
    old, new = dict(_places(before)), dict(_places(after))
    names = {
        entry.source_id: _name(entry)
        for cv in (before, after)
        for section in cv.sections
        for entry in section.entries
    }
    return (
        *(
            _since(old.get(place), line, names.get(place.entry_id, ""))
            for place, line in new.items()
            if not (place.source == _FACTS and place in old)
        ),
        *(
            LineChange(
                fate=LineFate.LEFT_OUT,
                evidence_ids=line.evidence_ids,
                before=line.text,
                entry=names.get(place.entry_id, ""),
            )
            for place, line in old.items()
            if place not in new
        ),
    )


def _name(entry: EntryFacts) -> str:
    """Returns what an entry is called; of a row of skills or languages that is its label."""
    return ", ".join(filter(None, (entry.title, entry.degree, entry.organisation)))


def _since(before: Claim | None, after: Claim, entry: str) -> LineChange:
    """Returns what became of a line between two versions; None: it was not there."""
    same = before is not None and before.text == after.text
    return LineChange(
        fate=LineFate.ADDED if before is None else LineFate.KEPT if same else LineFate.REWORDED,
        claim_id=after.id,
        evidence_ids=after.evidence_ids,
        before=before.text if before else "",
        after=after.text,
        entry=entry,
    )


class _Place(NamedTuple):
    """Where a line stands, in any version: under which entry, and which line of the base CV it is."""

    entry_id: EntryId
    source: EvidenceId


_FACTS = "facts"
_HEADLINE = _Place("", "headline")


def _places(cv: TailoredCv) -> Iterator[tuple[_Place, Claim]]:
    if cv.headline:
        yield _HEADLINE, cv.headline
    for section in cv.sections:
        for entry in section.entries:
            facts = _facts(entry)
            if facts.text:
                yield _Place(entry.source_id, _FACTS), facts
            for claim in entry.claims():
                yield _Place(entry.source_id, next(iter(claim.evidence_ids), claim.id)), claim


def _facts(entry: TailoredEntry) -> Claim:
    """Returns what an entry says by field as one line, which has no address in the tailored CV."""
    told = {field: getattr(entry, field) for field in FACT_FIELDS} | {"authors": ", ".join(entry.authors)}
    fields = {f"{entry.source_id}.{field}": text for field, text in told.items() if text}
    return Claim(id="", text="\n".join(fields.values()), evidence_ids=tuple(fields))


def _printed(
    claim: Claim, evidence: Mapping[EvidenceId, Evidence], names: Mapping[EntryId, str]
) -> LineChange:
    ids = tuple(dict.fromkeys(claim.evidence_ids))
    before = _words(ids, evidence)
    fate = LineFate.KEPT if before == claim.text else LineFate.REWORDED
    return LineChange(
        fate=LineFate.COMPOSED if len(ids) > 1 else fate,
        claim_id=claim.id,
        evidence_ids=ids,
        before=before,
        after=claim.text,
        entry=_entry_of(ids, evidence, names),
    )


def _entry_of(
    ids: Iterable[EvidenceId], evidence: Mapping[EvidenceId, Evidence], names: Mapping[EntryId, str]
) -> str:
    """Returns the name of the entry that all of the lines are of; empty if they are of several."""
    entries = {evidence[id].entry_id for id in ids if id in evidence}
    return names.get(next(iter(entries)), "") if len(entries) == 1 else ""


def _left_out(
    base: BaseCv,
    tailored: TailoredCv,
    evidence: Mapping[EvidenceId, Evidence],
    names: Mapping[EntryId, str],
) -> Iterator[LineChange]:
    used = {id for claim in tailored.claims() for id in claim.evidence_ids}
    for together in _units(base, tailored):
        ids = tuple(id for id in together if id in evidence and id not in used)
        if ids:
            yield LineChange(
                fate=LineFate.LEFT_OUT,
                evidence_ids=ids,
                before=_words(ids, evidence),
                entry=_entry_of(ids, evidence, names),
            )


def _units(base: BaseCv, tailored: TailoredCv) -> Iterator[tuple[EvidenceId, ...]]:
    """Yields the ids of what may be left out, in source order: each line, and facts by their entry."""
    shown = {entry.source_id for section in tailored.sections for entry in section.entries}
    if base.contact.headline:
        yield (base.contact.headline.id,)
    for _, entry in base.entries():
        if entry.id not in shown:
            yield tuple(f"{entry.id}.{field}" for field in (*FACT_FIELDS, "authors"))
        for line in entry.lines():
            yield (line.id,)


def _words(ids: Iterable[EvidenceId], evidence: Mapping[EvidenceId, Evidence]) -> str:
    return "\n".join(evidence[id].text for id in ids if id in evidence)
