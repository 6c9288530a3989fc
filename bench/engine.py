"""The rule engine against pytm, against reading the file, and against itself after an edit."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

import orjson

import catalog
from catalog.types import Catalog
from threatmodel.core.access import AccessMap, adversaries
from threatmodel.core.assessment import Engine, assess
from threatmodel.core.document import Document, parse
from threatmodel.core.graph import Graph
from threatmodel.core.inputs import Inputs
from threatmodel.core.operations import Change, Executed, Operation, apply
from threatmodel.core.questions import rank
from threatmodel.core.rules import Columns, Ruleset

from .measure import Row, Timing, count, ratio, timed
from .models import as_data, as_document, booleans, neutral, with_rules
from .peer import run_pytm

EDIT = "00000000-0000-4000-8000-000000000000"


def rules() -> Iterator[Row]:
    """Rule evaluations per second against pytm, cold and with warm columns."""
    words = with_rules(catalog.load())
    for size in (10, 100, 1_000, 5_000):
        model = neutral(size)
        peer = run_pytm(model, repeats=3 if size <= 1_000 else 1)
        document, ruleset = as_document(model, words), Ruleset.compile(words)
        cold = timed(partial(_columns, document, words))
        columns = Columns(ruleset, Graph(document, words))
        warm = timed(columns.decide_all)
        ours = (len(document.components) + len(document.flows)) * len(ruleset.rules)
        scale, at = ours / peer.evaluations, size == 1_000
        goal = ("30 or more", "100 or more") if at else ("", "")
        yield ratio(
            f"{size:>5} components, cold, evaluations/s, ours / pytm",
            peer.resolve,
            cold,
            goal[0],
            scale,
        )
        yield ratio(
            f"{size:>5} components, warm, evaluations/s, ours / pytm",
            peer.resolve,
            warm,
            goal[1],
            scale,
        )


def pipeline() -> Iterator[Row]:
    """From a file's bytes to findings: rules alone, then everything."""
    words = with_rules(catalog.load())
    model = neutral(1_000)
    data = orjson.dumps(as_data(model, words))
    reading = timed(lambda: orjson.loads(data))
    keys = timed(lambda: _keys(data, words))
    whole = timed(lambda: _assessed(data, catalog.load()), repeats=3)
    peer = run_pytm(model)
    yield ratio("rules alone: findings' keys / orjson.loads", keys, reading, "15 or less")
    yield ratio("rules alone: pytm's resolve / ours", peer.resolve, keys, "8 or more")
    yield ratio("whole catalog, all scores / orjson.loads", whole, reading, "60 or less")
    yield from _stages(data, words, reading)


def growth() -> Iterator[Row]:
    """Time over size from 10 to 10,000 components, and what an assessment keeps in memory."""
    words = with_rules(catalog.load())
    documents = {size: as_document(neutral(size), words) for size in SIZES}
    times = {
        size: timed(partial(_columns, document, words), repeats=5 if size <= 1_000 else 3)
        for size, document in documents.items()
    }
    for size in SIZES:
        yield ratio(f"{size:>6} components, rules / at 1,000", times[size], times[1_000])
    low, high = times[100], times[5_000]
    yield Row(
        "growth exponent, 100 to 5,000",
        math.log(high.median / low.median) / math.log(50),
        "",
        math.log(min(high.seconds) / max(low.seconds)) / math.log(50),
        math.log(max(high.seconds) / min(low.seconds)) / math.log(50),
        "1.10 or less",
    )
    yield from _memory()


def _memory() -> Iterator[Row]:
    """Kept by an engine of the whole catalog, for each finding. Traced, so never timed."""
    for size in (100, 1_000):
        document = as_document(neutral(size), catalog.load())
        tracemalloc.start()
        engine = _engine(document)
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        name = f"{size:>6} components, memory kept for each finding"
        yield count(name, kept / 1024 / len(engine.findings), "kB")


