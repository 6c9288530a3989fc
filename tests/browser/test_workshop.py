"""A workshop of two: one leads, a guest follows; questions, a silent vote, a decision, a record."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import DEMO, Watched, breaches, open_diagram, person, shot
from tests.conftest import Product

pytestmark = pytest.mark.browser
REASON = "They tried it with us in May"


def invited(browser: Browser, page: Page, url: str, role: str, name: str) -> Watched:
    """Somebody who came by an invite of that role; a guest to the one system."""
    page.goto(f"{url}/people/")
    page.get_by_label("Role", exact=True).select_option(role)
    if role == "guest":
        page.get_by_label(re.compile("^System")).select_option(label=DEMO)
    page.get_by_role("button", name="Make an invite").click()
    watched = person(browser)
    watched.page.goto(page.locator(".notice code").inner_text())
    watched.page.get_by_label("Name").fill(name)
    watched.page.get_by_label("Password").fill("a long enough pass phrase")
    watched.page.get_by_role("button", name="Make an account and join").click()
    return watched


@pytest.fixture(scope="module")
def guest(browser: Browser, product: Product, owner: Watched) -> Iterator[Watched]:
    watched = invited(browser, owner.page, product.url, "guest", "Gita Rao")
    yield watched
    assert not watched.complaints
    watched.page.context.close()


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Workshop panel")


def vote(page: Page, tried: str, harm: str) -> None:
    panel(page).get_by_label("Will someone try: likeliest").select_option(tried)
    panel(page).get_by_label("Impact: likeliest").select_option(harm)
    panel(page).get_by_label("Why, in a sentence").fill(REASON)
    panel(page).get_by_role("button", name="Vote", exact=True).click()
    expect(panel(page).get_by_text("Your vote is in.")).to_be_visible()


def test_a_room_opens_around_the_diagram(owner: Watched, guest: Watched, product: Product) -> None:
    one, two = owner.page, guest.page
    open_diagram(two, product.url, DEMO)
    open_diagram(one, product.url, DEMO)
    one.get_by_role("link", name="Workshops").click()
    shot(one, "workshops")
    one.get_by_label("What is it about?").fill("Before the launch")
    one.get_by_role("button", name="Open it").click()
    expect(one.get_by_role("region", name="Workshop")).to_contain_text("Before the launch")
    expect(two.get_by_role("region", name="Workshop")).to_contain_text("Before the launch")
    panel(two).get_by_label("I speak for").select_option("domain")
    panel(two).get_by_role("button", name="Join the workshop").click()
    expect(panel(one).get_by_text("Who is here")).to_contain_text("2")


def test_the_question_asked_is_the_same_for_everybody(owner: Watched, guest: Watched) -> None:
    one, two = owner.page, guest.page
    panel(one).get_by_role("button", name="Ask the first").click()
    text = panel(one).locator(".question-text").inner_text()
    expect(panel(two).locator(".question-text")).to_have_text(text)
    panel(one).get_by_role("button", name="Next question").click()
    expect(panel(two).get_by_role("heading", name=re.compile("Question 2 of"))).to_be_visible()
    shot(one, "workshop-question")


def test_its_leader_invites_a_guest_without_leaving_the_room(owner: Watched) -> None:
    page = owner.page
    panel(page).get_by_text("Invite a guest").click()
    panel(page).get_by_role("button", name="Make a link").click()
    expect(panel(page).get_by_label("Link for the guest")).to_have_value(re.compile("/join/.+/"))


def test_its_panel_and_the_talk_are_for_everybody(owner: Watched, guest: Watched) -> None:
    for page in (owner.page, guest.page):
        assert breaches(page) == []
    page = owner.page
    page.get_by_role("button", name="Hide the panel").click()
    page.get_by_role("tab", name=re.compile("^Comments")).click()
    expect(page.get_by_label(re.compile("^Comment on "))).to_be_visible()
    assert breaches(page) == []
    page.get_by_role("button", name="Show the panel").click()


def test_a_step_runs_its_time_on_every_screen(owner: Watched, guest: Watched) -> None:
    panel(owner.page).get_by_role("button", name="Next step").click()
    for page in (owner.page, guest.page):
        expect(page.get_by_role("timer")).to_have_text(re.compile("29:|30:00"))
        expect(page.get_by_role("status").filter(has_text="2/5")).to_be_visible()


def test_votes_are_silent_until_the_reveal(owner: Watched, guest: Watched) -> None:
    one, two = owner.page, guest.page
    panel(one).get_by_role("button", name="Take the first").click()
    title = panel(one).locator(".workshop-finding strong").first.inner_text()
    expect(panel(two).locator(".workshop-finding strong").first).to_have_text(title)
    shot(one, "workshop-finding")
    panel(one).get_by_role("button", name="Vote on it").click()
    vote(two, "very low", "low")
    expect(panel(one).get_by_text("1 of 2 have voted")).to_be_visible()
    expect(one.get_by_text(REASON)).to_have_count(0)
    shot(one, "workshop-voting")


def test_who_comes_back_has_voted_still(guest: Watched) -> None:
    page = guest.page
    page.reload()
    expect(panel(page).get_by_text("Your vote is in.")).to_be_visible()
    panel(page).get_by_role("button", name="Change it").click()
    expect(panel(page).get_by_label("Will someone try: likeliest")).to_have_value("very low")
    panel(page).get_by_role("button", name="Vote again").click()
    expect(panel(page).get_by_text("Your vote is in.")).to_be_visible()


def test_the_room_sees_its_spread_and_decides(owner: Watched, guest: Watched) -> None:
    one, two = owner.page, guest.page
    vote(one, "high", "very high")
    panel(one).get_by_role("button", name="Reveal the votes").click()
    expect(panel(two).get_by_text("Far from the others")).to_contain_text("Gita Rao")
    expect(panel(two).get_by_text(REASON)).to_have_count(2)
    shot(one, "workshop-revealed")
    panel(one).get_by_role("button", name="Decide", exact=True).click()
    expect(panel(two).get_by_text(re.compile("^Decided: "))).to_be_visible()
    expect(panel(two).get_by_text("Dissent: Gita Rao")).to_be_visible()


def test_a_guest_parks_what_leads_too_far(owner: Watched, guest: Watched) -> None:
    panel(guest.page).get_by_text("Parking lot").first.click()
    panel(guest.page).get_by_label("Park for later").fill("Who pays for it?")
    panel(guest.page).get_by_role("button", name="Park it").click()
    panel(owner.page).get_by_text("Parking lot").first.click()
    expect(panel(owner.page).get_by_text("Who pays for it?")).to_be_visible()


def test_another_facilitator_goes_on_when_the_leaders_browser_is_gone(
    browser: Browser, owner: Watched, guest: Watched, product: Product
) -> None:
    other = invited(browser, owner.page, product.url, "facilitator", "Fay Lind")
    open_diagram(other.page, product.url, DEMO)
    bar = other.page.get_by_role("region", name="Workshop")
    expect(bar).to_contain_text("owner leads, but is away")
    bar.get_by_role("button", name="Take the lead").click()
    expect(guest.page.get_by_role("region", name="Workshop")).to_contain_text("Fay Lind leads")
    panel(other.page).get_by_text("By element").click()
    expect(panel(other.page).get_by_role("radio", name="By element")).to_be_checked()
    other.page.context.close()
    assert not other.complaints
    open_diagram(owner.page, product.url, DEMO)
    owner.page.get_by_role("button", name="Take the lead").first.click()
    expect(panel(owner.page).get_by_role("button", name="End the workshop")).to_be_visible()


def test_its_record_stays(owner: Watched, guest: Watched) -> None:
    one, two = owner.page, guest.page
    panel(one).get_by_role("button", name="End the workshop").click()
    panel(one).get_by_role("button", name="End it for everybody").click()
    expect(two.get_by_text("It has ended.")).to_be_visible()
    two.get_by_role("link", name="Look at its record").click()
    expect(two.get_by_role("heading", name="Before the launch")).to_be_visible()
    expect(two.get_by_text("1 finding decided by vote")).to_be_visible()
    expect(two.get_by_text("for the domain")).to_be_visible()
    shot(two, "workshop-record")
