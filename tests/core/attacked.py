"""Assessed systems for tests of attack paths and plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import yaml

import catalog
from catalog.types import Catalog, Level
from threatmodel.core.assessment import Engine
from threatmodel.core.document import Adversary, Document, parse
from threatmodel.core.inputs import Inputs
from threatmodel.core.paths import Attack, AttackPaths, attack_paths

from .generate import random_document

ROOT = Path(__file__).parent.parent.parent
SYSTEMS = (
    "demo/digit-reading.yaml",
    "tests/systems/fraud-scoring.yaml",
    "tests/systems/image-classifier.yaml",
    "tests/systems/rag-assistant.yaml",
)
TODAY = date(2026, 11, 22)


def system(path: str) -> Document:
    document, _ = parse(yaml.safe_load((ROOT / path).read_text()), catalog.load())
    return document


def drawn(words: Catalog | None = None, **parts: Any) -> Engine:
    """An assessed system from terse rows."""
    data = {"format": "bartizan/1", "system": {"name": "Small"}, **parts}
    words = words or catalog.load()
    document, _ = parse(data, words, as_entered=True)
    return engine_of(document, words)


def engine_of(
    document: Document, words: Catalog | None = None, inputs: Inputs | None = None
) -> Engine:
    return Engine(document, words or catalog.load(), inputs or Inputs(), TODAY)


def attack_on(engine: Engine) -> Attack:
    return Attack(engine.graph, engine.catalog, engine.reckonings())


def paths_of(engine: Engine, k: int = 5) -> AttackPaths:
    return attack_paths(attack_on(engine), k)


def hits(engine: Engine) -> dict[str, int]:
    """In how many draws each asset is hit."""
    attack = attack_on(engine)
    found = attack.percolation.hits()
    return {asset: int(found[place]) for asset, place in attack.assets.items()}


def random_attacked(seed: int, components: int = 12) -> Document:
    """A random system with one adversary, who stands in the first component."""
    rng = Random(seed)
    document = random_document(rng, catalog.load(), components)
    who = Adversary("who", "Somebody", Level.MODERATE, Level.HIGH, Level.HIGH, ("c0",))
    held = {
        name: replace(one, assets=tuple(a for a in document.assets if rng.random() < 0.5))
        for name, one in document.components.items()
    }
    return replace(document, adversaries={"who": who}, components=held)
