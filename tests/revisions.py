"""Small valid revisions, for tests of any part."""

from collections.abc import Sequence
from uuid import UUID

from cvtailor.domain.revision import Edit, Revision
from cvtailor.domain.tailored_cv import Claim, TailoredCv


def a_revision(*edits: Edit, wordings: Sequence[Claim] = (), **changes: object) -> Revision:
    """The second version of a CV."""
    plain = Revision(
        application_id=UUID(int=1),
        cv_id=UUID(int=2),
        job_offer_id=UUID(int=3),
        parent_version=1,
        version=2,
        edits=edits,
        wordings=tuple(wordings),
    )
    return plain.model_copy(update=changes)


def printed(cv: TailoredCv) -> dict[str, Claim]:
    """The claims of a CV by the line of the base CV that they are."""
    return {claim.evidence_ids[0]: claim for claim in cv.claims()}
