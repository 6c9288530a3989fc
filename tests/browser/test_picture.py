"""The diagram's PNG beside what a browser makes of the same SVG."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Browser

from catalog import load
from catalog.types import Level
from tests.conftest import ROOT
from tests.reports.cases import read
from threatmodel.core.document import Box
from threatmodel.reports.diagram import diagram_svg, extent
from threatmodel.reports.raster import FINE, png

pytestmark = pytest.mark.browser
FILE = ROOT / "demo/digit-reading.yaml"
# Of 255: the two smooth letters differently, and need not have the same font.
NEAR = 6


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body)).convert("RGB")


def average(picture: Image.Image, box: Box, zoom: float) -> list[float]:
    x, y, width, height = (side * zoom for side in box)
    return ImageStat.Stat(picture.crop((int(x), int(y), int(x + width), int(y + height)))).mean


def test_the_picture_shows_what_a_browser_shows_of_the_drawing(browser: Browser) -> None:
    document = read(FILE)
    left, top, width, height = extent(document)
    svg = diagram_svg(document, load(), levels={"c-reader": Level.VERY_HIGH})
    page = browser.new_page(viewport={"width": int(width), "height": int(height)})
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg}")
    theirs, ours = opened(page.screenshot()), opened(png(svg))
    page.close()
    places = [one.box for one in document.components.values()]
    places += [one.box for one in document.zones.values()]
    for x, y, wide, high in places:
        box = (x - left, y - top, wide, high)
        for one, other in zip(average(ours, box, FINE), average(theirs, box, 1), strict=True):
            assert abs(one - other) < NEAR, box
