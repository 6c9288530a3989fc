"""The editor against a bare React Flow page with the same drawing, in one headless Chromium."""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .measure import Row, Timing, count, ratio

ROOT = Path(__file__).parent.parent
EDITOR = ROOT / "editor"
REPEATS = 5
DRAGS = 3  # in each page that was opened: opening 5,000 components is most of the time
HAND_S = 2.5  # how long a drag or a pan lasts
QUIET_MS = 1_000  # a page has been drawn when nothing has changed for as long
DRAGGED = "c-2510"  # in the middle of 5,000

# Told by the page itself: when it last changed, and how long each frame took.
WATCH = """
window.last = 0;
new MutationObserver(() => { window.last = performance.now(); }).observe(document, {
  subtree: true, childList: true, attributes: true });
window.watch = (ms) => { window.frames_ = new Promise((done) => {
  const found = [];
  let before = performance.now();
  const end = before + ms;
  const step = (now) => {
    found.push(now - before);
    before = now;
    if (now < end) requestAnimationFrame(step); else done(found);
  };
  requestAnimationFrame(step);
}); };
"""
# The product's own catalog as its API tells it; Django only lends its classes.
CATALOG = """
import json, os, sys, tests.environment, django
os.environ["DJANGO_SETTINGS_MODULE"] = "threatmodel.settings"
django.setup()
from catalog import load
from threatmodel.api.catalog import whole
json.dump(whole(load()), sys.stdout)
"""

Page = Any
Opened = Callable[[str], Page]


def browser() -> Iterator[Row]:
    """First render, drags, pans and the first bundle, as multiples of a bare React Flow page."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        with served(Path(folder)) as url, chromium(url) as opened:
            yield from rendering(opened)
            yield from dragging(opened)
    yield from bundle()


def build(folder: Path) -> None:
    """Both pages as the product is built, and the catalog beside them."""
    vite = EDITOR / "node_modules/.bin/vite"
    command = [str(vite), "build", "--config", "bench/vite.config.ts", "--outDir", str(folder)]
    subprocess.run(command, cwd=EDITOR, check=True, stdout=subprocess.DEVNULL)
    asked = [sys.executable, "-c", CATALOG]
    told = subprocess.run(asked, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    (folder / "catalog.json").write_bytes(told.stdout)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests are no figures."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def chromium(url: str) -> Iterator[Opened]:
    """Opens addresses in pages of their own, each after the one before is closed."""
    from playwright.sync_api import sync_playwright

    from tests.conftest import chromium as program

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program(), args=["--no-sandbox", "--disable-gpu"]
        )
        pages: list[Page] = []

        def opened(address: str) -> Page:
            for before in pages:
                before.close()
            page = running.new_page(viewport={"width": 1400, "height": 900})
            pages[:] = [page]
            page.add_init_script(WATCH)
            page.goto(f"{url}/{address}")
            return page

        yield opened
        running.close()


def drawn_s(page: Page) -> float:
    """Seconds from the address to the last change of what is drawn."""
    while True:
        now, last = page.evaluate("[performance.now(), window.last]")
        if last and now - last > QUIET_MS and page.locator(".react-flow__node").count():
            return float(last) / 1000
        page.wait_for_timeout(100)


def rendering(opened: Opened) -> Iterator[Row]:
    render: dict[str, list[float]] = {"bare": [], "ours": []}
    pan: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(REPEATS):
        for name in render:
            page = opened(f"{name}.html?n=1000")
            render[name].append(drawn_s(page))
            pan[name].append(by_hand(page, (700, 450), "middle"))
    yield from compared("first render, 1,000 components in sight", render, "1.2 or less")
    yield from compared("pan p95, 1,000 components in sight", pan, "0.6 or less")


def dragging(opened: Opened) -> Iterator[Row]:
    drag: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(REPEATS):
        page = opened(f"ours.html?n=5000#{DRAGGED}")
        drawn_s(page)
        zoom = nearer(page)
        drag["ours"] += [by_hand(page, middle(page), "left") for _ in range(DRAGS)]
        page = opened("bare.html?n=5000&virtual")
        drawn_s(page)
        page.evaluate(CENTRED, [DRAGGED, zoom])
        drawn_s(page)
        drag["bare"] += [by_hand(page, middle(page), "left") for _ in range(DRAGS)]
    yield from compared("drag p95, 5,000 components, zoomed in", drag, "1.3 or less")


# The bare page looks at the same card from as near.
CENTRED = """([id, zoom]) => {
  const { position, parentId } = window.stage.getNode(id);
  const room = window.stage.getNode(parentId).position;
  return window.stage.setCenter(room.x + position.x + 88, room.y + position.y + 32, { zoom });
}"""
ZOOM = "new DOMMatrix(document.querySelector('.react-flow__viewport').style.transform).a"


def nearer(page: Page) -> float:
    """Roll the wheel over the card until cards have about their own size; the zoom then."""
    page.mouse.move(*middle(page))
    while page.evaluate(ZOOM) < 0.95:
        page.mouse.wheel(0, -100)
        page.wait_for_timeout(60)
    drawn_s(page)
    return float(page.evaluate(ZOOM))


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(f".react-flow__node[data-id='{DRAGGED}']").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def by_hand(page: Page, start: tuple[float, float], button: str) -> float:
    """The 95th percentile of the frames, in seconds, while the mouse moves with a button down."""
    x, y = start
    page.mouse.move(x, y)
    page.mouse.down(button=button)
    page.mouse.move(x + 8, y + 6)
    page.evaluate("(ms) => { window.watch(ms); }", HAND_S * 1000)
    begin = time.monotonic()
    step = 0
    while time.monotonic() - begin < HAND_S:
        step += 1
        page.mouse.move(x + (step * 7) % 240, y + (step * 5) % 160)
    frames = page.evaluate("window.frames_")
    page.mouse.move(x, y)
    page.mouse.up(button=button)
    return statistics.quantiles(frames, n=20)[-1] / 1000


def compared(name: str, found: Mapping[str, list[float]], goal: str) -> Iterator[Row]:
    ours, bare = Timing(tuple(found["ours"])), Timing(tuple(found["bare"]))
    yield ratio(f"{name}, ours / bare", ours, bare, goal)
    for who, timing in (("ours", ours), ("bare", bare)):
        ms = [1000 * second for second in timing.seconds]
        yield Row(f"{name}, {who}", 1000 * timing.median, "ms", min(ms), max(ms))


def bundle() -> Iterator[Row]:
    """What the browser fetches before the editor can draw, as the product was last built."""
    built = ROOT / "static/editor"
    manifest = json.loads((built / "manifest.json").read_text())
    chunks = [manifest[key] for key in needed(manifest, "src/main.tsx")]
    scripts = {chunk["file"] for chunk in chunks}
    styles = {style for chunk in chunks for style in chunk.get("css", ())}
    yield count("first bundle, scripts, gzip", packed_kb(built, scripts), "kB", "170 or less")
    yield count("first bundle, styles, gzip", packed_kb(built, styles), "kB")


def needed(manifest: Mapping[str, Any], entry: str) -> set[str]:
    """The entry and all that it imports before it runs."""
    found, waiting = set(), [entry]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(manifest[key].get("imports", ()))
    return found


def packed_kb(folder: Path, names: set[str]) -> float:
    return sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in names) / 1000


CASES: Mapping[str, Callable[[], Iterator[Row]]] = {"browser": browser}
