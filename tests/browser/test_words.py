"""A page in another language says nothing in English of its own accord."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO, Watched, shot
from tests.conftest import ROOT, Product

pytestmark = [pytest.mark.browser, pytest.mark.long]

# Everything that is read or heard in the editor; what is drawn for the eye alone is not words.
TOLD = """() => {
  const told = [];
  const parts = document.querySelectorAll("#editor, #editor-state");
  for (const one of [...parts].flatMap((part) => [part, ...part.querySelectorAll("*")])) {
    if (one.closest("kbd, code, svg, textarea, .react-flow__attribution")) continue;
    for (const name of ["aria-label", "title", "placeholder"]) told.push(one.getAttribute(name));
    for (const child of one.childNodes) if (child.nodeType === 3) told.push(child.data);
  }
  return [...new Set(told.filter(Boolean))];
}"""
WRAPPED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")


def wrapped(said: Any) -> Any:
    """A text as the made-up language has it; of a plural, each form."""
    if isinstance(said, str):
        return f"⟦{said}⟧"
    return {form: wrapped(text) for form, text in said.items()}


# The page as the server would send it: the language's file is there before a script runs.
CARRIED = """document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive") return;
  document.documentElement.lang = "eo";
  const words = document.createElement("script");
  Object.assign(words, { id: "words", type: "application/json", textContent: %s });
  document.body.append(words);
});"""


def in_another_language(page: Page) -> None:
    command = ["node", "words.mjs"]
    told = subprocess.run(command, cwd=ROOT / "editor", capture_output=True, check=True).stdout
    words = {text: wrapped(said) for text, said in json.loads(told).items()}
    page.add_init_script(CARRIED % json.dumps(json.dumps(words)))


@pytest.fixture
def foreign(owner: Watched, product: Product) -> Iterator[Page]:
    page = owner.page
    page.goto(product.url)
    address = page.get_by_role("link", name=DEMO, exact=True).get_attribute("href")
    in_another_language(page)
    page.goto(f"{product.url}{address}")
    expect(page.get_by_text("⟦Saved⟧", exact=True)).to_be_visible()
    yield page


def strings(value: Any) -> Iterator[str]:
    """Every string below, as it is shown; an id of several words is shown with spaces."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield plain(value)
        yield plain(re.sub("[_-]+", " ", value))


def plain(text: str) -> str:
    return text.strip(" ,.;:()@").lower()


def data_of(page: Page) -> set[str]:
    """What people and the catalog said: it is the same in each language."""
    boot = json.loads(page.locator("#bootstrap").inner_text())
    system = f"systems/{boot['system']}"
    known = set(strings(boot))
    asked = ("catalog/", f"models/?system={boot['system']}")
    for path in (*asked, *(f"{system}/{part}/" for part in ("document", "findings", "paths"))):
        answer = page.request.get(f"{page.url.split('/systems')[0]}{boot['api']}/{path}")
        assert answer.ok, answer.text()
        known.update(strings(answer.json()))
    return known


def is_known(text: str, known: set[str]) -> bool:
    """Whether it is data, several of them, or no words at all."""
    parts = [text] if plain(text) in known else re.split(r", | → | \(", text)
    return all(plain(part) in known for part in parts if WORD.search(part))


def english(page: Page, known: set[str]) -> list[str]:
    """What is left when all that was translated, and all that is data, is taken away."""
    left = []
    for text in page.evaluate(TOLD):
        rest = text
        while WRAPPED.search(rest):
            rest = WRAPPED.sub("\n", rest)
        left += [piece for piece in rest.splitlines() if not is_known(piece, known)]
    return left


SCREENS: dict[str, Callable[[Page], None]] = {
    "system": lambda page: None,
    "component": lambda page: page.locator("[data-id='c-reader']").click(),
    "findings": lambda page: page.get_by_role("tab").nth(1).click(),
    "comments": lambda page: page.get_by_role("tab").nth(2).click(),
    "outline": lambda page: page.keyboard.press("o"),
    "paths": lambda page: page.locator("body").press("p"),
    "questions": lambda page: page.locator("body").press("q"),
    "shortcuts": lambda page: page.locator("body").press("?"),
}


def test_every_screen_of_the_editor_speaks_the_pages_language(foreign: Page) -> None:
    known = data_of(foreign)
    left = {}
    for name, opened in SCREENS.items():
        opened(foreign)
        foreign.wait_for_timeout(500)
        shot(foreign, f"words-{name}")
        left[name] = english(foreign, known)
    assert left == dict.fromkeys(SCREENS, [])
