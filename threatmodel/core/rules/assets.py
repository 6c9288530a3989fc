"""The word `holds`: what an element has that is worth protecting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from catalog.types import Level

from ..document import Asset
from .check import Check, Fact, Read, alike
from .kleene import Truth, all_of, any_of, negate
from .scene import Scene
from .words import Side, Words, texts


def holds(argument: object, words: Words) -> Check:
    """Holds (of a flow: carries) an asset of a kind, personal, or at a level."""
    spec = cast("Mapping[str, object]", argument)
    asks_levels = "personal" in spec or "dimension" in spec or "at_least" in spec

    def assets(scene: Scene, element: str) -> list[Asset]:
        document = scene.graph.document
        drawn = (document.flows if words.side == "flow" else document.components)[element].assets
        return [document.assets[asset] for asset in drawn if asset in document.assets]

    def truth(scene: Scene, element: str) -> Truth:
        held = assets(scene, element)
        if not held:
            return None if asks_levels else False
        return any_of(_asset_truth(asset, spec) for asset in held)

    def facts(scene: Scene, element: str) -> tuple[Fact, ...]:
        held = assets(scene, element)
        if not held:
            return (Fact(element, "assets", None if asks_levels else ""),)
        whole = truth(scene, element)
        deciding = (asset for asset in held if _asset_truth(asset, spec) is whole)
        return tuple(fact for asset in deciding for fact in _asset_facts(asset, spec))

    reads: frozenset[Read] = frozenset({("self", "assets")})
    column = alike(truth, lambda census: census.holdings(words.side))
    return Check(truth, facts, _asset_text(spec, words.side), reads, column)


def _asset_truth(asset: Asset, spec: Mapping[str, object]) -> Truth:
    return all_of(part for part in _asset_parts(asset, spec))


def _asset_parts(asset: Asset, spec: Mapping[str, object]) -> list[Truth]:
    parts: list[Truth] = []
    if spec.get("kind"):
        parts.append(asset.kind in texts(spec["kind"]))
    if "personal" in spec:
        parts.append(asset.personal if spec["personal"] else negate(asset.personal))
    if "dimension" in spec or "at_least" in spec:
        parts.append(_asset_level(asset, spec))
    return parts


def _asset_level(asset: Asset, spec: Mapping[str, object]) -> Truth:
    """Without a dimension any stated level counts; without a bound, anything from low up."""
    least = Level.parse(str(spec.get("at_least", "low")))
    if spec.get("dimension"):
        level = asset.levels.get(str(spec["dimension"]))
        return None if level is None else level >= least
    return any(level >= least for level in asset.levels.values()) if asset.levels else None


def _asset_facts(asset: Asset, spec: Mapping[str, object]) -> tuple[Fact, ...]:
    found: list[Fact] = []
    if spec.get("kind"):
        found.append(Fact(asset.id, "kind", asset.kind))
    if "personal" in spec:
        found.append(Fact(asset.id, "personal", asset.personal))
    if spec.get("dimension"):
        level = asset.levels.get(str(spec["dimension"]))
        found.append(Fact(asset.id, str(spec["dimension"]), None if level is None else level.key))
    elif "at_least" in spec and asset.levels:
        found += [Fact(asset.id, name, level.key) for name, level in asset.levels.items()]
    elif "at_least" in spec:
        found.append(Fact(asset.id, "levels", None))
    return tuple(found)


def _asset_text(spec: Mapping[str, object], side: Side) -> str:
    words = ["carries" if side == "flow" else "holds"]
    words += ["something"] if not spec.get("kind") else [" or ".join(texts(spec["kind"]))]
    if "personal" in spec:
        words.append("about people" if spec["personal"] else "not about people")
    if spec.get("dimension"):
        words.append(f"whose {spec['dimension']} matters")
    if "at_least" in spec:
        words.append(f"({spec['at_least']} at least)")
    return " ".join(words)
