"""Documents and assessments for the tests of reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from catalog import load
from threatmodel.core import assess
from threatmodel.core.document import Document, parse
from threatmodel.core.findings import Assessment
from threatmodel.core.inputs import Decision, Evidence, Inputs, Mitigation
from threatmodel.formats import read_any

DAY = date(2026, 11, 22)
SYSTEMS = sorted((Path(__file__).parents[1] / "systems").glob("*.yaml"))
HOSTILE = "<script>alert(1)</script>&\"'<b>"


def read(file: Path) -> Document:
    return read_any(file.read_bytes(), file.name, load()).document


def drawn(**parts: object) -> Document:
    data = {"format": "bartizan/1", "system": {"name": "Small"}, **parts}
    document, _ = parse(data, load(), as_entered=True)
    return document


def two_parts(name: str = "Endpoint") -> Document:
    """A customer who asks an endpoint across a boundary."""
    return drawn(
        zones=[
            {"id": "z-a", "kind": "internet", "name": "Outside", "box": [0, 0, 240, 200]},
            {"id": "z-b", "kind": "production", "name": "Inside", "box": [300, 0, 240, 200]},
        ],
        components=[
            {"id": "c-a", "type": "external-user", "name": "Customer", "zone": "z-a",
             "box": [30, 60, 176, 64]},
            {"id": "c-b", "type": "inference-endpoint", "name": name, "zone": "z-b",
             "box": [330, 60, 176, 64]},
        ],
        flows=[
            {"id": "f-1", "kind": "request", "source": "c-a", "target": "c-b", "name": "ask",
             "attributes": {"admits": "anyone"}},
        ],
    )  # fmt: skip


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - of our own making


def assessed(document: Document, inputs: Inputs | None = None) -> Assessment:
    return assess(document, load(), inputs or Inputs(), as_of=DAY)


def entered(document: Document) -> Inputs:
    """One finding accepted, one answered by a mitigation that is late, one run."""
    found = [f for f in assessed(document).findings if f.applies == "yes"]
    return Inputs(
        decisions=(
            Decision("d-1", found[0].key, "accept", "The loss is insured.", "Ann", DAY),
        ),
        mitigations=(
            Mitigation("m-1", "Limit the calls", (found[-1].key,), "planned", owner="Bo",
                       due=date(2026, 1, 5)),
        ),
        evidence=(
            Evidence(
                "e-1", found[0].element, "hopskipjump", "decision-based", False, DAY, "ab" * 32,
                handled=40, broken=7, eps=0.5, norm="l2", eps_reason="People do not see it.",
                budget=1000,
            ),
        ),
    )  # fmt: skip
