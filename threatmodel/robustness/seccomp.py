"""A system-call filter in classic BPF, built by hand and set for all threads.

Everything the child needs is open and loaded before the filter is set, so it denies whatever
opens, connects, starts or signals anything; what remains is reading, writing and memory.
Kernel documentation: userspace-api/seccomp_filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
CLONE_THREAD = 0x00010000
X32_BIT = 0x40000000
SET_MODE_FILTER, SYNC_THREADS = 1, 1

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
SECCOMP = {"x86_64": 317, "aarch64": 277}
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435

# Numbers from 424 on are the same on both architectures.
NEWER = (
    *(424, 434, 438, 440, 448),  # other processes by descriptor
    *(425, 426, 427),  # io_uring, which would do the rest unseen
    *(428, 429, 430, 431, 432, 433, 442, 443),  # mounts, quotas
    *(437, 452),  # openat2, fchmodat2
)
DENIED = {
    "x86_64": (
        *(2, 85, 257, 304),  # open, creat, openat, open_by_handle_at
        *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),  # sockets
        *(57, 58, 59, 322),  # fork, vfork, execve, execveat
        *(62, 129, 200, 234, 297),  # kill, sigqueue, tkill, tgkill
        *(101, 302, 310, 311),  # ptrace, other processes' limits and memory
        *(29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 240, 241, 242, 243),  # shared memory, queues
        *(76, 82, 83, 84, 86, 87, 88, 90, 92, 94, 132, 133, 235),  # names and modes of files
        *(258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316),  # the same, by folder
        *(155, 161, 165, 166, 167, 168, 169, 272, 308),  # mounts, chroot, swap, reboot, namespaces
        *(135, 163, 170, 171, 172, 173, 179),  # personality, acct, names of the host, ports
        *(175, 176, 246, 313, 320),  # kernel modules and images
        *(248, 249, 250, 298, 303, 319, 321, 323),  # keys, perf, handles, memfd, bpf, userfaultfd
    ),
    "aarch64": (
        *(56, 265),  # openat, open_by_handle_at
        *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),  # sockets
        *(221, 281),  # execve, execveat
        *(129, 130, 131, 138, 240),  # kill, tkill, tgkill, sigqueue
        *(117, 261, 270, 271),  # ptrace, other processes' limits and memory
        *(180, 181, 182, 183, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196, 197),
        *(33, 34, 35, 36, 37, 38, 45, 53, 54, 88, 276),  # names and modes of files
        *(39, 40, 41, 51, 97, 142, 224, 225, 268),  # mounts, chroot, swap, reboot, namespaces
        *(60, 89, 92, 161, 162),  # quotas, accounting, personality, names of the host
        *(104, 105, 106, 273, 294),  # kernel modules and images
        *(217, 218, 219, 241, 264, 279, 280, 282),  # keys, perf, handles, memfd, bpf, userfaultfd
    ),
}


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def supported() -> bool:
    return platform.system() == "Linux" and platform.machine() in ARCHITECTURES


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _refuse(number: int, code: int) -> bytes:
    return _line(EQUAL, number, 0, 1) + _line(RETURN, REFUSE | code)


def build(machine: str) -> bytes:
    """The filter's instructions for one architecture.

    Another architecture's calls kill the process. New processes are refused, new threads are not:
    `clone` passes with CLONE_THREAD only, and `clone3`, whose flags a filter cannot read, answers
    that it does not exist, so that the C library falls back to `clone`.
    """
    lines = _line(LOAD, ARCH_AT) + _line(EQUAL, ARCHITECTURES[machine], 1, 0)
    lines += _line(RETURN, KILL) + _line(LOAD, NUMBER_AT)
    if machine == "x86_64":
        lines += _line(AT_LEAST, X32_BIT, 0, 1) + _line(RETURN, KILL)
    for number in (*DENIED[machine], *NEWER):
        lines += _refuse(number, errno.EPERM)
    lines += _refuse(CLONE3, errno.ENOSYS)
    lines += _line(EQUAL, CLONE[machine], 0, 3) + _line(LOAD, FIRST_ARGUMENT_AT)
    lines += _line(ANY_BIT, CLONE_THREAD, 1, 0) + _line(RETURN, REFUSE | errno.EPERM)
    return lines + _line(RETURN, ALLOW)


def restrict() -> None:
    """Set the filter on all threads of this process; needs PR_SET_NO_NEW_PRIVS.

    Raises
    ------
    OSError
        When the kernel refuses it.
    """
    machine = platform.machine()
    lines = build(machine)
    held = ctypes.create_string_buffer(lines, len(lines))
    program = Program(len(lines) // 8, ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(
        ctypes.c_long(SECCOMP[machine]),
        ctypes.c_uint(SET_MODE_FILTER),
        ctypes.c_uint(SYNC_THREADS),
        ctypes.byref(program),
    )
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
