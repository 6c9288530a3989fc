"""Peers in environments of their own: pytm on the same neutral model, ART on the same rows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .measure import Timing
from .models import Model

PYTM = "pytm==1.4.0"
HERE = Path(__file__).parent
ENVIRONMENT = HERE / ".venv"
# Without torch: ART's attacks on a black box need none.
ART = ("adversarial-robustness-toolbox==1.20.1", f"onnxruntime=={version('onnxruntime')}")
# This build of torch is small where pip is set up for it, and gigabytes where it is not.
TORCH = (
    "torch==2.13.0",
    "adversarial-robustness-toolbox==1.20.1",
    "foolbox==3.3.4",
    "packaging==26.3",  # ART needs it and does not say so
)


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


def run_art(folder: Path) -> dict[str, Any]:
    """ART's HopSkipJump on the model and rows of a folder. The first call installs it."""
    command = [str(python(HERE / ".venv-art", ART)), str(HERE / "art_run.py"), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def run_torch(folder: Path, case: str) -> dict[str, Any]:
    """A case of torch_run.py on the network and rows of a folder. The first call installs it."""
    interpreter = python(HERE / ".venv-torch", TORCH, uv=False)
    command = [str(interpreter), str(HERE / "torch_run.py"), str(folder), case]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@cache
def python(
    environment: Path = ENVIRONMENT, packages: tuple[str, ...] = (PYTM,), uv: bool = True
) -> Path:
    """The interpreter of a peer's environment, made by uv, else by venv and pip.

    Not by uv where a package comes from a place that only pip is told of.
    """
    found = environment / "bin" / "python"
    if (environment / "ready").exists():
        return found
    if uv and shutil.which("uv"):
        _run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(environment))
        _run("uv", "pip", "install", "--quiet", "--python", str(found), *packages)
    else:
        _run(sys.executable, "-m", "venv", "--clear", str(environment))
        _run(str(found), "-m", "pip", "install", "--quiet", *packages)
    (environment / "ready").touch()
    return found


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
