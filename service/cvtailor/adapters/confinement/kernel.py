"""The system calls of the confinement that Python has no names for. Linux only."""

import ctypes
import os
from contextlib import suppress
from typing import Any

_NO_NEW_PRIVILEGES = 38
_CAPABILITY_VERSION_3 = 0x20080522
_READ_ANY_FILE = 1 << 2
"""``CAP_DAC_READ_SEARCH``: root may have installed us in a folder that is another user's."""

_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("thread", ctypes.c_int))


class _CapabilityWord(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def system_call(number: int, *arguments: Any) -> int:
    """Makes a system call; raises OSError if the kernel refuses."""
    return _checked(
        _libc.syscall(
            ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)
        )
    )


def renounce_privileges() -> None:
    """Gives up getting more rights than this thread has, and its capabilities but that of reading.

    Raises:
        OSError: The kernel refuses the former, on which Landlock and seccomp rest.
    """
    _checked(_libc.prctl(*map(ctypes.c_ulong, (_NO_NEW_PRIVILEGES, 1, 0, 0, 0))))
    with suppress(OSError):  # systemd forbids this call to services that have no capabilities anyway.
        _keep_only(_READ_ANY_FILE)


def _keep_only(capability: int) -> None:
    header = ctypes.byref(_CapabilityHeader(_CAPABILITY_VERSION_3, 0))
    words = (_CapabilityWord * 2)()
    _checked(_libc.capget(header, words))
    kept = words[0].permitted & capability
    words[0] = _CapabilityWord(kept, kept, 0)
    words[1] = _CapabilityWord()
    _checked(_libc.capset(header, words))


def wipe(start: int, end: int) -> None:
    """Overwrites memory of this process with zeros."""
    ctypes.memset(start, 0, end - start)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
