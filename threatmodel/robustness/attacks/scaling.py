"""Scaling: a large picture that people see as one thing and the resized model as another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import pictures
from ..dataset import Eps
from ..oracle import Oracle
from ..results import SampleResult, State
from ..scaling import Matrix, Resize, matrix
from . import Paper, Param, Plan, Test, Values

Planes = NDArray[np.float64]  # channels, height, width
ROUNDS = 30  # of giving back what went beyond the range of a pixel


def embedded(cover: Planes, hidden: Planes, down: Matrix, across: Matrix) -> Planes:
    """The cover, changed as little as will make it shrink to the hidden picture (range 0..1)."""
    back_down, back_across = np.linalg.pinv(down), np.linalg.pinv(across)
    large = cover
    for _ in range(ROUNDS):
        missing = hidden - down @ large @ across.T
        if np.abs(missing).max() < 1e-6:
            break
        large = np.clip(large + back_down @ missing @ back_across.T, 0, 1)
    return large


def enlarged(picture: Planes, resize: Resize) -> Planes:
    """What people see: the picture at the size of the upload, in blocks."""
    down = np.minimum(
        np.arange(resize.high) * picture.shape[1] // resize.high, picture.shape[1] - 1
    )
    right = np.minimum(
        np.arange(resize.wide) * picture.shape[2] // resize.wide, picture.shape[2] - 1
    )
    return picture[:, down][:, :, right]


def _nearest_other(plan: Plan, index: int) -> int | None:
    """The known picture of another answer that looks most like the target."""
    others = [one for one in plan.known if plan.predicted[one] != plan.dataset.y[index]]
    if not others:
        return None
    gaps = ((plan.dataset.x[others] - plan.dataset.x[index]) ** 2).sum(axis=1)
    return others[int(gaps.argmin())]


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Hide the nearest picture of another class in each target and ask what the model sees.

    The distance is the root of the mean square over all pixels of the upload, as a share of their
    range: small where the resizing skips pixels, large where it averages.

    References
    ----------
    Xiao, Chen, Shen, Chen, Li: Seeing is Not Believing. USENIX Security 2019. The least change by
    pseudo-inverse follows Quiring et al., USENIX Security 2020, arXiv 2003.08633.
    """
    data, resize = plan.dataset, plan.dataset.resize
    if resize is None:
        return []
    lay = pictures.layout(data)
    down = matrix(resize.high, lay.high, resize.method)
    across = matrix(resize.wide, lay.wide, resize.method)
    low, high = data.low or 0.0, 1.0 if data.high is None else data.high

    def planes(index: int) -> Planes:
        shown = lay.pictures(data.x[[index]])[0].transpose(2, 0, 1)
        return np.asarray((shown - low) / (high - low), dtype=np.float64)

    found = []
    eps = float(plan.values["visible"])
    for at, index in enumerate(plan.targets):
        other, label = _nearest_other(plan, index), int(data.y[index])
        if other is None:
            found.append(SampleResult(index, label, "held", None, 0))
            continue
        cover = enlarged(planes(index), resize)
        large = embedded(cover, planes(other), down, across)
        seen = (down @ large @ across.T).transpose(1, 2, 0)[None]
        row = lay.rows(np.asarray(low + seen * (high - low), dtype=np.float32))
        answer = int(oracle.labels(row, np.array([at]))[0])
        gap = float(np.sqrt(((large - cover) ** 2).mean()))
        fooled = answer != label
        state: State = "broken" if fooled and gap <= eps else "held"
        detail = {"answer": answer} if fooled else {}
        found.append(SampleResult(index, label, state, gap if fooled else None, 1, detail))
    return found


def _budget(values: Values) -> int:
    return 1


TEST = Test(
    id="scaling",
    name="Another picture after resizing",
    version="1",
    claim="A picture that people see as one thing becomes another when it is made smaller as the "
    "data set says, and the model answers for the other.",
    paper=Paper(
        title="Seeing is Not Believing: Camouflage Attacks on Image Scaling Algorithms",
        authors="Qixue Xiao, Yufei Chen, Chao Shen, Yu Chen, Kang Li",
        year=2019,
        identifier="USENIX Security 2019, pp. 443-460",
    ),
    family="image-scaling",
    adaptive=False,
    access="labels",
    params=(
        Param(
            "visible", "number", 0.1, "Change that may be seen, share of range", low=0.001, high=1
        ),
        Param("samples", "integer", 40, "Pictures that the model gets right", low=1, high=500),
        Param("seed", "integer", 0, "Same seed, same result", high=2**31),
    ),
    honours=frozenset({"range"}),
    budget=_budget,
    run=run,
    needs=frozenset({"pictures", "resize"}),
    size="visible",
    declared=Eps(0.1, "rms", "As much as faint noise: people still see the first picture."),
    searches=False,
)
