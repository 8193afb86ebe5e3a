"""The bound that lists are held to before the contract's own rules are looked at."""

from collections.abc import Iterator

from cvtailor.gen.buf.validate import validate_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, event_pb2, health_pb2, personal_data_pb2
from cvtailor.rpc.validation import REPEATED_ITEMS_MAX
from google.protobuf.descriptor import Descriptor


def bounds(message: Descriptor) -> Iterator[tuple[str, int]]:
    for field in message.fields:
        bound = field.GetOptions().Extensions[validate_pb2.field].repeated.max_items
        if bound:
            yield field.full_name, bound


def test_no_list_of_the_contract_may_hold_more_than_is_looked_at() -> None:
    files = (cv_generator_pb2, event_pb2, health_pb2, personal_data_pb2)
    messages = [message for file in files for message in file.DESCRIPTOR.message_types_by_name.values()]
    found = dict(bound for message in messages for bound in bounds(message))
    assert len(found) >= 3
    assert {name: bound for name, bound in found.items() if bound > REPEATED_ITEMS_MAX} == {}
