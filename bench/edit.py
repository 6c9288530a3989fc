"""What one edit costs the product: statements, rows, answers worked out, the wait for its ack."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .measure import Row

ROOT = Path(__file__).parent.parent


def edit() -> Iterator[Row]:
    """Edits of the demo in a Django of its own: SQL, evaluations, rows, ack latency."""
    command = [sys.executable, "-m", "bench.django_run"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        yield Row(**json.loads(line))


CASES: Mapping[str, Callable[[], Iterator[Row]]] = {"edit": edit}
