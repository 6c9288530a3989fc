"""The server's drawing: everything in it, nothing that runs, nothing from outside."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import pytest

from catalog import load
from catalog.types import Level
from tests.conftest import ROOT
from tests.reports.cases import HOSTILE, SYSTEMS, drawn, parsed, read, two_parts
from threatmodel.reports.diagram import diagram_svg, extent
from threatmodel.reports.icons import ICONS, icon
from threatmodel.reports.plot import lines
from threatmodel.reports.routing import meets, passes, route
from threatmodel.reports.svg import clean

# Ways that the canvas is held to as well.
CASES = json.loads((ROOT / "editor/src/canvas/routes.json").read_text())
BOX = ("x", "y", "width", "height")

SAFE = {
    "svg", "title", "defs", "marker", "path", "rect", "text", "g", "circle", "polygon", "ellipse",
}  # fmt: skip


def in_a_row(count: int) -> list[dict[str, object]]:
    """Cards of one size beside each other."""
    return [
        {"id": f"c-{at}", "type": "other", "name": f"Card {at}", "box": [at * 300, 0, 176, 64]}
        for at in range(count)
    ]


def elements(svg: str) -> list[ElementTree.Element]:
    return list(parsed(svg).iter())


def words(svg: str) -> str:
    return " ".join(one.text or "" for one in elements(svg))


@pytest.mark.parametrize("file", SYSTEMS, ids=lambda file: file.stem)
def test_every_component_zone_and_flow_is_drawn(file):
    document = read(file)
    svg = diagram_svg(document, load())
    assert svg.count('marker-end="url(#arrow)"') == len(document.flows)
    said = words(svg)
    for one in (*document.components.values(), *document.zones.values()):
        assert one.name.split()[0] in said


@pytest.mark.parametrize("file", SYSTEMS, ids=lambda file: file.stem)
def test_nothing_drawn_lies_outside_the_picture(file):
    document = read(file)
    left, top, width, height = extent(document)
    for group in (document.components, document.zones):
        for one in group.values():
            x, y, w, h = one.box
            assert left <= x and top <= y and x + w <= left + width and y + h <= top + height


@pytest.mark.parametrize("file", SYSTEMS, ids=lambda file: file.stem)
def test_the_same_document_gives_the_same_bytes(file):
    assert diagram_svg(read(file), load()) == diagram_svg(read(file), load())


@pytest.mark.parametrize("name", [HOSTILE, "]]>", "${x}{{7*7}}", "\u202ertl"])
def test_a_hostile_name_is_only_text(name):
    svg = diagram_svg(two_parts(name), load())
    assert {one.tag.rpartition("}")[2] for one in elements(svg)} <= SAFE
    found = {key for one in elements(svg) for key in one.attrib}
    assert not any(key.startswith("on") or "href" in key for key in found)


def test_what_xml_forbids_is_left_out():
    assert clean("a\x00b\x08\ud800\uffff") == "ab"


def test_a_drawing_refers_to_nothing_outside_itself():
    svg = diagram_svg(two_parts(), load())
    assert set(re.findall(r"url\(([^)]*)\)", svg)) == {"#arrow"}
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]


def test_a_flow_into_another_zone_is_marked_once():
    crossing = diagram_svg(two_parts(), load())
    assert crossing.count("l5 -5l5 5l-5 5z") == 1


def test_a_flow_within_a_zone_is_not_marked():
    inside = drawn(
        components=[
            {"id": "c-a", "type": "other", "name": "A", "box": [0, 0, 100, 60]},
            {"id": "c-b", "type": "other", "name": "B", "box": [200, 0, 100, 60]},
        ],
        flows=[{"id": "f-1", "kind": "data", "source": "c-a", "target": "c-b"}],
    )
    assert "l5 -5l5 5l-5 5z" not in diagram_svg(inside, load())


def test_a_level_is_drawn_on_its_component():
    plain = diagram_svg(two_parts(), load())
    risky = diagram_svg(two_parts(), load(), levels={"c-b": Level.VERY_HIGH})
    assert risky.count("<polygon") == plain.count("<polygon") + 1


def test_an_empty_document_has_a_picture_too():
    assert "0 components" in words(diagram_svg(drawn(), load()))


@pytest.mark.parametrize(
    ("target", "sides"),
    [
        ((300, 0, 100, 60), ((100, 30), (300, 30))),
        ((-300, 0, 100, 60), ((0, 30), (-200, 30))),
        ((0, 300, 100, 60), ((50, 60), (50, 300))),
        ((0, -300, 100, 60), ((50, 0), (50, -240))),
    ],
)
def test_a_flow_leaves_on_the_side_that_faces_its_target(target, sides):
    line = route((0, 0, 100, 60), target, ())
    assert (line[0], line[-1]) == sides


@pytest.mark.parametrize("target", [(300, 200, 100, 60), (10, 300, 100, 60), (20, 20, 100, 60)])
def test_a_flow_runs_in_right_angles(target):
    line = route((0, 0, 100, 60), target, ())
    for (x0, y0), (x1, y1) in zip(line, line[1:], strict=False):
        assert x0 == x1 or y0 == y1


def test_flows_between_the_same_two_cards_do_not_lie_on_each_other():
    flows = [{"id": f"f-{one}", "source": "c-0", "target": "c-1"} for one in range(4)]
    ways = lines(drawn(components=in_a_row(2), flows=flows))
    assert len({tuple(way) for way in ways.values()}) == 4


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_paper_and_canvas_draw_the_same_ways(case):
    boxes = [tuple(box) for box in case.get("others", ())]
    points = [tuple(point) for point in case.get("points", ())]
    way = route(case["source"], case["target"], points, case.get("shift", 0), boxes)
    assert [list(point) for point in way] == case["way"]


def test_a_flow_goes_around_the_cards_between_its_ends():
    row = drawn(components=in_a_row(4), flows=[{"id": "f-1", "source": "c-0", "target": "c-3"}])
    (way,) = lines(row).values()
    assert not any(passes(way, row.components[f"c-{between}"].box) for between in (1, 2))


def test_the_name_of_a_flow_lies_beside_cards_and_other_names():
    flows = [{"id": f"f-{n}", "source": "c-0", "target": "c-2", "name": f"way {n}"} for n in (1, 2)]
    row = drawn(components=in_a_row(3), flows=flows)
    labels = [one for one in elements(diagram_svg(row, load())) if one.get("fill-opacity")]
    places = [tuple(float(one.get(key, 0)) for key in BOX) for one in labels]
    cards = [one.box for one in row.components.values()]
    assert len(places) == 2
    assert not any(meets(*pair) for pair in combinations([*places, *cards], 2))


def test_a_flow_without_a_name_has_no_label():
    row = drawn(components=in_a_row(2), flows=[{"id": "f-1", "source": "c-0", "target": "c-1"}])
    assert "fill-opacity" not in diagram_svg(row, load())


def test_points_that_people_set_are_kept():
    points = ((150.0, 200.0), (250.0, 200.0))
    assert route((0, 0, 100, 60), (300, 0, 100, 60), points)[2:4] == list(points)


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_one_path_and_nothing_else(name):
    assert re.fullmatch(r"M[-\d. MmLlHhVvAaCcSsZz]+", ICONS[name])


def test_every_component_type_of_the_catalog_has_an_icon_or_an_ancestor_with_one():
    missing = [id for id in load().component_types if not set(load().lineage_of(id)) & set(ICONS)]
    assert missing == []


def test_a_type_without_an_icon_is_drawn_as_its_ancestor_or_as_the_plain_block():
    words = load()
    bare = replace(words.component_types["external-user"], id="guest", ancestor="person")
    known = replace(words, component_types={**words.component_types, "guest": bare})
    assert icon("guest", known) == icon("person", known)
    assert icon("nobody-knows", known) == icon("other", known)
