"""A filter of system calls (seccomp) for a process that has all it needs, and only computes from now on.

It refuses by name what computing has no business with; everything else goes on. The numbers are those
of ``asm/unistd.h``, the instructions those of ``linux/bpf_common.h``.
"""

import ctypes
import errno
import os
import platform
from collections.abc import Iterator

from cvtailor.adapters.confinement.kernel import system_call

_PROCESSORS = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
"""Column in the tables below, the kernel's name for it, and the call that sets a filter."""

_FORBIDDEN = {
    # Sockets and other ways out.
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # Other programs and processes.
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "memfd_create": (319, 279),
    # Changes to files and folders.
    "creat": (85, None),
    "truncate": (76, 45),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "open_by_handle_at": (304, 265),
    # Parts of the kernel that faults are found in.
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
}
_ABSENT = {"clone3": (435, 435), "openat2": (437, 437)}
"""Their arguments can't be looked at: whoever tries them takes the older call instead."""
_TO_ITSELF = {"kill": (62, 129), "tgkill": (234, 131)}
"""First argument: the process that a signal is for."""
_OPENING = {"open": ((2, None), 1), "openat": ((257, 56), 2)}
"""Which argument says what a file is opened for."""
_CLONE = (56, 220)
_THREAD = 0x10000
_NOT_READING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _PROCESSOR, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_REFUSE, _SAY_ABSENT = _FAIL | errno.EPERM, _FAIL | errno.ENOSYS
_SET_FILTER, _ALL_THREADS = 1, 1

type _Instruction = tuple[int, int, int, int]
"""What to do, how many instructions to skip if a comparison holds and if not, and its operand."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def forbid_all_but_computing() -> None:
    """Forbids all threads of this process to change files, reach others, or become or start anything.

    Raises:
        OSError: The kernel has no such filter, or refuses, or the processor is of another kind.
    """
    known = _PROCESSORS.get(platform.machine())
    if known is None:
        raise OSError(errno.ENOSYS, "no numbers of system calls for this processor")
    column, processor, seccomp = known
    code = b"".join(
        what.to_bytes(2, "little") + bytes((if_so, if_not)) + operand.to_bytes(4, "little")
        for what, if_so, if_not, operand in _instructions(column, processor)
    )
    program = _Program(len(code) // 8, code)
    if system_call(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)):
        raise OSError(errno.ESRCH, "one of the threads has a filter of its own")


def _instructions(column: int, processor: int) -> Iterator[_Instruction]:
    yield (_LOAD, 0, 0, _PROCESSOR)
    yield (_IF_EQUAL, 1, 0, processor)
    yield (_RETURN, 0, 0, _REFUSE)
    yield (_LOAD, 0, 0, _NUMBER)
    yield (_IF_AT_LEAST, 0, 1, _X32)
    yield (_RETURN, 0, 0, _REFUSE)
    for numbers, answer in ((_FORBIDDEN, _REFUSE), (_ABSENT, _SAY_ABSENT)):
        for number in (row[column] for row in numbers.values()):
            if number is not None:
                yield (_IF_EQUAL, 0, 1, number)
                yield (_RETURN, 0, 0, answer)
    for by_processor in _TO_ITSELF.values():
        yield from _if_argument(by_processor[column], 0, (_IF_EQUAL, 1, 0, os.getpid()))
    for row, argument in _OPENING.values():
        yield from _if_argument(row[column], argument, (_IF_ANY_BIT, 0, 1, _NOT_READING))
    yield from _if_argument(_CLONE[column], 0, (_IF_ANY_BIT, 1, 0, _THREAD))
    yield (_RETURN, 0, 0, _ALLOW)


def _if_argument(number: int | None, argument: int, comparison: _Instruction) -> Iterator[_Instruction]:
    """A call that depends on the low half of an argument: the comparison skips the refusal, or doesn't."""
    if number is None:
        return
    yield (_IF_EQUAL, 0, 4, number)
    yield (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)
    yield comparison
    yield (_RETURN, 0, 0, _REFUSE)
    yield (_RETURN, 0, 0, _ALLOW)
