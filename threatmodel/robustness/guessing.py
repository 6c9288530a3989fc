"""What people do not tell, guessed from the rest of their records: without the model, and with it.

Every way with the model falls back on the guess without it where the answers tell nothing, so a
model that does not read the column helps nobody, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import copies

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Guesses = NDArray[np.intp]
WITHOUT = "without the model"
TAUGHT = "taught by answers"
LEARNED = 1000  # records that are learned from at most
# A column of people hangs on chance more than a model's answers do.
PENALTIES = (1e-3, 1e-1, 1.0, 10.0)


@dataclass(frozen=True, slots=True)
class People:
    """Records with one value hidden. `known` is the rest of each with its true label, `surer` by
    record and value how sure the model is of that label where the value is put in, `hits` where
    its answer is that label, `truth` the value that really stands there."""

    known: NDArray[np.float32]
    surer: Numbers
    hits: Flags
    truth: Guesses

    def of(self, rows: NDArray[np.intp]) -> People:
        return People(self.known[rows], self.surer[rows], self.hits[rows], self.truth[rows])


def balanced(right: Flags, truth: Guesses) -> float:
    """The share guessed right, averaged over the values: guessing the commonest one earns little.

    Examples
    --------
    >>> balanced(np.array([True, True, True, False]), np.array([0, 0, 0, 1]))
    0.5
    """
    sizes = np.bincount(truth)
    shares = np.bincount(truth, weights=right)[sizes > 0] / sizes[sizes > 0]
    return float(shares.mean())


def _taught(
    rows: NDArray[np.float32], truth: Guesses, values: int, asked: NDArray[np.float32]
) -> Numbers:
    """By asked record and value, how likely that value is against how common it is."""
    rare = len(truth) / np.maximum(np.bincount(truth, minlength=values), 1)
    targets = np.eye(values)[truth] * rare
    told = rows.std(axis=0) > 0
    copy = copies.learn(rows[:, told], (targets,), truth, rare[truth], PENALTIES)
    return copy.predict(asked[:, told])


def _among(likely: Numbers, able: Flags) -> Guesses:
    """Of the values that may be meant, the likeliest; of all where none may."""
    able = able | ~able.any(axis=1, keepdims=True)
    found: Guesses = np.where(able, likely, -np.inf).argmax(axis=1)
    return found


def guesses(theirs: People, asked: People, scores: bool) -> Mapping[str, Guesses]:
    """What an adversary who knows all of `theirs` guesses of others, by each way.

    Notes
    -----
    Without the model: learned from their own records. By labels: of the values with which the
    model answers the true label, the likeliest. By scores: the value with which it is surest of
    the true label. Taught by answers: learned from their own records and how answers move with
    the value there.
    """
    theirs = theirs.of(np.arange(min(len(theirs.truth), LEARNED)))
    values = asked.hits.shape[1]
    likely = _taught(theirs.known, theirs.truth, values, asked.known)
    found = {WITHOUT: likely.argmax(axis=1), "by labels": _among(likely, asked.hits)}
    if scores:
        surest = asked.surer == asked.surer.max(axis=1, keepdims=True)
        found["by scores"] = _among(likely, surest)
    told, other = (_moves(side, scores) for side in (theirs, asked))
    if told.any():
        rows, more = (np.hstack((a.known, b)) for a, b in ((theirs, told), (asked, other)))
        found[TAUGHT] = _taught(rows, theirs.truth, values, more).argmax(axis=1)
    else:
        found[TAUGHT] = found[WITHOUT]
    return found


def _moves(people: People, scores: bool) -> NDArray[np.float32]:
    """How answers move with the value put in, which is all that the model says of it."""
    said = people.surer if scores else people.hits.astype(np.float64)
    moves = said - said.mean(axis=1, keepdims=True)
    return moves.astype(np.float32)


def best(right: Mapping[str, Flags], truth: Guesses, at: NDArray[np.intp]) -> str:
    """The way with the model that guesses most of these records right."""
    ways = [way for way in right if way != WITHOUT]
    return max(ways, key=lambda way: balanced(right[way][at], truth[at]))
