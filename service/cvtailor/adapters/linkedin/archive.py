"""The ZIP archive that LinkedIn sends: bounded, read in memory, nothing of it put on the disk."""

import io
import zipfile
import zlib
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import NamedTuple

from cvtailor.domain.errors import InvalidInput, Reason

ARCHIVE_BYTES_MAX = 256 << 20
ENTRIES_MAX = 5_000
ENTRY_BYTES_MAX = 4 << 20
UNPACKED_BYTES_MAX = 16 << 20
HOW_TO_EXPORT = (
    "Ask LinkedIn for it under Settings & Privacy, Data privacy, 'Get a copy of your data', and give the "
    "ZIP file as it was sent."
)
_ENCRYPTED = 0x1
_ENTRY_SIGNATURE = b"PK\x01\x02"
# Others are decoded with as much memory as the archive asks for.
_PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ExportedFiles(NamedTuple):
    """What an archive holds.

    Attributes:
        contents: The files that were asked for, by the name they were asked by.
        others: Names of its other CSV files, as they may be shown.
    """

    contents: dict[str, bytes]
    others: tuple[str, ...]


def exported_files(content: bytes, wanted: Collection[str]) -> ExportedFiles:
    """Unpacks the wanted files of an archive, wherever in it they lie, whatever the case of their names.

    Args:
        content: The archive.
        wanted: Names of files, without folders.

    Raises:
        InvalidInput: No ZIP archive, damaged, locked, or more than an export of a person's data holds.
    """
    if len(content) > ARCHIVE_BYTES_MAX:
        raise unreadable_export(f"it has {len(content):,} bytes; at most {ARCHIVE_BYTES_MAX:,} are read.")
    # Counted before `zipfile` makes an object of each.
    if (entries := content.count(_ENTRY_SIGNATURE)) > ENTRIES_MAX:
        raise unreadable_export(f"it holds {entries:,} files; at most {ENTRIES_MAX:,} are looked at.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unpacked(archive, {name.casefold(): name for name in wanted})
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise unreadable_export(f"it is no ZIP archive that can be opened. {HOW_TO_EXPORT}") from None


def unreadable_export(what: str) -> InvalidInput:
    """Makes the error for an export that can't be read."""
    return InvalidInput(f"The LinkedIn export can't be read: {what}", reason=Reason.CV_UNREADABLE)


def _unpacked(archive: zipfile.ZipFile, wanted: dict[str, str]) -> ExportedFiles:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    found: dict[str, zipfile.ZipInfo] = {}
    others = []
    # The least deep comes first: a folder of the export may hold a file of the same name.
    for entry in sorted(entries, key=lambda entry: (entry.filename.count("/"), entry.filename)):
        file_name = PurePosixPath(entry.filename).name
        name = wanted.get(file_name.casefold())
        if name and name not in found:
            found[name] = entry
        elif file_name.casefold().endswith(".csv"):
            others.append(_shown(file_name))
    contents: dict[str, bytes] = {}
    for name, entry in found.items():
        left = UNPACKED_BYTES_MAX - sum(map(len, contents.values()))
        contents[name] = _content(archive, entry, name, min(ENTRY_BYTES_MAX, left))
    return ExportedFiles(contents, tuple(others))


def _shown(file_name: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in file_name)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, bytes_max: int) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise unreadable_export(f"{name} is locked with a password. {HOW_TO_EXPORT}")
    if entry.compress_type not in _PACKED_BY:
        raise unreadable_export(f"{name} in it is packed as LinkedIn never does it. {HOW_TO_EXPORT}")
    try:
        with archive.open(entry) as file:
            # The size that the archive states is not to be relied on.
            content = file.read(bytes_max + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise unreadable_export(f"{name} in it is damaged. {HOW_TO_EXPORT}") from None
    if len(content) > bytes_max:
        raise unreadable_export(f"{name} unpacks to more than {bytes_max:,} bytes.")
    return content