def edits() -> Iterator[Row]:
    """One edit against a full run, by the rules alone: facts that change no access, and flows."""
    words = with_rules(catalog.load())
    costs: dict[int, Timing] = {}
    for size in (1_000, 10_000):
        document = as_document(neutral(size), words)
        full = timed(partial(_columns, document, words), repeats=3)
        costs[size] = _following(document, words, _fact_edit)
        yield ratio(f"{size:>6} components, one fact: full run / edit", full, costs[size], _GOAL)
        moved = _following(document, words, _flow_edit)
        yield ratio(f"{size:>6} components, one flow: full run / edit", full, moved, "20 or more")
    yield ratio("one fact, 10,000 / 1,000 components", costs[10_000], costs[1_000], "2 or less")
    yield count("evaluations after one fact", _evaluations(words), "evaluations")


def judging() -> Iterator[Row]:
    """One edit against a full run, with access, scores and texts of the whole catalog."""
    words = catalog.load()
    costs: dict[tuple[int, str], Timing] = {}
    for size in (1_000, 10_000):
        document = as_document(neutral(size), words)
        full = timed(partial(_engine, document), repeats=3 if size == 1_000 else 1)
        engine = _engine(document)
        for name, make in ENGINE_EDITS.items():
            costs[size, name] = cost = _judged(engine, make)
            goal = _GOAL if name in LOCAL else "20 or more"
            yield ratio(f"{size:>6} components, {name}: full run / edit", full, cost, goal)
        asked = timed(partial(rank, engine.findings), repeats=3)
        yield ratio(f"{size:>6} components, questions ranked / full run", asked, full)
    for name in LOCAL:
        label = f"{name}, 10,000 / 1,000 components"
        yield ratio(label, costs[10_000, name], costs[1_000, name], "2 or less")


_GOAL = "200 or more"
ACCESS_FACTS = frozenset({"relays_input"})
SIZES = (10, 100, 1_000, 5_000, 10_000)
TODAY = date(2026, 1, 1)
TURNS = 21


def _keys(data: bytes, words: Catalog) -> object:
    document, _ = parse(orjson.loads(data), words)
    return _columns(document, words).pairs()


def _assessed(data: bytes, words: Catalog) -> object:
    document, _ = parse(orjson.loads(data), words)
    return assess(document, words, Inputs(), as_of=TODAY)


def _columns(document: Document, words: Catalog) -> Columns:
    return Columns(Ruleset.compile(words), Graph(document, words))


def _stages(data: bytes, words: Catalog, reading: Timing) -> Iterator[Row]:
    """Where the time goes, in readings of the file."""
    document, _ = parse(orjson.loads(data), words)
    graph = Graph(document, words)
    columns = _columns(document, words)
    stages: Mapping[str, Callable[[], object]] = {
        "parse": lambda: parse(orjson.loads(data), words),
        "graph": lambda: Graph(document, words),
        "columns": lambda: _columns(document, words),
        "pairs": columns.pairs,
        "access of every adversary": lambda: _all_access(graph),
    }
    for name, work in stages.items():
        yield ratio(f"  of which {name} / orjson.loads", timed(work, repeats=3), reading)


def _all_access(graph: Graph) -> None:
    who = adversaries(graph.document, graph.catalog)
    levels = AccessMap(graph, who)
    needs = [threat.needs for threat in catalog.load().threats.values()]
    for adversary in who:
        for component in graph.document.components:
            levels.level(adversary.id, needs[0], (component,))


Edit = Callable[[Document, Catalog, int], Change]


def _engine(document: Document) -> Engine:
    return Engine(document, catalog.load(), Inputs(), TODAY)


def _judged(engine: Engine, edit: Edit) -> Timing:
    """Time an engine's part of edits that are applied one after another."""
    found: list[float] = []
    for turn in range(TURNS):
        words = engine.catalog
        changes, document = _applied(engine.document, words, edit(engine.document, words, turn))
        found += timed(partial(engine.update, document, changes), repeats=1).seconds
    return Timing(tuple(found))


def _component(document: Document, turn: int) -> str:
    return list(document.components)[turn * 37 % len(document.components)]


