"""The client's messages say on the wire what google's do: every field, both ways."""

import pickle

import pytest
from both_languages import FILES, differences, in_the_clients, messages
from cvtailor.gen.cvtailor.v1 import event_pb2
from cvtailor_client import v1
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from message_values import anything, full

MESSAGES = messages()


def assert_round_trip(google: Message) -> None:
    kind = in_the_clients(google.DESCRIPTOR)
    ours = kind.parse(google.SerializeToString())
    assert list(differences(google, ours)) == []
    assert type(google).FromString(bytes(ours)) == google
    assert kind.parse(bytes(ours)) == ours
    assert pickle.loads(pickle.dumps(ours)) == ours  # noqa: S301


@pytest.mark.parametrize("name", MESSAGES)
def test_every_field_of_every_message_round_trips(name: str) -> None:
    message, seen = MESSAGES[name], set()
    for google in full(message):
        seen |= {field.name for field, _ in google.ListFields()}
        assert_round_trip(google)
    assert seen == {field.name for field in message.fields}


@pytest.mark.parametrize("name", MESSAGES)
@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(drawn=st.data())
def test_any_message_round_trips(name: str, drawn: st.DataObject) -> None:
    assert_round_trip(drawn.draw(anything(MESSAGES[name])))


def test_every_value_of_every_enum_has_its_name_and_number() -> None:
    enums = [enum for file in FILES for enum in file.enum_types_by_name.values()]
    enums += [enum for message in MESSAGES.values() for enum in message.enum_types]
    for enum in enums:
        ours = getattr(v1, enum.full_name.removeprefix("cvtailor.v1.").replace(".", ""))
        names = {value.number: value.name for value in enum.values}
        assert {number: ours(number).proto_name or ours(number).name for number in names} == names


def test_each_member_of_a_oneof_is_its_property() -> None:
    for google in full(MESSAGES["cvtailor.v1.ApplicationEvent"]):
        ours = v1.ApplicationEvent.parse(google.SerializeToString())
        assert ours.event is getattr(ours, google.WhichOneof("event"))
    assert v1.ApplicationEvent(cancelled=v1.Cancelled()).event == v1.Cancelled()
    assert v1.ApplicationEvent().event is None


def test_what_a_newer_service_says_is_kept_and_does_no_harm() -> None:
    newer = event_pb2.ApplicationEvent(sequence=3).SerializeToString() + b"\xfa\x3e\x03new"
    ours = v1.ApplicationEvent.parse(newer)
    assert (ours.sequence, ours.event) == (3, None)
    assert bytes(ours) == newer
    assert v1.Failed.parse(b"\x10\xe7\x07").reason == 999
