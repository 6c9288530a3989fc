"""The drawing as PNG: of a bounded size, with the letters and colours of the PDF."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from catalog import load
from tests.reports.cases import drawn, two_parts
from threatmodel.reports.diagram import diagram_svg, extent
from threatmodel.reports.raster import (
    FINE,
    LEGIBLE,
    LONGEST,
    MOST_POINTS,
    TooLarge,
    fineness,
    png,
)
from threatmodel.reports.svg import PRINT


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body)).convert("RGB")


def colour(hexed: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(hexed.removeprefix("#")))


def test_a_small_drawing_is_twice_as_fine_as_on_the_screen_and_whole():
    document = two_parts()
    left, top, width, height = extent(document)
    picture = opened(png(diagram_svg(document, load())))
    assert picture.size == (round(width * FINE), round(height * FINE))
    for x, y, wide, high in (one.box for one in document.components.values()):
        right, bottom, middle = x + wide - 6 - left, y + high - 6 - top, x + wide / 2 - left
        inside = picture.getpixel((int(right * FINE), int(bottom * FINE)))
        edge = picture.getpixel((int(middle * FINE), int((y - top) * FINE)))
        assert inside == colour(PRINT.panel) != edge


def test_a_name_of_markup_is_drawn_as_words():
    named, bare = (
        opened(png(diagram_svg(two_parts(name), load()))) for name in ("</svg><b>x</b>", " ")
    )
    assert named.size == bare.size
    assert named.tobytes() != bare.tobytes()


@pytest.mark.parametrize(
    ("width", "height"), [(480, 160), (5_200, 3_100), (23_000, 40), (40, 23_000)]
)
def test_what_is_drawn_is_legible_and_bounded(width: float, height: float):
    zoom = fineness(width, height)
    assert LEGIBLE <= zoom <= FINE
    assert width * height * zoom**2 <= MOST_POINTS * 1.001
    assert max(width, height) * zoom <= LONGEST * 1.001


@pytest.mark.parametrize(("width", "height"), [(1e6, 1e6), (30_000, 100), (12_000, 12_000)])
def test_a_drawing_that_nobody_could_read_is_refused_with_what_to_take(width: float, height: float):
    far = drawn(
        components=[
            {"id": "c-a", "type": "other", "name": "A", "box": [0, 0, 100, 60]},
            {"id": "c-b", "type": "other", "name": "B", "box": [width, height, 100, 60]},
        ]
    )
    with pytest.raises(TooLarge, match="Take the SVG"):
        png(diagram_svg(far, load()))