def _real_fact(document: Document, words: Catalog, turn: int) -> Change:
    """An answer about an endpoint: a fact that threats and controls read, and access does not."""
    ends = [c for c in document.components.values() if c.type == "inference-endpoint"]
    chosen = ends[turn % len(ends)]
    value = not chosen.attributes.get("returns_scores", False)
    return Change("component", chosen.id, "set", {"attributes.returns_scores": value})


def _moved(document: Document, words: Catalog, turn: int) -> Change:
    box = [float(turn), 0.0, 176.0, 64.0]
    return Change("component", _component(document, turn), "set", {"box": box})


def _renamed(document: Document, words: Catalog, turn: int) -> Change:
    return Change("component", _component(document, turn), "set", {"name": f"Named {turn}"})


def _added(document: Document, words: Catalog, turn: int) -> Change:
    zone = next(iter(document.zones))
    values = {"type": "inference-endpoint", "name": "New", "zone": zone}
    return Change("component", f"added-{turn}", "add", values)


def _flow_gone(document: Document, words: Catalog, turn: int) -> Change:
    return Change("flow", list(document.flows)[turn * 41 % len(document.flows)], "remove")


def _component_gone(document: Document, words: Catalog, turn: int) -> Change:
    return Change("component", _component(document, turn), "remove")


def _placed(document: Document, words: Catalog, turn: int) -> Change:
    zones = list(document.zones)
    values = {"zone": zones[turn % len(zones)]}
    return Change("component", _component(document, turn), "set", values)


def _fact_edit(document: Document, words: Catalog, turn: int) -> Change:
    """Another value for a fact that rules read and access does not."""
    ruleset = Ruleset.compile(words)
    found = [c for c in document.components.values() if _facts_read(ruleset, c.type)]
    chosen = found[turn % len(found)]
    fact = _facts_read(ruleset, chosen.type)[0]
    value = not chosen.attributes.get(fact.removeprefix("attributes."), False)
    return Change("component", chosen.id, "set", {fact: value})


def _facts_read(ruleset: Ruleset, kind: str) -> list[str]:
    """Yes-or-no facts of a component type that some rule reads of the element itself."""
    known = booleans(ruleset.catalog.attributes_of(kind))
    reads = {read for a in ruleset.atoms_of("component", kind) for read in ruleset.atoms[a].reads}
    facts = (f"attributes.{name}" for name in known if name not in ACCESS_FACTS)
    return [fact for fact in facts if ("self", fact) in reads]


def _flow_edit(document: Document, words: Catalog, turn: int) -> Change:
    ends = list(document.components)
    source, target = ends[turn * 7 % len(ends)], ends[turn * 13 % len(ends)]
    values = {"kind": "request", "source": source, "target": target}
    return Change("flow", f"new-{turn}", "add", values)


# Edits that change no access.
LOCAL = ("one fact", "a box moved", "a name")
ENGINE_EDITS: Mapping[str, Edit] = {
    "one fact": _real_fact,
    "a box moved": _moved,
    "a name": _renamed,
    "a flow removed": _flow_gone,
    "a flow added": _flow_edit,
    "a component removed": _component_gone,
    "a component added": _added,
    "a component in another zone": _placed,
}


def _following(document: Document, words: Catalog, edit: Edit, turns: int = TURNS) -> Timing:
    """Time the engine's part of edits that are applied one after another."""
    columns = _columns(document, words)
    found: list[float] = []
    for turn in range(turns):
        changes, document = _applied(document, words, edit(document, words, turn))
        found += timed(partial(columns.update, changes, document), repeats=1).seconds
    return Timing(tuple(found))


def _applied(
    document: Document, words: Catalog, change: Change
) -> tuple[tuple[Executed, ...], Document]:
    done = apply(document, Operation(EDIT, (change,)), words)
    return done.changes, done.document


def _evaluations(words: Catalog) -> int:
    document = as_document(neutral(1_000), words)
    columns = _columns(document, words)
    before = columns.evaluations
    changes, document = _applied(document, words, _fact_edit(document, words, 0))
    columns.update(changes, document)
    return columns.evaluations - before


CASES: Mapping[str, Callable[[], Iterator[Row]]] = {
    "rules": rules,
    "pipeline": pipeline,
    "growth": growth,
    "edits": edits,
    "judging": judging,
}
