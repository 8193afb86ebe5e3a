"""protoc plugin: the Python client's messages and stubs, by betterproto2, over a transport of our own.

betterproto2's asynchronous stubs call grpclib, which knows neither service config nor proxies. They use two
methods of their base class; ``cvtailor_client.transport`` has both over grpcio. Each oneof becomes a
property of its own name that is the member which is set, so that a program can ``match`` it. And ``rpcs.py``
says of each RPC what no stub does: whether it may be repeated.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from betterproto2_compiler.lib.google.protobuf import MethodDescriptorProto, MethodOptionsIdempotencyLevel
from betterproto2_compiler.lib.google.protobuf.compiler import (
    CodeGeneratorRequest,
    CodeGeneratorResponse,
    CodeGeneratorResponseFile,
)
from betterproto2_compiler.plugin.parser import generate_code

OPTIONS = "client_generation=async"
TRANSPORT = "cvtailor_client.transport"
_REWRITTEN = (
    (
        r"^from betterproto2 import grpclib as betterproto2_grpclib\n",
        f"from {TRANSPORT} import ServiceStub\n",
    ),
    (r"\bbetterproto2_grpclib\.ServiceStub\b", "ServiceStub"),
    (r"^    from betterproto2\.grpclib\.grpclib_client import MetadataLike\n", ""),
    (r"^    from grpclib\.metadata import Deadline\n", ""),
    (r"^if TYPE_CHECKING:\n(?! )", ""),
    (r'^ +deadline: "Deadline \| None" = None,\n', ""),
    (r"^ +deadline=deadline,\n", ""),
    (r"\bMetadataLike\b", "Metadata"),
)
_RPCS = '''# Generated from the contract.  DO NOT EDIT!
"""The RPCs of the contract."""

from typing import NamedTuple


class Rpc(NamedTuple):
    """One RPC; `idempotent` ones may be made again by whoever does not know whether they arrived."""

    service: str
    method: str
    streams: bool
    idempotent: bool


RPCS = (
{rows}
)
'''
_PROPERTY = '''
    @property
    def {oneof}(self) -> "{types}":
        """
        What is set of the oneof `{oneof}`, if anything is.
        """
        return betterproto2.which_one_of(self, "{oneof}")[1]
'''


def generate(request: CodeGeneratorRequest) -> CodeGeneratorResponse:
    """Runs betterproto2's compiler over the request's files."""
    # The compiler formats by calling `ruff`; ours lies beside this Python.
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    request.parameter = OPTIONS
    response = generate_code(request)
    for file in response.file:
        file.content = _with_oneofs(_relocated(file.content))
    response.file.append(CodeGeneratorResponseFile(name="rpcs.py", content=_rpcs(request)))
    return response


def _rpcs(request: CodeGeneratorRequest) -> str:
    rows = [
        f'    Rpc("{file.package}.{service.name}", "{method.name}", '
        f"streams={method.server_streaming}, idempotent={_is_idempotent(method)}),"
        for file in request.proto_file
        for service in file.service
        for method in service.method
    ]
    return _RPCS.format(rows="\n".join(sorted(rows)))


def _is_idempotent(method: MethodDescriptorProto) -> bool:
    unknown = MethodOptionsIdempotencyLevel.IDEMPOTENCY_UNKNOWN
    return method.options is not None and method.options.idempotency_level != unknown


def _relocated(source: str) -> str:
    for pattern, replacement in _REWRITTEN:
        source = re.sub(pattern, replacement, source, flags=re.MULTILINE)
    if "Metadata" in source:
        source = source.replace(f"from {TRANSPORT} import S", f"from {TRANSPORT} import Metadata, S")
    if "grpclib" in source:
        raise ValueError("betterproto2's stubs need something else of grpclib now; see _REWRITTEN")
    return source


def _with_oneofs(source: str) -> str:
    lines = source.splitlines(keepends=True)
    for message in reversed([node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]):
        members: dict[str, list[str]] = {}
        for oneof, type in _members(message):
            types = members.setdefault(oneof, [])
            types += [type] if type not in types else []
        lines[message.end_lineno : message.end_lineno] = [
            _PROPERTY.format(oneof=oneof, types=" | ".join([*types, "None"]))
            for oneof, types in members.items()
        ]
    return "".join(lines)


def _members(message: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yields oneof and type of each field of a oneof, as in ``a: "A | None" = field(…, group="b")``."""
    for node in message.body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Call)):
            continue
        for keyword in node.value.keywords:
            if keyword.arg == "group":
                yield (
                    ast.literal_eval(keyword.value),
                    ast.literal_eval(node.annotation).removesuffix(" | None"),
                )


if __name__ == "__main__":
    answer = generate(CodeGeneratorRequest.parse(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(bytes(answer))
