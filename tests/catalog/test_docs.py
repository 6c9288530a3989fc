"""The pages about the catalog say what is true: their example loads, and no word is left out."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from catalog import load
from catalog.applies import ATOMS
from catalog.loader import PACKAGED
from catalog.types import Catalog
from threatmodel.core import assess
from threatmodel.core.document import parse
from threatmodel.core.graph import Graph
from threatmodel.core.rules import Ruleset, evaluate

from .fragments import SAYS, drawn

DOCS = PACKAGED.parent / "docs"


def tutorial(folder: Path) -> Catalog:
    """The packaged catalog with the two files that the tutorial writes."""
    text = (DOCS / "add-a-threat.md").read_text()
    threat, control = re.findall(r"```yaml\n(.*?)```", text, re.S)
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "threats/sensor-replay.yaml").write_text(threat)
    (folder / "controls/unforeseen-request.yaml").write_text(control)
    return load(folder)


def test_the_files_of_the_tutorial_load_and_the_examples_hold(tmp_path: Path) -> None:
    catalog = tutorial(tmp_path / "catalog")
    rules = Ruleset.compile(catalog)
    for example in catalog.threats["sensor-replay"].examples:
        word, document, element = drawn(example, catalog)
        found = evaluate(rules, Graph(document, catalog)).get(("sensor-replay", element), False)
        assert found is SAYS[word]


def test_the_drawing_of_the_tutorial_shows_its_finding(tmp_path: Path) -> None:
    catalog = tutorial(tmp_path / "catalog")
    (drawing,) = re.findall(r"    format: .*?\n\n", (DOCS / "add-a-threat.md").read_text(), re.S)
    document, _ = parse(yaml.safe_load(drawing), catalog)
    found = assess(document, catalog, as_of=date(2026, 6, 30)).findings
    (finding,) = (one for one in found if one.threat == "sensor-replay")
    assert (finding.element, finding.applies) == ("c-camera", "yes")


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
