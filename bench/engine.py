"""The rule engine against pytm, against reading the file, and against itself after an edit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

import orjson

import catalog
from catalog.types import Catalog
from threatmodel.core.access import AccessMap, adversaries
from threatmodel.core.assessment import assess
from threatmodel.core.document import Document, parse
from threatmodel.core.graph import Graph
from threatmodel.core.inputs import Inputs
from threatmodel.core.operations import Change, Executed, Operation, apply
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
    """Exponent of time over size, from 100 to 5,000 components."""
    words = with_rules(catalog.load())
    documents = {size: as_document(neutral(size), words) for size in (100, 5_000)}
    times = {
        size: timed(partial(_columns, document, words)) for size, document in documents.items()
    }
    exponent = math.log(times[5_000].median / times[100].median) / math.log(50)
    low = math.log(min(times[5_000].seconds) / max(times[100].seconds)) / math.log(50)
    high = math.log(max(times[5_000].seconds) / min(times[100].seconds)) / math.log(50)
    yield Row("growth exponent, 100 to 5,000", exponent, "", low, high, "1.10 or less")


def edits() -> Iterator[Row]:
    """One edit against a full run: facts that change no access, and flows."""
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


_GOAL = "200 or more"
ACCESS_FACTS = frozenset({"relays_input"})


def _keys(data: bytes, words: Catalog) -> object:
    document, _ = parse(orjson.loads(data), words)
    return _columns(document, words).pairs()


def _assessed(data: bytes, words: Catalog) -> object:
    document, _ = parse(orjson.loads(data), words)
    return assess(document, words, Inputs(), as_of=date(2026, 1, 1))


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


def _following(document: Document, words: Catalog, edit: Edit, turns: int = 21) -> Timing:
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
}
