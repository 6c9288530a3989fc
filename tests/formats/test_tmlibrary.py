"""The Threat Model Library's format: everything arrives, every guess is told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.formats.samples import BIRDS, CATALOG, spoilt
from threatmodel.core.document import DocumentError, parse, to_data
from threatmodel.core.graph import Graph
from threatmodel.core.rules.scene import Scene
from threatmodel.core.rules.webs import Way
from threatmodel.formats import Imported, read_any

SAMPLES = os.environ.get("BARTIZAN_SAMPLES", "")


@pytest.fixture(scope="module")
def birds() -> Imported:
    return read_any(BIRDS.read_bytes(), BIRDS.name, CATALOG)


def with_changes(**parts: Any) -> bytes:
    return json.dumps({**json.loads(BIRDS.read_text()), **parts}).encode()


def told(imported: Imported, part: str) -> dict[str, str]:
    return {remark.what: remark.why for remark in getattr(imported.report, part)}


def test_everything_drawn_arrives(birds: Imported):
    assert birds.format == "tm-library"
    assert set(told(birds, "read")) >= {"13 components", "11 flows", "3 zones", "4 assets"}
    document = birds.document
    assert (len(document.flows), len(document.zones), len(document.assets)) == (11, 3, 4)
    # One more than declared: the file's visitor stands only in a flow.
    assert len(document.components) == 14


@pytest.mark.parametrize(
    "key, type_id",
    [
        ("c-ranger", "external-user"),
        ("c-biologist", "person"),
        ("c-weather", "external-service"),
        ("c-gate", "api-gateway"),
        ("c-count-server", "inference-endpoint"),
        ("c-jump", "admin-host"),
        ("c-book", "notebook"),
        ("c-mystery", "other"),
        ("c-pictures", "data-set"),
        ("c-models", "model-registry"),
        ("c-key-storage", "secret-store"),
        ("c-door-log", "log-store"),
        ("c-tally", "data-store"),
        ("c-visitor", "external-user"),
    ],
)
def test_a_type_is_guessed_and_the_guess_is_told(birds: Imported, key: str, type_id: str):
    component = birds.document.components[key]
    assert component.type == type_id
    assert CATALOG.component_types[type_id].name in told(birds, "mapped")[f"'{component.name}'"]


def test_an_undeclared_end_is_drawn_and_said_so(birds: Imported):
    visitor = birds.document.components["c-visitor"]
    assert visitor.zone == "z-outside"
    assert visitor.extensions["undeclared"] is True
    assert "does not declare it" in told(birds, "mapped")["'Visitor'"]


def test_calls_become_requests_and_everything_else_data(birds: Imported):
    kinds = {key: flow.kind for key, flow in birds.document.flows.items()}
    requests = {key for key, kind in kinds.items() if kind == "request"}
    assert requests == {"f-upload", "f-visit", "f-pass-on", "f-wind", "f-work"}
    assert set(kinds.values()) == {"request", "data"}


def test_a_title_that_repeats_its_ends_is_kept_but_names_nothing():
    flows = json.loads(BIRDS.read_bytes())["data_flows"]
    open_keys = next(flow for flow in flows if flow["symbolic_name"] == "open")
    open_keys["title"] = "Keys to Bastion"
    found = read_any(with_changes(data_flows=flows), "", CATALOG)
    flow = found.document.flows["f-open"]
    assert (flow.name, flow.extensions["title"]) == ("", "Keys to Bastion")
    assert "1 only repeat" in told(found, "kept")["titles of flows"]
    assert found.document.flows["f-load"].name == "Load model"


def test_a_flow_and_a_store_of_one_name_are_two_elements(birds: Imported):
    assert birds.document.flows["f-door-log"].target == "c-door-log"


def test_the_type_of_a_flows_end_may_be_wrong(birds: Imported):
    assert birds.document.flows["f-open"].target == "c-jump"


def test_encryption_is_what_the_file_says_and_else_unknown(birds: Imported):
    flows, components = birds.document.flows, birds.document.components
    assert flows["f-upload"].attributes == {"encrypted": True}
    assert flows["f-load"].attributes == {"encrypted": False}
    assert flows["f-note"].attributes == {}
    assert components["c-pictures"].attributes["encrypted_at_rest"] is True
    assert components["c-models"].attributes["encrypted_at_rest"] is False


def test_data_sets_lie_in_their_stores_even_when_misspelt(birds: Imported):
    components, assets = birds.document.components, birds.document.assets
    assert components["c-pictures"].assets == ("a-bird-pictures",)
    assert components["c-key-storage"].assets == ("a-secrets",)
    assert "'key-storage'" in told(birds, "mapped")["'keys-storage' as a place of data"]
    assert told(birds, "dropped") == {"a place of data, 'nowhere'": "the file has no such store"}
    kinds = {key: asset.kind for key, asset in assets.items()}
    assert (kinds["a-secrets"], kinds["a-net"]) == ("credential", "model")
    assert assets["a-people"].personal is True
    assert assets["a-bird-pictures"].personal is False
    assert "about people" in told(birds, "mapped")["data set 'Names of rangers'"]


def test_personas_become_the_nearest_adversaries(birds: Imported):
    found = birds.document.adversaries
    for key, profile in (("p-pat", "customer"), ("p-egg-ring", "determined-group")):
        assert found[key].footholds == tuple(sorted(CATALOG.adversaries[profile].footholds))
        assert found[key].capability == CATALOG.adversaries[profile].capability
    assert found["p-accident"].accident


def test_zones_are_guessed_by_name(birds: Imported):
    kinds = {key: zone.kind for key, zone in birds.document.zones.items()}
    assert kinds == {"z-outside": "internet", "z-prod": "production", "z-lab": "development"}


def test_threats_and_controls_of_the_file_are_kept_and_told(birds: Imported):
    kept = told(birds, "kept")
    assert {"threats (1)", "controls (1)", "trust boundaries (1)", "diagrams (1)"} <= set(kept)
    extensions = birds.document.extensions["tm-library"]
    assert isinstance(extensions, dict)
    assert extensions["threats"][0]["symbolic_name"] == "fake-birds"


def test_a_model_store_reaches_the_service_by_lineage(birds: Imported):
    web = Scene(Graph(birds.document, CATALOG)).web(Way(forward=True, lineage=True))
    assert "c-pictures" in web.named(web.bits[web.place["c-count-server"]])


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"actors": {}}, None),
        ({"actors": "x"}, "actors"),
        ({"actors": [7]}, "actors"),
        ({"components": [{"symbolic_name": 7}]}, "components[0].symbolic_name"),
        ({"components": [{"symbolic_name": "a", "title": ["x"]}]}, "components[0].title"),
        ({"components": [{"symbolic_name": "a", "title": "a\x00"}]}, "components[0].title"),
        ({"data_flows": [{"symbolic_name": "a"}]}, "data_flows[0].source"),
        ({"data_flows": [{"source": {"object": []}}]}, "data_flows[0].object"),
        ({"trust_zones": [{"symbolic_name": "a"}] * 2}, "trust_zones[1].symbolic_name"),
        ({"actors": [{}] * 20_001}, "actors"),
        ({"actors": [{"title": "User"}] * 10_001}, "components"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(parts: dict[str, Any], field: str | None):
    if field is None:
        assert read_any(with_changes(**parts), "", CATALOG)
        return
    with pytest.raises(DocumentError) as caught:
        read_any(with_changes(**parts), "", CATALOG)
    assert caught.value.field == field


@settings(max_examples=300, deadline=None)
@given(spoilt(BIRDS.read_bytes()))
def test_a_wrong_value_anywhere_gives_a_sentence_or_a_document(data: bytes):
    try:
        found = read_any(data, "", CATALOG)
    except DocumentError as error:
        assert str(error).isprintable()
    else:
        again, _ = parse(to_data(found.document), CATALOG, as_entered=True)
        assert again == found.document


def test_names_that_are_too_long_are_cut_and_told():
    rows = [{"symbolic_name": "long", "title": "x" * 300, "description": "y" * 20_000}]
    found = read_any(with_changes(components=rows, data_flows=[], data_sets=[]), "", CATALOG)
    assert len(found.document.components["c-long"].name) == 200
    assert len(found.report.dropped) == 2


def test_an_element_in_an_undeclared_zone_stands_in_none_and_that_is_told():
    rows = [{"symbolic_name": "lost", "title": "Lost", "trust_zone": "atlantis"}]
    found = read_any(with_changes(components=rows, data_flows=[], data_sets=[]), "", CATALOG)
    assert found.document.components["c-lost"].zone is None
    assert "no such zone" in told(found, "mapped")["the zone of 'Lost'"]


@pytest.mark.skipif(not SAMPLES, reason="BARTIZAN_SAMPLES names no folder of real files")
def test_a_real_image_classifier_arrives_whole():
    path = Path(SAMPLES) / "husky-ai.tm-library.json"
    found = read_any(path.read_bytes(), path.name, CATALOG)
    assert {"17 components", "23 flows", "3 zones"} <= set(told(found, "read"))
    declared = [
        one for one in found.document.components.values() if "undeclared" not in one.extensions
    ]
    assert len(declared) == 17
    assert len(found.document.flows) == 23
    assert len(found.document.zones) == 3
    # The file's flow 'User to API Gateway' begins at an actor that the file does not declare.
    assert set(found.document.components) - {one.id for one in declared} == {"c-user"}
