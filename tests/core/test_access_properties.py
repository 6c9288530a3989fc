"""What holds of access on any system: readings in order, flows and facts only one way."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

import catalog
from catalog.types import AccessKind, Level, Needs
from tests.core.generate import ACCESS_KINDS, random_document, random_edit
from threatmodel.core.access import Access, AccessMap, adversaries, rewiring
from threatmodel.core.document import Flow
from threatmodel.core.graph import Graph

SEEDS = st.integers(min_value=0, max_value=2**32)


def everything(graph: Graph, kind: AccessKind) -> list[Access]:
    """Access of every default adversary to every component, in order."""
    who = adversaries(graph.document, graph.catalog)
    levels = AccessMap(graph, who)
    needs = Needs(any_of=(kind,))
    return [levels.level(x.id, needs, (c,)) for x in who for c in graph.document.components]


def rank(level: Level | None) -> int:
    return -1 if level is None else int(level)


@given(SEEDS, st.sampled_from(ACCESS_KINDS))
@settings(max_examples=40, deadline=None)
def test_the_hostile_reading_is_never_below_the_protective(seed: int, kind: AccessKind) -> None:
    words = catalog.load()
    graph = Graph(random_document(Random(seed), words, 8), words)
    for found in everything(graph, kind):
        assert rank(found.hostile) >= rank(found.protective)
        assert (found.hostile != found.protective) == bool(found.questions)


@given(SEEDS, st.sampled_from(ACCESS_KINDS))
@settings(max_examples=40, deadline=None)
def test_another_flow_never_takes_access_away(seed: int, kind: AccessKind) -> None:
    words, rng = catalog.load(), Random(seed)
    document = random_document(rng, words, 8)
    ends = list(document.components)
    extra = Flow("extra", rng.choice(list(words.flow_kinds)), rng.choice(ends), rng.choice(ends))
    more = replace(document, flows={**document.flows, "extra": extra})
    before, after = (everything(Graph(drawn, words), kind) for drawn in (document, more))
    for old, new in zip(before, after, strict=True):
        assert rank(new.hostile) >= rank(old.hostile)
        assert rank(new.protective) >= rank(old.protective)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_stating_a_fact_never_leaves_the_range_of_the_two_readings(seed: int) -> None:
    words, rng = catalog.load(), Random(seed)
    document = random_document(rng, words, 8)
    admits = next(a for a in words.flow_attributes if a.id == "admits")
    flows = {
        flow.id: replace(
            flow,
            attributes={
                "admits": rng.choice(admits.choices),
                "encrypted": rng.random() < 0.5,
                **flow.attributes,
            },
        )
        for flow in document.flows.values()
    }
    stated = replace(document, flows=flows)
    for kind in ACCESS_KINDS:
        pairs = zip(
            everything(Graph(document, words), kind),
            everything(Graph(stated, words), kind),
            strict=True,
        )
        for before, after in pairs:
            assert rank(before.protective) <= rank(after.protective)
            assert rank(after.hostile) <= rank(before.hostile)


@given(SEEDS)
@settings(max_examples=12, deadline=None)
def test_ways_that_followed_edits_are_the_ways_found_anew(seed: int) -> None:
    """Levels, sentences and questions: a route must be repaired to the same flows."""
    words, rng = catalog.load(), Random(seed)
    document = random_document(rng, words, 20)
    graph = Graph(document, words)
    who = adversaries(document, words)
    levels = AccessMap(graph, who)
    for _ in range(5):
        told(levels, graph)
        applied = random_edit(rng, words, document)
        before, document = graph, applied.document
        if adversaries(document, words) != who:
            return
        graph = before.followed(document, applied.changes)
        levels, _ = levels.followed(graph, rewiring(applied.changes, before, graph))
        here, there = told(levels, graph), told(AccessMap(Graph(document, words), who), graph)
        assert here == there, applied.changes


def told(levels: AccessMap, graph: Graph) -> list[tuple[object, ...]]:
    """All that is said of everybody's access of every kind to every element."""
    elements = (*sorted(graph.document.components), *sorted(graph.document.flows))
    return [levels.told(Needs(any_of=(kind,)), (e,)) for e in elements for kind in ACCESS_KINDS]
