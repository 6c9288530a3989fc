"""Attacks: calls, rows, the share of their work outside the model, and how near they come.

ART's HopSkipJump runs beside ours, on the same model over the same runtime. Its Square needs torch:
there the same network is made once more of the same weights, in an environment that has it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy import ndimage
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

from tests.strangers import Reply, Stranger
from threatmodel.robustness import adapters, attacks, dataset, endpoint, runner
from threatmodel.robustness.adapters import onnx_child
from threatmodel.robustness.adapters.onnx import OnnxFile
from threatmodel.robustness.attacks import Plan, Whole
from threatmodel.robustness.dataset import Dataset
from threatmodel.robustness.egress import Door, Limits
from threatmodel.robustness.endpoint import Line
from threatmodel.robustness.oracle import Oracle
from threatmodel.robustness.results import SampleResult

from . import network, peer
from .measure import Row, Timing, count, given, ratio, spread

DEMO = Path(__file__).resolve().parents[1] / "demo"
TRAINED, TARGETS = 1000, 100
SEEDS = TURNS = 3
LONG_S = 600.0
COLUMNS, LATENCY_S = 30, 0.02

# Results, books, the processor time of all of it, and the model's part of that.
Walked = tuple[list[SampleResult], Oracle, float, float]


@dataclass(slots=True)
class Here:
    """A model asked in this process, with the processor time that it takes itself."""

    session: Any
    made: bytes
    spent: float = field(default=0.0)

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        begin = time.process_time()
        name, scores = self.session.get_inputs()[0].name, self.session.get_outputs()[-1].name
        answer = onnx_child.answers(self.session, scores, name, rows)
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
    made = make(rows[:TRAINED], labels[:TRAINED])
    model = network.session(made)
    held = Dataset(
        x=rows[TRAINED:],
        y=labels[TRAINED:],
        shape=(side, side),
        digest="",
        image=True,
        low=0.0,
        high=1.0,
    )
    return Here(model, made), held


def _attack(model: Here, data: Dataset, test: str, targets: int = TARGETS, **values: Any) -> Walked:
    said = model.labels(data.x)
    chosen = tuple(int(row) for row in np.flatnonzero(said == data.y)[:targets])
    known = dict(enumerate(said.tolist()))
    settled = attacks.values(attacks.get(test), values)
    plan = Plan(data, chosen, tuple(known), known, settled, int(settled["seed"]))
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
    ratios, machine = [], []
    with ProcessPoolExecutor(1) as one, ProcessPoolExecutor(2) as two:
        list(one.map(_boxed, range(1))), list(two.map(_boxed, range(2)))
        for _ in range(3):
            machine.append(given())
            alone, slow = _timed(lambda: list(one.map(_boxed, range(4))))
            both, fast = _timed(lambda: list(two.map(_boxed, range(4))))
            if alone != both:
                raise SystemExit("two workers found something else than one")
            ratios.append(slow / fast)
    yield spread("two workers over one", ratios, goal="1.7 or more")
    yield spread("what this machine gave two processes meanwhile", machine)


def art() -> Iterable[Row]:
    """ART's HopSkipJump over ours: processor time, calls and distance, at about 1,000 queries"""
    reader = _targets(network.trained, network.SIDE)
    yield from _beside_art("picture network", *reader, {"cpu": "0.8 or less", "near": "0.8"})
    yield from _beside_art("forest of 64 columns", *_targets(_forest, 8), {"cpu": "0.7 or less"})


def _beside_art(name: str, model: Here, data: Dataset, goals: Mapping[str, str]) -> Iterable[Row]:
    """Turn by turn, so that what slows the machine down meanwhile slows both."""
    turns = [_turn(model, data) for _ in range(TURNS)]
    cost = [whole / theirs["cpu_s"] for (_, _, whole, _), theirs in turns]
    yield spread(f"{name}: processor time, ours over ART's", cost, goal=goals.get("cpu", ""))
    outside = [1 - inside / whole for (_, _, whole, inside), _ in turns]
    yield spread(f"{name}: work outside the model", outside, "", "0.45 or less")
    (found, oracle, _, _), theirs = turns[0]
    gaps = [one.distance for one in found if one.distance is not None]
    yield count(f"{name}: ART's calls over ours", theirs["calls"] / oracle.calls, "x", "40 or more")
    for who, rows in (("ART's", theirs["rows"]), ("our", oracle.rows)):
        yield count(f"{name}: {who} rows for each target", rows / len(found), "")
    nearer = float(np.median(gaps)) / theirs["median"]
    yield count(f"{name}: median distance, ours over ART's", nearer, "x", goals.get("near", ""))


def _turn(model: Here, data: Dataset) -> tuple[Walked, dict[str, Any]]:
    walked = _attack(model, data, "hopskipjump", budget=1000, norm="l2", eps=1.5)
    return walked, _art(model, data, [one.index for one in walked[0]])


def _art(model: Here, data: Dataset, chosen: list[int]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "model.onnx").write_bytes(model.made)
        classes = int(data.y.max()) + 1
        np.savez(Path(folder) / "rows.npz", x=data.x[chosen], y=data.y[chosen], classes=classes)
        return peer.run_art(Path(folder))


