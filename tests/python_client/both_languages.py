"""Each message of the contract in both of its Python forms: google's, and the client's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import betterproto2
from cvtailor.gen.cvtailor.v1 import (
    application_pb2,
    cv_generator_pb2,
    error_reason_pb2,
    event_pb2,
    health_pb2,
    job_offer_pb2,
    match_report_pb2,
    personal_data_pb2,
)
from cvtailor_client import v1
from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

FILES: tuple[FileDescriptor, ...] = tuple(
    module.DESCRIPTOR
    for module in (
        application_pb2,
        cv_generator_pb2,
        error_reason_pb2,
        event_pb2,
        health_pb2,
        job_offer_pb2,
        match_report_pb2,
        personal_data_pb2,
    )
)
SERVICES: tuple[ServiceDescriptor, ...] = tuple(
    service for file in FILES for service in file.services_by_name.values()
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def messages() -> dict[str, Descriptor]:
    """Every message of the contract by full name, those in others too."""

    def within(message: Descriptor) -> Iterator[Descriptor]:
        if not message.GetOptions().map_entry:
            yield message
            for nested in message.nested_types:
                yield from within(nested)

    tops = [message for file in FILES for message in file.message_types_by_name.values()]
    return {message.full_name: message for top in tops for message in within(top)}


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def in_googles(message: Descriptor) -> Message:
    """A new message of google's class."""
    return GetMessageClass(message)()


def in_the_clients(message: Descriptor) -> type[betterproto2.Message]:
    """The client's class; nested messages lose their dot."""
    return getattr(v1, message.full_name.removeprefix("cvtailor.v1.").replace(".", ""))


def differences(google: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Where the two forms of a message don't say the same; unknown fields would."""
    assert not ours._unknown_fields, f"{path} has fields that the client does not know"
    for field in google.DESCRIPTOR.fields:
        at, theirs, our = f"{path}.{field.name}", getattr(google, field.name), getattr(ours, field.name)
        if field.has_presence and not google.HasField(field.name):
            pairs = [] if our is None else [(None, our)]
        elif is_map(field):
            assert set(theirs) == set(our), at
            value = field.message_type.fields_by_name["value"]
            for key in theirs:
                yield from _differing(value, theirs[key], our[key], f"{at}[{key}]")
            continue
        elif field.is_repeated:
            assert len(theirs) == len(our), at
            pairs = list(zip(theirs, our, strict=True))
        else:
            pairs = [(theirs, our)]
        for one, other in pairs:
            yield from _differing(field, one, other, at)


def _differing(field: FieldDescriptor, theirs: Any, ours: Any, at: str) -> Iterator[str]:
    if theirs is None or ours is None:
        yield f"{at}: {theirs!r} is {ours!r}"
    elif field.message_type and field.message_type.full_name == "google.protobuf.Timestamp":
        since = timedelta(seconds=theirs.seconds, microseconds=theirs.nanos // 1000)
        if _EPOCH + since != ours:
            yield f"{at}: {theirs!r} is {ours!r}"
    elif field.message_type and field.message_type.full_name == "google.protobuf.Duration":
        if timedelta(seconds=theirs.seconds, microseconds=theirs.nanos // 1000) != ours:
            yield f"{at}: {theirs!r} is {ours!r}"
    elif field.message_type:
        yield from differences(theirs, ours, at)
    elif theirs != ours:
        yield f"{at}: {theirs!r} is {ours!r}"
