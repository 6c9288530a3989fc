"""Hands and keys on the drawing: what one sees on the canvas is what the server then holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DEMO, Watched, open_diagram, shot
from tests.conftest import Product

pytestmark = pytest.mark.browser

Place = tuple[float, float]


class Drawing:
    """One person's diagram, with the document as the server has it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def element(self, id: str) -> Locator:
        return self.page.locator(f".react-flow__node[data-id='{id}']")

    def held(self, kind: str, id: str) -> dict[str, Any]:
        self.saved()
        system = re.search(r"/systems/([0-9a-f-]+)/", self.page.url)
        assert system
        address = f"{self.url}/api/v1/systems/{system[1]}/document/"
        document = self.page.request.get(address).json()
        document = document.get("document", document)
        found: dict[str, Any] = next(row for row in document[kind] if row["id"] == id)
        return found

    def saved(self) -> None:
        expect(self.page.get_by_text("Saved", exact=True)).to_be_visible()

    def undo(self) -> None:
        self.page.get_by_role("button", name="Undo").click()
        self.saved()

    def drag(self, start: Place, by: Place, *, drop: bool = True) -> None:
        """In small steps, as a hand moves."""
        x, y = start
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by[0], y + by[1], steps=8)
        if drop:
            self.page.mouse.up()

    def select_flow(self, id: str) -> None:
        line = self.page.locator(f".react-flow__edge[data-id='{id}'] .react-flow__edge-interaction")
        line.dispatch_event("click")
        expect(self.page.locator(f".grip[data-flow='{id}']").first).to_be_visible()

    def choose(self, *ids: str) -> None:
        """Select elements one after the other, the first alone."""
        self.page.keyboard.press("Escape")
        for count, id in enumerate(ids):
            box = still(self.element(id))
            if count:
                self.page.keyboard.down("Shift")
            self.page.mouse.click(box[0] + 20, box[1] + 30)
            self.page.keyboard.up("Shift")


def still(found: Locator) -> tuple[float, float, float, float]:
    """Where it stands once the view has come to rest: fitting all of it takes a moment."""
    before, now = None, at(found)
    while now != before:
        found.page.wait_for_timeout(60)
        before, now = now, at(found)
    return now


def at(found: Locator) -> tuple[float, float, float, float]:
    box = found.bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]


def middle(found: Locator) -> Place:
    x, y, width, height = at(found)
    return x + width / 2, y + height / 2


@pytest.fixture
def drawing(owner: Watched, product: Product) -> Iterator[Drawing]:
    open_diagram(owner.page, product.url, DEMO)
    expect(owner.page.locator(".react-flow__edge").first).to_be_attached()
    yield Drawing(owner.page, product.url)


def test_what_is_dragged_settles_on_its_neighbours_lines(drawing: Drawing) -> None:
    before = drawing.held("components", "c-log")["box"]
    x, y = middle(drawing.element("c-log"))
    target = at(drawing.element("c-training"))[0]
    own = at(drawing.element("c-log"))[0]
    drawing.drag((x, y), (target - own + 3, -30), drop=False)
    expect(drawing.page.locator(".guides line").first).to_be_attached()
    shot(drawing.page, "guides")
    drawing.page.mouse.up()
    after = drawing.held("components", "c-log")["box"]
    assert after[0] == drawing.held("components", "c-training")["box"][0]
    assert after[1] != before[1]
    drawing.undo()
    assert drawing.held("components", "c-log")["box"] == before


def test_several_are_aligned_spread_and_duplicated_by_keys(drawing: Drawing) -> None:
    drawing.choose("c-gateway", "c-log", "c-cleaner")
    drawing.page.keyboard.press("Alt+KeyS")
    tops = {drawing.held("components", id)["box"][1] for id in ("c-gateway", "c-log", "c-cleaner")}
    assert len(tops) == 1
    drawing.undo()
    drawing.page.get_by_role("button", name="Equal gaps from left to right").click()
    drawing.saved()
    cards = drawing.page.locator(".node-card").count()
    drawing.page.keyboard.press("Control+d")
    expect(drawing.page.locator(".node-card")).to_have_count(cards + 3)
    drawing.undo()
    expect(drawing.page.locator(".node-card")).to_have_count(cards)


def test_a_zone_takes_its_content_along(drawing: Drawing) -> None:
    before = drawing.held("components", "c-customers")["box"]
    tab = middle(drawing.page.locator("[data-element='z-internet'] .zone-tab"))
    drawing.drag(tab, (-30, 90))
    after = drawing.held("components", "c-customers")
    assert after["zone"] == "z-internet"
    assert after["box"][1] > before[1] + 50
    drawing.undo()
    assert drawing.held("components", "c-customers")["box"] == before


