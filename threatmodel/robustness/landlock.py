"""Landlock by direct system calls: a process gives up the file system and TCP for good.

No rule is added to the ruleset, so nothing can be opened after it: whatever the child needs has
been read before. Kernel documentation: userspace-api/landlock.
"""

from __future__ import annotations

import ctypes
import os
import platform

CREATE_RULESET, RESTRICT_SELF = 444, 446  # the same on every architecture
VERSION_FLAG = 1
# Rights known to each version of the interface; handling one that a kernel does not know fails.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
NETWORK_RIGHTS = 0b11  # bind and connect over TCP
SCOPES = 0b11  # abstract sockets and signals outside the domain


class RulesetAttr(ctypes.Structure):
    _fields_ = [
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    ]


def _syscall(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def version() -> int:
    """The kernel's Landlock interface, 0 when there is none."""
    if platform.system() != "Linux":
        return 0
    try:
        return _syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG))
    except OSError:
        return 0


def _attributes(abi: int) -> tuple[RulesetAttr, int]:
    rights = FILE_RIGHTS[min(abi, max(FILE_RIGHTS))]
    attributes = RulesetAttr(
        handled_access_fs=(1 << rights) - 1,
        handled_access_net=NETWORK_RIGHTS if abi >= 4 else 0,
        scoped=SCOPES if abi >= 6 else 0,
    )
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    return attributes, size


def restrict() -> None:
    """Shut every file and TCP port to the calling thread; needs PR_SET_NO_NEW_PRIVS.

    Raises
    ------
    OSError
        When the kernel refuses or has no Landlock.
    """
    attributes, size = _attributes(version())
    ruleset = _syscall(
        CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    try:
        _syscall(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
