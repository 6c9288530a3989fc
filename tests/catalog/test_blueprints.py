"""Blueprints: believable systems that open readable, half known, with something to talk about."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from catalog import CatalogError, load
from catalog.blueprint import MAX_SUMMARY, Blueprint, blueprints
from catalog.loader import PACKAGED
from catalog.types import Level
from tests.formats.test_layout import check
from threatmodel.core import assess
from threatmodel.core.document import Document, parse
from threatmodel.core.findings import Assessment

from .folders import write

KNOWN = load()
FILES = sorted((PACKAGED / "blueprints").glob("*.yaml"))
# Types that read or write language, and what can happen only to them or through them.
LANGUAGE = {"llm-endpoint", "agent", "retriever", "guardrail", "agent-tool", "agent-platform"}
OF_LANGUAGE = {
    "agent-mistake",
    "confident-falsehood",
    "denial-of-wallet",
    "indirect-injection",
    "jailbreak",
    "prompt-injection-direct",
    "rag-injection-exfiltration",
    "retrieval-poisoning",
    "system-prompt-leak",
    "tool-misuse",
}
# What takes a part of this type, the world in front of a sensor included.
TAKES = {
    "evasion-physical": "camera",
    "sensor-blinding": "camera",
    "hidden-voice-command": "microphone",
    "federated-poisoning": "federated-aggregator",
}
LEAST_THREATS = 12
SMALL = """
id: small
name: Small
summary: A small system.
for: [tests]
document:
  system: {name: Small}
  assets: [{id: a, name: A, kind: data}]
  zones: [{id: z, kind: internet}]
  components: [{id: s, type: service, zone: z, attributes: {guarded: true}}]
  flows: [{id: f, kind: request, source: s, target: s}]
"""

each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def blueprint_of(path: Path) -> Blueprint:
    return blueprints()[path.stem]


@cache
def drawn(path: Path) -> Document:
    data = {"format": "bartizan/1", **blueprint_of(path).document}
    document, _ = parse(data, KNOWN, as_entered=True)
    return document


@cache
def assessed(path: Path) -> Assessment:
    return assess(drawn(path), KNOWN, as_of=date(2026, 11, 22))


def types_in(document: Document) -> set[str]:
    """The types of all components with what they descend from."""
    return {kind for one in document.components.values() for kind in KNOWN.lineage_of(one.type)}


@each
def test_a_blueprint_says_what_it_is(path: Path) -> None:
    blueprint = blueprint_of(path)
    assert blueprint.name and blueprint.summary.endswith(".") and blueprint.words
    about = drawn(path).system
    assert about.name and about.description and about.owner and about.scope


@each
def test_a_blueprint_is_read_without_remarks(path: Path) -> None:
    _, remarks = parse({"format": "bartizan/1", **blueprint_of(path).document}, KNOWN)
    assert remarks == ()


@each
def test_a_blueprint_opens_readable(path: Path) -> None:
    check(drawn(path))


@each
def test_everything_drawn_in_a_blueprint_takes_part(path: Path) -> None:
    document = drawn(path)
    assert 10 <= len(document.components) <= 30
    ends = {end for flow in document.flows.values() for end in (flow.source, flow.target)}
    assert document.components.keys() == ends
    around = {zone.parent for zone in document.zones.values()} - {None}
    homes = {one.zone for one in document.components.values()} - {None}
    assert document.zones.keys() == homes | around
    held = [one.assets for one in document.components.values()]
    held += [one.assets for one in document.flows.values()]
    assert document.assets.keys() == {asset for assets in held for asset in assets}


@each
def test_a_blueprint_names_who_attacks_and_what_is_worth_it(path: Path) -> None:
    document = drawn(path)
    hostile = [one for one in document.adversaries.values() if not one.accident]
    assert len(hostile) >= 2 and all(one.footholds for one in hostile)
    assert any(one.accident for one in document.adversaries.values())
    assert any(
        asset.personal or max(asset.levels.values(), default=Level.LOW) >= Level.HIGH
        for asset in document.assets.values()
    )
    assert document.assumptions


@each
def test_about_half_of_a_blueprint_is_known(path: Path) -> None:
    document = drawn(path)
    can = known = 0
    for one in document.components.values():
        asked = {a.id for a in KNOWN.attributes_of(one.type)} - KNOWN.implied(one.type).keys()
        can += len(asked)
        known += len(asked & one.attributes.keys())
    can += len(KNOWN.flow_attributes) * len(document.flows)
    known += sum(len(flow.attributes) for flow in document.flows.values())
    assert 0.4 <= known / can <= 0.7
    assert len(assessed(path).questions) >= 3


@each
def test_a_blueprint_has_something_to_talk_about(path: Path) -> None:
    found = [one for one in assessed(path).findings if one.applies == "yes"]
    assert any(one.residual > Level.MODERATE for one in found)
    assert len({one.threat for one in found}) >= LEAST_THREATS


@each
def test_a_blueprint_is_not_told_of_what_it_does_not_have(path: Path) -> None:
    document, threats = drawn(path), {one.threat for one in assessed(path).findings}
    present = types_in(document)
    if not present & LANGUAGE:
        assert not threats & OF_LANGUAGE
    assert not {threat for threat, part in TAKES.items() if part not in present} & threats


def test_blueprints_have_names_of_their_own() -> None:
    names = [blueprint.name for blueprint in blueprints().values()]
    assert len(set(names)) == len(names) == len(FILES)


def test_loading_the_catalog_reads_no_blueprint(tmp_path: Path) -> None:
    folder = write(tmp_path, {"blueprints/small.yaml": "not: [closed"})
    load(folder)
    with pytest.raises(CatalogError, match=r"blueprints/small\.yaml: line [12]"):
        blueprints(folder)


def test_a_folder_without_blueprints_has_none(tmp_path: Path) -> None:
    assert blueprints(write(tmp_path)) == {}


def test_a_folder_brings_its_own_blueprints(tmp_path: Path) -> None:
    found = blueprints(write(tmp_path, {"blueprints/small.yaml": SMALL}))
    assert [(one.id, one.components) for one in found.values()] == [("small", 1)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: small", "id: large", "id: 'large' has to be the file's name"),
        ("A small system.", "Long " * MAX_SUMMARY, "summary: is longer than"),
        ("for: [tests]", "for: [tests]\nof: me", "of: is not a key known here"),
        ("type: service", "type: servant", "'servant' is not a component type"),
        ("guarded: true", "guardian: true", "'guardian' is not an attribute"),
        ("guarded: true", "guarded: maybe", "'maybe' does not fit a boolean"),
        ("kind: request", "kind: wish", "'wish' is not a flow kind"),
        ("kind: internet", "kind: sky", "'sky' is not a zone kind"),
        ("kind: data", "kind: dust", "'dust' is not an asset kind"),
        ("{name: Small}", "{owner: me}", "system: name: is missing"),
        ("components:", "parts:", "components: is missing"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert SMALL.count(old) == 1
    folder = write(tmp_path, {"blueprints/small.yaml": SMALL.replace(old, new)})
    with pytest.raises(CatalogError, match=r"^blueprints/small\.yaml: ") as refused:
        blueprints(folder)
    assert said in str(refused.value)
