"""People in front of a real Chromium, on the product as `bin/run` starts it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import ROOT, Product

expect.set_options(timeout=15_000)
SHOTS = os.environ.get("BARTIZAN_SHOTS")
DEMO = "Digit reading service"
AXE = (ROOT / "editor/node_modules/axe-core/axe.min.js").read_text()
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = f"{{runOnly: {STANDARD}, resultTypes: ['violations']}}"


class Watched:
    """A page that fails its test on a script error or a breach of the content policy."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(message.text)


def person(browser: Browser, *, newcomer: bool = False, **options: Any) -> Watched:
    """Somebody at a desk; who is no newcomer has been shown around before."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
    if not newcomer:
        context.add_init_script("localStorage.setItem('bartizan-tour', 'seen')")
    return Watched(context.new_page())


def shot(page: Page, name: str) -> None:
    """A picture for whoever wants to look, when BARTIZAN_SHOTS names a folder."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def open_diagram(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Press Tab, as often as somebody would, until the focus is there."""
    for _ in range(60):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


def breaches(page: Page, on: str = "document") -> list[str]:
    """What axe finds, in both themes. The source is evaluated: our policy lets no script in.

    `on` is the part of the page to look at, as axe takes it.
    """
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.evaluate(AXE)
        for one in page.evaluate(f"axe.run({on}, {RULES})")["violations"]:
            found += [f"{theme} {one['id']}: {node['target']}" for node in one["nodes"]]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return found


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`bin/run` on a free port and an empty data folder, once for all modules of a process."""
    with Product.started(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="module")
def product(served: Product) -> Product:
    """The product as its owner finds it: a workspace of the module's own, with the demo."""
    return served.anew()


@pytest.fixture(scope="module")
def owner(browser: Browser, product: Product) -> Iterator[Watched]:
    """The owner, signed in by a link as bin/run prints it."""
    watched = person(browser)
    watched.page.goto(product.sign_in_link)
    watched.page.get_by_role("button", name="Sign in").click()
    expect(watched.page).to_have_url(re.compile("/password/"))
    yield watched
    assert not watched.complaints
    watched.page.context.close()


@pytest.fixture(scope="module")
def colleague(browser: Browser, product: Product, owner: Watched) -> Iterator[Watched]:
    """A second person, who came by an invite."""
    page = owner.page
    page.goto(f"{product.url}/people/")
    page.get_by_label("Role", exact=True).select_option("editor")
    page.get_by_role("button", name="Make an invite").click()
    link = page.locator(".notice code").inner_text()
    watched = person(browser)
    watched.page.goto(link)
    watched.page.get_by_label("Name").fill("Mira Vogt")
    watched.page.get_by_label("Password").fill("a long enough pass phrase")
    watched.page.get_by_role("button", name="Make an account and join").click()
    yield watched
    assert not watched.complaints
    watched.page.context.close()
