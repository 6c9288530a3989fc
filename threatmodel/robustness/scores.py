"""Scores as a model gives them: chances that sum to one, or anything else, which is left alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
LEAST = 1e-38  # below what single precision tells from nothing


def are_chances(scores: Scores) -> bool:
    """Whether every row is nowhere negative and sums to one."""
    return bool((scores >= 0).all() and np.allclose(scores.sum(axis=1), 1, atol=1e-3))


def logits(scores: Scores) -> Scores:
    """On a scale where being surer still shows when a chance is nearly one."""
    return np.log(np.maximum(scores, LEAST)) if are_chances(scores) else scores


def chances(scores: Scores) -> Scores:
    """Rows that sum to one: as given, or by softmax."""
    if are_chances(scores):
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Scores = powers / powers.sum(axis=1, keepdims=True)
    return shares


def margin(scores: Scores, label: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far the right class is ahead of the best other one; below zero the input deceives."""
    at = np.arange(len(scores))
    others = logits(scores).copy()
    own = others[at, label]
    others[at, label] = -np.inf
    lead: NDArray[np.float64] = own - others.max(axis=1)
    return lead
