"""The tools of agents: what a desk offers, as functions on plain values that return JSON."""

import json
from collections.abc import Callable

from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import WrittenClaim

type Tool = Callable[..., str]


def lookup_evidence_at(desk: Desk) -> Tool:
    """Returns a tool that shows lines of the CV."""

    def lookup_evidence(ids: list[str]) -> str:
        """Shows lines of the CV by id, as JSON; ids that don't exist are left out."""
        return json.dumps(desk.lookup_evidence(ids), ensure_ascii=False)

    return lookup_evidence


def coverage_at(desk: Desk) -> Tool:
    """Returns a tool that weighs a choice of lines."""

    def coverage(ids: list[str]) -> str:
        """Tells which share of the must-haves and nice-to-haves lines of the CV answer, as JSON, 0 to 1."""
        return desk.coverage(ids).model_dump_json()

    return coverage


def check_claims_at(desk: Desk) -> Tool:
    """Returns a tool that asks the guard."""

    def check_claims(claims: list[WrittenClaim]) -> str:
        """Tells what the check would object to in reworded lines: remarks as JSON, none if all hold."""
        return json.dumps([remark.model_dump(mode="json") for remark in desk.check_claims(claims)])

    return check_claims
