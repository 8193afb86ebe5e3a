"""What a DOCX file must be before any parser of XML sees it; a ZIP archive can be a bomb."""

import io
import re
import zipfile
import zlib

from cvtailor.adapters.embedded_engine.cv_readers.source_text import check_size, unreadable

_ENTRIES_MAX = 500
_BYTES_MAX = 32 << 20
_XML_BYTES_MAX = 8 << 20
_TAGS_MAX = 200_000
_RELATIONS_MAX = 5_000
_RATIO_MAX = 200
_RATIO_BYTES_MIN = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = 0x1
_DOCUMENT = "word/document.xml"
_RELATIONS_SUFFIX = ".rels"
_XML_SUFFIXES = (".xml", _RELATIONS_SUFFIX)
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"']*)""")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii"})
_EBCDIC = b"\x4c\x6f\xa7\x94"
_SEND_ANOTHER = "Save it anew as DOCX, or send PDF or plain text."


def package_of_text(content: bytes, field: str) -> bytes:
    """Returns a DOCX file in which all that is not XML, such as pictures and fonts, is empty.

    So what is parsed is what was checked, whatever else the package says a part is.

    Raises:
        InvalidInput: No ZIP archive, locked, too much once unpacked, or XML as Word does not write it.
    """
    check_size(content, field)
    if content.startswith(_OLE):
        raise unreadable(
            "The file is an old Word document (.doc), or is locked with a password. Save it as .docx without"
            " a password.",
            field,
        )
    file = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(file, "w") as text:
            _check_sizes(archive.infolist(), field)
            tags = relations = 0
            for name in dict.fromkeys(archive.namelist()):
                # No more than the size declared comes out, and that has been checked.
                xml = archive.read(name) if name.lower().endswith(_XML_SUFFIXES) else b""
                here = _checked_tags(xml, field)
                tags += here
                relations += here if name.lower().endswith(_RELATIONS_SUFFIX) else 0
                if tags > _TAGS_MAX:
                    raise unreadable(f"The DOCX has more than {_TAGS_MAX:,} XML tags. {_SEND_ANOTHER}", field)
                if relations > _RELATIONS_MAX:
                    raise unreadable(
                        f"The DOCX has more than {_RELATIONS_MAX:,} links and parts. {_SEND_ANOTHER}", field
                    )
                text.writestr(name, xml)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise unreadable(f"The file is no DOCX that can be opened. {_SEND_ANOTHER}", field) from None
    return file.getvalue()


def _check_sizes(entries: list[zipfile.ZipInfo], field: str) -> None:
    if not any(entry.filename == _DOCUMENT for entry in entries):
        raise unreadable(f"The file is no Word document. {_SEND_ANOTHER}", field)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise unreadable("The DOCX is locked with a password. Save a copy without one and send that.", field)
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = any(
        entry.file_size > _RATIO_BYTES_MIN and entry.file_size > _RATIO_MAX * entry.compress_size
        for entry in entries
    )
    long_xml = any(
        entry.file_size > _XML_BYTES_MAX
        for entry in entries
        if entry.filename.lower().endswith(_XML_SUFFIXES)
    )
    if len(entries) > _ENTRIES_MAX or unpacked > _BYTES_MAX or is_bomb or long_xml:
        raise unreadable(
            f"The DOCX unpacks to {unpacked:,} bytes in {len(entries):,} parts, more than is read."
            f" {_SEND_ANOTHER}",
            field,
        )


def _checked_tags(xml: bytes, field: str) -> int:
    """Returns how many tags a part has at most."""
    # Office never declares entities; without the zero bytes UTF-16 reads like ASCII.
    plain = xml.replace(b"\0", b"")
    if any(declaration in plain for declaration in _DECLARATIONS):
        raise unreadable(f"The DOCX declares XML entities, which Word never does. {_SEND_ANOTHER}", field)
    encoding = _ENCODING.search(plain[:300])
    if plain.startswith(_EBCDIC) or (encoding and encoding[1].lower() not in _PLAIN_ENCODINGS):
        raise unreadable(f"The DOCX is not in UTF-8, as Word writes it. {_SEND_ANOTHER}", field)
    return plain.count(b"<")
