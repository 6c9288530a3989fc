"""The Navigator layer, against the published format and MITRE's own layers of ATLAS."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from tests.formats.samples import CATALOG, fraud
from threatmodel.core.assessment import assess
from threatmodel.formats import atlaslayer

ASSESSMENT = assess(fraud(), CATALOG, as_of=date(2026, 3, 1))
ATLAS = CATALOG.frameworks["atlas"]
# Layer format 4.5: the keys that an object may have, and their types; the first are required.
LAYER: dict[str, type | tuple[type, ...]] = {
    "name": str, "domain": str, "versions": dict, "description": str, "sorting": int,
    "layout": dict, "hideDisabled": bool, "techniques": list, "gradient": dict,
    "legendItems": list, "metadata": list,
}  # fmt: skip
TECHNIQUE: dict[str, type | tuple[type, ...]] = {
    "techniqueID": str, "tactic": str, "comment": str, "enabled": bool, "score": (int, float),
    "color": str, "metadata": list, "links": list, "showSubtechniques": bool,
}  # fmt: skip


@pytest.fixture(scope="module")
def layer() -> dict[str, Any]:
    return json.loads(atlaslayer.write(ASSESSMENT, CATALOG, fraud()))


def fits(value: dict[str, Any], shape: dict[str, Any]) -> bool:
    return value.keys() <= shape.keys() and all(
        isinstance(one, shape[key]) for key, one in value.items()
    )


def applying(layer: dict[str, Any]) -> set[str]:
    return {one["techniqueID"] for one in layer["techniques"] if "score" in one}


def test_a_layer_is_of_format_4_5_for_the_domain_of_atlas(layer: dict[str, Any]):
    assert fits(layer, LAYER)
    assert (layer["domain"], layer["versions"]["layer"]) == ("atlas-atlas", "4.5")
    assert tuple(map(int, layer["versions"]["navigator"].split("."))) >= (4, 9, 0)


def test_every_technique_object_is_as_the_format_says(layer: dict[str, Any]):
    assert all(fits(one, TECHNIQUE) for one in layer["techniques"])
    colors = [one["color"] for one in layer["techniques"] if "color" in one]
    assert colors and all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)
    pairs = [pair for one in layer["techniques"] for pair in one.get("metadata", ())]
    assert all(pair.keys() == {"name", "value"} for pair in (*pairs, *layer["metadata"]))
    assert all(isinstance(pair["value"], str) for pair in (*pairs, *layer["metadata"]))
    links = [link for one in layer["techniques"] for link in one["links"]]
    assert all(link["url"].startswith("https://") and link["label"] for link in links)


def test_the_gradient_spans_the_scores(layer: dict[str, Any]):
    scores = {one["score"] for one in layer["techniques"] if "score" in one}
    assert scores <= {1, 2, 3, 4, 5}
    assert layer["gradient"]["minValue"] < min(scores)
    assert layer["gradient"]["maxValue"] >= max(scores)
    assert len(layer["gradient"]["colors"]) >= 2


def test_a_technique_stands_once_under_each_of_its_tactics(layer: dict[str, Any]):
    places = [(one["techniqueID"], one.get("tactic")) for one in layer["techniques"]]
    assert len(set(places)) == len(places)
    names = {id: one.title.lower().replace(" ", "-") for id, one in ATLAS.entries.items()}
    wanted = {(e.id, names[g]) for e in ATLAS.entries.values() for g in e.groups}
    below = {(e.id, None) for e in ATLAS.entries.values() if e.kind == "sub-technique"}
    assert set(places) == wanted | below


def test_only_techniques_of_the_edition_that_is_named_are_in_it(layer: dict[str, Any]):
    known = {id for id, one in ATLAS.entries.items() if one.kind.endswith("technique")}
    assert {one["techniqueID"] for one in layer["techniques"]} == known
    assert {"name": "atlas_data_version", "value": ATLAS.edition} in layer["metadata"]


def test_a_technique_scores_exactly_when_a_finding_that_applies_names_it(layer: dict[str, Any]):
    threats = {f.threat for f in ASSESSMENT.findings if f.applies == "yes"}
    named = {id for t in threats & CATALOG.threats.keys()
             for id in CATALOG.threats[t].references.get("atlas", ())}  # fmt: skip
    parents = {ATLAS.entries[id].parent for id in named} - {None}
    assert applying(layer) == named | parents


def test_the_score_is_the_highest_residual_risk(layer: dict[str, Any]):
    (worst,) = {f.residual for f in ASSESSMENT.findings[:1]}
    assert max(one.get("score", 0) for one in layer["techniques"]) <= worst + 1
    assert "Scoring service" in " ".join(one["comment"] for one in layer["techniques"])


def test_every_colour_that_is_used_is_explained(layer: dict[str, Any]):
    used = {one["color"] for one in layer["techniques"] if "color" in one}
    assert used <= {item["color"] for item in layer["legendItems"]}


def test_the_same_assessment_gives_the_same_layer():
    first, second = (atlaslayer.write(ASSESSMENT, CATALOG, fraud()) for _ in range(2))
    assert first == second