def square() -> Iterable[Row]:
    """ART's Square over ours, 100 targets, 1,000 steps: processor time, rows, success"""
    model, data = _targets(network.trained, network.SIDE)
    near: dict[str, Any] = {"budget": 1000, "norm": "linf", "eps": 0.1}
    runs = [_attack(model, data, "square", seed=seed, **near) for seed in range(SEEDS)]
    theirs = _torch(model, data, [one.index for one in runs[0][0]], near["eps"])
    ours = Timing(tuple(whole for _, _, whole, _ in runs))
    rows = float(np.median([oracle.rows for _, oracle, _, _ in runs]))
    asked = float(np.median(theirs["rows"]))
    yield ratio("square: processor time, ours over ART's", ours, Timing(tuple(theirs["cpu_s"])),
                "0.10 or less")  # fmt: skip
    yield count("square: rows, ours over ART's", rows / asked, "x", "0.33 or less")
    yield count("square: ART's rows for each target", asked / TARGETS, "")
    fell = [sum(one.state == "broken" for one in found) / len(found) for found, *_ in runs]
    for name, shares, goal in (("ART's", theirs["fell"], ""), ("ours", fell, "ART's or more")):
        yield spread(f"square: fell within eps, {name}", shares, "", goal)


def _torch(model: Here, data: Dataset, chosen: list[int], eps: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        weights: dict[str, Any] = network.weights(model.made)
        np.savez(Path(folder) / "network.npz", **weights)
        pictures = data.x[chosen].reshape(-1, 1, *data.shape)
        bounds: dict[str, Any] = {"eps": eps, "low": 0.0, "high": 1.0, "seeds": float(SEEDS)}
        np.savez(Path(folder) / "rows.npz", x=pictures, y=data.y[chosen], **bounds)
        return peer.run_torch(Path(folder), "square")


@dataclass(slots=True)
class Free:
    """A permit whose limits are raised: the books of an endpoint are not what is measured."""

    calls: int = 0

    def ask(self, rows: int, watch: Callable[[], None]) -> None:
        self.calls += 1

    def answered(self, status: int) -> None:
        """Nothing is counted."""


def _line() -> NDArray[np.float64]:
    return np.random.default_rng(4).standard_normal(COLUMNS)


def _reply(body: bytes) -> Reply:
    """A linear model's answer."""
    chance = 1 / (1 + np.exp(-(np.array(orjson.loads(body)["instances"]) @ _line())))
    told = orjson.dumps({"predictions": np.stack((1 - chance, chance), axis=1).tolist()})
    return 200, {"Content-Type": "application/json"}, told


def _serve(end: Connection) -> None:
    """Answer each question 20 ms after its last byte came in, the work on it included."""
    took: list[float] = []

    def reply(path: str, headers: dict[str, str], body: bytes) -> Reply:
        begin = time.monotonic()
        answer = _reply(body)
        time.sleep(max(0.0, begin + LATENCY_S - time.monotonic()))
        took.append(time.monotonic() - begin)
        return answer

    with Stranger(reply) as server:
        end.send(server.port)
        end.recv()
        end.send(took)


@contextmanager
def _served() -> Iterator[tuple[int, list[float]]]:
    """The endpoint in a process of its own, so that its work is not ours.

    Its port; and at the end, the seconds that it took for each question by its own clock.
    """
    ours, theirs = Pipe()
    process = Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    took: list[float] = []
    yield ours.recv(), took
    ours.send("end")
    took += ours.recv()
    process.join()


def distant() -> Iterable[Row]:
    """an endpoint that takes 20 ms a call and batches, 30 columns: 100 targets x 1,000 queries"""
    rows = np.random.default_rng(3).standard_normal((200, COLUMNS)).astype(np.float32)
    labels = (rows.astype(np.float64) @ _line() > 0).astype(np.int64)
    data = Dataset(x=rows, y=labels, shape=(COLUMNS,), digest="")
    spoken = adapters.get("tfserving")
    options = spoken.settle({"batch": 2048})
    permit = Free()
    with _served() as (port, endpoint_s):
        named = f"127.0.0.1:{port}"
        door = Door(allowed=frozenset({named}), limits=Limits(answer_bytes=2**24), keep=True)
        line = Line(f"http://{named}/v1/models/line:predict", door, permit, {})
        probes = endpoint.probe_rows(rows)
        model = endpoint.EndpointModel(line, spoken, options, data.shape, lambda: None)
        source = endpoint.RowEndpoint(line, spoken, options, "", probes, model.probe(probes))
        params = {"samples": 100, "budget": 1000, "eps": 1.0, "norm": "l2"}
        permit.calls, begin, worked = 0, time.monotonic(), time.process_time()
        result = runner.run(runner.Request(source, data, "hopskipjump", params))
        took, worked = time.monotonic() - begin, time.process_time() - worked
        door.close()
    waited = permit.calls * LATENCY_S
    yield count("endpoint of 20 ms: calls", permit.calls, "", "400 or less")
    yield count("endpoint of 20 ms: time over calls x 20 ms", took / waited, "x", "1.5 or less")
    own_ms = 1000 * float(np.mean(endpoint_s))
    yield count("endpoint of 20 ms: what it took for a call itself", own_ms, "ms")
    yield count("endpoint of 20 ms: the same if no other program worked", 1 + worked / waited, "x")
    yield count("endpoint of 20 ms: rows for each target", result.rows / 100, "")


CASES: Mapping[str, Callable[[], Iterable[Row]]] = {
    "attacks": figures,
    "art": art,
    "square": square,
    "distant": distant,
    "workers": workers,
}
