"""Attempts to get out, run inside the sandbox just as a hostile model would.

Each probe does one thing that a model must not be able to do and returns when it worked; an
OSError means that the sandbox held.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Target = Mapping[str, Any]

PTRACE_SEIZE = 0x4206  # unlike attaching it does not stop the parent


def read_passwords(target: Target) -> None:
    Path("/etc/passwd").read_bytes()


def read_parent(target: Target) -> None:
    """The worker's environment holds the database's password."""
    Path(f"/proc/{target['parent']}/environ").read_bytes()


def list_folder(target: Target) -> None:
    os.listdir("/etc")


def write_file(target: Target) -> None:
    """Under a name that nobody can have taken before: a stranger's file would look like a wall."""
    descriptor, path = tempfile.mkstemp(prefix="bartizan-probe-", dir="/tmp")  # noqa: S108  # a probe
    try:
        os.write(descriptor, b"x")
    finally:
        os.close(descriptor)
        os.unlink(path)


def connect(target: Target) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as talker:
        talker.settimeout(1)
        talker.connect(("127.0.0.1", target["port"]))


def send_datagram(target: Target) -> None:
    """What counts is whether it arrives: the parent looks."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talker:
        talker.sendto(b"x", ("127.0.0.1", target["port"]))


def reach_abstract_socket(target: Target) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talker:
        talker.settimeout(1)
        talker.connect("\0" + target["abstract"])


def execute(target: Target) -> None:
    """Replaces the child when it works: the parent then sees it die instead of answer."""
    os.execv(sys.executable, [sys.executable, "-c", ""])  # noqa: S606  # a probe


def fork(target: Target) -> None:
    if os.fork() == 0:
        os._exit(0)


def signal_parent(target: Target) -> None:
    os.kill(target["parent"], 0)


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


def trace_parent(target: Target) -> None:
    _call("ptrace", PTRACE_SEIZE, target["parent"], None, None)


def mount(target: Target) -> None:
    """Asks for a file system that does not exist: only the right to mount is tried."""
    try:
        _call("mount", b"none", b"/", b"bartizan-none", 0, None)
    except OSError as error:
        if error.errno != errno.ENODEV:
            raise


PROBES: dict[str, Callable[[Target], None]] = {
    probe.__name__.replace("_", "-"): probe
    for probe in (
        read_passwords,
        read_parent,
        list_folder,
        write_file,
        connect,
        send_datagram,
        reach_abstract_socket,
        fork,
        signal_parent,
        trace_parent,
        mount,
        execute,
    )
}


def attempt(name: str, target: Target) -> bool:
    """Whether that probe got out."""
    try:
        PROBES[name](target)
    except (OSError, MemoryError):
        return False
    return True
