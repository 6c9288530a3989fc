"""Starts processes of the Procfile and ends them together: `processes.py web worker beat`.

A signal handler here only sets a flag, so that a second signal while we end the others is harmless.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PROCFILE = Path(__file__).parents[2] / "Procfile"
GRACE_S = 10.0
Running = dict[str, subprocess.Popen[bytes]]


def commands() -> dict[str, str]:
    """The Procfile's lines by name."""
    lines = (line for line in PROCFILE.read_text().splitlines() if line.strip())
    return dict(line.split(": ", 1) for line in lines)


def ended(running: Running) -> list[str]:
    return [name for name, process in running.items() if process.poll() is not None]


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each process to end; after the grace period its whole group is ended."""
    for process in processes:
        process.terminate()
    latest = time.monotonic() + GRACE_S
    while any(one.poll() is None for one in processes) and time.monotonic() < latest:
        time.sleep(0.05)
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main(names: list[str]) -> int:
    asked = []
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, frame: asked.append(number))
    known = commands()
    running = {
        name: subprocess.Popen(["/bin/sh", "-c", known[name]], start_new_session=True)  # noqa: S603
        for name in names
    }
    while not asked and not ended(running):
        time.sleep(0.1)
    early = [] if asked else ended(running)
    for name in early:
        print(f"{name} ended with {running[name].returncode}; ending the others", file=sys.stderr)
    first, *others = running.values()
    end(others)
    end([first])  # last, since the others lean on it: a worker says good-bye to its broker
    return 1 if early else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
