"""Lays out the third-party .proto files that the contract imports, from the installed packages.

No package registry of buf's is asked. ``googleapis-common-protos`` ships its sources, which are
copied; ``protovalidate`` ships generated code only, so its descriptor is printed back as source.

Usage: ``python tools/proto_dependencies.py [FOLDER]`` (default ``build/proto-deps``).
"""

import shutil
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    field_mask_pb2,
    message_factory,
    text_format,
    timestamp_pb2,
)
from google.protobuf.message import Message
from protovalidate._gen.buf.validate import validate_pb

COPIED = {
    "google.api": ("annotations.proto", "http.proto"),
    "google.rpc": ("code.proto", "error_details.proto", "status.proto"),
    "google.type": ("date.proto",),
}

Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {number: name.removeprefix("TYPE_").lower() for name, number in Field.Type.items()}
_LABELS = {Field.LABEL_REPEATED: "repeated ", Field.LABEL_REQUIRED: "required "}


class ProtoSource:
    """Prints a file descriptor as .proto source, options and extensions included."""

    def __init__(self, file: descriptor_pb2.FileDescriptorProto) -> None:
        self.file = file
        self._pool = descriptor_pool.DescriptorPool()
        for known in (descriptor_pb2, duration_pb2, timestamp_pb2, field_mask_pb2):
            self._pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
        self._pool.AddSerializedFile(file.SerializeToString())

    def __str__(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f'syntax = "{self.file.syntax or "proto2"}";'
        yield f"package {self.file.package};"
        yield from (f'import "{name}";' for name in self.file.dependency)
        yield from (f"option {option};" for option in self._options(self.file.options))
        for enum in self.file.enum_type:
            yield from self._enum(enum)
        for message in self.file.message_type:
            yield from self._message(message)
        yield from self._extensions(self.file.extension)

    def _options(self, options: Message) -> Iterator[str]:
        if not options.ByteSize():
            return
        known = message_factory.GetMessageClass(
            self._pool.FindMessageTypeByName(options.DESCRIPTOR.full_name)
        ).FromString(options.SerializeToString())
        for field, value in known.ListFields():
            name = f"({field.full_name})" if field.is_extension else field.name
            for one in value if field.is_repeated else (value,):
                yield f"{name} = {self._option_value(field, one)}"

    @staticmethod
    def _option_value(field: object, value: object) -> str:
        if isinstance(value, Message):
            return f"{{ {text_format.MessageToString(value, as_one_line=True)} }}"
        if field.enum_type:
            return field.enum_type.values_by_number[value].name
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return '"' + text_format.text_encoding.CEscape(value, True) + '"'
        return str(value)

    def _field(
        self, field: Field, owner: descriptor_pb2.DescriptorProto | None = None, bare: bool = False
    ) -> str:
        kind = field.type_name or _SCALARS[field.type]
        label = "" if bare else _LABELS.get(field.label, "")
        entry = (
            next((t for t in owner.nested_type if field.type_name.endswith(f".{t.name}")), None)
            if owner
            else None
        )
        if entry is not None and entry.options.map_entry:
            key, value = entry.field
            kind, label = f"map<{_SCALARS[key.type]}, {value.type_name or _SCALARS[value.type]}>", ""
        elif not label and not bare and (field.proto3_optional or self.file.syntax in ("", "proto2")):
            label = "optional "
        options = list(self._options(field.options))
        if field.HasField("default_value"):
            options.insert(0, f"default = {field.default_value}")
        suffix = f" [{', '.join(options)}]" if options else ""
        return f"{label}{kind} {field.name} = {field.number}{suffix};"

    def _message(self, message: descriptor_pb2.DescriptorProto) -> Iterator[str]:
        def in_oneof(field: Field) -> bool:
            return field.HasField("oneof_index") and not field.proto3_optional

        yield f"message {message.name} {{"
        yield from (f"option {option};" for option in self._options(message.options))
        yield from (self._field(field, message) for field in message.field if not in_oneof(field))
        for index, oneof in enumerate(message.oneof_decl):
            members = [f for f in message.field if in_oneof(f) and f.oneof_index == index]
            if members:
                yield f"oneof {oneof.name} {{"
                yield from (f"option {option};" for option in self._options(oneof.options))
                yield from (self._field(field, message, bare=True) for field in members)
                yield "}"
        for span in message.extension_range:
            yield f"extensions {span.start} to {'max' if span.end > 1 << 28 else span.end - 1};"
        yield from self._reserved(message, past_end=1)
        for enum in message.enum_type:
            yield from self._enum(enum)
        for nested in message.nested_type:
            if not nested.options.map_entry:
                yield from self._message(nested)
        yield from self._extensions(message.extension)
        yield "}"

    def _enum(self, enum: descriptor_pb2.EnumDescriptorProto) -> Iterator[str]:
        yield f"enum {enum.name} {{"
        yield from (f"option {option};" for option in self._options(enum.options))
        for value in enum.value:
            options = list(self._options(value.options))
            suffix = f" [{', '.join(options)}]" if options else ""
            yield f"{value.name} = {value.number}{suffix};"
        yield from self._reserved(enum, past_end=0)
        yield "}"

    def _extensions(self, fields: Iterable[Field]) -> Iterator[str]:
        for field in fields:
            yield f"extend {field.extendee} {{"
            yield self._field(field)
            yield "}"

    @staticmethod
    def _reserved(owner: object, past_end: int) -> Iterator[str]:
        yield from (f"reserved {span.start} to {span.end - past_end};" for span in owner.reserved_range)
        yield from (f'reserved "{name}";' for name in owner.reserved_name)


def main(folder: Path) -> None:
    """Writes the files below ``folder``, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    for package, names in COPIED.items():
        for name in names:
            target = folder / package.replace(".", "/") / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text((files(package) / name).read_text())
    file = descriptor_pb2.FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary())
    target = folder / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(str(ProtoSource(file)))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/proto-deps"))
