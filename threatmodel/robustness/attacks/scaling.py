"""Scaling: a large picture that people see as one thing and the resized model as another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import pictures
from ..dataset import Dataset, Eps
from ..oracle import Oracle
from ..results import SampleResult, State
from ..scaling import Matrix, Resize, matrix
from ..space import Rows
from . import SEED, Paper, Param, Plan, Test, Values

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


class Lens:
    """Between the data set's rows and pictures of the upload's size, with values from 0 to 1."""

    def __init__(self, dataset: Dataset, resize: Resize) -> None:
        self._x, self.resize, self._lay = dataset.x, resize, pictures.layout(dataset)
        self._low, high = pictures.span(dataset)
        self._range = high - self._low
        self.down = matrix(resize.high, self._lay.high, resize.method)
        self.across = matrix(resize.wide, self._lay.wide, resize.method)

    def planes(self, index: int) -> Planes:
        """The picture of one row."""
        shown = self._lay.pictures(self._x[[index]])[0].transpose(2, 0, 1)
        return np.asarray((shown - self._low) / self._range, dtype=np.float64)

    def seen(self, large: Planes) -> Rows:
        """What the model is given of a picture of the upload's size: one row."""
        small = (self.down @ large @ self.across.T).transpose(1, 2, 0)[None]
        return self._lay.rows(np.asarray(self._low + small * self._range, dtype=np.float32))


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
    if plan.dataset.resize is None:
        return []
    lens = Lens(plan.dataset, plan.dataset.resize)
    return [_tried(oracle, plan, lens, at) for at in range(len(plan.targets))]


def _tried(oracle: Oracle, plan: Plan, lens: Lens, at: int) -> SampleResult:
    """One target: another picture hidden in it, and what the model answers to what it sees."""
    index = plan.targets[at]
    other, label = _nearest_other(plan, index), int(plan.dataset.y[index])
    if other is None:
        return SampleResult(index, label, "held", None, 0)
    cover = enlarged(lens.planes(index), lens.resize)
    large = embedded(cover, lens.planes(other), lens.down, lens.across)
    answer = int(oracle.labels(lens.seen(large), np.array([at]))[0])
    gap = float(np.sqrt(((large - cover) ** 2).mean()))
    if answer == label:
        return SampleResult(index, label, "held", None, 1)
    state: State = "broken" if gap <= float(plan.values["visible"]) else "held"
    return SampleResult(index, label, state, gap, 1, {"answer": answer})


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
        SEED,
    ),
    honours=frozenset({"range"}),
    budget=_budget,
    run=run,
    needs=frozenset({"pictures", "resize"}),
    size="visible",
    declared=Eps(0.1, "rms", "As much as faint noise: people still see the first picture."),
    searches=False,
)
