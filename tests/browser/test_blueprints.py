"""From nothing to a drawn system with findings in four presses, by pointer and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched, shot
from tests.conftest import Product

pytestmark = pytest.mark.browser


def test_a_blueprint_opens_as_a_diagram_with_findings_and_questions(
    owner: Watched, product: Product
) -> None:
    page = owner.page
    page.goto(product.url)
    page.get_by_role("button", name="New system").click()
    shot(page, "blueprints")
    page.get_by_role("dialog").get_by_role("link", name=re.compile("Payment fraud")).click()
    expect(page.get_by_role("img", name=re.compile("Diagram of"))).to_be_visible()
    announced = page.get_by_text(re.compile(r"Opens with \d+ findings")).inner_text()
    page.get_by_label("Name of your system").fill("Cards in Ulm")
    shot(page, "blueprint")
    page.get_by_role("button", name="Start from it").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.locator(".node-card")).to_have_count(17)
    expect(page.locator(".node-card .badge").first).to_be_visible()
    expect(page.locator(".question").first).to_be_visible()
    findings = page.get_by_role("navigation").get_by_role("link", name=re.compile("^Findings"))
    expect(findings).to_contain_text(re.findall(r"\d+", announced)[0])
    shot(page, "blueprint-diagram")


def test_the_way_needs_no_pointer(owner: Watched, product: Product) -> None:
    page = owner.page
    page.goto(product.url)
    page.get_by_role("button", name="New system").press("Enter")
    card = page.get_by_role("dialog").get_by_role("link", name=re.compile("MLOps pipeline"))
    card.press("Enter")
    page.get_by_label("Name of your system").press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.locator(".node-card").first).to_be_visible()
