"""Facts are copied, never written: contact data, employers, titles, degrees, dates, places."""

from collections.abc import Iterator
from unicodedata import normalize

from cvtailor.domain.base_cv import FACT_FIELDS, BaseCv, Entry, Section
from cvtailor.domain.grounding.section_titles import is_title_of
from cvtailor.domain.tailored_cv import (
    Claim,
    RejectedClaim,
    RejectionReason,
    TailoredCv,
    TailoredEntry,
    TailoredSection,
)


def _equal(said: str, known: str) -> bool:
    """Whether two facts are the same characters, however their accents are composed."""
    return normalize("NFC", said) == normalize("NFC", known)


def restore_entry(
    entry: TailoredEntry, base: Entry, address: str
) -> tuple[TailoredEntry, list[RejectedClaim]]:
    """Returns the entry with the facts of the base CV, and a rejection for each that was different."""
    rejected = [
        RejectedClaim(
            claim=Claim(
                id=f"{address}.{field}", text=str(getattr(entry, field)), evidence_ids=(f"{base.id}.{field}",)
            ),
            reason=RejectionReason.FACT_CHANGED,
            detail=f"the base CV says “{getattr(base, field)}”",
            replacement=str(getattr(base, field)),
        )
        for field in FACT_FIELDS
        if not _equal(getattr(entry, field), getattr(base, field))
    ]
    if entry.authors != base.authors:
        rejected.append(
            RejectedClaim(
                claim=Claim(
                    id=f"{address}.authors",
                    text=", ".join(entry.authors),
                    evidence_ids=(f"{base.id}.authors",),
                ),
                reason=RejectionReason.FACT_CHANGED,
                detail="the base CV names other authors",
                replacement=", ".join(base.authors),
            )
        )
    facts = {field: getattr(base, field) for field in (*FACT_FIELDS, "authors")}
    return entry.model_copy(update=facts | {"kind": base.kind}), rejected


def restore_contact(draft: TailoredCv, cv: BaseCv) -> Iterator[RejectedClaim]:
    """Yields a rejection for each piece of contact data that was changed; the caller puts it right."""
    for field in ("name", "email", "phone", "location", "website", "profiles"):
        said, known = getattr(draft.contact, field), getattr(cv.contact, field)
        if said != known:
            yield RejectedClaim(
                claim=Claim(id=f"contact.{field}", text=str(said)),
                reason=RejectionReason.FACT_CHANGED,
                detail="contact data is copied from the base CV",
                replacement=str(known),
            )


def restore_title(section: TailoredSection, base: Section) -> tuple[TailoredSection, list[RejectedClaim]]:
    """Returns the section with a title that the person wrote, or that every CV has, in any language."""
    kept = section.model_copy(update={"kind": base.kind})
    if section.title == base.title or is_title_of(section.title, base.kind):
        return kept, []
    rejected = RejectedClaim(
        claim=Claim(id=f"{section.key}.title", text=section.title),
        reason=RejectionReason.FACT_CHANGED,
        detail="a section keeps its title or takes the usual one for its kind",
        replacement=base.title,
    )
    return kept.model_copy(update={"title": base.title}), [rejected]
