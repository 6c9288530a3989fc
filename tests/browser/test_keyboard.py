"""Who has no mouse: from the link to a drawn system whose findings one reads, by keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Watched, person, shot, tab_to
from tests.conftest import Product

pytestmark = pytest.mark.browser

PARTS = ("External user", "Web application", "Inference endpoint", "Training job", "Data set")
FLOWS = (
    ("External user", "Web application"),
    ("Web application", "Inference endpoint"),
    ("Data set", "Training job"),
    ("Training job", "Inference endpoint"),
)
IN_THE_ZONE = ("Web application", "Inference endpoint")


@pytest.fixture(scope="module")
def typist(browser: Browser, started: Product) -> Iterator[Watched]:
    """Somebody whose page has never seen a pointer."""
    watched = person(browser, newcomer=True)
    watched.page.goto(started.sign_in_link)
    yield watched
    assert not watched.complaints
    watched.page.context.close()


def go(page: Page, wanted: Locator) -> None:
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def walk_to(page: Page, name: str) -> None:
    """In the outline, from its first row down."""
    row = page.locator("[data-row]").filter(has=page.locator(".outline-name", has_text=name)).first
    page.keyboard.press("Home")
    for _ in range(page.locator("[data-row]").count()):
        if row.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no row {name}")


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_one_comes_in_and_begins(typist: Watched) -> None:
    page = typist.page
    go(page, page.get_by_role("button", name="Sign in"))
    expect(page).to_have_url(re.compile("/password/"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    go(page, page.get_by_role("link", name="Systems", exact=True))
    go(page, page.get_by_role("button", name="New system"))
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Drawn by keys")
    page.keyboard.press("Enter")
    saved(page)


def test_one_is_shown_around_once(typist: Watched) -> None:
    page = typist.page
    tour = page.get_by_role("region", name="Tour")
    for title in ("Draw", "Answer", "See what threatens it", "Do it together"):
        expect(tour.get_by_role("heading")).to_have_text(title)
        expect(page.locator(".tour-ring")).to_be_visible()
        go(page, tour.get_by_role("button", name="Next"))
    expect(tour.get_by_role("heading")).to_have_text("Hand it over")
    shot(page, "tour")
    page.keyboard.press("Enter")
    expect(tour).to_have_count(0)
    page.reload()
    saved(page)
    expect(tour).to_have_count(0)


def test_the_first_stops_of_a_diagram_lead_past_the_rest(typist: Watched) -> None:
    page = typist.page
    skips = page.get_by_role("link", name=re.compile("^Skip to"))
    page.keyboard.press("Tab")
    expect(skips.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".canvas")).to_be_focused()
    skips.last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name=re.compile("^Facts"))).to_be_focused()
    page.keyboard.press("Shift+F6")
    expect(page.get_by_role("toolbar", name="Drawing").get_by_role("button").first).to_be_focused()


def test_one_adds_five_components(typist: Watched) -> None:
    page = typist.page
    page.keyboard.press("/")
    for count, part in enumerate(PARTS, start=1):
        page.keyboard.press("Control+a")
        page.keyboard.type(part)
        page.keyboard.press("Enter")
        expect(page.locator(".node-card")).to_have_count(count)
    page.keyboard.press("Escape")
    saved(page)


def test_one_connects_them_from_the_outline(typist: Watched) -> None:
    page = typist.page
    page.keyboard.press("o")
    expect(page.locator("[data-row]:focus")).to_have_count(1)
    for count, (source, target) in enumerate(FLOWS, start=1):
        walk_to(page, source)
        page.keyboard.press("Enter")
        page.keyboard.press("c")
        expect(page.get_by_label("Component to connect to")).to_be_focused()
        page.keyboard.type(target)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[data-row]")).to_have_count(len(PARTS) + count)
        tab_to(page, page.locator("[data-row][tabindex='0']"), back=True)
    saved(page)


def test_one_puts_two_into_a_zone(typist: Watched) -> None:
    page = typist.page
    for count, name in enumerate(IN_THE_ZONE):
        walk_to(page, name)
        page.keyboard.press("Space" if count else "Enter")
    go(page, page.get_by_role("button", name="Put into a new zone"))
    tab_to(page, page.get_by_role("complementary", name="Inspector").get_by_label("Name"))
    page.keyboard.press("Control+a")
    page.keyboard.type("Our cloud")
    page.keyboard.press("Enter")
    expect(page.locator(".zone-name")).to_have_text("Our cloud")
    expect(page.locator("[data-row]").first).to_contain_text("Our cloud")
    saved(page)
    shot(page, "by-keys")


def walk_and_choose(page: Page) -> None:
    """j and k go through the rows of a register, Space chooses the one that one stands on."""
    rows = page.locator("[data-row]:visible")
    for key, at in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(at).locator(".row-title")).to_be_focused()
    for chosen in (True, False):
        page.keyboard.press("Space")
        expect(rows.first.locator("input[name=finding]")).to_be_checked(checked=chosen)


def test_one_reads_the_findings(typist: Watched) -> None:
    page = typist.page
    tab_to(page, page.get_by_role("tab", name=re.compile("^Facts")), back=True)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name=re.compile("^Findings"))).to_be_focused()
    expect(page.locator(".side-body .finding-name").first).to_be_visible()
    page.keyboard.press("Escape")
    tab_to(
        page,
        page.get_by_role("navigation", name="Drawn by keys").get_by_text("Findings"),
        back=True,
    )
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/findings/"))
    walk_and_choose(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/findings/.+%40|/findings/.+@"))
