"""JSON schemas in the dialect that every provider's structured output understands."""

from typing import Any

from pydantic import BaseModel

_KEPT = ("type", "description", "enum", "const", "$ref", "required", "additionalProperties")
_MANY = ("anyOf", "oneOf", "allOf")


def answer_schema(answer: type[BaseModel]) -> dict[str, Any]:
    """Returns the schema of a model with every field required and no unknown ones allowed.

    Defaults, titles and limits are left out: providers refuse them or ignore them, and pydantic checks the
    answer against the whole model afterwards.
    """
    schema = answer.model_json_schema()
    narrowed = _narrowed(schema)
    if "$defs" in schema:
        narrowed["$defs"] = {name: _narrowed(part) for name, part in schema["$defs"].items()}
    return narrowed


def _narrowed(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:  # a reference may have no siblings
        return {"$ref": schema["$ref"]}
    narrowed = {key: schema[key] for key in _KEPT if key in schema}
    if isinstance(schema.get("items"), dict):
        narrowed["items"] = _narrowed(schema["items"])
    for key in _MANY:
        if key in schema:
            narrowed["anyOf"] = [_narrowed(part) for part in schema[key]]
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        narrowed["properties"] = {name: _narrowed(part) for name, part in properties.items()}
        narrowed["required"] = list(properties)
        narrowed["additionalProperties"] = False
    return narrowed
