"""Systems larger than those of the files: blueprints side by side."""

from __future__ import annotations

from typing import Any

import yaml

from catalog import load
from tests.conftest import ROOT
from threatmodel.core.document import Document, parse

LINKS = ("zone", "parent", "source", "target", "element")
SETS = ("assets", "footholds", "needs")
KINDS = ("zones", "components", "flows", "assets", "adversaries", "notes", "scenarios")


def side_by_side(*names: str, title: str = "A platform of several") -> Document:
    """The blueprints of these names in one drawing, each below the one before."""
    whole: dict[str, Any] = {"format": "bartizan/1", "system": {"name": title}}
    top = 0.0
    for number, name in enumerate(names):
        text = (ROOT / f"catalog/blueprints/{name}.yaml").read_text()
        found = yaml.safe_load(text)
        drawn = found.get("document", found)
        for kind in KINDS:
            rows = [_moved(row, f"{number}-", top) for row in drawn.get(kind, ())]
            whole.setdefault(kind, []).extend(rows)
        boxes = [row["box"] for row in drawn["zones"]]
        top += max(y + h for _, y, _, h in boxes) + 60
    return parse(whole, load())[0]


def _moved(row: dict[str, Any], before: str, down: float) -> dict[str, Any]:
    found = {**row, "id": f"{row['id']}-{before.strip('-')}"}
    for name in LINKS:
        if found.get(name):
            found[name] = f"{found[name]}-{before.strip('-')}"
    for name in SETS:
        if found.get(name):
            found[name] = [f"{one}-{before.strip('-')}" for one in found[name]]
    if "box" in found:
        x, y, w, h = found["box"]
        found["box"] = [x, y + down, w, h]
    if "points" in found:
        found["points"] = [[x, y + down] for x, y in found["points"]]
    return found
