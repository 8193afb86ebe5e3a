"""The grounding guard: lets through only what the base CV supports.

Pure and deterministic: no model, no I/O. Each rule is a small module that answers with an ``Objection``
or None; ``guard.check_claims`` walks the documents and puts the source line in place of what is refused.
"""

from cvtailor.domain.grounding.agreement import check_agreement
from cvtailor.domain.grounding.guard import SkillNames, check_claims

__all__ = ["SkillNames", "check_agreement", "check_claims"]
