"""Places for drawings without any: nothing overlaps, everything is inside its zone."""

from __future__ import annotations

from itertools import combinations
from time import process_time

import pytest
from hypothesis import given, settings

from tests.core.drawings import documents
from tests.formats.samples import BIRDS, CATALOG, SYSTEMS
from threatmodel.core.document import Box, Document, parse
from threatmodel.formats import read_any
from threatmodel.formats.layout import GAP_DOWN, TAB, arranged

FILES = [BIRDS, *SYSTEMS]


def apart(one: Box, other: Box, gap: float) -> bool:
    """Whether two boxes have that much room between them, to the side or below."""
    right = max(other[0] - one[0] - one[2], one[0] - other[0] - other[2])
    down = max(other[1] - one[1] - one[3], one[1] - other[1] - other[3])
    return max(right, down) >= gap


def holds(outer: Box, inner: Box, top: float) -> bool:
    return (
        outer[0] < inner[0]
        and outer[1] + top <= inner[1]
        and inner[0] + inner[2] < outer[0] + outer[2]
        and inner[1] + inner[3] < outer[1] + outer[3]
    )


def check(document: Document) -> None:
    for one, other in combinations(document.components.values(), 2):
        assert apart(one.box, other.box, GAP_DOWN)
    for first, second in combinations(document.zones.values(), 2):
        if first.parent == second.parent:
            assert apart(first.box, second.box, GAP_DOWN)
    for zone in document.zones.values():
        if zone.parent:
            assert holds(document.zones[zone.parent].box, zone.box, TAB)
        for component in document.components.values():
            if component.zone == zone.id:
                assert holds(zone.box, component.box, TAB)
            elif component.zone is None:
                assert apart(zone.box, component.box, GAP_DOWN)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_overlaps_and_zones_enclose(path):
    check(read_any(path.read_bytes(), path.name, CATALOG).document)


@settings(max_examples=60, deadline=None)
@given(documents())
def test_any_drawing_finds_its_places(document: Document):
    placed = arranged(document)
    check(placed)
    assert arranged(placed) == placed


def test_content_runs_from_left_to_right_within_a_zone():
    rows = [{"id": f"c-{number}", "type": "agent"} for number in range(4)]
    flows = [{"id": f"f-{n}", "source": f"c-{n}", "target": f"c-{n + 1}"} for n in range(3)]
    placed = arranged(parse({"components": rows, "flows": flows}, CATALOG)[0])
    lefts = [placed.components[f"c-{number}"].box[0] for number in range(4)]
    assert lefts == sorted(set(lefts))


def test_ten_thousand_components_are_placed_in_seconds():
    count = 10_000
    zones = [{"id": f"z-{number}"} for number in range(2_000)]
    rows = [
        {"id": f"c-{number}", "type": "agent", "zone": f"z-{number % 2_000}"}
        for number in range(count)
    ]
    flows = [
        {"id": f"f-{n}", "source": f"c-{n}", "target": f"c-{(n * 7 + 1) % count}"}
        for n in range(count)
    ]
    document, _ = parse({"zones": zones, "components": rows, "flows": flows}, CATALOG)
    started = process_time()
    arranged(document)
    assert process_time() - started < 10
