"""Who gets where: the costs of docs/scoring.md, section 2, computed by hand on small systems."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import catalog
from catalog.types import AccessKind, Level, Needs
from tests.core.small import graph_of
from threatmodel.core.access import Access, AccessMap, adversaries, touches_access
from threatmodel.core.document import Adversary
from threatmodel.core.operations import Executed

ZONES = [
    {"id": "z-net", "name": "Net", "kind": "internet"},
    {"id": "z-prod", "name": "Prod", "kind": "production"},
    {"id": "z-vault", "name": "Vault", "kind": "restricted", "parent": "z-prod"},
    {"id": "z-plain", "name": "Plain", "parent": "z-net"},
    {"id": "z-blank", "name": "Blank"},
]
CLIENT = {"id": "u", "type": "external-user", "name": "Client", "zone": "z-net"}
MODEL = {"id": "m", "type": "inference-endpoint", "name": "Model", "zone": "z-prod"}
STRANGER = ("internet",)


def adversary(*footholds: str, accident: bool = False) -> Adversary:
    high = Level.HIGH
    return Adversary("x", "Stranger", high, high, high, footholds, accident)


def access(
    kind: AccessKind, *, footholds: tuple[str, ...] = STRANGER, entry: str = "m", **parts: Any
) -> Access:
    graph = graph_of(zones=ZONES, **parts)
    return AccessMap(graph, [adversary(*footholds)]).level("x", Needs(any_of=(kind,)), (entry,))


def readings(found: Access) -> tuple[str | None, str | None]:
    def key(level: Level | None) -> str | None:
        return None if level is None else level.key

    return key(found.hostile), key(found.protective)


def call(source: str, target: str, name: str = "f", kind: str = "request", **attributes: object):
    row = {"id": name, "kind": kind, "source": source, "target": target}
    return {**row, "attributes": attributes}


@pytest.mark.parametrize(
    ("admits", "level"),
    [
        ("anyone", "very high"),
        ("self_signup", "very high"),
        ("customers", "high"),
        ("staff", "moderate"),
        ("named", "moderate"),
        ("mutual", "low"),
    ],
)
def test_a_stranger_pays_for_whom_the_flow_admits(admits: str, level: str) -> None:
    found = access("query", components=[CLIENT, MODEL], flows=[call("u", "m", admits=admits)])
    assert readings(found) == (level, level)
    assert found.path == ("u", "f", "m")
    assert found.questions == ()


def test_whom_a_flow_admits_unstated_is_anyone_at_worst_and_both_ends_proven_at_best() -> None:
    found = access("query", components=[CLIENT, MODEL], flows=[call("u", "m")])
    assert readings(found) == ("very high", "low")
    assert [(q.element, q.attribute) for q in found.questions] == [("f", "admits")]


def test_the_accounts_of_a_foothold_cost_nothing_to_it() -> None:
    flows = [call("u", "m", admits="mutual")]
    parts: dict[str, Any] = {"components": [CLIENT, MODEL], "flows": flows}
    for footholds in (("external-user",), ("person",), ("u",)):
        assert readings(access("query", footholds=footholds, **parts)) == ("very high", "very high")


GATE = {"id": "g", "type": "api-gateway", "name": "Gate", "zone": "z-prod"}
CHAIN = [call("u", "g", "f1", admits="customers"), call("g", "m", "f2", admits="mutual")]


@pytest.mark.parametrize(
    ("relays", "expected"),
    [
        ({"relays_input": True}, ("high", "high")),
        ({"relays_input": False}, ("low", "low")),
    ],
)
def test_behind_a_relay_hops_are_free_and_past_another_it_has_to_be_taken_over(
    relays: dict[str, bool], expected: tuple[str, str]
) -> None:
    gate = {**GATE, "attributes": relays}
    found = access("query", components=[CLIENT, gate, MODEL], flows=CHAIN)
    assert readings(found) == expected
    assert found.path == ("u", "f1", "g", "f2", "m")


def test_whether_it_relays_unstated_is_yes_at_worst_and_no_at_best_and_asked() -> None:
    application = {**GATE, "type": "web-application"}
    found = access("query", components=[CLIENT, application, MODEL], flows=CHAIN)
    assert readings(found) == ("high", "low")
    assert [(q.element, q.attribute) for q in found.questions] == [("g", "relays_input")]


def test_costs_end_at_very_low() -> None:
    shut = {"attributes": {"relays_input": False}}
    parts = [CLIENT, {**GATE, **shut}, {**GATE, "id": "h", **shut}, MODEL]
    flows = [*CHAIN[:1], call("g", "h", "f2"), call("h", "m", "f3")]
    assert readings(access("query", components=parts, flows=flows)) == ("very low", "very low")


def test_queries_do_not_travel_along_data_nor_against_the_call() -> None:
    flows = [call("u", "m", kind="data", admits="anyone")]
    assert readings(access("query", components=[CLIENT, MODEL], flows=flows)) == (None, None)
    flows = [call("m", "u", admits="anyone")]
    found = access("query", components=[CLIENT, MODEL], flows=flows)
    assert readings(found) == (None, None)
    assert found.text == "Stranger: there is no way by which they can send queries to Model."


def test_a_gateway_covers_what_can_only_be_reached_through_it() -> None:
    gate = {**GATE, "attributes": {"relays_input": True}}
    strict = [call("u", "g", "f1", admits="staff"), call("g", "m", "f2")]
    assert (
        readings(access("query", components=[CLIENT, gate, MODEL], flows=strict))[0] == "moderate"
    )
    beside = [*strict, call("u", "m", "f3", admits="anyone")]
    assert readings(access("query", components=[CLIENT, gate, MODEL], flows=beside))[0] == (
        "very high"
    )


def test_content_is_paid_once_and_carried_on_free() -> None:
    store = {"id": "s", "type": "document-store", "zone": "z-prod"}
    parts = [CLIENT, store, MODEL]
    flows = [
        call("u", "s", "f1", admits="customers"),
        call("s", "m", "f2", "data", admits="mutual"),
    ]
    assert readings(access("content", components=parts, flows=flows)) == ("high", "high")
    assert readings(access("supply", components=parts, flows=flows)) == (None, None)


def test_content_flows_back_in_the_answer_to_whoever_asks() -> None:
    page = {"id": "p", "type": "web-crawl", "name": "Page", "zone": "z-net"}
    reader = {"id": "r", "type": "retriever", "name": "Reader", "zone": "z-prod"}
    flows = [call("r", "p", "f1", admits="staff"), call("m", "r", "f2", admits="mutual")]
    found = access("content", components=[page, reader, MODEL], flows=flows)
    assert readings(found) == ("very high", "very high")
    assert found.path == ("p", "f1", "r", "f2", "m")
    assert "because Reader fetches it" in found.text


@pytest.mark.parametrize("kind", ["data", "training", "artefact", "deployment", "feedback"])
def test_supply_goes_along_everything_that_things_are_made_of(kind: str) -> None:
    source = {"id": "s", "type": "data-store", "zone": "z-net"}
    flows = [call("s", "m", "f", kind, admits="customers")]
    assert readings(access("supply", components=[source, MODEL], flows=flows)) == ("high", "high")


@pytest.mark.parametrize(("kind", "opened"), [("artefact", "high"), ("data", None)])
def test_only_what_is_handed_over_as_a_file_is_opened(kind: str, opened: str | None) -> None:
    source = {"id": "s", "type": "data-store", "zone": "z-net"}
    parts = [source, {"id": "t", "type": "training-job", "zone": "z-prod"}, MODEL]
    flows = [call("s", "t", "f1", kind, admits="customers"), call("t", "m", "f2", "deployment")]
    found = access("artefact", components=parts, flows=flows)
    assert readings(found) == (opened, opened)


def test_administration_goes_along_control_only() -> None:
    host = {"id": "h", "type": "admin-host", "zone": "z-net"}
    flows = [call("h", "m", "f", "control", admits="named")]
    assert readings(access("admin", components=[host, MODEL], flows=flows)) == (
        "moderate",
        "moderate",
    )
    assert readings(access("query", components=[host, MODEL], flows=flows)) == (None, None)


@pytest.mark.parametrize(
    ("encrypted", "expected"),
    [(False, ("very high", "very high")), (True, (None, None)), (None, ("very high", None))],
)
def test_listening_needs_a_flow_in_the_clear_where_they_stand(
    encrypted: bool | None, expected: tuple[str | None, str | None]
) -> None:
    stated: dict[str, Any] = {} if encrypted is None else {"encrypted": encrypted}
    flows = [call("u", "m", admits="mutual", **stated)]
    for entry in ("f", "m"):
        found = access("network", entry=entry, components=[CLIENT, MODEL], flows=flows)
        assert readings(found) == expected
        asked = [(q.element, q.attribute) for q in found.questions]
        assert asked == ([("f", "encrypted")] if encrypted is None else [])


def test_a_flow_between_places_inside_a_zone_does_not_touch_the_zone_around() -> None:
    inner = {"id": "a", "type": "data-store", "zone": "z-vault"}
    other = {"id": "b", "type": "data-store", "zone": "z-vault"}
    parts: dict[str, Any] = {
        "components": [inner, other, MODEL],
        "flows": [call("a", "b", encrypted=False)],
    }
    assert readings(access("network", footholds=("production",), entry="f", **parts)) == (
        None,
        None,
    )
    parts["flows"] = [call("a", "m", encrypted=False)]
    assert readings(access("network", footholds=("production",), entry="f", **parts))[0] == (
        "very high"
    )


def test_physical_access_is_where_they_stand_or_what_a_sensor_looks_at() -> None:
    street = {"id": "s", "type": "other", "zone": "z-net"}
    camera = {"id": "c", "type": "camera", "zone": "z-prod"}
    parts: dict[str, Any] = {
        "components": [street, camera, MODEL],
        "flows": [call("s", "c", "f", "physical")],
    }
    assert readings(access("physical", entry="s", **parts)) == ("very high", "very high")
    assert readings(access("physical", entry="c", **parts)) == ("very high", "very high")
    assert readings(access("physical", entry="m", **parts)) == (None, None)


def test_a_copy_is_held_where_an_artefact_is_handed_to_where_they_stand() -> None:
    registry = {"id": "r", "type": "model-registry", "zone": "z-prod"}
    phone = {"id": "p", "type": "edge-model", "zone": "z-net"}
    handed = [call("m", "r", "f1", "artefact"), call("r", "p", "f2", "deployment")]
    parts = [registry, phone, MODEL]
    assert readings(access("copy", components=parts, flows=handed)) == ("very high", "very high")
    queried = [call("p", "m", "f1")]
    assert readings(access("copy", components=parts, flows=queried)) == (None, None)


@pytest.mark.parametrize(
    ("zone", "expected", "asked"),
    [
        ("z-net", ("very high", "very high"), []),
        ("z-plain", ("very high", "very high"), []),
        ("z-prod", (None, None), []),
        ("z-blank", ("very high", None), [("z-blank", "kind")]),
        (None, ("very high", None), [("u", "zone")]),
    ],
)
def test_where_something_stands_unstated_is_a_foothold_at_worst_only(
    zone: str | None, expected: tuple[str | None, str | None], asked: list[tuple[str, str]]
) -> None:
    client = {**CLIENT, "type": "web-application", "zone": zone}
    flows = [call("u", "m", admits="anyone")]
    found = access("query", components=[client, MODEL], flows=flows)
    assert readings(found) == expected
    assert [(q.element, q.attribute) for q in found.questions] == asked


def test_a_zone_of_stated_trust_and_no_kind_is_like_the_kinds_of_that_trust() -> None:
    zones = [*ZONES, {"id": "z-wild", "name": "Wild", "trust": "hostile"}]
    graph = graph_of(
        zones=zones,
        components=[{**CLIENT, "zone": "z-wild"}, MODEL],
        flows=[call("u", "m", admits="anyone")],
    )
    found = AccessMap(graph, [adversary("internet")]).level("x", Needs(any_of=("query",)), ("m",))
    assert readings(found) == ("very high", "very high")


def test_who_stands_in_no_zone_at_all_is_not_supposed_to_stand_where_nothing_is_stated() -> None:
    parts: dict[str, Any] = {"components": [{**MODEL, "zone": None}]}
    assert readings(access("query", footholds=("labelling",), **parts)) == (None, None)


def test_of_any_of_the_best_kind_counts_and_of_all_of_the_worst() -> None:
    graph = graph_of(
        zones=ZONES,
        components=[CLIENT, MODEL],
        flows=[
            call("u", "m", admits="staff", encrypted=True),
            call("u", "m", "g", "data", encrypted=True),
        ],
    )
    levels = AccessMap(graph, [adversary(*STRANGER)])
    best = levels.level("x", Needs(any_of=("network", "query")), ("m",))
    assert best.hostile is Level.MODERATE
    both = levels.level("x", Needs(all_of=("query", "supply")), ("m",))
    assert (both.hostile, both.protective) == (Level.MODERATE, Level.LOW)
    assert levels.level("x", Needs(all_of=("network", "query")), ("m",)).hostile is None


def test_the_best_entry_counts() -> None:
    other = {**MODEL, "id": "n", "name": "Other"}
    graph = graph_of(
        zones=ZONES,
        components=[CLIENT, MODEL, other],
        flows=[call("u", "m", "f1", admits="staff"), call("u", "n", "f2", admits="anyone")],
    )
    found = AccessMap(graph, [adversary(*STRANGER)]).level(
        "x", Needs(any_of=("query",)), ("m", "n")
    )
    assert (found.entry, found.hostile) == ("n", Level.VERY_HIGH)


def test_an_accident_and_a_threat_without_needs_have_nowhere_to_get() -> None:
    graph = graph_of(zones=ZONES, components=[MODEL])
    accident = AccessMap(graph, [adversary(accident=True)])
    assert readings(accident.level("x", Needs(any_of=("admin",)), ("m",)))[1] == "very high"
    nobody = AccessMap(graph, [adversary()])
    assert readings(nobody.level("x", Needs(), ("m",)))[1] == "very high"
    assert readings(nobody.level("x", Needs(any_of=("query",)), ())) == (None, None)


@pytest.mark.parametrize(
    ("admits", "said"),
    [
        ({"admits": "anyone"}, "Stranger can send queries to Model in 1 step, without signing in."),
        (
            {"admits": "customers"},
            "Stranger can send queries to Model in 1 step, with a customer's account.",
        ),
        (
            {},
            "Stranger can send queries to Model in 1 step "
            "(who may use Client to Model is not stated).",
        ),
    ],
)
def test_the_way_in_is_said_in_one_sentence(admits: dict[str, str], said: str) -> None:
    found = access("query", components=[CLIENT, MODEL], flows=[call("u", "m", **admits)])
    assert found.text == said


def test_a_document_that_declares_no_adversary_has_the_catalogs() -> None:
    words = catalog.load()
    graph = graph_of(components=[MODEL | {"zone": None}])
    defaults = adversaries(graph.document, words)
    assert {one.id for one in defaults} == set(words.adversaries)
    own = replace(graph.document, adversaries={"x": adversary("internet")})
    assert [one.id for one in adversaries(own, words)] == ["x"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Executed("component", "c", "set", {"attributes.relays_input": True}, {}), True),
        (Executed("component", "c", "set", {"attributes.returns_scores": True}, {}), False),
        (Executed("component", "c", "set", {"box": [0, 0, 1, 1]}, {}), False),
        (Executed("flow", "f", "set", {"attributes.admits": "staff"}, {}), True),
        (Executed("flow", "f", "set", {"attributes.signed": True}, {}), False),
        (Executed("flow", "f", "add", {}, {}), True),
        (Executed("zone", "z", "set", {"box": [0, 0, 1, 1]}, {}), False),
        (Executed("asset", "a", "add", {}, {}), False),
        (Executed("note", "n", "remove", {}, {}), False),
    ],
)
def test_only_edits_that_ways_in_depend_on_touch_access(change: Executed, expected: bool) -> None:
    assert touches_access([change]) is expected
