"""The rules of the contract in words, for its reference."""

import re
from collections.abc import Iterator
from typing import Any

from cvtailor.gen.buf.validate import validate_pb2
from google.protobuf.message import Message

_CHOICE = re.compile(r"\^\(([\w|]+)\)(\??)\$")
_MIB = 1 << 20


def rules_in_words(rules: validate_pb2.FieldRules) -> str:
    """Returns what a value of a field must be, or nothing if it may be anything.

    Raises:
        ValueError: There are no words for a rule yet.
    """
    told = ["required"] if rules.required else []
    kind = rules.WhichOneof("type")
    if kind:
        told += _KINDS[kind](getattr(rules, kind)) if kind in _KINDS else _unknown(kind)
    told += [rule.message.removeprefix("must be ") for rule in rules.cel]
    if rules.ignore == validate_pb2.IGNORE_IF_ZERO_VALUE:
        told.append("or unset")
    known = {"required", "cel", "ignore", kind}
    for field, _ in rules.ListFields():
        if field.name not in known:
            _unknown(field.name)
    return ", ".join(told)


def _string(rules: Message) -> Iterator[str]:
    given = _given(rules)
    if given.pop("uuid", False):
        yield "a UUID"
    if pattern := given.pop("pattern", ""):
        yield _pattern(pattern)
    yield from _span(given.pop("min_len", None), given.pop("max_len", None), "character")
    yield from _span(None, given.pop("max_bytes", None), "byte")
    _all_told("string", given)


def _bytes(rules: Message) -> Iterator[str]:
    given = _given(rules)
    yield from _span(given.pop("min_len", None), given.pop("max_len", None), "byte")
    _all_told("bytes", given)


def _integer(rules: Message) -> Iterator[str]:
    given = _given(rules)
    yield from _span(given.pop("gte", None), given.pop("lte", None), "")
    _all_told("integer", given)


def _enum(rules: Message) -> Iterator[str]:
    given = _given(rules)
    refused = list(given.pop("not_in", ()))
    if given.pop("defined_only", False):
        yield "a value that this contract has"
    if refused:
        yield "not " + " or ".join("unspecified" if number == 0 else str(number) for number in refused)
    _all_told("enum", given)


def _repeated(rules: Message) -> Iterator[str]:
    given = _given(rules)
    yield from _span(given.pop("min_items", None), given.pop("max_items", None), "item")
    if given.pop("unique", False):
        yield "no two alike"
    if items := given.pop("items", None):
        yield f"each {rules_in_words(items)}"
    _all_told("repeated", given)


_KINDS = {
    "string": _string,
    "bytes": _bytes,
    "int32": _integer,
    "int64": _integer,
    "enum": _enum,
    "repeated": _repeated,
}


def _given(rules: Message) -> dict[str, Any]:
    return {field.name: value for field, value in rules.ListFields()}


def _all_told(kind: str, left: dict[str, Any]) -> None:
    for name in left:
        _unknown(f"{kind}.{name}")


def _unknown(rule: str) -> list[str]:
    raise ValueError(f"tools/contract_rules.py has no words for the rule {rule}: give it some")


def _pattern(pattern: str) -> str:
    if choice := _CHOICE.fullmatch(pattern):
        values = ", ".join(f"`{value}`" for value in choice[1].split("|"))
        return f"one of {values}" + (" or empty" if choice[2] else "")
    return f"matches `{pattern}`"


def _span(least: object, most: object, unit: str) -> Iterator[str]:
    if least is None and most is None:
        return
    if most is None:
        yield f"at least {_number(least, unit)}" if unit else f"{least} or more"
    elif least is None:
        yield f"at most {_number(most, unit)}"
    else:
        yield f"{_number(least, unit) if unit == 'byte' else least} to {_number(most, unit)}"


def _number(value: object, unit: str) -> str:
    assert isinstance(value, int)  # noqa: S101
    if unit == "byte" and value % _MIB == 0:
        return f"{value // _MIB} MiB"
    return f"{value:,} {unit}{'s' * (value != 1)}" if unit else str(value)
