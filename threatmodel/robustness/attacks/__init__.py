"""The tests that can be run, one file each, found by being in this folder.

A file declares `TEST`: what it claims, what it needs, whose paper it follows, its parameters and
their bounds, and how to run it.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import math
import pkgutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ..dataset import FARTHEST, OFFERS, Dataset, Eps
from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Measured, SampleResult
from ..training import Lesson, Training

Values = Mapping[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    authors: str
    year: int
    identifier: str


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: a number within bounds, a whole one, or one of `choices`."""

    name: str
    kind: Literal["number", "integer", "choice"]
    default: float | int | str | None
    help: str
    low: float = 0.0
    high: float = math.inf
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run attacks.

    `targets` are rows of the data set that the model gets right; `predicted` its labels of all rows
    that were asked beforehand (`known`), from which an attack may take a start.
    """

    dataset: Dataset
    targets: tuple[int, ...]
    known: tuple[int, ...]
    predicted: Mapping[int, int]
    values: Values
    seed: int


# What many tests ask of whoever runs them, in the same words.
EPS = Param("eps", "number", None, "How far an input may move, in the data's units", 1e-9, FARTHEST)
NORM = Param("norm", "choice", None, "How distance is measured", choices=("l2", "linf"))
SEED = Param("seed", "integer", 0, "Same seed, same result", high=2**31)


def given_budget(values: Values) -> int:
    """The budget of a test that has it as a parameter, in queries."""
    return int(values["budget"])


def one_each(values: Values) -> int:
    """The budget of a test that asks every sample once, in queries."""
    return int(values["samples"])


def no_queries(values: Values) -> int:
    """The budget of a test that asks nothing of a model that is linked."""
    return 0


Attack = Callable[[Oracle, Plan], list[SampleResult]]


@dataclass(frozen=True, slots=True)
class Whole:
    """A test of the model as a whole, which is not cut into chunks of targets."""

    measure: Callable[[Oracle, Plan], Measured]


Retrain = Callable[[Training, Lesson], Measured]


@dataclass(frozen=True, slots=True)
class Test:
    """A robustness test.

    `needs` names what a data set must offer (`Dataset.offers`). `size` names the parameter by which
    a test of its own measure is sized, as `eps` sizes the others; `declared` is how much of it the
    test speaks of. A table's constraints bind tests with `moves_inputs`. `searches` says that it
    looks for the nearest input, within eps or beyond. `retrain` is how it is run where the owner's
    own training is at hand, for tests that need that. `takes_texts`: rows may be texts.
    """

    id: str
    name: str
    version: str
    claim: str
    paper: Paper
    family: str
    adaptive: bool
    access: Literal["labels", "scores", "chat"]
    params: tuple[Param, ...]
    honours: frozenset[str]
    budget: Callable[[Values], int]
    run: Attack | Whole
    needs: frozenset[str] = frozenset()
    adversarial: bool = True
    moves_inputs: bool = True
    size: str = ""
    declared: Eps | None = None
    searches: bool = True
    retrain: Retrain | None = None
    takes_texts: bool = False

    # pytest would otherwise take the class for a test of its own
    __test__ = False

    def reads_scores(self, values: Values) -> bool:
        return self.access == "scores" or values.get("answers") == "scores"

    def why_not(self, offers: Collection[str]) -> str:
        """Why the test cannot be run on a data set that offers this, empty when it can."""
        if "chat" in offers and self.access != "chat":
            return "it attacks models that take rows of numbers; this endpoint is talked to"
        if "trainer" in self.needs and "trainer" not in offers:
            # What else it needs is needed there, and no data set that is linked here gives it.
            return f"it needs {OFFERS['trainer']}"
        missing = sorted(self.needs - set(offers))
        if missing:
            return f"it needs {OFFERS[missing[0]]}"
        if "text" in offers and not self.takes_texts:
            return "it changes numbers, and the rows of this data set are texts"
        return ""


@functools.cache
def load() -> Mapping[str, Test]:
    """All tests by id, attacks before tests of reliability, each sort by name."""
    found: list[Test] = []
    for module in pkgutil.iter_modules(__path__):
        found.append(importlib.import_module(f"{__name__}.{module.name}").TEST)
    order = sorted(found, key=lambda test: (not test.adversarial, test.name))
    return MappingProxyType({test.id: test for test in order})


def get(test_id: str) -> Test:
    try:
        return load()[test_id]
    except KeyError:
        raise RobustnessError(_unknown(test_id[:60])) from None


def _unknown(given: str) -> str:
    """That no test is called so, the nearest that is, and where all stand."""
    near = difflib.get_close_matches(given, load(), n=1)
    guess = f"did you mean '{near[0]}'? " if near else ""
    return f"test: '{given}' is unknown; {guess}docs/robustness.md lists all tests"


def _value(param: Param, given: object) -> float | int | str:
    if param.kind == "choice":
        if given not in param.choices:
            raise RobustnessError(f"params.{param.name}: use one of {', '.join(param.choices)}")
        return str(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise RobustnessError(f"params.{param.name}: must be a number")
    if param.kind == "integer" and given != int(given):
        raise RobustnessError(f"params.{param.name}: must be a whole number")
    if not param.low <= given <= param.high:
        raise RobustnessError(f"params.{param.name}: must be from {param.low:g} to {param.high:g}")
    return int(given) if param.kind == "integer" else float(given)


def values(test: Test, given: Mapping[str, object]) -> dict[str, float | int | str]:
    """The parameters of a run: what is given, checked, over the defaults.

    A parameter without default that is not given stays out (eps: the data set may state it).

    Raises
    ------
    RobustnessError
        Naming the parameter.
    """
    known = {param.name: param for param in test.params}
    for name in given:
        if name not in known:
            raise RobustnessError(f"params.{str(name)[:60]}: this test has no such parameter")
    merged = {name: param.default for name, param in known.items()} | dict(given)
    return {name: _value(known[name], value) for name, value in merged.items() if value is not None}


__all__ = [
    "EPS",
    "NORM",
    "SEED",
    "Attack",
    "Param",
    "Paper",
    "Plan",
    "Test",
    "Values",
    "Whole",
    "get",
    "given_budget",
    "load",
    "no_queries",
    "one_each",
    "values",
]
