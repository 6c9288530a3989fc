"""What of a catalog is asked again and again about threats and controls, found once."""

from __future__ import annotations

from typing import ClassVar

from catalog.types import Catalog, Control, Needs

from .access.steps import ALONG

_CATALOGS = 8
_NONE: frozenset[str] = frozenset()


class Index:
    """Of one catalog, by threat or by control. All but `ways` is read when it is made.

    `flow_facts` are attributes of flows; `worsening` the controls that make a threat worse,
    `answering` the threats that a control with a fact bears on, `guarded` the controls drawn where
    a threat comes in. `entered` threats come in somewhere else than they strike; the entries of
    those `by_flows` may be others although content of the same components gets there.
    """

    _kept: ClassVar[list[Index]] = []

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.flow_facts = frozenset(attribute.id for attribute in catalog.flow_attributes)
        self.worsening: dict[str, list[Control]] = {}
        for control in catalog.controls.values():
            for threat in control.worsens:
                self.worsening.setdefault(threat, []).append(control)
        kinds = catalog.flow_kinds
        self._everything = frozenset(kinds)
        self._kinds = {
            "query": frozenset({"request"}),
            "admin": frozenset({"control"}),
            "artefact": ALONG["artefact"],
            "supply": frozenset(kind.id for kind in kinds.values() if kind.lineage),
        }
        self._ways: dict[Needs, frozenset[str]] = {}
        self.answering = _threats_by_control_fact(catalog)
        self.guarded = _controls_at_the_entry(catalog)
        threats = catalog.threats.values()
        self.entered = frozenset(one.id for one in threats if one.entry.type or one.entry.flow)
        self.by_flows = frozenset(
            one.id for one in threats if one.entry.flow or one.via.type or one.via.flow
        )

    @classmethod
    def of(cls, catalog: Catalog) -> Index:
        """The index of a catalog, kept for the few that a process uses at a time."""
        for found in cls._kept:
            if found.catalog is catalog:
                return found
        cls._kept = [cls(catalog), *cls._kept[: _CATALOGS - 1]]
        return cls._kept[0]

    def ways(self, needs: Needs) -> frozenset[str]:
        """Kinds of flow by which a threat with these needs comes along."""
        found = self._ways.get(needs)
        if found is None:
            wanted = (*needs.any_of, *needs.all_of)
            kinds = (self._kinds.get(kind, self._everything) for kind in wanted)
            found = self._ways[needs] = frozenset().union(*kinds) or self._everything
        return found


def _threats_by_control_fact(catalog: Catalog) -> dict[str, set[str]]:
    """Facts that controls establish, each with the threats that such a control bears on.

    A run's evidence depends on every control at its element, so threats with tests read them all.
    """
    found: dict[str, set[str]] = {}
    tested = {threat.id for threat in catalog.threats.values() if threat.tests}
    for control in catalog.controls.values():
        for name in control.establishes:
            found.setdefault(name, set()).update(tested, control.worsens)
    for threat in catalog.threats.values():
        for pair in threat.answered_by:
            for name in catalog.controls[pair.control].establishes:
                found[name].add(threat.id)
    return found


def _controls_at_the_entry(catalog: Catalog) -> dict[str, frozenset[str]]:
    """By threat, the controls that are drawn where it comes in."""
    found: dict[str, frozenset[str]] = {}
    for threat in catalog.threats.values():
        for pair in threat.answered_by:
            if pair.at == "entry" and catalog.controls[pair.control].establishes:
                found[threat.id] = found.get(threat.id, _NONE) | {pair.control}
    return found
