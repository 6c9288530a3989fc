"""A folder becomes a catalog whole, or one sentence says where it is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import CatalogError, load
from catalog.blueprint import blueprints
from catalog.loader import PACKAGED
from catalog.source import read_yaml
from catalog.types import Level

from .folders import SOUND, replaced, write

THREAT = "threats/overload.yaml"
TYPE = "components/service.yaml"
CONTROL = "controls/limit.yaml"
ADVERSARY = "adversaries/stranger.yaml"
LISTS = "frameworks/lists.yaml"
NEXT = "frameworks/lists-next.yaml"
LINKS = "crosswalks/renumbered.yaml"


def test_a_sound_folder_is_read_whole(tmp_path: Path) -> None:
    catalog = load(write(tmp_path))
    threat = catalog.threats["overload"]
    assert threat.capability is Level.LOW
    assert threat.success.prior == (0.1, 0.5)
    assert threat.applies.op == "all"
    assert threat.answered_by[0].factor == (0.2, 0.5)
    assert catalog.implied("service") == {"guarded": False}
    assert catalog.frameworks["lists"].entries["L1"].title == "First"


def test_the_packaged_catalog_is_read_once() -> None:
    assert load() is load()


def test_its_mappings_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        load().threats["evasion-query"] = load().threats["jailbreak"]  # type: ignore[index]  # the point


def test_one_changed_byte_changes_the_digest(tmp_path: Path) -> None:
    before = load(write(tmp_path / "a")).digest
    assert load(write(tmp_path / "b")).digest == before
    after = load(write(tmp_path / "c", replaced(THREAT, "without end", "without  end")))
    assert after.digest != before


def test_a_renamed_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / THREAT).rename(tmp_path / "threats/other-name.yaml")
    with pytest.raises(CatalogError, match=r"threats/other-name\.yaml: id"):
        load(tmp_path)


def test_a_folder_without_kinds_is_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"kinds\.yaml"):
        load(tmp_path)


BROKEN = [
    # what each file says of itself
    (THREAT, "capability: low", "capability: lowest", "capability"),
    (THREAT, "capability: low\n", "", "capability"),
    (THREAT, "capability: low", "capability: low\ncapabilty: low", "capabilty"),
    (THREAT, "title: Too many calls", "title: 7", "title"),
    (THREAT, "title: Too many calls", "title: '<b>Too</b> many'", "title"),
    (THREAT, "prior: [0.1, 0.5]", "prior: [0.5, 0.1]", "prior"),
    (THREAT, "prior: [0.1, 0.5]", "prior: [0.1, 1.5]", "prior"),
    (THREAT, "prior: [0.1, 0.5]", "prior: [0.1, .nan]", "prior"),
    (THREAT, "goal: any", "goal: threshold", "harm"),
    (THREAT, "goal: any", "goal: perhaps", "goal"),
    (THREAT, "any_of: [query]", "any_of: []", "any_of"),
    (THREAT, "any_of: [query]", "any_of: [query, query]", "any_of"),
    (THREAT, "effect_on: {type: service}", "effect_on: {}", "effect_on"),
    (THREAT, "effect_on: {type: service}", "effect_on: {type: service, along: data}", "along"),
    (THREAT, "effect_on:", "entry: {type: service, along: smoke}\neffect_on:", "along"),
    (THREAT, "effect_on:", "entry: {type: service, but: servant}\neffect_on:", "but"),
    (THREAT, "of: held-here", "of: no-asset", "level"),
    (THREAT, "of: held-here", "of: held-here, level: low", "level"),
    (THREAT, "factor: [0.2, 0.5]", "levels: 1", "factor"),
    (THREAT, "acts_on: success", "acts_on: access", "levels"),
    (THREAT, "holds_not:", "holds:", "examples"),
    (THREAT, "of: held-here", "of: everywhere", "of"),
    (THREAT, "reason: It needs no craft.}", "frequency: low, reason: Why.}", "frequency"),
    (CONTROL, "id: limit", "id: Limit", "id"),
    (CONTROL, "kind: procedural", "kind: technical", "tests"),
    (CONTROL, "checklist: [A caller was refused.]", "checklist: []", "checklist"),
    (CONTROL, "effort: small", "effort: none", "effort"),
    (TYPE, "id: guarded", "id: Guarded", "id"),
    (TYPE, "id: mood", "id: guarded", "twice"),
    (TYPE, ", choices: [wild, calm]", "", "choices"),
    (LISTS, 'url: "https://example.org/1"', 'url: "javascript:1"', "url"),
    # how the files hang together
    (TYPE, "stage: deployment", "stage: nowhere", "stage"),
    (TYPE, "default_zone: production", "default_zone: moon", "default_zone"),
    (TYPE, "ancestor: other", "ancestor: nobody", "ancestor"),
    (TYPE, "ancestor: other\n", "", "ancestor"),
    (TYPE, "ancestor: other", "ancestor: service", "circle"),
    (TYPE, "id: speed", "id: admits", "admits"),
    (TYPE, "implies: {guarded: false}", "implies: {guarded: 3}", "guarded"),
    (TYPE, "implies: {guarded: false}", "implies: {armed: true}", "armed"),
    (TYPE, "implies: {guarded: false}", "implies: {mood: sad}", "mood"),
    (THREAT, "effect_on: {type: service}", "effect_on: {type: servant}", "effect_on"),
    (THREAT, "dimension: availability", "dimension: beauty", "dimension"),
    (THREAT, "control: limit", "control: limits", "answered_by"),
    (THREAT, "references: {lists: [L1]}", "references: {lists: [L2]}", "references"),
    (THREAT, "references: {lists: [L1]}", "references: {list: [L1]}", "references"),
    (THREAT, "reason: It needs no craft.}", "reason: Why., refs: [L7]}", "refs"),
    (THREAT, "references:", "tests: [none-such]\nreferences:", "tests"),
    (THREAT, "references:", "detected_by: [nobody]\nreferences:", "detected_by"),
    (THREAT, "at: way", "at: somewhere", "at"),
    (CONTROL, "rate_limited: true", "rate_limited: often", "rate_limited"),
    (CONTROL, "rate_limited: true", "rated: true", "establishes"),
    (CONTROL, "stages: [deployment]", "stages: [later]", "stages"),
    (CONTROL, "mechanism:", "worsens: [nothing]\nmechanism:", "worsens"),
    (ADVERSARY, "[internet, service]", "[internet, castle]", "footholds"),
    (LISTS, "title: First,", "title: First, parent: L9,", "parent"),
    (NEXT, "follows: lists", "follows: list", "follows"),
    (NEXT, "follows: lists", "follows: lists-next", "follows"),
    (NEXT, "groups: [G]", "groups: [H]", "N1: groups"),
    (NEXT, "tags: [level 1]", "tag: [level 1]", "tag"),
    (LINKS, "by: ours", "by: somebody", "by"),
    (LINKS, "relation: follows", "relation: resembles", "relation"),
    (LINKS, "from: lists-next", "from: list-next", "'list-next' is not a framework"),
    (LINKS, "{from: N1, to: {lists: [L1]}}", "{from: N2, to: {lists: [L1]}}", "'N2'"),
    (LINKS, "{lists: [L1]}", "{lists: [L2]}", "N1: 'L2' is not an entry of lists"),
    (LINKS, "{lists: [L1]}", "{list: [L1]}", "'list' is not a framework"),
    (LINKS, "{lists: [L1]}", "{lists: [L1, L1]}", "twice"),
    (LINKS, "links:", "links:\n  - {from: N1, to: {lists: [L1]}}", "'N1' stands twice"),
    ("kinds.yaml", "trust: hostile", "trust: awful", "trust"),
    ("kinds.yaml", "  - {id: data, name: Data}", "  - {id: data, name: Data, x: 1}", "x"),
]


@pytest.mark.parametrize(("name", "old", "new", "field"), BROKEN)
def test_a_mistake_is_named_with_file_and_field(
    tmp_path: Path, name: str, old: str, new: str, field: str
) -> None:
    with pytest.raises(CatalogError) as refused:
        load(write(tmp_path, replaced(name, old, new)))
    message = str(refused.value)
    assert name in message and field in message
    assert "\n" not in message and str(tmp_path) not in message


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(0, 2) | st.sampled_from("abc"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(sorted(SOUND)), st.integers(0, 40), PLAIN)
def test_any_value_anywhere_gives_a_catalog_or_an_error_that_names_the_file(
    tmp_path: Path, name: str, place: int, value: object
) -> None:
    whole = read_yaml(SOUND[name].encode(), name)
    spots = list(_spots(whole))
    container, key = spots[place % len(spots)]
    container[key] = value
    try:
        load(write(tmp_path, {name: json.dumps(whole)}))
    except CatalogError as error:
        assert ".yaml" in str(error)


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in nested plain data, as its container and key."""
    keys = (
        range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
    )
    for key in list(keys):
        yield value, key
        yield from _spots(value[key])


