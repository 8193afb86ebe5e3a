"""Why a claim is refused."""

from dataclasses import dataclass

from cvtailor.domain.tailored_cv import RejectionReason


@dataclass(frozen=True, slots=True)
class Objection:
    """A rule's complaint; ``detail`` names the words it is about."""

    reason: RejectionReason
    detail: str
