"""What endpoints understand: questions out of rows, numbers out of answers."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import orjson
from numpy.typing import NDArray

from .errors import ModelError, RobustnessError

CLASS_LIMIT = 10_000
LONGEST_OPTION = 20_000

Options = Mapping[str, Any]
Rows = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a format. `json` is entered as text and kept as what it means."""

    name: str
    help: str
    kind: Literal["text", "json", "integer", "choice"] = "text"
    default: str | int = ""
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 2**31
    required: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of endpoint is spoken to.

    `question` makes the body for rows of their own shape, `answers` finds in what came back the
    nested lists of numbers. A format for `chat` has neither: it is spoken to in messages. `texts`
    says that rows may be texts.
    """

    id: str
    name: str
    help: str
    options: tuple[Option, ...]
    question: Callable[[Rows, Options], object] | None = None
    answers: Callable[[object, Options], object] | None = None
    texts: bool = False

    @property
    def chat(self) -> bool:
        return self.question is None

    def settle(self, given: Mapping[str, object]) -> dict[str, Any]:
        """All options, what is given checked and put over the defaults.

        Raises
        ------
        RobustnessError
            Naming the option.
        """
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                raise RobustnessError(f"options.{str(name)[:40]}: this adapter has no such option")
        return {name: _value(option, given.get(name)) for name, option in known.items()}


READING = Option(
    "answers",
    "What comes back for each row: a label, a score for each class, or the chance of class 1",
    "choice",
    "scores",
    ("labels", "scores", "chance"),
)
BATCH = Option("batch", "Rows in one request, at most", "integer", 256, low=1, high=2048)


def _value(option: Option, given: object) -> Any:
    if given is None or given == "":
        if option.required:
            raise RobustnessError(f"options.{option.name}: is needed")
        given = option.default
    if option.kind == "integer":
        return _whole(option, given)
    if option.kind == "json":
        return _meant(option, given)
    if not isinstance(given, str) or len(given) > LONGEST_OPTION:
        raise RobustnessError(
            f"options.{option.name}: must be text, not longer than 20,000 letters"
        )
    if option.kind == "choice" and given not in option.choices:
        raise RobustnessError(f"options.{option.name}: use one of {', '.join(option.choices)}")
    return given


def _whole(option: Option, given: object) -> int:
    try:
        value = int(str(given))
    except ValueError:
        raise RobustnessError(f"options.{option.name}: must be a whole number") from None
    if not option.low <= value <= option.high:
        raise RobustnessError(
            f"options.{option.name}: must be from {option.low} to {option.high:,}"
        )
    return value


def _meant(option: Option, given: object) -> Any:
    if not isinstance(given, str):
        return given
    if len(given) > LONGEST_OPTION:
        raise RobustnessError(f"options.{option.name}: is longer than 20,000 letters")
    try:
        return json.loads(given) if given else None
    except (ValueError, RecursionError):
        raise RobustnessError(f"options.{option.name}: is not JSON") from None


def written(body: object) -> bytes:
    """A question as JSON. Rows are many numbers, and the plain library takes seconds for them."""
    try:
        return orjson.dumps(body)
    except TypeError:  # a number of more than 64 bits, or half a letter, in somebody's template
        return json.dumps(body, separators=(",", ":")).encode()


def read_json(body: bytes) -> object:
    """What an endpoint answered; ModelError where it is no JSON.

    NaN and infinity are read too, which JSON does not know and servers write all the same: what
    asks for numbers says better than a reader what is wrong with them.
    """
    with contextlib.suppress(ValueError):  # the plain library reads more, several times slower
        return orjson.loads(body)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ModelError("endpoint: its answer is not JSON") from None


def part(told: object, *path: str | int) -> object:
    """Go into an answer by keys and places; ModelError naming the one that is not there."""
    for step in path:
        inside = isinstance(told, dict) and step in told
        if isinstance(step, int):
            inside = isinstance(told, list) and -len(told) <= step < len(told)
        if not inside:
            raise ModelError(f"endpoint: its answer has no '{str(step)[:40]}'")
        told = told[step]  # type: ignore[index]  # just looked at
    return told


def numbers(told: object, rows: int) -> NDArray[np.float64]:
    """One number, or one row of numbers, for each row that was asked.

    Raises
    ------
    ModelError
        Where there are more or fewer, or something that is no finite number.
    """
    try:
        found = np.array(told, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ModelError("endpoint: its answers are not numbers in rows of one length") from None
    if found.ndim not in (1, 2) or len(found) != rows:
        shape = " by ".join(map(str, found.shape)) or "one number"
        raise ModelError(f"endpoint: asked for {rows} rows, it answered {shape}")
    if found.ndim == 2 and found.shape[1] > CLASS_LIMIT:
        raise ModelError(f"endpoint: it scores more than {CLASS_LIMIT:,} classes")
    if not np.isfinite(found).all():
        raise ModelError("endpoint: it answered with numbers that are not finite (NaN or infinity)")
    return found


def labels(found: NDArray[np.float64], reading: str) -> NDArray[np.int64]:
    """Labels out of what came back, read as the endpoint's owner says."""
    if reading == "labels":
        flat = found.reshape(len(found), -1)
        if flat.shape[1] != 1 or (flat != np.round(flat)).any() or (np.abs(flat) > 2**53).any():
            raise ModelError("endpoint: its answers are not one whole label for each row")
        return flat[:, 0].astype(np.int64)
    return scores(found, reading).argmax(axis=1).astype(np.int64)


def scores(found: NDArray[np.float64], reading: str) -> NDArray[np.float64]:
    """Scores out of what came back; ModelError where it answers labels alone."""
    if reading == "labels":
        raise ModelError("endpoint: it answers labels alone; use a test that asks for no scores")
    flat = found.reshape(len(found), -1)
    if reading == "chance":
        if flat.shape[1] != 1:
            raise ModelError("endpoint: one chance of class 1 was expected for each row")
        return np.hstack((1 - flat, flat))
    if flat.shape[1] < 2:
        raise ModelError("endpoint: a score for each of two classes or more was expected")
    return flat


def nested(rows: Rows) -> list[Any]:
    """Rows as JSON takes them, exactly as large as they are."""
    found: list[Any] = rows.tolist()
    return found


def finite_seconds(text: str, most: float) -> float:
    """A number of seconds that a header names, within bounds; 0 where it is none."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return min(most, max(0.0, value)) if math.isfinite(value) else 0.0
