"""Landlock: the kernel's lock on files for a process without privileges (Linux 5.13 and newer).

The numbers are those of ``linux/landlock.h``; the same on all processors.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from cvtailor.adapters.confinement.kernel import system_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
"""Executing, writing, reading, removing, making; then linking elsewhere, truncating, device controls."""
_TCP_RIGHTS = {4: 0b11}
_SCOPES = {6: 0b11}
"""Abstract Unix sockets and signals stay within the process."""
_RULES_BYTES = {1: 8, 4: 16, 6: 24}


class _Rules(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Returns the version that the kernel has, 0 if it has none."""
    try:
        return system_call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def allow_only_reading(folders: Iterable[Path]) -> None:
    """Leaves this thread, and those it starts from now on, only reading, and only beneath these folders.

    Other threads keep what they may; files that are open already stay so. Nothing about a file can be
    read but that it exists, how long and how old it is.

    Raises:
        OSError: The kernel has no Landlock, or refuses.
    """
    known = version()
    rules = _Rules(*(_of(known, rights) for rights in (_FILE_RIGHTS, _TCP_RIGHTS, _SCOPES)))
    size = max(bytes_ for since, bytes_ in _RULES_BYTES.items() if since <= max(known, 1))
    ruleset = system_call(_CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        for path in filter(Path.is_dir, folders):
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                rule = _PathRule(_READ_FILE | _READ_FOLDER, folder)
                system_call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
            finally:
                os.close(folder)
        system_call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _of(known: int, since: dict[int, int]) -> int:
    return sum(rights for version_, rights in since.items() if version_ <= known)
