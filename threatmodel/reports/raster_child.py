"""Started apart from the server, which goes on meanwhile: an SVG comes in, a PNG goes out."""

from __future__ import annotations

import sys

import resvg_py

if __name__ == "__main__":
    zoom, *fonts = sys.argv[1:]
    svg = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(
        resvg_py.svg_to_bytes(svg_string=svg, zoom=float(zoom), font_files=fonts)
    )
