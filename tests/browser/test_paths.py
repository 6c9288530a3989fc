"""Attack paths on the drawing, questions one by one, and a plan made of a basket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, shot
from tests.browser.test_access import breaches
from tests.conftest import ROOT, Product

pytestmark = pytest.mark.browser
# What is dimmed is so on purpose, while something else is shown.
LIT = "{exclude: [['.dim']]}"


@pytest.fixture(scope="module")
def drawn(owner: Watched, product: Product) -> Iterator[Page]:
    """The diagram of an assistant that reads what others write."""
    page = owner.page
    page.goto(product.url)
    page.get_by_role("button", name="Import").click()
    page.get_by_label("File").set_input_files(ROOT / "tests/systems/rag-assistant.yaml")
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.get_by_role("link", name="Open the diagram").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    yield page


def test_a_path_is_lit_numbered_and_walked_without_a_mouse(drawn: Page) -> None:
    drawn.locator("body").press("p")
    panel = drawn.get_by_role("complementary", name="Attack paths")
    panel.get_by_label("Asset", exact=True).select_option("a-handbook")
    first = panel.locator(".way-choice").first
    first.focus()
    drawn.keyboard.press("Enter")
    expect(drawn.locator("[data-way-number]")).to_have_text(["2", "3", "4", "5"])
    expect(drawn.locator(".react-flow__node.dim[data-id='c-llm']")).to_have_count(1)
    expect(drawn.locator(".react-flow__node.dim[data-id='c-agent']")).to_have_count(0)
    for _ in range(3):
        drawn.keyboard.press(".")
    expect(panel.get_by_text("Step 4 of 5", exact=True)).to_be_visible()
    expect(drawn.locator("[data-way-number='f-search']")).to_have_class("way-number now")
    expect(panel.locator("[role=status]").last).to_contain_text("they can call Handbook search")
    drawn.keyboard.press(".")
    expect(panel.get_by_label("What stops it")).to_contain_text("Search only what the asker may")
    shot(drawn, "paths")
    assert breaches(drawn, LIT) == []
    drawn.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(drawn.locator(".dim")).to_have_count(0)


def test_a_room_answers_question_by_question_and_takes_an_answer_back(drawn: Page) -> None:
    drawn.locator("body").press("q")
    panel = drawn.get_by_role("complementary", name="Questions, one by one")
    asked = panel.locator(".asked")
    first = asked.inner_text()
    expect(asked).to_be_focused()
    drawn.keyboard.press("ArrowRight")
    expect(asked).not_to_have_text(first)
    second = asked.inner_text()
    expect(panel).to_contain_text("1 put off")
    drawn.keyboard.press("1")
    expect(asked).not_to_have_text(second)
    expect(panel.get_by_text("2 of")).to_be_visible()
    expect(drawn.get_by_text("Saved", exact=True)).to_be_visible()
    shot(drawn, "questions")
    assert breaches(drawn, LIT) == []
    drawn.keyboard.press("ArrowLeft")
    expect(asked).to_have_text(second)
    expect(panel.locator(".answer[aria-pressed=true]")).to_have_count(1)
    drawn.keyboard.press("Control+z")
    expect(panel.locator(".answer[aria-pressed=true]")).to_have_count(0)
    drawn.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_a_basket_is_picked_reckoned_and_planned(drawn: Page) -> None:
    drawn.locator(".tabs").get_by_role("link", name="Mitigations").click()
    drawn.get_by_role("link", name="Plan", exact=True).click()
    summary = drawn.locator("#basket-sum")
    before = summary.locator("h3").inner_text()
    box = drawn.locator("input[type=checkbox][value='human-approval@c-agent']")
    box.focus()
    drawn.keyboard.press("Space")
    expect(summary.locator("h3")).not_to_have_text(before)
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()
    drawn.keyboard.press("Space")
    expect(summary.locator("h3")).to_have_text(before)
    assert breaches(drawn) == []
    count = before.split()[0]
    drawn.get_by_role("button", name="Plan these").click()
    expect(drawn.get_by_text(f"Planned {count} mitigations")).to_be_visible()
    expect(drawn.locator(".board-card")).to_have_count(int(count))
