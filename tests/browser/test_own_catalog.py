"""A workspace's own entries, from the upload to everybody's diagram."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched, shot
from tests.catalog.packs import EXAMPLE, TEXT
from tests.conftest import Product

pytestmark = [pytest.mark.browser, pytest.mark.long]

DRAWING = {
    "format": "bartizan/1",
    "system": {"name": "Meters"},
    "zones": [{"id": "z-cellar", "kind": "physical", "name": "Cellar"}],
    "components": [
        {"id": "c-meter", "type": "smart-meter", "name": "Meter", "zone": "z-cellar"},
        {"id": "c-model", "type": "inference-endpoint", "name": "Model"},
    ],
    "flows": [{"id": "f-read", "kind": "data", "source": "c-meter", "target": "c-model"}],
}


def upload(owner: Watched, product: Product, file: Path) -> None:
    owner.page.goto(f"{product.url}/catalog/own/")
    owner.page.get_by_label("YAML file").set_input_files(file)
    owner.page.get_by_role("button", name="Check and upload").click()


def test_own_entries_reach_the_palette_and_a_newer_version_the_room(
    owner: Watched, product: Product, tmp_path: Path
) -> None:
    page = owner.page
    wrong, newer, drawing = (tmp_path / name for name in ("a.yaml", "b.yaml", "c.json"))
    wrong.write_text(TEXT.replace("control: meter-seal", "control: meter-saal"))
    newer.write_text(TEXT.replace("prior: [0.1, 0.6]", "prior: [0.7, 0.95]"))
    drawing.write_text(json.dumps(DRAWING))
    upload(owner, product, wrong)
    expect(page.get_by_role("alert")).to_contain_text("'meter-saal' is not a control")
    assert len(owner.complaints) == 1 and "400" in owner.complaints.pop()
    upload(owner, product, EXAMPLE)
    expect(page.get_by_role("link", name="Smart meter")).to_be_visible()
    shot(page, "own-entries")

    page.goto(product.url)
    page.get_by_role("button", name="Import").click()
    page.get_by_label("File").set_input_files(drawing)
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.get_by_role("link", name="Open the diagram").click()
    expect(page.get_by_role("button", name="Smart meter own")).to_be_visible()
    upload(owner, product, newer)
    page.get_by_role("link", name="Systems").click()
    page.get_by_role("link", name="Meters", exact=True).click()
    expect(page.get_by_text("A newer catalog is there")).to_be_visible()

    room = page.context.new_page()
    room.goto(page.url)
    expect(room.get_by_text("Saved", exact=True)).to_be_visible()
    before = room.get_by_title("Judged with catalog").inner_text()
    page.get_by_role("link", name="See what would change").click()
    expect(page.get_by_text("Likelihood: moderate")).to_be_visible()
    shot(page, "catalog-change")
    page.get_by_role("button", name="Apply it to this system").click()
    expect(page.get_by_text("This system goes by the newest catalog")).to_be_visible()
    expect(room.get_by_text("Another catalog was applied")).to_be_visible()
    expect(room.get_by_text(before, exact=True)).to_have_count(0)
    expect(room.get_by_text("A newer catalog is there")).to_have_count(0)
    room.close()
