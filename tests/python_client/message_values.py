"""Values for messages: one for every field, and any that Hypothesis thinks of."""

from collections.abc import Iterator
from typing import Any

from both_languages import in_googles, is_map
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

_DEPTH_MAX = 3
_NUMBERS = {
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    # Not -0.0, which betterproto2 takes for unset.
    FieldDescriptor.TYPE_DOUBLE: st.floats(allow_nan=False).map(lambda number: number or 0.0),
    FieldDescriptor.TYPE_STRING: st.text(max_size=12),
    FieldDescriptor.TYPE_BYTES: st.binary(max_size=12),
}
_ONE = {
    FieldDescriptor.TYPE_INT32: -7,
    FieldDescriptor.TYPE_INT64: 1 << 40,
    FieldDescriptor.TYPE_BOOL: True,
    FieldDescriptor.TYPE_DOUBLE: 0.25,
    FieldDescriptor.TYPE_STRING: "Zoë 🧵",
    FieldDescriptor.TYPE_BYTES: b"\x00\xff",
}


def full(message: Descriptor) -> Iterator[Message]:
    """Messages that set every field, one message for each member of a oneof."""
    several = [oneof.fields for oneof in message.oneofs if len(oneof.fields) > 1]
    for member in range(max((len(fields) for fields in several), default=1)):
        made = in_googles(message)
        for field in message.fields:
            oneof = field.containing_oneof
            if oneof is None or list(oneof.fields).index(field) == member % len(oneof.fields):
                _set(made, field, _one(field))
        yield made


def anything(message: Descriptor, depth: int = 0) -> st.SearchStrategy[Message]:
    """Any message: fields unset, set to their default, empty and large."""

    @st.composite
    def draw_message(draw: st.DrawFn) -> Message:
        made = in_googles(message)
        for field in message.fields:
            if draw(st.booleans()):
                _set(made, field, draw(_any(field, depth)))
        return made

    return draw_message()


def _one(field: FieldDescriptor) -> Any:
    if is_map(field):
        return {"key": _one(field.message_type.fields_by_name["value"])}
    if field.is_repeated:
        return [_single(field), _empty(field)]
    return _single(field)


def _single(field: FieldDescriptor) -> Any:
    if field.enum_type:
        return field.enum_type.values[-1].number
    if not field.message_type:
        return _ONE[field.type]
    if field.message_type.file.package == "google.protobuf":
        return in_googles(field.message_type).__class__(seconds=1_700_000_000, nanos=123_456_000)
    return next(full(field.message_type))


def _empty(field: FieldDescriptor) -> Any:
    """What an element of a list may be and a lazy codec would drop."""
    if field.message_type:
        return in_googles(field.message_type)
    return field.enum_type.values[0].number if field.enum_type else type(_ONE[field.type])()


def _any(field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
    if is_map(field):
        value = field.message_type.fields_by_name["value"]
        return st.dictionaries(st.text(max_size=8), _any_single(value, depth), max_size=3)
    single = _any_single(field, depth)
    return st.lists(single, max_size=3) if field.is_repeated else single


def _any_single(field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
    if field.enum_type:
        return st.sampled_from([value.number for value in field.enum_type.values])
    if not field.message_type:
        return _NUMBERS[field.type]
    name = field.message_type.full_name
    if name in ("google.protobuf.Timestamp", "google.protobuf.Duration"):
        # Python's times end at microseconds, as Postgres' do, and at the year 9999. betterproto2 writes
        # negative durations wrong, and those of centuries in floats; no client sends a duration.
        of_timestamp = (-62_135_596_800, 253_402_300_799)
        seconds = st.integers(*(of_timestamp if name.endswith("Timestamp") else (0, 2**31)))
        kind = type(in_googles(field.message_type))
        return st.builds(
            lambda seconds, micros: kind(seconds=seconds, nanos=micros * 1000),
            seconds,
            st.integers(0, 999_999),
        )
    if depth >= _DEPTH_MAX:
        return st.just(in_googles(field.message_type))
    return st.deferred(lambda: anything(field.message_type, depth + 1))


def _set(message: Message, field: FieldDescriptor, value: Any) -> None:
    if is_map(field):
        holder = getattr(message, field.name)
        for key, each in value.items():
            if field.message_type.fields_by_name["value"].message_type:
                holder[key].CopyFrom(each)
            else:
                holder[key] = each
    elif field.is_repeated:
        getattr(message, field.name).extend(value)
    elif field.message_type:
        getattr(message, field.name).SetInParent()
        getattr(message, field.name).CopyFrom(value)
    else:
        setattr(message, field.name, value)
