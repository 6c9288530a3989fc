"""Lists of findings: how long until they are bytes, against a ModelSerializer of the same rows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .measure import Row

ROOT = Path(__file__).parent.parent


def register() -> Iterator[Row]:
    """The register of 5,000 findings and the list of 1,000, in a Django of its own."""
    command = [sys.executable, "-m", "bench.register_run"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        yield Row(**json.loads(line))


CASES: Mapping[str, Callable[[], Iterator[Row]]] = {"register": register}
