"""docs/dependencies.md against the locks: what is installed has been read, at that version."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import NamedTuple

from tests.conftest import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
DOCUMENT = (ROOT / "docs" / "dependencies.md").read_text()
NO_RELEASE_FOR = timedelta(days=2 * 365)


class Row(NamedTuple):
    name: str
    version: str
    here: str
    licence: str
    released: str
    seen: str


ROWS = [
    Row(*(cell.strip() for cell in line.strip("|").split("|")))
    for line in DOCUMENT.splitlines()
    if line.startswith("| ") and not line.startswith("| package ")
]


def _locked() -> set[tuple[str, str]]:
    texts = [(ROOT / lock).read_text() for lock in LOCKS]
    return {pin for text in texts for pin in re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.M)}


def _editor() -> set[tuple[str, str]]:
    """What reaches the browser, types apart, and what the editor names to build and test."""
    named = json.loads((ROOT / "editor" / "package.json").read_text())["devDependencies"]
    packages = json.loads((ROOT / "editor" / "package-lock.json").read_text())["packages"]
    found = set()
    for path, package in packages.items():
        name = path.removeprefix("node_modules/")
        only_types = name.startswith("@types/") or name == "csstype"
        shipped = path and not package.get("dev") and not package.get("optional")
        if name in named or (shipped and not only_types):
            found.add((name, package["version"]))
    return found


def test_every_locked_package_stands_with_its_version_and_no_other_does() -> None:
    assert len(_locked()) > 100 and len(_editor()) > 30
    assert {(row.name, row.version) for row in ROWS} == _locked() | _editor()


def test_none_is_under_the_gpl_alone() -> None:
    bound = [row.name for row in ROWS if re.search(r"\bA?GPL", row.licence)]
    assert bound and all(" or " in row.licence for row in ROWS if row.name in bound)
    assert all(row.licence and row.seen for row in ROWS)


def test_whoever_has_released_nothing_for_two_years_is_kept_for_a_reason() -> None:
    read = date.fromisoformat(re.findall(r"Read on (\S+),", DOCUMENT)[0])
    dated = [row for row in ROWS if row.released != "—"]
    quiet = [row for row in dated if date.fromisoformat(row.released) < read - NO_RELEASE_FOR]
    assert quiet and [row.name for row in quiet if "Kept" not in row.seen] == []
