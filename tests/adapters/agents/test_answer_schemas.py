"""The JSON schemas that providers are asked to keep to."""

import json

import pytest
from cvtailor.adapters.agents.schemas import answer_schema
from cvtailor.domain.drafts import CvDraft, LetterDraft, OfferDraft, Plan, Remark, WrittenClaim
from pydantic import BaseModel

_UNDERSTOOD = {
    "$defs",
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "description",
    "enum",
    "items",
    "properties",
    "required",
    "type",
}


def _objects(schema: object) -> list[dict[str, object]]:
    if isinstance(schema, list):
        return [found for part in schema for found in _objects(part)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(found for part in schema.values() for found in _objects(part))]


@pytest.mark.parametrize("answer", [CvDraft, LetterDraft, OfferDraft, Plan, Remark, WrittenClaim])
def test_every_draft_is_asked_for_in_the_strict_dialect(answer: type[BaseModel]) -> None:
    schema = answer_schema(answer)
    objects = [part for part in _objects(schema) if part.get("type") == "object"]
    assert objects
    for part in objects:
        assert part["additionalProperties"] is False
        assert set(part["required"]) == set(part["properties"])
        assert set(part) <= _UNDERSTOOD
    assert '"default"' not in json.dumps(schema)


def test_a_reference_has_no_siblings() -> None:
    referring = [part for part in _objects(answer_schema(CvDraft)) if "$ref" in part]
    assert referring
    assert all(set(part) == {"$ref"} for part in referring)
