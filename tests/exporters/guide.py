"""Programs and descriptions of docs/models.md, and environments in which they are run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
GUIDE = HERE.parents[1] / "docs" / "models.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = {
    "sklearn": "scikit-learn",
    "torch": "PyTorch",
    "tensorflow": "TensorFlow and Keras",
    "opencv": "OpenCV in front of a model",
}
# In the framework's environment: the program as it stands, then what it says of its rows.
ANSWERS = """
import runpy, numpy
numpy.save("answers.npy", runpy.run_path("program.py")["answers"])
"""


def blocks(title: str, language: str) -> list[str]:
    """What is written in that language under a heading of the guide; "" is what comes first."""
    parts = re.split(r"^## (.+)$", GUIDE.read_text(), flags=re.MULTILINE)
    sections = dict(zip(["", *parts[1::2]], parts[0::2], strict=True))
    return [text for kind, text in BLOCK.findall(sections[title]) if kind == language]


def program(framework: str) -> str:
    (text,) = blocks(SECTIONS[framework], "python")
    return text


def description(framework: str) -> str:
    """The section's own dataset.yaml, or the one that holds for all."""
    (text,) = blocks(SECTIONS[framework], "yaml") or blocks("", "yaml")
    return text


def requirements(framework: str) -> Path:
    return HERE / f"{framework}.txt"


def environment(framework: str, folder: Path) -> Path:
    """A new environment with the framework; its interpreter.

    By pip, which may be told of a place with a smaller build than the registry's.
    """
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    options = ["--quiet", "--no-cache-dir", "--only-binary=:all:"]
    install = [str(python), "-m", "pip", "install", *options]
    subprocess.run([*install, "-r", str(requirements(framework))], check=True)
    return python
