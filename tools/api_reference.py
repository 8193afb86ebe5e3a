"""The reference of the contract, docs/api.md, from the comments and options in ``proto``."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cvtailor.gen.buf.validate import validate_pb2
from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    MethodOptions,
)

from tools.contract_image import comments, image, own_files
from tools.contract_rules import rules_in_words

PAGE = Path("docs/api.md")
_HEAD = """# API reference

Made from the comments in [`proto/cvtailor/v1`](../proto/cvtailor/v1) by `just gen`; change those, not this
page. Calls to copy are in [grpcurl.md](grpcurl.md), errors in [errors.md](errors.md), how the contract may
change in [contract.md](contract.md).

The HTTP routes are the [gateway](gateway.md)'s; fields of a GET that are not in its path are query
parameters. In JSON a field is written in lowerCamelCase (both ways are read), 64-bit integers are strings,
bytes are base64, an enum is its name, a `Timestamp` is RFC 3339, a `Duration` is `"3.5s"`. Fields that have
their default value (0, empty, false) may be absent. A stream is one JSON message a line.
"""
_ELSEWHERE = {
    "google.protobuf.Timestamp": "https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp",
    "google.protobuf.Duration": "https://protobuf.dev/reference/protobuf/google.protobuf/#duration",
}
_IDEMPOTENCY = {
    MethodOptions.IDEMPOTENCY_UNKNOWN: "acts again",
    MethodOptions.NO_SIDE_EFFECTS: "changes nothing",
    MethodOptions.IDEMPOTENT: "idempotent: calling it again is fine",
}
_ATTACHES = "with the same `request_id` it is the same run, told again"
_MESSAGE, _ENUM, _SERVICE = 4, 5, 6
_MEMBER, _NESTED_MESSAGE, _NESTED_ENUM, _ONEOF = 2, 3, 4, 8
_TYPE_NAME = re.compile(r"`[^`]*`|\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")


def page(files: FileDescriptorSet) -> str:
    """Returns the page, the same for the same descriptors.

    Raises:
        ValueError: Two headings would have the same anchor, or there are no words for a rule.
    """
    own = own_files(files)
    names = _names(own)
    parts = [_File(file, names) for file in sorted(own, key=lambda file: (not file.service, file.name))]
    text = "\n".join([_HEAD, *_contents(parts), *(line for part in parts for line in part.lines())])
    anchors = Counter(_anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE))
    if twice := [name for name, count in anchors.items() if count > 1]:
        raise ValueError(f"headings of the API reference share an anchor: {', '.join(twice)}")
    return text.rstrip() + "\n"


@dataclass(frozen=True)
class _Names:
    """What the parts of the page know of each other.

    Attributes:
        linkable: Names of RPCs, messages and enums that have a heading.
        repeatable: Messages with a ``request_id``.
    """

    linkable: frozenset[str]
    repeatable: frozenset[str]


def _names(own: Iterable[FileDescriptorProto]) -> _Names:
    messages = [message for file in own for message in file.message_type]
    others = [
        item for file in own for item in (*file.enum_type, *(rpc for s in file.service for rpc in s.method))
    ]
    return _Names(
        frozenset(item.name for item in (*messages, *others)),
        frozenset(m.name for m in messages if any(field.name == "request_id" for field in m.field)),
    )


def _contents(parts: Sequence["_File"]) -> Iterator[str]:
    yield "| service | RPCs |"
    yield "|---|---|"
    for part in parts:
        for service in part.file.service:
            rpcs = ", ".join(_link(rpc.name) for rpc in service.method)
            yield f"| {_link(service.name)} | {rpcs} |"
    yield ""


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-")


def _link(name: str) -> str:
    return f"[{name}](#{_anchor(name)})"


class _File:
    """One file of the contract, as a part of the page."""

    def __init__(self, file: FileDescriptorProto, names: _Names) -> None:
        self.file = file
        self._comments = comments(file)
        self._names = names

    def lines(self) -> Iterator[str]:
        """Yields the lines: the services with their RPCs, then the messages, then the enums."""
        if not self.file.service:
            yield f"## {Path(self.file.name).name}\n"
        for index, service in enumerate(self.file.service):
            path = (_SERVICE, index)
            yield f"## {service.name}\n"
            yield self._prose(path, service.name)
            for number, rpc in enumerate(service.method):
                yield from self._rpc(rpc, (*path, _MEMBER, number))
        for index, message in enumerate(self.file.message_type):
            yield from self._message(message, message.name, (_MESSAGE, index))
        for index, enum in enumerate(self.file.enum_type):
            yield from self._enum(enum, enum.name, (_ENUM, index))

    def _rpc(self, rpc: MethodDescriptorProto, path: tuple[int, ...]) -> Iterator[str]:
        yield f"### {rpc.name}\n"
        yield self._prose(path, rpc.name) + _deprecated(rpc.options.deprecated)
        asked = ("stream of " if rpc.client_streaming else "") + self._type_link(rpc.input_type)
        answered = ("stream of " if rpc.server_streaming else "") + self._type_link(rpc.output_type)
        yield f"- Request: {asked}"
        yield f"- Response: {answered}"
        if rpc.options.HasExtension(annotations_pb2.http):
            yield f"- HTTP: {_route(rpc)}"
        attaches = rpc.input_type.rpartition(".")[2] in self._names.repeatable
        yield f"- Repeating it: {_ATTACHES if attaches else _IDEMPOTENCY[rpc.options.idempotency_level]}\n"

    def _message(self, message: DescriptorProto, name: str, path: tuple[int, ...]) -> Iterator[str]:
        if message.options.map_entry:
            return
        yield f"### {name}\n"
        yield self._prose(path, name) + _deprecated(message.options.deprecated)
        for rule in message.options.Extensions[validate_pb2.message].cel:
            yield f"Rule: {rule.message}.\n"
        if message.field:
            yield "| # | field | type | rules | meaning |"
            yield "|---|---|---|---|---|"
            yield from self._fields(message, path)
            yield ""
        for index, nested in enumerate(message.nested_type):
            yield from self._message(nested, f"{name}.{nested.name}", (*path, _NESTED_MESSAGE, index))
        for index, enum in enumerate(message.enum_type):
            yield from self._enum(enum, f"{name}.{enum.name}", (*path, _NESTED_ENUM, index))

    def _fields(self, message: DescriptorProto, path: tuple[int, ...]) -> Iterator[str]:
        told: set[int] = set()
        for index, field in enumerate(message.field):
            choice = field.HasField("oneof_index") and not field.proto3_optional
            if choice and field.oneof_index not in told:
                told.add(field.oneof_index)
                oneof = message.oneof_decl[field.oneof_index]
                how_many = (
                    "exactly one" if oneof.options.Extensions[validate_pb2.oneof].required else "at most one"
                )
                about = self._cell((*path, _ONEOF, field.oneof_index))
                yield f"| | `{oneof.name}` | {how_many} of these | | {about} |"
            rules = rules_in_words(field.options.Extensions[validate_pb2.field])
            if choice:
                rules = ", ".join(filter(None, (f"of `{message.oneof_decl[field.oneof_index].name}`", rules)))
            about = self._cell((*path, _MEMBER, index)) + _deprecated(field.options.deprecated)
            kind = self._field_type(field, message)
            yield f"| {field.number} | `{field.name}` | {kind} | {rules} | {about} |"

    def _enum(self, enum: EnumDescriptorProto, name: str, path: tuple[int, ...]) -> Iterator[str]:
        yield f"### {name}\n"
        yield self._prose(path, name) + _deprecated(enum.options.deprecated)
        yield "| # | value | meaning |"
        yield "|---|---|---|"
        for index, value in enumerate(enum.value):
            about = self._cell((*path, _MEMBER, index)) + _deprecated(value.options.deprecated)
            yield f"| {value.number} | `{value.name}` | {about} |"
        yield ""

    def _field_type(self, field: FieldDescriptorProto, owner: DescriptorProto) -> str:
        entry = next(
            (
                nested
                for nested in owner.nested_type
                if nested.options.map_entry and field.type_name.endswith(f".{owner.name}.{nested.name}")
            ),
            None,
        )
        if entry:
            key, value = entry.field
            return f"map of {self._scalar_or_link(key)} to {self._scalar_or_link(value)}"
        repeated = "repeated " if field.label == FieldDescriptorProto.LABEL_REPEATED else ""
        optional = "optional " if field.proto3_optional else ""
        return repeated + optional + self._scalar_or_link(field)

    def _scalar_or_link(self, field: FieldDescriptorProto) -> str:
        if field.type_name:
            return self._type_link(field.type_name)
        return FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()

    def _type_link(self, type_name: str) -> str:
        full = type_name.removeprefix(".")
        own = f"{self.file.package}."
        if full.startswith(own):
            return _link(full.removeprefix(own))
        return f"[{full}]({_ELSEWHERE[full]})" if full in _ELSEWHERE else f"`{full}`"

    def _prose(self, path: tuple[int, ...], own_name: str) -> str:
        lines = [line.removeprefix(" ") for line in self._comments.get(path, "").splitlines()]
        return self._linked("\n".join(lines), own_name) + "\n"

    def _cell(self, path: tuple[int, ...]) -> str:
        text = " ".join(self._comments.get(path, "").split()).replace("|", "\\|")
        return self._linked(text, "")

    def _linked(self, text: str, own_name: str) -> str:
        """Makes links of the names of RPCs and messages that are two words or more."""

        def link(found: re.Match[str]) -> str:
            name = found[0].strip("`")
            return _link(name) if name in self._names.linkable and name != own_name else found[0]

        return _TYPE_NAME.sub(link, text)


def _route(rpc: MethodDescriptorProto) -> str:
    rule = rpc.options.Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    return f"`{verb.upper()} {getattr(rule, verb)}`" + (", with a JSON body" if rule.body else "")


def _deprecated(is_deprecated: bool) -> str:
    return " **Deprecated.**" if is_deprecated else ""


if __name__ == "__main__":
    PAGE.write_text(page(image()))
