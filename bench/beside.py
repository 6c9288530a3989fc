"""What else the machine does while people draw, and whether they feel it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .measure import Row

ROOT = Path(__file__).parent.parent


def reports_beside_a_room() -> Iterator[Row]:
    """10 editors x 2 edits/s alone and with two reports under way all the time, in turns."""
    command = [sys.executable, "-m", "bench.beside_run"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        yield Row(**json.loads(line))


CASES: Mapping[str, Callable[[], Iterator[Row]]] = {"reports-beside-a-room": reports_beside_a_room}
