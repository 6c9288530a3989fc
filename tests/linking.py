"""The demo's model, linked to the small drawing's interface."""

from __future__ import annotations

from pathlib import Path

from threatmodel.core.inputs import Evidence
from threatmodel.services import models

DEMO = Path(__file__).parent.parent / "demo"


def demo_bytes(name: str) -> bytes:
    return (DEMO / name).read_bytes()


# The demo's data where inputs may be moved so far that most of them fall.
FAR = demo_bytes("dataset.yaml").replace(b"value: 0.25", b"value: 0.8")


def link(system, person, model: bytes | None = None, description: bytes | None = None):
    return models.link(
        system,
        person,
        "c-api",
        model=model or demo_bytes("model.onnx"),
        data=demo_bytes("data.npz"),
        description=description or demo_bytes("dataset.yaml"),
        name="Reader",
    )


def measured(system, model) -> Evidence:
    """Somebody's own result about the linked model, of the system's day."""
    return Evidence(
        "", "c-api", "hopskipjump", "decision-based", False, system.as_of, model.digest,
        handled=40, broken=7, eps=0.5, norm="l2", budget=1000,
    )  # fmt: skip
