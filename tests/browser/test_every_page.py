"""No page is left out: each that a route shows is for everybody, at any size that people use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Watched, breaches, person
from tests.conftest import Product
from tests.routes import PAGES

pytestmark = pytest.mark.browser

# What is shown at an address for the first time is read there; at 200 % a desk is half as wide.
DESK, ENLARGED, TELEPHONE = (1440, 900), (720, 450), (390, 844)
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
WORLD = """
import json
from tests.test_gate import World
from threatmodel.services import signin
world = World()
print(json.dumps({**world.ids, "link": signin.make_link(world.owner.user)}))
"""
# Routes that give something else than a page: a file, a number for a bell, a way onward.
NO_PAGES = {
    "/attachments/{attachment}/",
    "/catalog/own/example/",
    "/models/{model}/endpoint/",
    "/notices/unread/",
    "/systems/{system}/tests/plan/",
    "/workspaces/{workspace}/catalog/1/",
}


@dataclass(frozen=True)
class Visitor:
    """The owner of one of everything, at a product that holds it."""

    page: Page
    url: str
    ids: dict[str, str]

    def open(self, path: str) -> int:
        answer = self.page.goto(self.url + path.format(**self.ids))
        assert answer and "html" in answer.headers["content-type"], path
        return answer.status


@pytest.fixture(scope="module")
def visitor(browser: Browser, product: Product) -> Iterator[Visitor]:
    ids = json.loads(product.manage("shell", "--no-imports", "--command", WORLD))
    watched: Watched = person(browser)
    watched.page.goto(ids.pop("link"))
    watched.page.get_by_role("button", name="Sign in").click()
    yield Visitor(watched.page, product.url, ids)
    watched.page.context.close()


def troubles(page: Page) -> list[str]:
    """What axe finds at a desk, and whether it scrolls sideways at 200 % and on a telephone."""
    found = breaches(page)
    for width, height in (ENLARGED, TELEPHONE):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"wider than {width}"] if page.evaluate(TOO_WIDE) else []
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found


def test_no_page_of_any_route_is_left_out(visitor: Visitor) -> None:
    found = {}
    for route in PAGES:
        if route.method == "get" and route.path not in NO_PAGES:
            status = visitor.open(route.path)
            found[route.path] = troubles(visitor.page) + [f"{status}"] * (status >= 500)
    assert {path: one for path, one in found.items() if one} == {}
    assert NO_PAGES < {route.path for route in PAGES}
