"""For everybody: no page breaks WCAG A or AA as axe measures it, and drawing needs no mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import AXE, Watched, breaches, person, shot, tab_to
from tests.conftest import ROOT, Product

pytestmark = pytest.mark.browser

FILES = {"model": "model.onnx", "dataset": "data.npz", "description": "dataset.yaml"}
NAME = "Everybody's system"
# With a model and a run: test_every_page opens each of them with less in it.
TABS = (
    "",
    "findings/",
    "coverage/",
    "mitigations/",
    "plan/",
    "tests/",
    "tests/next/",
    "evidence/",
    "endpoint/",
    "workshops/",
    "history/",
    "compare/?from=0",
    "report/",
)
PAGES = (
    "/",
    "/catalog/?q=poisoning",
    "/catalog/frameworks/atlas/",
    "/register/",
)
# Long lists of links.
LISTS = (
    "/catalog/frameworks/atlas/",
    "/catalog/frameworks/atlas/AML.T0020/",
    "/catalog/threats/evasion-query/",
    "SYSTEM/coverage/atlas/AML.T0043/",
)
OUTSIDE = ("/accounts/login/", "/no/such/page/")


@pytest.fixture(scope="module")
def system(owner: Watched, product: Product, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a system of our own, with a linked model and a run that has ended."""
    page, file = owner.page, tmp_path_factory.mktemp("own") / "own.yaml"
    text = (ROOT / "demo/digit-reading.yaml").read_text()
    file.write_text(text.replace("Digit reading service", NAME))
    page.goto(product.url)
    page.get_by_role("button", name="Import").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.get_by_role("link", name="Open the diagram").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    address = page.url.split("#")[0]
    page.goto(f"{address}tests/")
    page.get_by_label("Component").select_option("c-reader")
    for field, name in FILES.items():
        page.locator(f"input[name={field}]").set_input_files(ROOT / "demo" / name)
    page.get_by_role("button", name="Link it").click()
    row = page.locator(".test-row", has=page.locator("input[value=corruption]"))
    row.get_by_role("button", name="Run test").click()
    expect(page).to_have_url(re.compile("/runs/"))
    expect(page.locator("[data-job]")).to_have_count(0, timeout=60_000)
    return address


@pytest.fixture
def newcomer(browser: Browser) -> Iterator[Page]:
    watched = person(browser)
    yield watched.page
    watched.page.context.close()


def test_axe_sees_what_is_wrong(newcomer: Page) -> None:
    newcomer.set_content("<button></button><img src='x.png'>")
    assert {line.split()[1] for line in breaches(newcomer)} >= {"button-name:", "image-alt:"}


@pytest.mark.parametrize("path", LISTS)
def test_links_below_each_other_are_far_enough_apart_for_a_finger(
    owner: Watched, product: Product, system: str, path: str
) -> None:
    page = owner.page
    page.goto(f"{product.url}{path.replace('SYSTEM/', system.removeprefix(product.url))}")
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['target-size']})")
    assert [one["id"] for one in found["passes"]] == ["target-size"]
    assert [node["target"] for one in found["violations"] for node in one["nodes"]] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(owner: Watched, product: Product, path: str) -> None:
    owner.page.goto(product.url + path)
    assert breaches(owner.page) == []


@pytest.mark.parametrize("tab", TABS)
def test_a_page_of_a_system_is_for_everybody(owner: Watched, system: str, tab: str) -> None:
    page = owner.page
    page.goto(system + tab)
    if not tab:
        page.locator(".node-card[data-element='c-reader']").click()
        page.keyboard.press("o")
        expect(page.get_by_role("treegrid")).to_be_visible()
    assert breaches(page) == []


@pytest.fixture
def telephone(owner: Watched) -> Iterator[Page]:
    """The owner's page as wide as a telephone."""
    owner.page.set_viewport_size({"width": 390, "height": 844})
    yield owner.page
    owner.page.set_viewport_size({"width": 1440, "height": 900})


def test_no_page_is_wider_than_a_telephone(telephone: Page, product: Product, system: str) -> None:
    wide = []
    for address in [*(product.url + path for path in PAGES), *(system + tab for tab in TABS)]:
        telephone.goto(address)
        if telephone.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    assert wide == []


def test_a_tap_on_a_telephone_shows_what_an_element_is(telephone: Page, system: str) -> None:
    telephone.goto(system)
    card = telephone.locator(".node-card[data-element='c-reader']")
    inspector = telephone.get_by_role("complementary", name="Inspector")
    expect(card).to_be_visible()
    expect(inspector).to_have_count(0)
    card.click()
    expect(inspector.get_by_label("Name", exact=True)).to_have_value("Digit reader")
    expect(card).to_be_in_viewport(ratio=0.9)
    telephone.locator(".react-flow__pane").click(position={"x": 8, "y": 100})
    expect(inspector).to_have_count(0)


