"""What a PDF needs besides its page: its fonts by name, and a file that is whole or absent."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

ATTACHMENT = "document.bartizan.json"
BASE = "bartizan:/"
LOGO = "logo.png"
FONTS = Path(__file__).parents[2] / "editor/node_modules/@fontsource-variable/inter/files"


def family(file: str) -> str:
    """What the letters of a font file are called in the report's style.

    Examples
    --------
    >>> family("latin.woff2"), family("greek.woff2")
    ('Inter', 'Inter greek')
    """
    name = file.removesuffix(".woff2")
    return "Inter" if name == "latin" else f"Inter {name}"


def fonts() -> dict[str, bytes]:
    """Inter for the scripts that it has; without it (editor not built) the system's own font."""
    subsets = ("latin", "latin-ext", "cyrillic", "greek", "vietnamese")
    found = {f"{name}.woff2": FONTS / f"inter-{name}-wght-normal.woff2" for name in subsets}
    return {name: file.read_bytes() for name, file in found.items() if file.is_file()}


def write_whole(target: Path, body: bytes) -> None:
    """Write a file so that it is never seen half: beside it, flushed to disk, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
