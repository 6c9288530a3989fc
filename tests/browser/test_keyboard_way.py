"""The whole way without a mouse: demo, blueprint, import, workshop, run, mitigation, report."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DEMO, Watched, person, shot
from tests.conftest import ROOT, Product

pytestmark = pytest.mark.browser
FILE = ROOT / "tests/formats/fixtures/bird-counter.tm-library.json"


@pytest.fixture(scope="module")
def one(browser: Browser, product: Product) -> Iterator[Watched]:
    """Who owns the workspace and leads."""
    watched = person(browser)
    watched.page.goto(product.sign_in_link)
    press(watched.page, watched.page.get_by_role("button", name="Sign in"))
    expect(watched.page).to_have_url(re.compile("/password/"))
    press(watched.page, watched.page.get_by_role("link", name="Not now"))
    yield watched
    assert not watched.complaints
    watched.page.context.close()


@pytest.fixture(scope="module")
def two(browser: Browser, one: Watched) -> Iterator[Watched]:
    """Who was invited, and votes."""
    page = one.page
    press(page, page.get_by_role("link", name="People", exact=True))
    choose(page, page.get_by_label("Role", exact=True), "editor")
    press(page, page.get_by_role("button", name="Make an invite"))
    watched = person(browser)
    guest = watched.page
    guest.goto(page.locator(".notice code").inner_text())
    write(guest, guest.get_by_label("Name"), "Mira Vogt")
    write(guest, guest.get_by_label("Password"), "a long enough pass phrase")
    press(guest, guest.get_by_role("button", name="Make an account and join"))
    expect(guest.get_by_role("heading", name="Systems", exact=True)).to_be_visible()
    yield watched
    assert not watched.complaints
    watched.page.context.close()


def reach(page: Page, wanted: Locator) -> None:
    """A little forwards, else backwards, as far as somebody would go."""
    for key, most in (("Tab", 40), ("Shift+Tab", 60)):
        for _ in range(most):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            page.keyboard.press(key)
    raise AssertionError(f"no key reaches {wanted}")


def press(page: Page, wanted: Locator) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")


def write(page: Page, field: Locator, text: str) -> None:
    reach(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def enter(page: Page, region: Locator, key: str = "Shift+F6") -> None:
    """From part to part of the diagram's window; what stands beside the drawing comes last."""
    page.wait_for_load_state("networkidle")  # the part that hears keys comes after the drawing
    for _ in range(8):
        if region.evaluate("one => one.contains(document.activeElement)"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches {region}")


def choose(page: Page, field: Locator, label: str) -> None:
    """In a list one types what one wants."""
    reach(page, field)
    page.keyboard.type(label)
    expect(field.locator("option:checked")).to_have_text(re.compile(f"^{label}", re.IGNORECASE))


def systems(page: Page) -> None:
    """By the bar at the head of the page: it is the first part of a diagram's window."""
    if page.locator("#editor").count():
        enter(page, page.get_by_role("banner"), "F6")
    press(page, page.get_by_role("link", name="Systems", exact=True))


def tab(page: Page, name: str) -> None:
    """A page of the system."""
    tabs = page.get_by_role("navigation", name=DEMO)
    press(page, tabs.get_by_role("link", name=re.compile(f"^{name}")))


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Workshop panel")


def of_panel(page: Page, name: str) -> None:
    enter(page, panel(page))
    press(page, panel(page).get_by_role("button", name=name, exact=True))


def test_one_begins_from_a_blueprint(one: Watched) -> None:
    page = one.page
    press(page, page.get_by_role("link", name="Catalog", exact=True))
    press(page, page.get_by_role("link", name="Blueprints", exact=True))
    press(page, page.get_by_role("link", name=re.compile("fraud", re.IGNORECASE)).first)
    press(page, page.get_by_role("button", name="Start from it"))
    saved(page)
    expect(page.locator(".node-card").first).to_be_visible()


def test_one_imports_a_file(one: Watched) -> None:
    page = one.page
    systems(page)
    press(page, page.get_by_role("button", name="Import"))
    reach(page, page.get_by_label("File"))
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Space")
    asked.value.set_files(FILE)
    press(page, page.get_by_role("dialog").get_by_role("button", name="Import"))
    expect(page.get_by_role("heading", name=re.compile("is imported"))).to_be_visible()
    press(page, page.get_by_role("link", name="Open the diagram"))
    saved(page)


def vote(page: Page, tried: str, harm: str) -> None:
    enter(page, panel(page))
    choose(page, panel(page).get_by_label("Will someone try: likeliest"), tried)
    choose(page, panel(page).get_by_label("Impact: likeliest"), harm)
    write(page, panel(page).get_by_label("Why, in a sentence"), "They tried it")
    of_panel(page, "Vote")
    expect(panel(page).get_by_text("Your vote is in.")).to_be_visible()


def test_two_vote_in_a_workshop(one: Watched, two: Watched) -> None:
    for page in (two.page, one.page):
        systems(page)
        press(page, page.get_by_role("link", name=DEMO, exact=True))
        saved(page)
    leads, follows = one.page, two.page
    press(leads, leads.get_by_role("link", name="Workshops"))
    write(leads, leads.get_by_label("What is it about?"), "Before the launch")
    press(leads, leads.get_by_role("button", name="Open it"))
    enter(follows, panel(follows))
    choose(follows, panel(follows).get_by_label("I speak for"), "the domain")
    of_panel(follows, "Join the workshop")
    for _ in range(2):
        of_panel(leads, "Next step")
    of_panel(leads, "Take the first")
    of_panel(leads, "Vote on it")
    vote(follows, "very low", "low")
    vote(leads, "high", "very high")
    of_panel(leads, "Reveal the votes")
    of_panel(leads, "Decide")
    expect(panel(follows).get_by_text(re.compile("^Decided: "))).to_be_visible()
    shot(leads, "voted-by-keys")
    of_panel(leads, "End the workshop")
    of_panel(leads, "End it for everybody")
    expect(follows.get_by_text("It has ended.")).to_be_visible()


def test_one_runs_a_test(one: Watched) -> None:
    page = one.page
    systems(page)
    press(page, page.get_by_role("link", name=DEMO, exact=True))
    saved(page)
    tab(page, "Tests")
    row = page.locator(".test-row", has=page.locator("input[value=corruption]"))
    press(page, row.get_by_role("button", name="Run test"))
    expect(page).to_have_url(re.compile("/runs/"))
    expect(page.locator("[data-job]")).to_have_count(0, timeout=60_000)


def test_one_plans_a_mitigation_and_says_that_it_stands(one: Watched) -> None:
    page = one.page
    tab(page, "Findings")
    expect(page).to_have_url(re.compile("/findings/$"))
    page.wait_for_load_state()  # an address is there before the script that hears the key
    page.keyboard.press("j")
    expect(page.locator("[data-row]:visible .row-title").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/findings/.+(@|%40)"))
    press(page, page.get_by_role("button", name="Plan", exact=True).first)
    press(page, page.get_by_role("link", name="planned").first)
    choose(page, page.get_by_label("Status"), "implemented")
    press(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_text(re.compile("^Implemented, in place since"))).to_be_visible()


def test_one_takes_the_report_along(one: Watched) -> None:
    page = one.page
    tab(page, "Report")
    press(page, page.get_by_role("button", name="Make the report"))
    download = page.get_by_role("link", name=re.compile("^Download")).first
    expect(download).to_be_visible(timeout=60_000)
    with page.expect_download() as waiting:
        press(page, download)
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
