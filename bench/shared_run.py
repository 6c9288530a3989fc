"""Run by bench/shared.py in a process of its own: workers as the Procfile has them; a row a line.

One run by one worker and by two, in turn. What two workers could gain at most is measured beside
it, by processes that share nothing: on a busy machine that is far below two.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import orjson

import tests.environment  # before Django: a folder, a database and a broker of our own
from tests.conftest import ROOT, stop, wait_until

from .django_run import product
from .measure import Row, count, given, spread

REPEATS = 3
PARAMS = {"samples": 100, "budget": 40_000}
WARM = {"samples": 1, "budget": 50}
LONGEST_S = 300
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Done:
    """One run: seconds of the clock, seconds of processor time of its workers and their boxes."""

    wall_s: float
    cpu_s: float
    samples: bytes


@contextmanager
def workers(number: int) -> Iterator[int]:
    """A Celery worker with so many processes; its pid."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "threatmodel.celery", "worker"]
    command += ["--queues", "tests", "--concurrency", str(number), "-O", "fair"]
    process = subprocess.Popen(
        [*command, "--loglevel", "error"], cwd=ROOT, stdout=sys.stderr, start_new_session=True
    )
    try:
        yield process.pid
    finally:
        stop(process)


class Books:
    """Processor time of all processes below one, looked at now and then.

    A box is ended by force and its time lost to its parent, so each process is read while it lives.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.seen: dict[int, float] = {}
        self.begin = self.look()

    def look(self) -> float:
        waiting = [self.pid]
        while waiting:
            one = waiting.pop()
            try:
                told = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
                below = Path(f"/proc/{one}/task/{one}/children").read_text().split()
            except OSError:  # it has ended meanwhile
                continue
            self.seen[one] = sum(map(int, told[11:13])) / TICK
            waiting += map(int, below)
        return sum(self.seen.values())

    def spent(self) -> float:
        return self.look() - self.begin


def finished(runs: list[Any]) -> bool:
    for run in runs:
        run.refresh_from_db()
        if run.state in ("failed", "timed_out", "cancelled"):
            raise RuntimeError(f"a run ended as {run.state}: {run.message}")
    return all(run.state == "succeeded" for run in runs)


def start(model: Any, by: Any, params: dict[str, int], books: Books, number: int = 1) -> list[Any]:
    from threatmodel.services import runs

    made = [runs.start(model, by, "hopskipjump", params, confirmed=True) for _ in range(number)]

    def ended() -> bool:
        books.look()
        return finished(made)

    wait_until(ended, LONGEST_S, "the runs end")
    return made


def measured(model: Any, by: Any, number: int) -> Done:
    """The run by so many workers, all of them warm: their boxes surveyed, their code loaded."""
    with workers(number) as pid:
        start(model, by, WARM, Books(pid), number)
        books = Books(pid)
        (run,) = start(model, by, PARAMS, books)
        wall_s = (run.ended_at - run.started_at).total_seconds()
        return Done(wall_s, books.spent(), orjson.dumps(run.result["samples"]))


@dataclass(frozen=True, slots=True)
class Turn:
    """The run by one worker and by two, and what the machine gave two processes beforehand."""

    given: float
    one: Done
    two: Done

    def times(self, of: Callable[[Done], float]) -> float:
        return of(self.one) / of(self.two)


def rows(turns: list[Turn]) -> Iterator[Row]:
    wall = [turn.times(lambda one: one.wall_s) for turn in turns]
    yield spread("one run: one worker's time over two's", wall, goal="1.7 or more")
    yield spread("what this machine gave two processes meanwhile", [turn.given for turn in turns])
    cpu = [turn.times(lambda one: one.cpu_s) for turn in turns]
    yield spread("one run: processor time, one worker's over two's", cpu)
    for name, of in (("one worker", attrgetter("one")), ("two workers", attrgetter("two"))):
        runs = [of(turn) for turn in turns]
        yield spread(f"{name}: processors busy", [run.cpu_s / run.wall_s for run in runs], "")
        yield spread(f"{name}: from start to end", [run.wall_s for run in runs], "s")
    yield count("load of the machine (1 min)", os.getloadavg()[0], "")


def turns() -> list[Turn]:
    from tests import cast
    from tests.linking import link

    workspace, by = cast.workspace("shared")
    model = link(cast.system(workspace, by), by)
    found = [Turn(given(), measured(model, by, 1), measured(model, by, 2)) for _ in range(REPEATS)]
    if len({one.samples for turn in found for one in (turn.one, turn.two)}) != 1:
        raise RuntimeError("two workers found something else than one")
    return found


def main() -> None:
    os.environ.setdefault(
        "DATABASE_URL", f"sqlite:///{tests.environment.FOLDER / 'shared.sqlite3'}"
    )
    with product():
        for row in rows(turns()):
            print(orjson.dumps(asdict(row)).decode(), flush=True)


if __name__ == "__main__":
    main()
