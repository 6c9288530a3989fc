"""Attacks: calls, rows, the share of their work outside the model, and how near they come.

Nothing here is compared with another library: ART and Foolbox need torch, which no environment of
this project has. The figures that the design takes from them are goals beside the rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

from threatmodel.robustness import attacks, dataset, runner
from threatmodel.robustness.adapters.onnx import OnnxFile
from threatmodel.robustness.attacks import Plan, Whole
from threatmodel.robustness.dataset import Dataset
from threatmodel.robustness.oracle import Oracle
from threatmodel.robustness.results import SampleResult

from . import network
from .measure import Row, count

DEMO = Path(__file__).resolve().parents[1] / "demo"
TRAINED, TARGETS = 1000, 100
LONG_S = 600.0


@dataclass(slots=True)
class Here:
    """A model asked in this process, with the processor time that it takes itself."""

    session: Any
    spent: float = field(default=0.0)

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        begin = time.process_time()
        name = self.session.get_inputs()[0].name
        answer = self.session.run(None, {name: rows})[-1]
        self.spent += time.process_time() - begin
        return np.asarray(answer, dtype=np.float64)

    def labels(self, rows: NDArray[np.float32]) -> NDArray[np.int64]:
        return np.asarray(self.scores(rows).argmax(axis=1), dtype=np.int64)


def _forest(rows: NDArray[np.float32], labels: NDArray[np.int64]) -> bytes:
    fitted = RandomForestClassifier(100, random_state=0).fit(rows, labels)
    options = {id(fitted): {"zipmap": False}}
    exported: bytes = to_onnx(
        fitted, rows[:1], options=options, target_opset=17
    ).SerializeToString()
    return exported


def _digits(side: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    pixels, labels = load_digits(return_X_y=True)
    pictures = (pixels / 16).reshape(-1, 8, 8)
    if side != 8:
        pictures = ndimage.zoom(pictures, (1, side / 8, side / 8), order=1)
    rows = pictures.reshape(len(pictures), -1).clip(0, 1).astype(np.float32)
    return rows, labels.astype(np.int64)


def _targets(make: Callable[..., bytes], side: int) -> tuple[Here, Dataset]:
    rows, labels = _digits(side)
    model = network.session(make(rows[:TRAINED], labels[:TRAINED]))
    held = Dataset(
        x=rows[TRAINED:],
        y=labels[TRAINED:],
        shape=(side, side),
        digest="",
        image=True,
        low=0.0,
        high=1.0,
    )
    return Here(model), held


def _attack(
    model: Here, data: Dataset, test: str, targets: int = TARGETS, **values: Any
) -> tuple[list[SampleResult], Oracle, float, float]:
    """Results, books, the processor time of all of it, and the model's part of that."""
    said = model.labels(data.x)
    chosen = tuple(int(row) for row in np.flatnonzero(said == data.y)[:targets])
    known = dict(enumerate(said.tolist()))
    settled = attacks.values(attacks.get(test), values)
    plan = Plan(data, chosen, tuple(known), known, settled, 0)
    deadline = time.monotonic() + LONG_S
    budget = attacks.get(test).budget(settled)
    oracle = Oracle(model, budget=budget, targets=len(chosen), deadline=deadline)
    run = attacks.get(test).run
    assert not isinstance(run, Whole)  # noqa: S101  # the cases below name attacks on targets
    model.spent, begin = 0.0, time.process_time()
    found = run(oracle, plan)
    return found, oracle, time.process_time() - begin, model.spent


def _rows(
    name: str, model: Here, data: Dataset, test: str, goals: Mapping[str, str], **values: Any
) -> Iterable[Row]:
    found, oracle, whole, inside = _attack(model, data, test, **values)
    gaps = [one.distance for one in found if one.distance is not None]
    fell = sum(one.state == "broken" for one in found) / len(found)
    yield count(f"{name}: calls", oracle.calls, "", goals.get("calls", ""))
    yield count(
        f"{name}: rows for each target", oracle.rows / len(found), "", goals.get("rows", "")
    )
    outside = 1 - inside / whole
    yield count(f"{name}: work outside the model", outside, "", goals.get("outside", ""))
    yield count(f"{name}: fell within eps", fell, "", goals.get("fell", ""))
    yield count(f"{name}: median distance found", float(np.median(gaps)), "")


def figures() -> Iterable[Row]:
    """one thread, 100 targets: calls, rows and the share of processor time outside the model"""
    outside = "0.45 or less"
    reader, pictures = _targets(network.trained, network.SIDE)
    walk = {"budget": 1000, "norm": "l2", "eps": 1.5}
    goals = {"calls": "175 or less (ART 7,005)", "outside": outside}
    yield from _rows("picture network, hopskipjump", reader, pictures, "hopskipjump", goals, **walk)
    goals = {"rows": "641 or less (ART 1,924 / 3)", "outside": outside}
    near = {"budget": 1000, "norm": "linf", "eps": 0.1}
    yield from _rows("picture network, square", reader, pictures, "square", goals, **near)
    forest, columns = _targets(_forest, 8)
    for test in ("hopskipjump", "pointwise"):
        yield from _rows(f"forest of 64 columns, {test}", forest, columns, test, {}, **walk)


def _boxed(seed: int) -> Any:
    """One run of the product on the demo, box and all; its samples."""
    described = (DEMO / "dataset.yaml").read_bytes()
    data = dataset.load((DEMO / "data.npz").read_bytes(), described)
    params = {"samples": TARGETS, "budget": 5000, "seed": seed}
    model = OnnxFile((DEMO / "model.onnx").read_bytes())
    return runner.run(runner.Request(model, data, "hopskipjump", params)).samples


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.monotonic()
    return work(), time.monotonic() - begin


def workers() -> Iterable[Row]:
    """four runs by two processes against the same four by one, on the clock; results alike"""
    ratios = []
    with ProcessPoolExecutor(1) as one, ProcessPoolExecutor(2) as two:
        list(one.map(_boxed, range(1))), list(two.map(_boxed, range(2)))
        for _ in range(3):
            alone, slow = _timed(lambda: list(one.map(_boxed, range(4))))
            both, fast = _timed(lambda: list(two.map(_boxed, range(4))))
            if alone != both:
                raise SystemExit("two workers found something else than one")
            ratios.append(slow / fast)
    middle = float(np.median(ratios))
    yield Row("two workers over one", middle, "x", min(ratios), max(ratios), "1.7 or more")


CASES: Mapping[str, Callable[[], Iterable[Row]]] = {"attacks": figures, "workers": workers}
