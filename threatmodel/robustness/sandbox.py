"""The box that an untrusted model runs in, seen from outside.

`strong`: bubblewrap, or own namespaces with Landlock and seccomp. `basic`: limits on memory, time
and files, an empty environment, another user where we are root. What a machine can do is measured,
never assumed: `survey` starts a child that tries to get out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from . import probes
from .errors import ModelDied, RobustnessError, TimedOut
from .lockdown import OTHER_ID, Limits, Mechanisms
from .threads import ONE_EACH
from .wire import Channel

log = logging.getLogger(__name__)

Level = Literal["none", "basic", "strong"]
ORDER: tuple[Level, ...] = ("none", "basic", "strong")
# In bubblewrap's own process namespace a new process sees nothing and ends with the box.
HARMLESS_INSIDE = frozenset({"fork", "execute"})
START_S = 60.0
PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent.parent
BOOT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from threatmodel.robustness.child import main; main()"
)
# A library that starts more threads would do so before Landlock binds them.
ENVIRONMENT = ONE_EACH


def _readable() -> list[Path]:
    """Folders that the child's libraries come from, before it gives up all files."""
    python = {Path(sys.prefix), Path(sys.base_prefix), Path(sysconfig.get_path("stdlib"))}
    python |= {path.resolve() for path in python}  # an environment may be reached by a link
    system = {Path(name) for name in ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib")}
    ours = {PACKAGE, PACKAGE.parent / "__init__.py"}
    return sorted(path for path in python | system | ours if path.exists())


def _bubblewrap(scratch: str) -> list[str]:
    """An empty file system with read-only libraries, no network, its own processes."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    command += ["--cap-drop", "ALL", "--uid", str(OTHER_ID), "--gid", str(OTHER_ID)]
    for path in _readable():
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        else:
            command += ["--ro-bind", str(path), str(path)]
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    return [*command, "--proc", "/proc", "--dev", "/dev", "--dir", scratch, "--chdir", scratch]


class Child:
    """One running box. Use as a context manager: it never outlives its block."""

    def __init__(
        self, program: str, mechanisms: Mechanisms, limits: Limits, watch: Callable[[], None]
    ) -> None:
        self._scratch = tempfile.mkdtemp(prefix="bartizan-")
        os.chmod(self._scratch, 0o555)  # noqa: S103  # empty, and the other user must stand in it
        self._process = self._start(program, mechanisms, limits)
        assert self._process.stdin and self._process.stdout  # noqa: S101  # both are pipes
        self._channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno(), watch)
        try:
            answer, _ = self._channel.receive(START_S)
            self.took = Mechanisms(**answer["ready"])
        except BaseException:
            self.close()
            raise

    def _start(
        self, program: str, mechanisms: Mechanisms, limits: Limits
    ) -> subprocess.Popen[bytes]:
        settings = json.dumps(
            {"program": program, "mechanisms": asdict(mechanisms), "limits": asdict(limits)}
        )
        command = [sys.executable, "-I", "-B", "-c", BOOT, str(ROOT), settings]
        if mechanisms.bwrap:
            command = [*_bubblewrap(self._scratch), *command]
        return subprocess.Popen(  # noqa: S603  # fixed arguments, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd=self._scratch,
            start_new_session=True,
            bufsize=0,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(
        self, request: dict[str, Any], body: bytes = b"", timeout_s: float = 60.0
    ) -> tuple[dict[str, Any], bytes]:
        """One request and its answer; the child is ended when it is late.

        Raises
        ------
        ModelDied, TimedOut
            The child is gone afterwards.
        RobustnessError
            The child refused, with its reason; it goes on living.
        """
        try:
            self._channel.send(request, body, timeout_s)
            answer, answered = self._channel.receive(timeout_s)
        except BaseException:
            self.close()
            raise
        if "error" in answer:
            raise RobustnessError(str(answer["error"])[:500])
        return answer, answered

    def close(self) -> None:
        """End the whole process group at once; safe to call twice."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Survey:
    """What a box on this machine holds: measured, with the probes that got out."""

    level: Level
    took: Mechanisms
    escaped: tuple[str, ...]


_strong: dict[Mechanisms, Survey] = {}


@contextlib.contextmanager
def _listeners() -> Iterator[tuple[dict[str, Any], socket.socket]]:
    """Something to reach on this machine, so that a refusal is the box's doing."""
    abstract = f"bartizan-{secrets.token_hex(8)}"
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as local,
    ):
        port = server.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        datagrams.setblocking(False)
        local.bind("\0" + abstract)
        local.listen()
        yield {"port": port, "abstract": abstract, "parent": os.getpid()}, datagrams


