"""The pages about the catalog say what is true: their example loads, and no word is left out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from catalog import load
from catalog.applies import ATOMS
from catalog.loader import PACKAGED
from threatmodel.core.graph import Graph
from threatmodel.core.rules import Ruleset, evaluate

from .fragments import SAYS, drawn

DOCS = PACKAGED.parent / "docs"


def test_the_threat_of_the_tutorial_loads_and_its_examples_hold(tmp_path: Path) -> None:
    (written,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "add-a-threat.md").read_text(), re.S)
    folder = tmp_path / "catalog"
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "threats/sensor-replay.yaml").write_text(written)
    catalog = load(folder)
    rules = Ruleset.compile(catalog)
    for example in catalog.threats["sensor-replay"].examples:
        word, document, element = drawn(example, catalog)
        found = evaluate(rules, Graph(document, catalog)).get(("sensor-replay", element), False)
        assert found is SAYS[word]


@pytest.mark.parametrize("atom", ATOMS)
def test_every_atom_is_explained(atom: str) -> None:
    assert f"| `{atom}: " in (DOCS / "catalog.md").read_text()


@pytest.mark.parametrize("key", sorted(load().threats["evasion-query"].__slots__))
def test_every_key_of_a_threat_is_explained(key: str) -> None:
    known_to_all = {"id", "title", "description"}
    assert key in known_to_all or f"`{key}`" in (DOCS / "catalog.md").read_text()


@pytest.mark.parametrize("name", [*load().frameworks, *load().crosswalks])
def test_every_framework_and_cross_walk_is_listed(name: str) -> None:
    assert f"`{name}`" in (DOCS / "catalog.md").read_text()
