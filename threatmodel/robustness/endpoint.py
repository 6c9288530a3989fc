"""A model behind an address, asked through the one way out and only as far as agreed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from . import speech
from .connections import Watch
from .egress import Answer, Door
from .errors import HungUp, ModelError
from .speech import Format, Options

PROBES = 8
ALIKE = 1e-3  # scores that differ by less come from the same model on other hardware
SHORTEST_SECRET = 6
TRIES, LONGEST_PAUSE_S = 3, 10.0
NO_TEXTS = "texts are sent as plain JSON alone; choose the adapter json"
BUSY = frozenset({429, 503})


class Permit(Protocol):
    """What its owner agreed to. Asked before each request; keeps the books."""

    def ask(self, rows: int, watch: Watch) -> None:
        """Book a request and wait for its turn; Forbidden where it may not be sent."""

    def answered(self, status: int) -> None:
        """Told of each answer's status; ends the use of an endpoint that goes on refusing."""


@dataclass(frozen=True, slots=True)
class Line:
    """Everything that is needed to call one endpoint. `headers` hold its secret."""

    url: str
    door: Door
    permit: Permit
    headers: Mapping[str, str]

    def ask(self, body: object, rows: int, watch: Watch) -> object:
        """Send one question and give the JSON of its answer.

        A busy endpoint is asked again a few times, as it says when, and at once where a
        connection that was kept had ended. Each request is booked.

        Raises
        ------
        ModelError
            In one sentence, when there is no answer to use.
        """
        sent = speech.written(body)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        for left in reversed(range(TRIES)):
            self.permit.ask(rows, watch)
            try:
                answer = self._sent(headers | dict(self.headers), sent, watch)
            except HungUp:
                if left:
                    continue
                raise
            if answer.status not in BUSY or not left:
                break
            _pause(answer, watch)
        if not 200 <= answer.status < 300:
            raise ModelError(f"endpoint: {_refusal(answer.status)}")
        return speech.read_json(self._masked(answer.body))

    def _sent(self, headers: Mapping[str, str], body: bytes, watch: Watch) -> Answer:
        answer = self.door.request("POST", self.url, headers, body, watch)
        self.permit.answered(answer.status)
        return answer

    def _masked(self, body: bytes) -> bytes:
        """What came back, without our own secret, which an endpoint may tell us again."""
        for value in self.headers.values():
            for secret in {value, value.rpartition(" ")[2]}:
                if len(secret) >= SHORTEST_SECRET:
                    body = body.replace(secret.encode(), b"[secret]")
        return body


def _pause(answer: Answer, watch: Watch) -> None:
    wanted = answer.headers.get("retry-after", "1")
    until = time.monotonic() + speech.finite_seconds(wanted, LONGEST_PAUSE_S)
    while time.monotonic() < until:
        watch()
        time.sleep(min(0.1, max(0.0, until - time.monotonic())))


def _refusal(status: int) -> str:
    if status in (401, 403):
        return f"it refuses our secret ({status}); enter the right one"
    if status == 429:
        return "it says that it is asked too often (429); lower the requests per second"
    if status == 404:
        return "it knows no such address (404); look at the address once more"
    if status >= 500:
        return f"it failed to answer ({status}); look into its own log"
    return f"it does not take our request ({status}); look at the adapter and its options"


class EndpointModel:
    """Labels and scores of rows, asked in batches."""

    level = "endpoint"

    def __init__(
        self, line: Line, spoken: Format, options: Options, row: tuple[int, ...], watch: Watch
    ) -> None:
        self._line, self._format, self._options = line, spoken, options
        self._row, self._watch = row, watch
        self.identity = ""

    def labels(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        found = [speech.labels(part, self._options["answers"]) for part in self._asked(rows)]
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def scores(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        found = [speech.scores(part, self._options["answers"]) for part in self._asked(rows)]
        if len({part.shape[1] for part in found}) > 1:
            raise ModelError("endpoint: it scores another number of classes each time")
        return np.concatenate(found) if found else np.empty((0, 0))

    def probe(self, rows: NDArray[Any]) -> list[list[float]]:
        """What it answers to these rows, as its identity rests on it."""
        return [row for part in self._asked(rows) for row in part.reshape(len(part), -1).tolist()]

    def restart(self) -> None:
        """Nothing of ours died."""

    def _asked(self, rows: NDArray[Any]) -> Iterator[NDArray[np.float64]]:
        if self._format.question is None or self._format.answers is None:
            raise ModelError("endpoint: it talks in messages and answers no rows")
        if not self._row and not self._format.texts:
            raise ModelError(f"endpoint: {NO_TEXTS}")
        size = self._options["batch"]
        for at in range(0, len(rows), size):
            some = rows[at : at + size].reshape(-1, *self._row)
            body = self._format.question(some, self._options)
            told = self._line.ask(body, len(some), self._watch)
            yield speech.numbers(self._format.answers(told, self._options), len(some))


@dataclass(frozen=True, slots=True)
class RowEndpoint:
    """An endpoint that can be opened as a model of rows (a `Source`).

    `probes` are the rows that its identity rests on, `known` what it answered to them when the
    run was prepared. They are asked once more when the work is done.
    """

    line: Line
    format: Format
    options: Options
    identity: str
    probes: NDArray[np.float32]
    known: list[list[float]]

    @contextmanager
    def open(self, row: tuple[int, ...], watch: Watch) -> Iterator[EndpointModel]:
        model = EndpointModel(self.line, self.format, self.options, row, watch)
        model.identity = self.identity
        yield model
        if not alike(self.known, model.probe(self.probes)):
            raise ModelError(
                "endpoint: its answers changed while it was tested; run the test again"
            )


def probe_rows(rows: NDArray[Any]) -> NDArray[np.float32]:
    """The fixed rows that an endpoint is known by, spread over its data set."""
    chosen = np.linspace(0, len(rows) - 1, min(PROBES, len(rows))).astype(np.intp)
    return rows[chosen]


def alike(before: list[list[float]], after: list[list[float]]) -> bool:
    """Whether two sets of answers to the probes come from the same model, as far as they tell."""
    one, other = np.array(before, dtype=float), np.array(after, dtype=float)
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=ALIKE, atol=ALIKE))


def identity(version: str, probes: object) -> str:
    """What evidence on an endpoint is named by: its declared version and its answers."""
    said = json.dumps([version, probes], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