def _arrived(datagrams: socket.socket) -> bool:
    with contextlib.suppress(BlockingIOError):
        return bool(datagrams.recv(1))
    return False


def _got_out(child: Child, probe: str, target: dict[str, Any], datagrams: socket.socket) -> bool:
    try:
        answer, _ = child.ask({"probe": probe, "target": target}, timeout_s=10)
    except (ModelDied, TimedOut):
        return True
    return bool(answer["out"]) and (probe != "send-datagram" or _arrived(datagrams))


def _level(took: Mechanisms, escaped: tuple[str, ...]) -> Level:
    walls = took.bwrap or (took.namespaces and took.landlock and took.seccomp)
    inside = HARMLESS_INSIDE if took.bwrap else frozenset()
    return "strong" if walls and inside.issuperset(escaped) else "basic"


def _try(mechanisms: Mechanisms) -> Survey:
    with (
        _listeners() as (target, datagrams),
        Child("probes", mechanisms, Limits(), lambda: None) as child,
    ):
        escaped = tuple(n for n in probes.PROBES if _got_out(child, n, target, datagrams))
        took = child.took
    return Survey(_level(took, escaped), took, escaped)


def survey(allowed: Mechanisms = Mechanisms()) -> Survey:  # noqa: B008  # a frozen value
    """What `allowed` mechanisms achieve here, measured by trying to get out.

    A strong box is remembered. A weaker one is measured anew each time: on a busy machine a box
    can seem weaker than it is, and that must not last as long as the process.
    """
    if allowed not in _strong:
        found = _measure(allowed)
        if found.level != "strong":
            return found
        _strong[allowed] = found
    return _strong[allowed]


def _measure(allowed: Mechanisms) -> Survey:
    """bubblewrap is left out when it does not start (a container may forbid it)."""
    if allowed.bwrap and shutil.which("bwrap"):
        try:
            return _try(allowed)
        except (RobustnessError, OSError) as error:
            log.warning("sandbox without bubblewrap, which did not start: %s", error)
    without = Mechanisms(**{**allowed.as_dict(), "bwrap": False})
    try:
        return _try(without)
    except (RobustnessError, OSError) as error:
        log.warning("no sandbox, since none started: %s", error)
        return Survey("none", Mechanisms(False, False, False, False, False), ())


def level(allowed: Mechanisms = Mechanisms()) -> Level:  # noqa: B008  # a frozen value
    """The level of box that this machine gives."""
    return survey(allowed).level


def require(minimum: Level, allowed: Mechanisms = Mechanisms()) -> Survey:  # noqa: B008
    """The survey, when it reaches `minimum`.

    Raises
    ------
    RobustnessError
        When the machine gives less; the message says what to install or to set.
    """
    found = survey(allowed)
    if ORDER.index(found.level) < ORDER.index(minimum):
        raise RobustnessError(
            f"sandbox: this model needs level {minimum} and this machine gives {found.level}; "
            "install bubblewrap, or set ALLOW_BASIC_SANDBOX=1 if you trust the model's maker"
        )
    return found


def start(
    program: str,
    found: Survey,
    *,
    limits: Limits = Limits(),  # noqa: B008  # a frozen value
    watch: Callable[[], None] = lambda: None,
) -> Child:
    """A child of the kind that was surveyed."""
    return Child(program, found.took, limits, watch)
