"""pytm in an environment of its own, given the same neutral model."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .measure import Timing
from .models import Model

PYTM = "pytm==1.4.0"
HERE = Path(__file__).parent
ENVIRONMENT = HERE / ".venv"


@dataclass(frozen=True, slots=True)
class PeerRun:
    """What pytm took: `resolve` is its analysis alone, model building apart."""

    resolve: Timing
    build: Timing
    elements: int
    rules: int
    findings: int

    @property
    def evaluations(self) -> int:
        return self.elements * self.rules


def run_pytm(model: Model, repeats: int = 3) -> PeerRun:
    """Time pytm on a model. The first call installs it."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(model, file)
        file.flush()
        command = [str(python()), str(HERE / "pytm_run.py"), file.name, str(repeats)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    return PeerRun(
        resolve=Timing(tuple(told["resolve"])),
        build=Timing(tuple(told["build"])),
        elements=told["elements"],
        rules=told["rules"],
        findings=told["findings"],
    )


@cache
def python() -> Path:
    """The interpreter of pytm's environment, made by uv, else by venv and pip."""
    found = ENVIRONMENT / "bin" / "python"
    if (ENVIRONMENT / "ready").exists():
        return found
    if shutil.which("uv"):
        _run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT))
        _run("uv", "pip", "install", "--quiet", "--python", str(found), PYTM)
    else:
        _run(sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT))
        _run(str(found), "-m", "pip", "install", "--quiet", PYTM)
    (ENVIRONMENT / "ready").touch()
    return found


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
