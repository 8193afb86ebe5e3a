"""What the gateway knows of the contract, read from the generated code: no file of it can be stale."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from google.protobuf.descriptor import FileDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet, MethodOptions
from google.rpc import error_details_pb2, status_pb2

from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, health_pb2, personal_data_pb2

HEALTH: ServiceDescriptor = health_pb2.DESCRIPTOR.services_by_name["Health"]
SERVICES: tuple[ServiceDescriptor, ...] = (
    cv_generator_pb2.DESCRIPTOR.services_by_name["CvGenerator"],
    personal_data_pb2.DESCRIPTOR.services_by_name["PersonalData"],
    HEALTH,
)
REST_PREFIX = "/v1/"
REST_HEALTH = "/health"


@dataclass(frozen=True)
class Method:
    """One RPC as the gateway sees it.

    Attributes:
        path: ``/package.Service/Method``.
        repeatable: Calling it twice is as good as once, and it answers once.
        needs_token: Only callers who say who they are may call it.
    """

    path: str
    repeatable: bool
    needs_token: bool


@cache
def methods() -> tuple[Method, ...]:
    """Returns all RPCs of the contract."""
    return tuple(
        Method(
            path=f"/{service.full_name}/{method.name}",
            repeatable=_idempotent(method) and not method.server_streaming,
            needs_token=service is not HEALTH,
        )
        for service in SERVICES
        for method in service.methods
    )


@cache
def descriptor_set() -> bytes:
    """Returns the contract and all it imports as a serialized ``FileDescriptorSet``."""
    files: dict[str, FileDescriptorProto] = {}
    # The details of errors travel as Any: to write them as JSON, Envoy must know their types.
    roots = (*(service.file for service in SERVICES), status_pb2.DESCRIPTOR, error_details_pb2.DESCRIPTOR)
    for root in roots:
        for file in _with_imports(root):
            files.setdefault(file.name, FileDescriptorProto.FromString(file.serialized_pb))
    return FileDescriptorSet(file=files.values()).SerializeToString(deterministic=True)


def _with_imports(file: FileDescriptor) -> Iterator[FileDescriptor]:
    for imported in file.dependencies:
        yield from _with_imports(imported)
    yield file


def _idempotent(method: MethodDescriptor) -> bool:
    level = method.GetOptions().idempotency_level
    return bool(level != MethodOptions.IDEMPOTENCY_UNKNOWN)
