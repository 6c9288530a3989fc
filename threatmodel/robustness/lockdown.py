"""How the child gives up its rights: before it reads one byte of the model.

The order matters. Namespaces come first (a user namespace needs a process of one thread), then the
child loads every library it will need, and only then `shut` closes the file system, the network
and the way to other processes. So nothing on the host has to stay readable, and a virtual
environment that another user cannot reach is no obstacle.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import asdict, dataclass

from . import landlock, seccomp

NEW_USER, NEW_NAMESPACES = 0x10000000, 0x40000000 | 0x08000000 | 0x04000000  # net, ipc, uts
SET_DEATH_SIGNAL, SET_NO_NEW_PRIVS = 1, 38
OTHER_ID = 65534


@dataclass(frozen=True, slots=True)
class Mechanisms:
    """What may be used, or what took effect. Tests switch single ones off."""

    bwrap: bool = True
    namespaces: bool = True
    landlock: bool = True
    seccomp: bool = True
    other_user: bool = True

    def as_dict(self) -> dict[str, bool]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one child."""

    address_space: int = 2 * 1024**3
    cpu_s: int = 800
    open_files: int = 64


def _control(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _unshare(flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def take_namespaces() -> bool:
    """Own network, IPC and host name. Call before any library starts a thread."""
    with contextlib.suppress(OSError):
        _unshare(NEW_NAMESPACES if os.geteuid() == 0 else NEW_USER | NEW_NAMESPACES)
        return True
    return False


def set_limits(limits: Limits) -> None:
    for name, value in (
        (resource.RLIMIT_AS, limits.address_space),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def _become_nobody() -> bool:
    """Leave root for good, inside the empty scratch folder; False when not root."""
    if os.geteuid() != 0:
        return False
    with contextlib.suppress(OSError):
        os.chroot(".")
        os.setgroups([])
        os.setresgid(OTHER_ID, OTHER_ID, OTHER_ID)
        os.setresuid(OTHER_ID, OTHER_ID, OTHER_ID)
        return True
    return False


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 0


def _took(restrict: Callable[[], None]) -> bool:
    with contextlib.suppress(OSError):
        restrict()
        return True
    return False


def shut(wanted: Mechanisms, limits: Limits, *, namespaces: bool) -> Mechanisms:
    """Give up everything that `wanted` names; answers what took effect.

    Landlock binds the calling thread and those it starts later, so it counts only when there is
    no other thread yet.
    """
    alone = _threads() == 1
    other_user = wanted.other_user and _become_nobody()
    # Changing the user clears this wish, so it is said last.
    _control(SET_DEATH_SIGNAL, signal.SIGKILL)
    _control(SET_NO_NEW_PRIVS, 1)
    set_limits(limits)
    landlocked = wanted.landlock and alone and landlock.version() > 0 and _took(landlock.restrict)
    filtered = wanted.seccomp and seccomp.supported() and _took(seccomp.restrict)
    return Mechanisms(wanted.bwrap, namespaces, landlocked, filtered, other_user)
