"""Damaged messages to every method of a real server: an answer or a clean refusal, in bounded time."""

from collections.abc import AsyncIterator, Iterator

import grpc
import pytest
from cvtailor.adapters.postgres.events import PostgresRunEvents
from cvtailor.adapters.postgres.personal_records import PostgresPersonalRecords
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.bounds import bounded
from tests.fuzz.damage import Wound, damaged, wounds
from tests.fuzz.fuzz_settings import fuzzing
from tests.fuzz.hostile_calls import (
    CLEAN,
    METHODS,
    REQUEST_BYTES_MAX,
    Hostile,
    hostile_service,
    status_of,
    whole_requests,
)

_STRANGE_TEXTS = ["\0", "a\0b", "'; drop table runs; --", "%s%n", "../../etc/passwd", "\u202e", "\x1b[2J"]
_STRANGE_TEXTS += ["9" * 5_000, "[" * 9_000, "\ufdd0", "text/plain; charset=utf-16", "https://[::1", "de-\0"]
STRANGE_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    _STRANGE_TEXTS
)
STRANGE = {
    FieldDescriptor.CPPTYPE_STRING: STRANGE_TEXT,
    FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_ENUM: st.integers(-3, 99),
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
}


def scalar_fields(message: Message) -> Iterator[tuple[Message, FieldDescriptor]]:
    """Yields every field that holds one value, set or not, of a message and of those that are set in it."""
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.is_repeated:
            for part in value if field.message_type else ():
                yield from scalar_fields(part)
        elif field.message_type:
            if message.HasField(field.name):
                yield from scalar_fields(value)
        elif field.type != field.TYPE_BYTES and (not field.has_presence or message.HasField(field.name)):
            yield message, field


@pytest.fixture
async def hostile(
    records: PostgresRecords, events: PostgresRunEvents, sessions: UserSessions
) -> AsyncIterator[Hostile]:
    async with hostile_service(records, PostgresPersonalRecords(sessions), events) as hostile:
        yield hostile


@pytest.mark.parametrize("name", METHODS)
@given(chosen=st.integers(0, 9), changes=wounds)
@fuzzing
async def test_a_damaged_message_is_answered_or_refused_cleanly(
    hostile: Hostile, name: str, chosen: int, changes: list[Wound]
) -> None:
    content = damaged(whole_requests(hostile)[name], chosen, changes, REQUEST_BYTES_MAX)
    with bounded():
        status = await status_of(hostile.served, METHODS[name], content)
    assert status in CLEAN


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if method.input_type.fields])
@given(data=st.data())
@fuzzing
async def test_a_strange_value_in_one_field_is_answered_or_refused_cleanly(
    hostile: Hostile, name: str, data: st.DataObject
) -> None:
    request = message_factory.GetMessageClass(METHODS[name].input_type)()
    request.ParseFromString(data.draw(st.sampled_from(whole_requests(hostile)[name])))
    message, field = data.draw(st.sampled_from(list(scalar_fields(request))))
    setattr(message, field.name, data.draw(STRANGE[field.cpp_type]))
    with bounded():
        status = await status_of(hostile.served, METHODS[name], request.SerializeToString())
    assert status in CLEAN


async def test_the_examples_that_are_damaged_are_served_whole(hostile: Hostile) -> None:
    for name, requests in whole_requests(hostile).items():
        for content in requests:
            status = await status_of(hostile.served, METHODS[name], content)
            # Those before it may have changed what it is about.
            assert status in CLEAN - {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND}, name


@pytest.mark.parametrize("name", ["GenerateApplication", "ReviseApplication", "UpdateApplication"])
async def test_ten_megabytes_in_one_field_are_refused(hostile: Hostile, name: str) -> None:
    (content,) = whole_requests(hostile)[name]
    request = message_factory.GetMessageClass(METHODS[name].input_type).FromString(content)
    for message, field in scalar_fields(request):
        if field.name in {"feedback", "notes"} or (name == "GenerateApplication" and field.name == "text"):
            setattr(message, field.name, "x" * 10_000_000)
    with bounded():
        status = await status_of(hostile.served, METHODS[name], request.SerializeToString())
    assert status is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_the_fuzzer_sees_a_method_that_crashes(hostile: Hostile) -> None:
    hostile.served.generator._records = None
    (content,) = whole_requests(hostile)["GetApplication"]
    assert await status_of(hostile.served, METHODS["GetApplication"], content) not in CLEAN
