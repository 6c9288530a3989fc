"""Attack paths: percolation against drawing its random numbers, ways and cuts against networkx."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import islice
from math import log
from random import Random

import networkx as nx
import numpy as np

import catalog
from threatmodel.core.assessment import Engine
from threatmodel.core.document import parse
from threatmodel.core.inputs import Inputs
from threatmodel.core.paths import Attack, attack_paths
from threatmodel.core.paths.cuts import vertex_cut
from threatmodel.core.paths.derivations import Network, likeliest
from threatmodel.core.paths.percolation import DRAWS, Percolation
from threatmodel.core.paths.web import Step, Web
from threatmodel.core.plan import plan

from .measure import Row, count, ratio, timed
from .models import as_data, neutral

LAYERS = 15
ASSETS = 20


def percolation() -> Iterator[Row]:
    """1,000 states, 5,000 steps, each its own cause: everything against the random numbers."""
    numbers = timed(_numbers)
    for name, back in (("in layers", 0.0), ("with circles", 0.1)):
        web = _web(1_000, 5_000, back)
        yield ratio(
            f"{name}: percolation / its random numbers",
            timed(partial(Percolation, web)),
            numbers,
            "3 or less",
        )


def likeliest_paths() -> Iterator[Row]:
    """10 likeliest ways and the vertex cut on a dense graph of 1,000 nodes, against networkx."""
    web, source, target = _layered(1_000)
    graph = _networkx(web, source)
    part = web.towards([target])
    end = part.place(target)
    if end is None:
        raise RuntimeError("the graph's end cannot be reached")
    network = Network(part.web)
    ours = timed(lambda: list(network.likeliest(end, 10)))
    theirs = timed(lambda: _ten(graph, source, target), repeats=3)
    yield ratio("10 likeliest ways: networkx / ours", theirs, ours, "25 or more")
    whole = timed(lambda: likeliest(web.towards([target]), target, 10))
    yield ratio("  with the graph built: networkx / ours", theirs, whole)
    edges = [(begin, end) for begin, end in graph.edges]
    costs = {node: 1 for node in graph if node not in (source, target)}
    cut = timed(lambda: vertex_cut(edges, source, target, costs))
    peer = timed(lambda: nx.minimum_node_cut(graph, source, target), repeats=3)
    yield ratio("vertex cut: networkx / ours", peer, cut, "40 or more")


def plans() -> Iterator[Row]:
    """Everything that is told of a whole system, by its assessment from nothing."""
    for size in (100, 1_000):
        engine = _engine(size)
        assessed = timed(partial(_engine, size), repeats=3)
        parts = (engine.graph, engine.catalog, engine.reckonings())
        attack = Attack(*parts)
        appetite = engine.document.system.appetite
        woven = timed(partial(Attack, *parts), repeats=3)
        told = timed(partial(attack_paths, attack), repeats=3)
        planned = timed(partial(plan, attack, appetite), repeats=3)
        yield ratio(f"{size:>6} components: web / assessment", woven, assessed)
        yield ratio(f"{size:>6} components: paths of all assets / assessment", told, assessed)
        yield ratio(f"{size:>6} components: plan / assessment", planned, assessed)
        yield count(f"{size:>6} components: steps", len(attack.reach.web.steps), "")


def _numbers() -> None:
    """The random numbers of 5,000 causes, drawn in blocks that stay in the cache."""
    generator = np.random.default_rng(1)
    for _ in range(50):
        generator.random((100, DRAWS), dtype=np.float32)


def _web(states: int, steps: int, back: float) -> Web:
    """Steps lead up to 60 states on; a share of them leads anywhere, mostly back."""
    rng = Random(1)
    found = [Step((), (state,), f"root {state}", 0.5) for state in range(20)]
    for number in range(steps - len(found)):
        begin = rng.randrange(states - 1)
        onward = min(begin + rng.randrange(1, 60), states - 1)
        end = rng.randrange(states) if rng.random() < back else onward
        second = (rng.randrange(begin + 1),) if rng.random() < 0.2 else ()
        found.append(Step((begin, *second), (end,), f"step {number}", rng.random()))
    return Web(states, tuple(found))


def _layered(nodes: int) -> tuple[Web, int, int]:
    """Layers with two to six steps from each state into the next; a source and a target."""
    rng = Random(1)
    width = nodes // LAYERS
    source, target = LAYERS * width, LAYERS * width + 1
    found = [Step((source,), (state,), f"in {state}", 0.9) for state in range(width)]
    for state in range((LAYERS - 1) * width):
        first = (state // width + 1) * width
        for end in rng.sample(range(first, first + width), rng.randint(2, 6)):
            found.append(Step((state,), (end,), f"{state} {end}", rng.uniform(0.05, 0.95)))
    last = range((LAYERS - 1) * width, LAYERS * width)
    found += [Step((state,), (target,), f"out {state}", 0.9) for state in last]
    found.append(Step((), (source,)))
    return Web(target + 1, tuple(found)), source, target


def _networkx(web: Web, source: int) -> nx.DiGraph:
    graph = nx.DiGraph()
    for step in web.steps:
        for begin in step.needs:
            graph.add_edge(begin, step.gains[0], weight=-log(step.chance))
    return graph


def _ten(graph: nx.DiGraph, source: int, target: int) -> list[list[int]]:
    return list(islice(nx.shortest_simple_paths(graph, source, target, weight="weight"), 10))


def _engine(size: int) -> Engine:
    """A neutral system whose components hold assets, one in five."""
    words, rng = catalog.load(), Random(3)
    data = as_data(neutral(size), words)
    levels = {"kind": "data", "confidentiality": "high", "integrity": "high"}
    data["assets"] = [{"id": f"a{i}", "name": f"Asset {i}", **levels} for i in range(ASSETS)]
    for component in data["components"]:
        if rng.random() < 0.2:
            component["assets"] = [f"a{rng.randrange(ASSETS)}"]
    document, _ = parse(data, words)
    return Engine(document, words, Inputs(), date(2026, 1, 1))


CASES: Mapping[str, Callable[[], Iterator[Row]]] = {
    "percolation": percolation,
    "likeliest": likeliest_paths,
    "plans": plans,
}
