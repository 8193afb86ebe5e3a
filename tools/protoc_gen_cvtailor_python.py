"""protoc plugin: messages, stubs and their types for Python, importable below one package.

protoc's Python generators assume that the proto path is the import path. Ours live in
``cvtailor.gen``, so the imports between generated files get that prefix.
"""

import re
import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2
from grpc_tools import protoc

PACKAGE = "cvtailor.gen"
_GENERATED = re.compile(r"^(from |import )((?:cvtailor|buf)[.\w]*)", re.MULTILINE)
_QUALIFIED = re.compile(r"(?<![\w.'\"/])((?:cvtailor\.v1|buf\.validate)\.\w+_pb2)\b")
_BUILDER = re.compile(r"(BuildTopDescriptorsAndMessages\(DESCRIPTOR, ')")


def generate(request: plugin_pb2.CodeGeneratorRequest) -> plugin_pb2.CodeGeneratorResponse:
    """Runs the generators in ``grpcio-tools`` and mypy-protobuf over the request's files."""
    response = plugin_pb2.CodeGeneratorResponse(
        supported_features=plugin_pb2.CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
        | plugin_pb2.CodeGeneratorResponse.FEATURE_SUPPORTS_EDITIONS,
        minimum_edition=descriptor_pb2.EDITION_PROTO2,
        maximum_edition=descriptor_pb2.EDITION_2023,
    )
    services = [
        file.name for file in request.proto_file if file.name in request.file_to_generate and file.service
    ]
    with tempfile.TemporaryDirectory() as folder:
        descriptors, out = Path(folder, "descriptors"), Path(folder, "out")
        out.mkdir()
        descriptors.write_bytes(descriptor_pb2.FileDescriptorSet(file=request.proto_file).SerializeToString())
        common = ["protoc", f"--descriptor_set_in={descriptors}"]
        runs = [[*common, f"--python_out={out}", f"--mypy_out={out}", *request.file_to_generate]]
        if services:
            runs.append([*common, f"--grpc_python_out={out}", f"--mypy_grpc_out=only_async:{out}", *services])
        for arguments in runs:
            if protoc.main(arguments):
                response.error = f"failed: {' '.join(arguments[2:])}"
                return response
        sources = {path.relative_to(out): path.read_text() for path in sorted(out.rglob("*.py*"))}
    packages = {parent for path in sources for parent in path.parents}
    for package in sorted(packages):
        response.file.add(name=(package / "__init__.py").as_posix(), content="")
    for path, source in sources.items():
        response.file.add(name=path.as_posix(), content=_relocate(source))
    return response


def _relocate(source: str) -> str:
    source = _GENERATED.sub(rf"\g<1>{PACKAGE}.\g<2>", source)
    source = _QUALIFIED.sub(rf"{PACKAGE}.\g<1>", source)
    # The module name that generated classes carry; pickle looks them up by it.
    return _BUILDER.sub(rf"\g<1>{PACKAGE}.", source)


if __name__ == "__main__":
    answer = generate(plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(answer.SerializeToString())
