"""What a catalog answers for, as two tables: its threats and its controls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .types import Catalog, Control, Threat

BETWEEN = "Between components"


@dataclass(frozen=True, slots=True)
class SeenThreat:
    """A threat, and the names of the component types and flows that it is seen on."""

    threat: Threat
    seen_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProvenControl:
    """A control, the names of its stages, and how many threats it answers or shows."""

    control: Control
    stages: tuple[str, ...]
    threats: int

    @property
    def proof(self) -> str:
        """What proves it: tests by their ids, or a checklist of so many lines."""
        verify = self.control.verify
        if verify.kind == "technical":
            return ", ".join(dict.fromkeys((*verify.tests, *verify.adaptive_tests)))
        return f"a checklist of {len(verify.checklist)}"


def threats_by_stage(catalog: Catalog) -> Mapping[str, tuple[SeenThreat, ...]]:
    """Every threat once, by the stage at which it strikes first. O(threats)."""
    found: dict[str, list[SeenThreat]] = {name: [] for name in (*catalog.stages.values(), BETWEEN)}
    for threat in catalog.threats.values():
        types = [catalog.component_types[id] for id in threat.effect_on.type]
        flows = [f"{catalog.flow_kinds[id].name} flows" for id in threat.effect_on.flow]
        stage = catalog.stages[types[0].stage] if types else BETWEEN
        found[stage].append(SeenThreat(threat, (*(one.name for one in types), *flows)))
    return {stage: tuple(rows) for stage, rows in found.items() if rows}


def controls_by_function(catalog: Catalog) -> Mapping[str, tuple[ProvenControl, ...]]:
    """Every control once, by what it does: prevent, detect or respond. O(pairs)."""
    counts = Counter(
        id
        for threat in catalog.threats.values()
        for id in {*(pair.control for pair in threat.answered_by), *threat.detected_by}
    )
    found: dict[str, list[ProvenControl]] = {}
    for control in catalog.controls.values():
        stages = tuple(catalog.stages[id] for id in control.stages)
        row = ProvenControl(control, stages, counts[control.id])
        found.setdefault(control.function, []).append(row)
    return {function: tuple(rows) for function, rows in found.items()}
