"""Percolation, likeliest ways, counts and cuts, against trying everything and networkx."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from threatmodel.core.paths.cuts import dominators, vertex_cut
from threatmodel.core.paths.derivations import chance_of, count_ways, likeliest
from threatmodel.core.paths.percolation import Percolation, estimate
from threatmodel.core.paths.web import Step, Web

from .webs import exact, ways, webs

# Half of a coin's deviation over the root of the draws; five of them are never met by chance.
FIVE_DEVIATIONS = 5 * 0.5 / 4_000**0.5


@given(webs())
@settings(max_examples=100)
def test_percolation_comes_to_what_trying_everything_comes_to(web):
    found = Percolation(web, draws=4_000)
    for state, chance in enumerate(exact(web)):
        assert found.estimate(state).value == pytest.approx(chance, abs=FIVE_DEVIATIONS)
        if chance in (0.0, 1.0):
            assert found.estimate(state).value == chance


def test_a_shared_cause_is_one_draw_and_a_shared_step_counts_once():
    own = [Step((), (0,), "a", 0.5), Step((0,), (1,)), Step((0,), (2,)), Step((1,), (3,))]
    diamond = Web(4, (*own, Step((2,), (3,))))
    assert Percolation(diamond).estimate(3).value == pytest.approx(0.5, abs=0.02)
    twenty = Web(1, tuple(Step((), (0,), "one", 0.3) for _ in range(20)))
    assert Percolation(twenty).estimate(0).value == pytest.approx(0.3, abs=0.02)


def test_the_same_seed_gives_the_same_bits_and_another_one_others():
    web = Web(1, (Step((), (0,), "a", 0.5),))
    one, same = Percolation(web, seed=1), Percolation(web, seed=1)
    assert np.array_equal(one.had, same.had)
    assert not np.array_equal(one.had, Percolation(web, seed=2).had)


@given(webs(), st.data())
@settings(max_examples=60)
def test_a_further_step_never_lowers_anything(web, data):
    fewer = Web(web.states, web.steps[: data.draw(st.integers(0, len(web.steps)))])
    before, after = Percolation(fewer, draws=640), Percolation(web, draws=640)
    assert (before.hits() <= after.hits()).all()


@given(webs(), st.data())
@settings(max_examples=60)
def test_other_chances_give_what_a_web_with_these_chances_gives(web, data):
    numbers = st.sampled_from([n for n, step in enumerate(web.steps) if step.cause] or [None])
    chosen = data.draw(st.sets(numbers)) - {None}
    changed = {number: data.draw(st.sampled_from((0.0, 0.2, 1.0))) for number in chosen}
    steps = [
        replace(step, chance=changed.get(number, step.chance))
        for number, step in enumerate(web.steps)
    ]
    found = Percolation(web, draws=640)
    anew = Percolation(Web(web.states, tuple(steps)), draws=640)
    assert np.array_equal(found.changed(changed), anew.had)


def test_what_is_certain_can_be_taken_away_too():
    web = Web(2, (Step((), (0,), "a", 1.0), Step((0,), (1,))))
    assert Percolation(web).hits(Percolation(web).changed({1: 0.0})).tolist() == [10_000, 0]


def test_a_web_without_states_or_steps_comes_to_nothing():
    assert Percolation(Web(0, ())).hits().tolist() == []
    assert Percolation(Web(2, ())).hits().tolist() == [0, 0]
    assert likeliest(Web(1, ()).towards([0]), 0, 3) == ()
    assert count_ways(Web(1, ()).towards([0]), 0) == 0


def test_the_chance_of_a_way_counts_each_cause_once_by_its_least():
    steps = [Step((), (0,), "a", 0.5), Step((0,), (1,), "a", 0.3), Step((1,), (2,), "b", 0.5)]
    assert chance_of(steps) == pytest.approx(0.15)
    (way,) = likeliest(Web(3, tuple(steps)).towards([2]), 2, 5)
    assert (way.chance, way.weight) == (pytest.approx(0.15), pytest.approx(0.075))
    assert Percolation(Web(3, tuple(steps))).estimate(2).value == pytest.approx(0.15, abs=0.02)


def test_a_long_circle_ends():
    ring = [Step((i,), ((i + 1) % 500,)) for i in range(500)]
    back = [Step(((i + 1) % 500,), (i,)) for i in range(500)]
    web = Web(500, (Step((), (250,), "in", 0.5), *ring, *back))
    hits = Percolation(web, draws=640).hits()
    assert len(set(hits.tolist())) == 1


@pytest.mark.parametrize(("hits", "low", "high"), [(0, 0.0, 0.000369), (10_000, 0.999631, 1.0)])
def test_the_interval_holds_its_ends(hits, low, high):
    found = estimate(hits, 10_000)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


@given(webs(most=8), st.integers(1, 6))
@settings(max_examples=150)
def test_the_likeliest_ways_are_those_that_trying_everything_finds(web, k):
    every = ways(web, 0)
    found = likeliest(web.towards([0]), 0, k)
    assert [one.weight for one in found] == pytest.approx([weight for weight, _ in every[:k]])
    chosen = {frozenset(steps.values()) for _, steps in every}
    for one in found:
        assert frozenset(one.steps) in chosen
        assert one.chance == pytest.approx(chance_of(web.steps[n] for n in one.steps))


@given(webs(plain=True), st.integers(1, 8))
@settings(max_examples=100)
def test_on_plain_webs_the_likeliest_ways_are_networkxs_paths(web, k):
    graph = nx.DiGraph()
    graph.add_nodes_from(["start", "state 0"])
    for number, step in enumerate(web.steps):
        if step.chance <= 0:
            continue
        begin = f"state {step.needs[0]}" if step.needs else "start"
        graph.add_edge(begin, number, weight=-np.log(step.chance))
        graph.add_edges_from((number, f"state {gain}", {"weight": 0.0}) for gain in step.gains)
    try:
        paths = list(nx.shortest_simple_paths(graph, "start", "state 0", weight="weight"))
    except nx.NetworkXNoPath:
        paths = []
    lengths = [nx.path_weight(graph, path, "weight") for path in paths[:k]]
    found = likeliest(web.towards([0]), 0, k)
    assert [one.weight for one in found] == pytest.approx(np.exp(-np.array(lengths)).tolist())
    counted = count_ways(web.towards([0]), 0)
    assert counted in (None, len(paths))


@pytest.mark.parametrize("seed", range(12))
def test_among_many_paths_the_likeliest_are_networkxs_too(seed):
    rng = Random(seed)
    states = 40
    steps = [Step((), (0,), "in", 0.9)]
    for number in range(160):
        begin = rng.randrange(states)
        end = rng.randrange(states) if seed % 2 else min(begin + rng.randint(1, 5), states - 1)
        if begin != end:
            chance = rng.choice([1.0, 0.5, rng.uniform(0.1, 1)])
            steps.append(Step((begin,), (end,), str(number), chance))
    web = Web(states, tuple(steps))
    graph = nx.DiGraph()
    for number, step in enumerate(steps[1:]):
        graph.add_edge(step.needs[0], f"step {number}", weight=-np.log(step.chance))
        graph.add_edge(f"step {number}", step.gains[0], weight=0.0)
    paths = islice(nx.shortest_simple_paths(graph, 0, states - 1, weight="weight"), 15)
    weights = [0.9 * np.exp(-nx.path_weight(graph, path, "weight")) for path in paths]
    target = states - 1
    found = likeliest(web.towards([target]), target, 15)
    assert [one.weight for one in found] == pytest.approx(weights)
    assert len({one.steps for one in found}) == len(found)


def test_ways_are_counted_without_looking_at_them():
    layers = [Step((), (0,), "a", 0.5)]
    for i in range(60):
        layers += [Step((i,), (i + 1,), f"{i} left", 0.5), Step((i,), (i + 1,), f"{i} right", 0.4)]
    web = Web(61, tuple(layers))
    assert count_ways(web.towards([60]), 60) == 2**60
    assert len(likeliest(web.towards([60]), 60, 5)) == 5


def test_ways_in_a_circle_are_not_counted():
    web = Web(2, (Step((), (0,)), Step((0,), (1,)), Step((1,), (0,))))
    assert count_ways(web.towards([1]), 1) is None


@st.composite
def digraphs(draw):
    nodes = draw(st.integers(2, 8))
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1))
    return nodes, draw(st.lists(ends, max_size=24))


@given(digraphs())
@example((2, [(0, 1), (0, 1)]))
@settings(max_examples=150)
def test_the_cut_is_as_small_as_networkxs_and_cuts(drawn):
    nodes, edges = drawn
    found = vertex_cut(edges, 0, 1, {node: 1 for node in range(2, nodes)})
    # networkx takes an edge back from the target for one to it.
    graph = nx.DiGraph([edge for edge in edges if edge[0] != 1 and edge[1] != 0])
    graph.add_nodes_from(range(nodes))
    if graph.has_edge(0, 1):
        assert found is None
        return
    assert len(found) == len(nx.minimum_node_cut(graph, 0, 1))
    graph.remove_nodes_from(found)
    assert not nx.has_path(graph, 0, 1)


@given(digraphs(), st.data())
@settings(max_examples=60)
def test_the_cut_is_the_cheapest(drawn, data):
    nodes, edges = drawn
    costs = {node: data.draw(st.integers(1, 20)) for node in range(2, nodes)}
    found = vertex_cut(edges, 0, 1, costs)
    assume(found is not None)
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(nodes))
    enough = [
        sum(costs[node] for node in some)
        for size in range(nodes - 1)
        for some in combinations(costs, size)
        if not nx.has_path(nx.restricted_view(graph, some, []), 0, 1)
    ]
    assert sum(costs[node] for node in found) == min(enough)


@given(digraphs())
@settings(max_examples=100)
def test_what_lies_on_every_path_cuts_alone(drawn):
    nodes, edges = drawn
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(nodes))
    alone = {
        node
        for node in range(2, nodes)
        if nx.has_path(graph, 0, 1) and not nx.has_path(nx.restricted_view(graph, [node], []), 0, 1)
    }
    assert set(dominators(edges, 0, 1)) == alone