def test_on_a_telephone_findings_come_before_their_picture(telephone: Page, system: str) -> None:
    telephone.goto(f"{system}findings/")
    expect(telephone.locator("[data-row]:visible .row-title").first).to_be_in_viewport()
    expect(telephone.locator(".heat-map")).to_be_hidden()
    telephone.locator(".picture > summary").click()
    expect(telephone.locator(".heat-map")).to_be_visible()
    assert breaches(telephone) == []


def test_what_scrolls_sideways_is_reached_by_keys(telephone: Page, system: str) -> None:
    telephone.goto(f"{system}findings/corruption-reliability%40c-reader/")
    evidence = telephone.get_by_role("group", name="Evidence, scrolls sideways")
    expect(evidence).to_have_attribute("tabindex", "0")
    assert breaches(telephone) == []
    telephone.set_viewport_size({"width": 1440, "height": 900})
    expect(evidence).to_have_count(0)


def test_a_finding_is_for_everybody(owner: Watched, system: str) -> None:
    owner.page.goto(f"{system}findings/evasion-query%40c-reader/")
    assert breaches(owner.page) == []


def test_a_runs_result_is_for_everybody(owner: Watched, system: str) -> None:
    page = owner.page
    page.goto(f"{system}tests/")
    page.locator("tbody .row-title").first.click()
    expect(page).to_have_url(re.compile("/runs/"))
    shot(page, "run-result")
    assert breaches(page) == []


def test_dialogs_are_for_everybody(owner: Watched, product: Product) -> None:
    page = owner.page
    for name in ("New system", "Import"):
        page.goto(product.url)
        page.get_by_role("button", name=name).click()
        assert breaches(page) == []


@pytest.mark.parametrize("path", OUTSIDE)
def test_the_ways_in_are_for_everybody(newcomer: Page, product: Product, path: str) -> None:
    newcomer.goto(product.url + path)
    assert breaches(newcomer) == []


def test_a_sign_in_link_is_for_everybody(newcomer: Page, product: Product) -> None:
    newcomer.goto(product.manage("signin-link").strip())
    expect(newcomer.get_by_role("button", name="Sign in")).to_be_visible()
    assert breaches(newcomer) == []


def test_one_draws_answers_and_takes_back_without_a_mouse(owner: Watched, system: str) -> None:
    page = owner.page
    page.goto(system)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    cards, flows = page.locator(".node-card"), page.locator(".react-flow__edge")
    before = 11, 11  # the whole demonstration is in sight
    expect(cards).to_have_count(before[0])
    expect(flows).to_have_count(before[1])
    page.keyboard.press("/")
    expect(page.get_by_label("Search component types and zones")).to_be_focused()
    page.keyboard.type("log store")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(before[0] + 1)
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.get_by_label("Component to connect to")).to_be_focused()
    page.keyboard.type("Digit reader")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(flows).to_have_count(before[1] + 1)
    inspector = page.get_by_role("complementary", name="Inspector")
    encrypted = inspector.get_by_role("radiogroup", name="Is it encrypted on the way?", exact=True)
    tab_to(page, encrypted.get_by_role("radio", name="Unknown"))
    page.keyboard.press("ArrowLeft")
    expect(encrypted.get_by_role("radio", name="No", exact=True)).to_be_checked()
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect(cards).to_have_count(before[0])
    expect(flows).to_have_count(before[1])
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_the_outline_renames_and_removes_by_keys(owner: Watched, system: str) -> None:
    page = owner.page
    page.goto(system)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.keyboard.press("o")
    row = page.locator("[data-row='c-cleaner']")
    expect(page.locator("[data-row]").first).to_be_focused()
    for _ in range(page.locator("[data-row]").count()):
        if row.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("Image scaler")
    page.keyboard.press("Enter")
    expect(page.locator("[data-element='c-cleaner'] .card-name")).to_have_text("Image scaler")
    expect(row).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator(".node-card[data-element='c-cleaner']")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator(".node-card[data-element='c-cleaner']")).to_be_visible()


def test_a_list_is_pasted_where_the_new_system_asked_for_one(
    owner: Watched, product: Product
) -> None:
    page = owner.page
    page.goto(product.url)
    page.get_by_role("button", name="New system").click()
    page.get_by_label("Name").fill("Pasted system")
    page.get_by_role("button", name="Paste a list").click()
    place = page.get_by_label("Components and flows, one a line")
    expect(place).to_be_focused()
    page.keyboard.type("Customer -> Scoring API\nTraining data")
    page.get_by_role("button", name=re.compile("^Add 3 components and 1 flow")).click()
    expect(page.locator(".node-card")).to_have_count(3)
    assert "start=" not in page.url
