"""How many threads the arithmetic takes: one for each process.

With one for each processor it waits for the slowest of them at every step; on a busy machine a
step of 15 milliseconds takes more than 200.
"""

from __future__ import annotations

import os

ONE_EACH = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def take_one() -> None:
    """Ask for one, unless the environment says how many; numpy reads it once, when it is loaded."""
    for name, value in ONE_EACH.items():
        os.environ.setdefault(name, value)
