"""What is worked out on request and kept until the system is another one.

A system's web of attack steps takes seconds where it is large. It is built from what is warm under
the system's lock, and followed outside of it, so that nobody who draws has to wait.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.types import Catalog
from threatmodel.core.findings import Finding
from threatmodel.core.graph import Graph
from threatmodel.core.paths import Attack
from threatmodel.core.reckoning import Reckoning
from threatmodel.models import System

from . import Warm, read

Json = dict[str, Any]
Work = Callable[[Attack], Json]
Reckonings = tuple[tuple[Finding, Reckoning], ...]
# A large system's web takes a hundred megabytes, an answer a few kilobytes.
MOST_ATTACKS = 2
MOST_STATES = 32
MOST_ANSWERS = 32

# A system, its revision and day, and its catalog: what an answer follows from.
State = tuple[uuid.UUID, int, date, str]


@dataclass(slots=True)
class Kept:
    """One state of a system, with what was asked of it; who asks the same waits for the first."""

    system: System
    attack: Attack | None = None
    revision: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: OrderedDict[str, Json] = field(default_factory=OrderedDict)

    def answer(self, question: str, work: Work) -> Json:
        with self.lock:
            if question not in self.answers:
                # Whoever asks about other systems meanwhile may have it dropped here.
                attack = self.attack = self.attack or self._woven()
                self.answers[question] = {"revision": self.revision} | work(attack)
                while len(self.answers) > MOST_ANSWERS:
                    self.answers.popitem(last=False)
            return self.answers[question]

    def _woven(self) -> Attack:
        self.revision, graph, catalog, found = read(self.system, _parts)
        return Attack(graph, catalog, found)


_kept: OrderedDict[State, Kept] = OrderedDict()
_lock = threading.Lock()


def answer(system: System, question: str, work: Work) -> Json:
    """What `work` finds in the system's attack steps, worked out once for a state and question.

    The answer also has the `revision` that it belongs to.
    """
    return _of(system).answer(question, work)


def _of(system: System) -> Kept:
    state = (system.pk, system.revision, system.as_of, system.catalog_digest)
    with _lock:
        found = _kept.setdefault(state, Kept(system))
        _kept.move_to_end(state)
        while len(_kept) > MOST_STATES:
            _kept.popitem(last=False)
        for older in list(_kept.values())[:-MOST_ATTACKS]:
            older.attack = None
        return found


def _parts(warm: Warm) -> tuple[int, Graph, Catalog, Reckonings]:
    engine = warm.engine
    return warm.revision, engine.graph, engine.catalog, engine.reckonings()
