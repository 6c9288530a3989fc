"""Looking back in a real browser: the timeline by keyboard, two states on the canvas, restoring."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DEMO, Watched, breaches, open_diagram, shot
from tests.conftest import Product

pytestmark = pytest.mark.browser
CARD = ".node-card[data-element='{}']"


@pytest.fixture(scope="module")
def system(owner: Watched, product: Product) -> str:
    """The demo with a baseline, and a component removed since."""
    page = owner.page
    open_diagram(page, product.url, DEMO)
    address = page.url.split("#")[0].split("?")[0]
    page.goto(f"{address}history/")
    page.get_by_text("Keep a baseline of now").click()
    page.get_by_label("Name").fill("Approved")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Baseline: Approved")).to_be_visible()
    page.goto(address)
    page.locator(CARD.format("c-reader")).click()
    page.keyboard.press("Delete")
    expect(page.locator(CARD.format("c-reader"))).to_have_count(0)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    return address


def test_the_timeline_goes_back_by_keyboard_and_the_past_cannot_be_edited(owner, system):
    page = owner.page
    page.goto(system)
    page.get_by_role("button", name="History", exact=True).click()
    slider = page.get_by_role("slider", name="Revision")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("Removed"))
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(CARD.format("c-reader"))).to_be_visible()
    expect(page.get_by_text("You are looking at the past.")).to_be_visible()
    page.locator(CARD.format("c-reader")).click()
    page.keyboard.press("Delete")
    expect(page.locator(CARD.format("c-reader"))).to_be_visible()
    assert breaches(page) == []
    shot(page, "history-past")
    page.keyboard.press("Escape")
    expect(page.locator(CARD.format("c-reader"))).to_have_count(0)


def test_what_changed_since_the_baseline_stands_on_the_canvas_and_in_words(owner, system):
    page = owner.page
    page.goto(f"{system}history/")
    assert breaches(page) == []
    page.get_by_role("link", name="What changed since Approved").click()
    expect(page.get_by_role("heading", name=re.compile("Gone findings"))).to_be_visible()
    assert breaches(page) == []
    page.get_by_role("link", name="See it on the diagram").click()
    differences = page.get_by_role("complementary", name="Differences")
    expect(differences.get_by_text("Digit reader component")).to_be_visible()
    expect(page.locator(".change-box.change-removed")).to_have_text(re.compile("−.*Digit reader"))
    assert breaches(page) == []
    shot(page, "history-compare")


def test_an_earlier_state_is_restored_and_everything_decided_returns(owner, system):
    page = owner.page
    page.goto(f"{system}?revision=2")
    expect(page.locator(CARD.format("c-reader"))).to_be_visible()
    page.get_by_role("button", name="Restore this").click()
    expect(page.get_by_text("Read only.")).to_have_count(0)
    expect(page.locator(CARD.format("c-reader"))).to_be_visible()
    page.goto(f"{system}history/")
    expect(page.get_by_text("Restored an earlier revision")).to_be_visible()
