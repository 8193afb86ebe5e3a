"""The contract as buf compiles it: descriptors with comments and options."""

import hashlib
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# Both register the extensions that options of the contract use.
from cvtailor.gen.buf.validate import validate_pb2  # noqa: F401
from google.api import annotations_pb2  # noqa: F401
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

OURS = "cvtailor/"
FINGERPRINT_DIGITS = 16


def image(root: Path = Path()) -> FileDescriptorSet:
    """Compiles the contract below ``root``, which holds ``buf.yaml``.

    Raises:
        CalledProcessError: It does not compile; buf has said why.
    """
    built = subprocess.run(
        ["buf", "build", str(root), "-o", "-", "--as-file-descriptor-set"], check=True, capture_output=True
    )
    return FileDescriptorSet.FromString(built.stdout)


def own_files(files: FileDescriptorSet) -> list[FileDescriptorProto]:
    """Returns the files of this contract, without those it imports, by name."""
    return sorted((file for file in files.file if file.name.startswith(OURS)), key=lambda file: file.name)


def fingerprint(files: FileDescriptorSet) -> str:
    """Returns a digest of all that clients can depend on, which is everything but comments."""
    digest = hashlib.sha256()
    for file in own_files(files):
        bare = FileDescriptorProto()
        bare.CopyFrom(file)
        bare.ClearField("source_code_info")
        digest.update(bare.SerializeToString(deterministic=True))
    return digest.hexdigest()[:FINGERPRINT_DIGITS]


def comments(file: FileDescriptorProto) -> Mapping[Sequence[int], str]:
    """Returns the comment above each element, by its path in the descriptor."""
    return {
        tuple(location.path): location.leading_comments.strip()
        for location in file.source_code_info.location
        if location.leading_comments
    }
