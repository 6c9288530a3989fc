"""An error's place in words leads to the line that it speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import CatalogError, load
from catalog.places import line_of

from .folders import SOUND, replaced, write

FILE = b"""\
id: overload
applies:
  any:
    - type: service
    - not: {attribute: gated}
outcomes:
  - dimension: beauty
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("applies: has to be text", 2),
        ("applies.any[1].not: expected", 5),
        ("outcomes[0]: dimension: 'beauty' is not a dimension", 7),
        ("outcomes: dimension: 'beauty' is not a dimension", 7),
        ("outcomes[7]: dimension", 6),
        ("capability: is missing", 1),
        ("applies: attribute: 'gated' is not an attribute", 5),
        ("", 1),
    ],
)
def test_a_place_leads_to_the_deepest_line_that_exists(place: str, line: int) -> None:
    assert line_of(FILE, place) == line


@pytest.mark.parametrize("data", [b"", b"a: [", b"\xff"])
def test_data_that_is_no_yaml_has_no_lines(data: bytes) -> None:
    assert line_of(data, "a: wrong") == 0


def test_an_error_of_a_folder_ends_with_the_line(tmp_path: Path) -> None:
    changed = replaced("threats/overload.yaml", "control: limit", "control: limits")
    text = SOUND["threats/overload.yaml"].splitlines()
    (line,) = (i for i, one in enumerate(text, 1) if "control: limit" in one)
    with pytest.raises(CatalogError, match=rf"^threats/overload\.yaml: .* \(line {line}\)$"):
        load(write(tmp_path, changed))
