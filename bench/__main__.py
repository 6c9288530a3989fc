"""`python -m bench [NAME ...]`: prints a table of ratios and writes bench/results.json."""

from __future__ import annotations

import argparse
import fcntl
import importlib
import json
import os
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from .measure import Row

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
# Run in another environment or with settings of their own, and cannot be imported here.
ELSEWHERE = ("__main__", "_run")

Case = Callable[[], Iterable[Row]]


def rooms() -> Mapping[str, Mapping[str, Case]]:
    """Every module of this folder that has `CASES`, with them by name."""
    found: dict[str, Mapping[str, Case]] = {}
    for module in pkgutil.iter_modules([str(HERE)]):
        if not module.name.endswith(ELSEWHERE):
            loaded = importlib.import_module(f"bench.{module.name}")
            found[module.name] = getattr(loaded, "CASES", {})
    return {name: inside for name, inside in found.items() if inside}


def cases() -> Mapping[str, Case]:
    """Every case by name."""
    return {name: case for inside in rooms().values() for name, case in inside.items()}


def main() -> None:
    known = cases()
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"of {', '.join(known)}; all by default")
    chosen = parser.parse_args().name or list(known)
    every = rooms()
    chosen = [one for name in chosen for one in (every.get(name, {}) or (name,))]
    for name in chosen:
        if name not in known:
            parser.error(f"'{name}' is not a case; use one of {', '.join({**known, **every})}")
    for name in chosen:
        print(f"\n{name}: {(known[name].__doc__ or '').strip()}", flush=True)
        rows = []
        for row in known[name]():
            rows.append(asdict(row))
            print(_line(row), flush=True)
        keep(name, rows)


def keep(name: str, rows: list[dict[str, object]], file: Path = RESULTS) -> None:
    """Write the rows of a case beside those of the others, which may be running elsewhere."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        results = json.loads(file.read_text()) if file.exists() else {}
        part = file.with_suffix(".part")
        part.write_text(json.dumps(results | {name: rows}, indent=1) + "\n")
        part.replace(file)
    finally:
        os.close(folder)


def _line(row: Row) -> str:
    spread = "" if row.low == row.high else f"{row.low:,.2f} to {row.high:,.2f}"
    goal = f"goal {row.goal}" if row.goal else ""
    return f"  {row.name:<54} {row.value:>10,.2f} {row.unit:<3} {spread:<24} {goal}".rstrip()


if __name__ == "__main__":
    main()
