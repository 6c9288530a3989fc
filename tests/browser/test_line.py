"""People behind a proxy that lets no WebSocket through."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Watched, open_diagram
from tests.conftest import Product

pytestmark = pytest.mark.browser

# A socket that never opens, as such a proxy leaves it.
BLOCKED = """
window.WebSocket = class extends EventTarget {
  static OPEN = 1;
  readyState = 3;
  constructor() {
    super();
    setTimeout(() => this.onclose?.({ code: 1006 }), 20);
  }
  close() {}
};
"""


def rename(page: Page, element: str, name: str) -> None:
    page.locator(f".node-card[data-element='{element}']").click()
    inspector = page.get_by_role("complementary", name="Inspector")
    inspector.get_by_label("Name", exact=True).fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_who_has_no_socket_edits_and_sees_the_edits_of_others(
    owner: Watched, colleague: Watched, product: Product
) -> None:
    one, two = owner.page, colleague.page.context.new_page()
    two.add_init_script(BLOCKED)
    open_diagram(one, product.url, DEMO)
    open_diagram(two, product.url, DEMO)
    expect(one.get_by_label("People here").get_by_title("Mira Vogt")).to_be_visible()
    name = "[data-element='c-cleaner'] .card-name"
    rename(two, "c-cleaner", "Cleaner by events")
    expect(one.locator(name)).to_have_text("Cleaner by events")
    rename(one, "c-cleaner", "Image cleaner")
    expect(two.locator(name)).to_have_text("Image cleaner")
    two.close()
    expect(one.get_by_label("People here").get_by_title("Mira Vogt")).to_have_count(0)
