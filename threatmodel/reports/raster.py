"""A drawing as a picture of points: the SVG that the PDF shows, with the PDF's letters."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from io import BytesIO
from math import sqrt
from pathlib import Path
from threading import Lock
from xml.etree import ElementTree

from fontTools.ttLib import TTFont

from . import pdf
from .svg import Svg

# Twice as fine as on the screen where that fits: sharp on today's displays and on paper.
FINE, LEGIBLE = 2.0, 0.5
MOST_POINTS, LONGEST = 24_000_000, 12_000
# resvg keeps Python's lock for as long as it draws, which may be seconds: so it draws apart, and
# one picture at a time.
CHILD, LONGEST_S = Path(__file__).with_name("raster_child.py"), 60
_ONE = Lock()


class TooLarge(ValueError):
    """A drawing whose words nobody could read in the largest picture that is made."""


def png(svg: Svg) -> bytes:
    """A drawing as PNG, of at most 24 million points.

    Raises
    ------
    TooLarge
        If its letters would be less than half as high as on the screen.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314 - of our own making
    zoom = fineness(float(root.attrib["width"]), float(root.attrib["height"]))
    files = map(str, sorted(_letters().iterdir()))
    command = [sys.executable, "-P", str(CHILD), str(zoom), *files]
    with _ONE:
        done = subprocess.run(  # noqa: S603 - a file of ours, and what it is given is a picture
            command, input=svg.encode(), capture_output=True, check=True, timeout=LONGEST_S
        )
    return done.stdout


def fineness(width: float, height: float) -> float:
    """Points of the picture for each step of the drawing.

    Examples
    --------
    >>> fineness(1000, 800), fineness(8000, 4000)
    (2.0, 0.8660254037844386)
    """
    zoom = min(FINE, sqrt(MOST_POINTS / (width * height)), LONGEST / width, LONGEST / height)
    if zoom < LEGIBLE:
        raise TooLarge(
            f"The diagram is {width:.0f} by {height:.0f} points large: in a PNG its names could "
            "not be read. Take the SVG, which is sharp at every size"
        )
    return zoom


@cache
def _letters() -> Path:
    """Our fonts unpacked, once a process: resvg reads no woff2, and only from files."""
    folder = Path(tempfile.mkdtemp(prefix="bartizan-letters-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, body in pdf.fonts().items():
        font = TTFont(BytesIO(body))
        font.flavor = None
        TTFont.save(font, folder / Path(name).with_suffix(".ttf"))
    return folder
