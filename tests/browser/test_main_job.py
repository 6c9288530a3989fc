"""The main job, as people do it: import, answer, draw together, test a model, hand over a PDF."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Watched, open_diagram, shot
from tests.conftest import ROOT, Product

pytestmark = pytest.mark.browser

OURS = ROOT / "tests/formats/fixtures/bird-counter.tm-library.json"
# The file of the field's own library where it is at hand, else ours of the same shape.
REAL = Path(os.environ.get("BARTIZAN_SAMPLES", "")) / "husky-ai.tm-library.json"


def badge(page: Page, element: str) -> str:
    return page.locator(f".node-card[data-element='{element}'] .badge").get_attribute("title") or ""


def test_it_imports_a_threat_model_of_another_tool(owner: Watched, product: Product) -> None:
    page, file = owner.page, REAL if REAL.is_file() else OURS
    page.goto(product.url)
    page.get_by_role("button", name="Import").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name=re.compile("is imported"))).to_be_visible()
    shot(page, "imported")
    page.get_by_role("link", name="Open the diagram").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.locator(".node-card .badge").first).to_be_visible()
    shot(page, "imported-diagram")


def test_answers_change_the_findings(owner: Watched, product: Product) -> None:
    page = owner.page
    unanswered = listed(page, product)
    page.get_by_role("button", name=re.compile(r"^Show \d+ more$")).click()
    for _ in range(2):
        asked = page.locator(".question").filter(has=page.get_by_role("radio", name="Yes")).first
        question = asked.locator(".question-text").inner_text()
        asked.get_by_text("Yes", exact=True).click()
        expect(page.locator(".question-text", has_text=question)).to_have_count(0)
        expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert listed(page, product) != unanswered
    shot(page, "answered")


def test_it_draws_a_zone_a_component_and_a_flow(owner: Watched) -> None:
    page = owner.page
    for word in ("Restricted", "Log store"):
        page.get_by_label("Search component types and zones").fill(word)
        page.get_by_label("Search component types and zones").press("Enter")
        expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_label("Search component types and zones").fill("")
    flows = page.locator(".react-flow__edge").count()
    new, old = (
        page.locator(".node-card.react-flow__node, .node-card").last,
        page.locator(".node-card").first,
    )
    old.hover()
    start = old.locator(".port").nth(1).bounding_box()
    end = new.locator(".port").nth(3).bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 3, start["y"] + 3)
    page.mouse.down()
    page.mouse.move(end["x"] + 3, end["y"] + 3, steps=12)
    page.mouse.up()
    expect(page.locator(".react-flow__edge")).to_have_count(flows + 1)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    shot(page, "drawn")


def test_two_people_see_each_other_and_every_edit(
    owner: Watched, colleague: Watched, product: Product
) -> None:
    one, two = owner.page, colleague.page
    open_diagram(one, product.url, DEMO)
    open_diagram(two, product.url, DEMO)
    expect(one.get_by_label("People here").get_by_title("Mira Vogt")).to_be_visible()
    stage = two.locator(".react-flow__pane").bounding_box()
    assert stage
    two.mouse.move(stage["x"] + 300, stage["y"] + 60)
    two.mouse.move(stage["x"] + 340, stage["y"] + 70)
    expect(one.locator(".pointer-name", has_text="Mira Vogt")).to_be_visible()
    two.locator(".node-card[data-element='c-cleaner']").click()
    expect(one.locator("[data-element='c-cleaner'] .selected-by")).to_be_visible()
    two.get_by_role("complementary", name="Inspector").get_by_label("Name", exact=True).fill(
        "Form cleaner"
    )
    two.keyboard.press("Enter")
    expect(one.locator("[data-element='c-cleaner'] .card-name")).to_have_text("Form cleaner")
    expect(two.get_by_text("Saved", exact=True)).to_be_visible()
    shot(one, "together")
    two.get_by_role("button", name="Undo").click()
    expect(one.locator("[data-element='c-cleaner'] .card-name")).to_have_text("Image cleaner")


def test_a_run_moves_the_badge_in_every_open_browser(owner: Watched, colleague: Watched) -> None:
    one, two = owner.page, colleague.page
    assert badge(one, "c-reader").startswith("risk moderate")
    one.locator(".node-card[data-element='c-reader']").click()
    test = one.locator(".test", has_text="Adversarial examples by asking for labels")
    test.get_by_role("button", name="Run test").click()
    expect(two.locator("[data-element='c-reader'] .card-progress")).to_be_visible()
    shot(two, "running")
    for page in (one, two):
        moved = page.locator("[data-element='c-reader'] .badge[title^='risk high']")
        expect(moved).to_be_visible(timeout=120_000)
    told = test.locator(".outcome").get_by_role("link", name="fell")
    assert re.fullmatch(r"/runs/[-0-9a-f]{36}/", told.get_attribute("href") or "")
    run = test.get_by_role("button", name="Run test")
    expect(run).to_have_accessible_description("Adversarial examples by asking for labels")
    shot(one, "broken")


def test_the_report_says_the_same_as_the_command_on_it(
    owner: Watched, product: Product, tmp_path: Path
) -> None:
    page = owner.page
    page.get_by_role("link", name="Report").first.click()
    page.get_by_role("button", name="Make the report").click()
    download = page.get_by_role("link", name="Download").first
    expect(download).to_be_visible(timeout=120_000)
    shot(page, "report")
    with page.expect_download() as waiting:
        download.click()
    file = tmp_path / "report.pdf"
    waiting.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")
    assert assessed(file) == listed(page, product)


def assessed(file: Path) -> dict[str, tuple[object, ...]]:
    """What `manage.py assess` finds in a file, with neither a database nor settings."""
    command = [sys.executable, "manage.py", "assess", str(file), "--format", "json"]
    bare = {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=True)
    return {row["key"]: told(row) for row in json.loads(done.stdout)["findings"]}


def listed(page: Page, product: Product) -> dict[str, tuple[object, ...]]:
    """What the server says of the open system."""
    system = re.search(r"/systems/([0-9a-f-]+)/", page.url)
    assert system
    address = f"{product.url}/api/v1/systems/{system[1]}/findings/?page_size=200"
    rows = page.request.get(address).json()["results"]
    return {row["key"]: told(row) for row in rows}


def told(row: dict[str, Any]) -> tuple[object, ...]:
    """What must be the same on the server and in the file."""
    risk = row["risk"]
    return row["applies"], row["verdict"], risk["inherent"], risk["residual"], risk["planned"]


def test_every_page_can_be_opened(owner: Watched) -> None:
    page = owner.page
    for name in ("Findings", "Mitigations", "Tests", "Report", "History", "Diagram"):
        page.get_by_role("link", name=re.compile(f"^{name}")).first.click()
        expect(page.get_by_role("link", name=re.compile(f"^{name}")).first).to_have_attribute(
            "aria-current", "page"
        )
        shot(page, f"tab-{name.lower()}")
