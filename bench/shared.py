"""One run that two workers share: real workers, broker and database, in a Django of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .measure import Row

ROOT = Path(__file__).parent.parent


def shared() -> Iterator[Row]:
    """one run by two workers against the same by one, on the clock; results alike"""
    command = [sys.executable, "-m", "bench.shared_run"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        yield Row(**json.loads(line))


CASES: Mapping[str, Callable[[], Iterator[Row]]] = {"workers-shared": shared}
