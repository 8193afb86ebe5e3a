"""A further version of a CV: what the person decided about its lines, and how decisions add up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cvtailor.domain.base_cv import BaseCv, EntryId, EvidenceId
from cvtailor.domain.errors import InvalidInput, Reason
from cvtailor.domain.model import DomainModel
from cvtailor.domain.tailored_cv import Claim, TailoredCv

WISHES_KEPT_MAX = 10
"""Wishes of earlier versions that the next one still knows of."""


class EditKind(StrEnum):
    """What is decided about a line.

    ``REVERT`` and ``KEEP`` say how it is worded, ``HIDE`` and ``PIN`` whether it is printed; of each two
    the last one counts. ``RELEASE`` forgets both.
    """

    REVERT = "revert"
    KEEP = "keep"
    HIDE = "hide"
    PIN = "pin"
    RELEASE = "release"


_WORDING = frozenset({EditKind.REVERT, EditKind.KEEP})


class Edit(DomainModel):
    """A decision about a line of the base CV, or about all lines of an entry."""

    kind: EditKind
    target: EvidenceId | EntryId


class Revision(DomainModel):
    """What a run needs to make the next version of a CV from the one before.

    Attributes:
        job_offer_id: The offer as it was understood before; it is not read again.
        edits: All that holds for this version, those of earlier ones included.
        feedback: What the person wishes for, in their own words; never a fact.
        earlier_feedback: Wishes of the versions before, oldest first.
        wordings: How earlier versions worded lines otherwise than the base CV does; also of lines that are
            reverted or not printed now, for the case that this is taken back.
        keeps_letter: Whether letter language and tone are as before.
    """

    application_id: UUID
    cv_id: UUID
    job_offer_id: UUID
    parent_version: int
    version: int
    edits: tuple[Edit, ...] = ()
    feedback: str = ""
    earlier_feedback: tuple[str, ...] = ()
    wordings: tuple[Claim, ...] = ()
    keeps_letter: bool = True


@dataclass(frozen=True)
class Decisions:
    """What edits amount to, line by line.

    Attributes:
        hidden: Ids of lines that are never printed.
        hidden_entries: Ids of entries of which nothing is printed, facts included.
        pinned: Ids of lines that are always printed.
        reverted: Ids of lines that are printed in the base CV's words.
        kept: Ids of lines whose wording stays even if others are written anew.
    """

    hidden: frozenset[EvidenceId]
    hidden_entries: frozenset[EntryId]
    pinned: frozenset[EvidenceId]
    reverted: frozenset[EvidenceId]
    kept: frozenset[EvidenceId]

    def hides(self, id: EvidenceId) -> bool:
        """Whether a line or fact must not be told."""
        return id in self.hidden or id.partition(".")[0] in self.hidden_entries


def decisions(cv: BaseCv, edits: Iterable[Edit]) -> Decisions:
    """Returns what edits amount to."""
    return _Book(cv, edits).decisions()


def added_up(cv: BaseCv, earlier: Iterable[Edit], later: Iterable[Edit]) -> tuple[Edit, ...]:
    """Returns the fewest edits that amount to all of these.

    Raises:
        InvalidInput: One of ``later`` names no line or entry, or none that can be reverted or kept
            (``EDIT_TARGET_UNKNOWN``); or together they leave nothing to print.
    """
    book = _Book(cv, earlier)
    for index, edit in enumerate(later):
        if not book.knows(edit):
            what = "line" if edit.kind in _WORDING else "line or entry"
            raise InvalidInput(
                f"The base CV has no {what} {edit.target!r}; `Claim.evidence_ids` and "
                "`LineChange.evidence_ids` name those it has.",
                reason=Reason.EDIT_TARGET_UNKNOWN,
                field=f"edits[{index}].target",
            )
        book.write(edit)
    settled = book.decisions()
    if all(entry.id in settled.hidden_entries for _, entry in cv.entries()):
        raise InvalidInput("Every entry of the CV would be hidden: nothing is left to print.", field="edits")
    return tuple(book.edits())


def wordings_until(cv: BaseCv, tailored: TailoredCv, before: Revision | None) -> tuple[Claim, ...]:
    """Returns how a version and those before it worded lines otherwise than the base CV.

    Args:
        cv: The base CV.
        tailored: The version.
        before: What it was made with; None for the first.
    """
    own = line_texts(cv)
    known = {claim.evidence_ids[0]: claim for claim in (before.wordings if before else ())}
    for claim in tailored.claims():
        source = claim.evidence_ids[0] if claim.evidence_ids else ""
        # The base CV's words were decided on, or are all there is: what came before may come back.
        if source and claim.text != own.get(source):
            known[source] = claim
    return tuple(known.values())


def line_texts(cv: BaseCv) -> Mapping[EvidenceId, str]:
    """Returns the CV's own words by line: whatever may be printed, hidden or reworded; no facts."""
    texts = {line.id: line.text for _, entry in cv.entries() for line in entry.lines()}
    headline = cv.contact.headline
    return {headline.id: headline.text, **texts} if headline else texts


class _Book:
    """What has been decided so far."""

    def __init__(self, cv: BaseCv, edits: Iterable[Edit]) -> None:
        self._lines = line_texts(cv)
        self._entries = {entry.id: tuple(line.id for line in entry.lines()) for _, entry in cv.entries()}
        self._printing: dict[str, EditKind] = {}
        self._wording: dict[EvidenceId, EditKind] = {}
        for edit in edits:
            if self.knows(edit):
                self.write(edit)

    def knows(self, edit: Edit) -> bool:
        return edit.target in self._lines or (edit.kind not in _WORDING and edit.target in self._entries)

    def write(self, edit: Edit) -> None:
        about = (edit.target, *self._entries.get(edit.target, ()))
        if edit.kind in _WORDING:
            self._wording[edit.target] = edit.kind
        elif edit.kind is EditKind.RELEASE:
            for id in about:
                self._printing.pop(id, None)
                self._wording.pop(id, None)
        else:
            self._printing |= dict.fromkeys(about, edit.kind)

    def edits(self) -> Iterator[Edit]:
        """Yields edits from which the same book is written: entries, lines apart from them, wordings."""
        apart = set(self._lines)
        for entry_id, line_ids in self._entries.items():
            of_entry = self._printing.get(entry_id)
            if of_entry:
                yield Edit(kind=of_entry, target=entry_id)
                apart.difference_update(line_ids)
                for id in line_ids:
                    of_line = self._printing.get(id, EditKind.RELEASE)
                    if of_line is not of_entry:
                        yield Edit(kind=of_line, target=id)
        for id in self._lines:
            if id in apart and id in self._printing:
                yield Edit(kind=self._printing[id], target=id)
        for id, kind in self._wording.items():
            yield Edit(kind=kind, target=id)

    def decisions(self) -> Decisions:
        def lines(book: Mapping[str, EditKind], kind: EditKind) -> frozenset[EvidenceId]:
            return frozenset(id for id in self._lines if book.get(id) is kind)

        hidden = lines(self._printing, EditKind.HIDE)
        return Decisions(
            hidden=hidden,
            hidden_entries=frozenset(
                id
                for id, line_ids in self._entries.items()
                if self._printing.get(id) is EditKind.HIDE and hidden.issuperset(line_ids)
            ),
            pinned=lines(self._printing, EditKind.PIN),
            reverted=lines(self._wording, EditKind.REVERT),
            kept=lines(self._wording, EditKind.KEEP),
        )
