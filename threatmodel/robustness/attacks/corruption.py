"""Everyday damage to pictures: nobody attacks, the world is just not as clean as the data set.

A reliability test. What it measures moves the reliability finding and never says anything about
somebody who tries.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ..dataset import Dataset, Eps
from ..oracle import Oracle
from ..pictures import layout, span
from ..results import SampleResult
from ..space import generator
from . import SEED, Paper, Param, Plan, Test, Values

Picture = NDArray[np.float32]  # height, width, channels; values from 0 to 1
Random = Callable[[], np.random.Generator]  # made only where chance is needed: making one is dear

SEVERITIES = (1, 2, 3, 4, 5)


def noise(picture: Picture, severity: int, random: Random) -> Picture:
    spread = (0.04, 0.06, 0.08, 0.12, 0.18)[severity - 1]
    return picture + random().standard_normal(picture.shape, np.float32) * np.float32(spread)


def blur(picture: Picture, severity: int, random: Random) -> Picture:
    """Out of focus: by a share of the side, and enough to be seen in the smallest pictures."""
    share = (0.010, 0.018, 0.028, 0.042, 0.060)[severity - 1]
    least = (0.3, 0.4, 0.5, 0.65, 0.85)[severity - 1]
    sigma = max(least, share * min(picture.shape[:2]))
    return np.asarray(ndimage.gaussian_filter(picture, (sigma, sigma, 0)), dtype=np.float32)


def contrast(picture: Picture, severity: int, random: Random) -> Picture:
    kept = np.float32((0.75, 0.5, 0.4, 0.3, 0.15)[severity - 1])
    middle = picture.mean(axis=(0, 1), keepdims=True)
    paler: Picture = (picture - middle) * kept + middle
    return paler


def brightness(picture: Picture, severity: int, random: Random) -> Picture:
    return picture + np.float32((0.05, 0.1, 0.15, 0.2, 0.3)[severity - 1])


def pixelate(picture: Picture, severity: int, random: Random) -> Picture:
    """Halve the resolution, or quarter it, and blend with the picture by severity."""
    block = 2 if severity <= 3 else 4
    strength = np.float32((0.34, 0.67, 1.0, 0.67, 1.0)[severity - 1])
    rows, columns = (np.arange(side) // block for side in picture.shape[:2])
    grid = rows[:, None] * (columns[-1] + 1) + columns[None, :]
    counts = np.bincount(grid.ravel())
    coarse = np.empty_like(picture)
    for channel in range(picture.shape[2]):
        sums = np.bincount(grid.ravel(), weights=picture[:, :, channel].ravel())
        coarse[:, :, channel] = (sums / counts)[grid]
    return picture + strength * (coarse - picture)


def occlusion(picture: Picture, severity: int, random: Random) -> Picture:
    """A grey square somewhere."""
    share = (0.12, 0.18, 0.25, 0.32, 0.4)[severity - 1]
    sides = [max(1, round(side * share)) for side in picture.shape[:2]]
    chance = random()
    top, left = (
        int(chance.integers(whole - side + 1))
        for whole, side in zip(picture.shape[:2], sides, strict=True)
    )
    damaged = picture.copy()
    damaged[top : top + sides[0], left : left + sides[1]] = 0.5
    return damaged


KINDS: Mapping[str, Callable[[Picture, int, Random], Picture]] = {
    kind.__name__: kind for kind in (noise, blur, contrast, brightness, pixelate, occlusion)
}


def damaged(dataset: Dataset, index: int, severity: int, seed: int) -> Picture:
    """One row under every kind of damage, as rows again. Shape (kinds, features)."""
    lay = layout(dataset)
    low, high = span(dataset)
    whole = lay.pictures((dataset.x[index] - low) / (high - low))[0]
    found = []
    for name, kind in KINDS.items():
        random = functools.partial(generator, f"corruption {name} {severity}", seed, index)
        picture = np.clip(kind(whole, severity, random), 0, 1)
        found.append(picture * (high - low) + low)
    return lay.rows(np.stack(found)).astype(np.float32)


def _first_wrong(wrong: NDArray[np.bool_]) -> float | None:
    """The least severity at which any damage changes the answer."""
    fallen = np.flatnonzero(wrong.any(axis=1))
    return float(SEVERITIES[fallen[0]]) if len(fallen) else None


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Show every target damaged in each way at each severity, once.

    A target falls at a severity when any of the six kinds changes its answer there or below.

    References
    ----------
    Hendrycks, Dietterich: Benchmarking Neural Network Robustness to Common Corruptions and
    Perturbations. ICLR 2019, arXiv 1903.12261. The kinds are rewritten here and fewer.
    """
    dataset, severity = plan.dataset, int(plan.values["severity"])
    each = len(SEVERITIES) * len(KINDS)
    rows = [damaged(dataset, i, s, plan.seed) for i in plan.targets for s in SEVERITIES]
    owners = np.repeat(np.arange(len(plan.targets)), each)
    answers = oracle.labels(np.concatenate(rows), owners)
    found = []
    for at, index in enumerate(plan.targets):
        wrong = (answers[owners == at] != dataset.y[index]).reshape(len(SEVERITIES), len(KINDS))
        least = _first_wrong(wrong)
        fallen = [kind for kind, lost in zip(KINDS, wrong[severity - 1], strict=True) if lost]
        found.append(
            SampleResult(
                index=index,
                label=int(dataset.y[index]),
                state="broken" if least is not None and least <= severity else "held",
                distance=least,
                queries=each,
                detail={"kinds": fallen},
            )
        )
    return found


def _budget(values: Values) -> int:
    return len(SEVERITIES) * len(KINDS)


TEST = Test(
    id="corruption",
    name="Everyday damage to pictures",
    version="1",
    claim="Noise, blur, poor light, coarse pixels or a covered corner change the answer. "
    "Nobody attacks: this speaks of reliability alone.",
    paper=Paper(
        title="Benchmarking Neural Network Robustness to Common Corruptions and Perturbations",
        authors="Dan Hendrycks, Thomas Dietterich",
        year=2019,
        identifier="arXiv:1903.12261",
    ),
    family="corruption",
    adaptive=False,
    access="labels",
    params=(
        Param("severity", "integer", 3, "How bad it may get, from 1 to 5", low=1, high=5),
        Param("samples", "integer", 100, "Pictures that the model gets right", low=1, high=5000),
        SEED,
    ),
    honours=frozenset({"range"}),
    needs=frozenset({"pictures"}),
    budget=_budget,
    run=run,
    adversarial=False,
    size="severity",
    searches=False,  # the scale ends at 5, so twice a severity is seldom one
    declared=Eps(3, "severity", "Plain to see, and a person still recognises the picture."),
)