def test_a_circle_of_ancestors_is_refused(tmp_path: Path) -> None:
    first, second = (SOUND[TYPE].replace("ancestor: other", f"ancestor: {x}") for x in ("b", "a"))
    ring = {
        "components/a.yaml": first.replace("id: service", "id: a"),
        "components/b.yaml": second.replace("id: service", "id: b"),
    }
    with pytest.raises(CatalogError, match="circle: a -> b -> a"):
        load(write(tmp_path, ring))


def test_a_control_stands_only_where_its_fact_can_be_drawn(tmp_path: Path) -> None:
    changed = replaced(THREAT, "at: way", "at: effect")
    changed |= replaced(CONTROL, "rate_limited: true", "gated: true")
    gate = SOUND[TYPE].replace("id: service", "id: gate").replace("id: guarded", "id: gated")
    changed["components/gate.yaml"] = gate.replace("implies: {guarded: false}", "")
    with pytest.raises(CatalogError, match="'gated' is no fact of the effect"):
        load(write(tmp_path / "wrong", changed))
    del changed[THREAT]
    load(write(tmp_path / "right", changed))


@pytest.mark.parametrize("path", sorted(PACKAGED.glob("*/*.yaml")), ids=lambda path: path.stem)
def test_every_packaged_file_is_in_the_catalog(path: Path) -> None:
    catalog = load()
    tables = (
        catalog.component_types,
        catalog.threats,
        catalog.controls,
        catalog.adversaries,
        catalog.frameworks,
        catalog.crosswalks,
        blueprints(),
    )
    assert any(path.stem in table for table in tables)
