"""Which assets an outcome touches, what level they give, and what is assumed without one."""

from dataclasses import replace

import pytest

from catalog import load
from catalog.types import ImpactStep, Level, Outcome
from tests.core.small import graph_of, threat_of
from threatmodel.core import impact

VL, L, M, H, VH = Level
WORDS = load()


def asset(identifier, personal=False, **levels):
    named = {name.replace("_", "-"): level for name, level in levels.items()}
    return {"id": identifier, "name": identifier, "kind": "data", "personal": personal, **named}


def part(identifier, kind, *assets, **attributes):
    return {
        "id": identifier,
        "name": identifier.upper(),
        "type": kind,
        "assets": list(assets),
        "attributes": attributes,
    }


def flow(identifier, kind, source, target, *assets):
    return {
        "id": identifier,
        "kind": kind,
        "source": source,
        "target": target,
        "assets": list(assets),
    }


# Records are learned from, the model is served, an agent asks it and can call a tool.
LINE = graph_of(
    assets=[
        asset("records", personal=True, confidentiality="high", integrity="low", privacy="high"),
        asset("weights", confidentiality="low", integrity="moderate"),
        asset("answers", integrity="very high"),
        asset("money", financial="very high", integrity="low"),
        asset("cargo", integrity="low", confidentiality="moderate"),
    ],
    components=[
        part("data", "data-set", "records"),
        part("train", "training-job", "weights"),
        part("serve", "inference-endpoint", "answers"),
        part("agent", "agent"),
        part("tool", "agent-tool"),
        part("bank", "external-service", "money"),
    ],
    flows=[
        flow("f1", "training", "data", "train", "cargo"),
        flow("f2", "artefact", "train", "serve"),
        flow("f3", "request", "agent", "serve"),
        flow("f4", "request", "agent", "tool"),
        flow("f5", "request", "tool", "bank"),
    ],
)


def touched(of, element, dimension="integrity", graph=LINE):
    outcome = Outcome(dimension, of, "")
    return {one.id for one in impact.touched(graph, outcome, element)}


@pytest.mark.parametrize(
    ("of", "element", "expected"),
    [
        ("held-here", "train", {"weights"}),
        ("held-here", "f1", {"cargo"}),
        ("carried-by-flow", "f1", {"cargo"}),
        ("carried-by-flow", "train", {"cargo"}),
        ("downstream-in-lineage", "data", {"records", "weights", "answers"}),
        ("downstream-in-lineage", "f2", {"answers"}),
        ("upstream-in-lineage", "serve", {"records", "weights", "answers"}),
        ("reachable-with-the-agents-rights", "agent", {"answers", "money"}),
        ("reachable-with-the-agents-rights", "serve", {"answers"}),
    ],
)
def test_an_outcome_says_which_assets_it_touches(of, element, expected):
    assert touched(of, element) == expected


def private(dimension):
    components = [
        part("data", "data-set", "records"),
        part("train", "training-job", "weights", differential_privacy=True),
        part("serve", "inference-endpoint", "answers"),
    ]
    assets = [asset("records", personal=True), asset("weights"), asset("answers")]
    flows = [flow("f1", "training", "data", "train"), flow("f2", "artefact", "train", "serve")]
    graph = graph_of(assets=assets, components=components, flows=flows)
    return touched("upstream-in-lineage", "serve", dimension, graph)


def test_differential_privacy_ends_the_lineage_for_what_can_be_read_out():
    assert private("privacy") == private("confidentiality") == {"weights", "answers"}
    assert private("integrity") == {"records", "weights", "answers"}


def threat(*outcomes):
    return replace(
        threat_of({"type": "inference-endpoint"}),
        outcomes=tuple(Outcome(dimension, "held-here", "") for dimension in outcomes),
    )


def found(dimensions, *assets):
    held = [one["id"] for one in assets]
    components = [part("m", "inference-endpoint", *held)]
    return impact.of(graph_of(assets=list(assets), components=components), threat(*dimensions), "m")


def test_the_worst_asset_of_the_worst_outcome_decides():
    one = asset("one", integrity="low", availability="very high")
    two = asset("two", integrity="high")
    assert found(["integrity"], one, two).level is H
    assert found(["integrity", "availability"], one, two).level is VH


def test_a_dimension_that_the_threat_does_not_name_counts_for_nothing():
    assert found(["integrity"], asset("one", integrity="low", safety="very high")).level is L


def test_without_an_asset_moderate_is_assumed_and_asked():
    without = found(["integrity"])
    assert (without.level, without.assumed) == (M, True)
    assert [(one.element, one.attribute) for one in without.questions] == [("m", "assets")]


def test_without_a_level_moderate_is_assumed_and_asked():
    without = found(["integrity"], asset("one"))
    assert (without.level, without.assumed) == (M, True)
    assert [(one.element, one.attribute) for one in without.questions] == [("one", "integrity")]


def test_one_stated_level_is_enough_for_a_dimension():
    stated = found(["integrity"], asset("one"), asset("two", integrity="low"))
    assert (stated.level, stated.assumed, stated.questions) == (L, False, ())


def test_personal_data_without_a_privacy_level_is_assumed_beside_others():
    assumed = found(["privacy"], asset("one", personal=True), asset("two", privacy="low"))
    assert (assumed.level, assumed.assumed) == (M, True)
    assert [one.element for one in assumed.questions] == ["one"]
    known = found(["privacy"], asset("one", personal=True), asset("two", privacy="high"))
    assert (known.level, known.assumed) == (H, False)


def test_a_known_level_goes_before_an_assumed_one_of_the_same_height():
    both = found(["integrity", "safety"], asset("one", integrity="moderate"))
    assert (both.level, both.assumed) == (M, False)


def test_an_assumed_level_below_a_known_one_is_not_asked_for():
    known = found(["integrity", "safety"], asset("one", integrity="high"))
    assert (known.level, known.questions) == (H, ())
    equal = found(["integrity", "safety"], asset("one", integrity="moderate"))
    assert [one.attribute for one in equal.questions] == ["safety"]


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, M), (0.049, M), (0.05, H), (0.49, H), (0.5, VH), (1.0, VH)]
)
def test_the_share_that_falls_moves_the_impact(share, expected):
    assert impact.by_share(H, share) is expected


@pytest.mark.parametrize(
    ("metric", "expected"), [(1.9, L), (2.0, M), (9.9, M), (10.0, H), (500.0, H)]
)
def test_a_measured_amount_gives_the_level_of_the_highest_step_it_reaches(metric, expected):
    steps = (ImpactStep(10, H), ImpactStep(2, M))
    success = replace(threat("availability").success, impact_by=steps)
    stepped = replace(threat("availability"), success=success)
    assert impact.by_amount(L, metric, stepped) is expected


@pytest.mark.parametrize("name", sorted(WORDS.threats))
def test_every_outcome_of_the_catalog_can_be_worked_out(name):
    for element in (*LINE.document.components, *LINE.document.flows):
        assert impact.of(LINE, WORDS.threats[name], element).level in Level


def test_what_harms_nothing_drawn_has_its_own_level_and_asks_nothing():
    layout = Outcome("confidentiality", "no-asset", "How it is built becomes known.", L)
    threat = replace(threat_of({"type": "agent"}), outcomes=(layout,))
    found = impact.of(LINE, threat, "data")
    assert (found.level, found.assumed, found.questions) == (L, False, ())
    assert not impact.touched(LINE, layout, "data")
