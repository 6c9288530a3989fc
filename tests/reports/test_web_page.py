"""The report as one HTML file, in a real browser without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from catalog import load
from tests.reports.cases import SYSTEMS, assessed, entered, read
from tests.reports.test_pdf import MADE
from threatmodel.paper import web_page
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition

pytestmark = [pytest.mark.browser, pytest.mark.long]
LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc00000040101009b1ec2f00000000049454e44ae426082"
)
MISSING = """async () => {
  await document.fonts.ready;
  const fonts = [...document.fonts].filter((one) => one.status === "error");
  const pictures = [...document.images].filter((one) => one.naturalWidth === 0);
  return [...fonts.map((one) => one.family), ...pictures.map((one) => one.src.slice(0, 60))];
}"""
SEEN = """() => ({
  font: [...document.fonts].some((one) => one.family === "Inter" && one.status === "loaded"),
  pictures: document.images.length + document.querySelectorAll("svg").length,
  wide: document.documentElement.scrollWidth - window.innerWidth,
})"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_file_opens_whole_without_a_network(
    browser: Browser, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    document = read(SYSTEMS[0])
    inputs = entered(document)
    edition = Edition(made_by="Olga", workspace="Bank", logo=LOGO, accent="#aa3355")
    file = tmp_path / "report.html"
    file.write_bytes(
        web_page(build(document, assessed(document, inputs), load(), inputs, edition), MADE)
    )
    context = browser.new_context(
        offline=True, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: said.append(str(one)))
    page.goto(file.as_uri())
    assert page.evaluate(MISSING) == []
    seen = page.evaluate(SEEN)
    assert seen["font"] and seen["pictures"] > 3
    assert seen["wide"] <= 0
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert said == []
    context.close()