def test_a_zone_resized_leftwards_leaves_its_content_where_it_is(drawing: Drawing) -> None:
    before = drawing.held("components", "c-gateway")["box"]
    tab = at(drawing.page.locator("[data-element='z-production'] .zone-tab"))
    drawing.page.mouse.click(tab[0] + 8, tab[1] + 8)
    wall = at(drawing.element("z-production"))
    shown = at(drawing.element("c-gateway"))
    drawing.drag((wall[0], wall[1] + wall[3] / 2), (-30, 0), drop=False)
    assert at(drawing.element("c-gateway"))[0] == pytest.approx(shown[0], abs=1.5)
    drawing.page.mouse.up()
    assert drawing.held("zones", "z-production")["box"][0] < 376
    assert drawing.held("components", "c-gateway")["box"] == before
    drawing.undo()


def test_a_flow_is_bent_by_hand_and_by_keys_and_straightened(drawing: Drawing) -> None:
    drawing.select_flow("f-clean")
    grip = drawing.page.locator(".grip[data-flow='f-clean']").first
    drawing.drag(middle(grip), (0, 55))
    points = drawing.held("flows", "f-clean")["points"]
    assert len({y for _, y in points}) == 2
    shot(drawing.page, "bent")
    drawing.page.keyboard.press("Escape")
    drawing.select_flow("f-clean")
    level = drawing.page.locator(".grip-level[data-flow='f-clean']")
    level.nth(level.count() // 2).focus()
    drawing.page.keyboard.press("Shift+ArrowDown")
    drawing.page.wait_for_timeout(500)
    assert drawing.held("flows", "f-clean")["points"] != points
    drawing.page.locator(".grip[data-flow='f-clean']").first.focus()
    drawing.page.keyboard.press("Delete")
    assert drawing.held("flows", "f-clean").get("points", []) == []


def test_a_flows_end_is_led_to_another_component(drawing: Drawing) -> None:
    drawing.select_flow("f-clean")
    end = drawing.page.locator(".end-grip").last
    start, goal = middle(end), middle(drawing.element("c-log"))
    drawing.drag(start, (goal[0] - start[0], goal[1] - start[1]))
    assert drawing.held("flows", "f-clean")["target"] == "c-log"
    ends = drawing.page.get_by_role("combobox", name="To", exact=True)
    ends.focus()
    ends.select_option(label="Image cleaner")
    assert drawing.held("flows", "f-clean")["target"] == "c-cleaner"


def test_a_note_is_written_on_the_drawing(drawing: Drawing) -> None:
    drawing.page.keyboard.press("Escape")
    drawing.page.keyboard.press("n")
    drawing.page.keyboard.type("Ask about the queue")
    drawing.page.keyboard.press("Escape")
    drawing.saved()
    drawing.page.reload()
    note = drawing.page.locator(".slip", has_text="Ask about the queue")
    expect(note).to_be_visible()
    note.click()
    drawing.page.keyboard.press("Delete")
    expect(note).to_have_count(0)
    drawing.saved()


def test_the_layout_is_one_step_and_its_engine_is_fetched_when_asked_for(drawing: Drawing) -> None:
    fetched: list[str] = []
    drawing.page.on("request", lambda request: fetched.append(request.url))
    before = drawing.held("components", "c-reader")["box"]
    assert not [url for url in fetched if "elk" in url]
    drawing.page.get_by_role("button", name="Arrange").click()
    expect(drawing.page.get_by_role("button", name="Undo")).to_be_enabled()
    expect(drawing.page.get_by_role("button", name="Arrange", exact=True)).to_be_visible()
    assert [url for url in fetched if "elk" in url]
    assert drawing.held("components", "c-reader")["box"] != before
    shot(drawing.page, "arranged")
    drawing.undo()
    assert drawing.held("components", "c-reader")["box"] == before


def test_one_looks_at_a_threat_an_asset_and_the_heat(drawing: Drawing) -> None:
    page = drawing.page
    look = page.get_by_label("Show only what concerns")
    look.select_option(index=1)
    expect(page.locator(".react-flow__node.dim").first).to_be_attached()
    expect(page.locator(".react-flow__node-component:not(.dim)").first).to_be_attached()
    page.get_by_role("button", name="Show everything again").click()
    expect(page.locator(".react-flow__node.dim")).to_have_count(0)
    page.get_by_role("button", name="Heat view").click()
    expect(page.get_by_role("list", name="Residual risk")).to_contain_text("none found")
    expect(drawing.element("c-reader").locator(".card-type")).to_contain_text("Risk")
    shot(page, "heat")
    page.get_by_role("button", name="Heat view").click()


def test_from_afar_zones_stand_for_what_they_hold(drawing: Drawing) -> None:
    page = drawing.page
    page.locator(".react-flow__pane").hover(position={"x": 400, "y": 300})
    while page.locator(".canvas-plan").count() == 0:
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(30)
    production = page.locator(".district", has_text="Production")
    expect(production).to_contain_text("4 components")
    expect(page.locator(".node-card")).to_have_count(0)
    shot(page, "plan")
    page.keyboard.press("1")
    expect(page.locator(".node-card").first).to_be_visible()
    drawing.choose("c-reader")
    page.keyboard.press("2")
    expect(page.locator(".canvas-near")).to_be_attached()
