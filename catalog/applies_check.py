"""Follows every name in an `applies` tree to what it speaks of.

The shapes were checked by `applies.parse_rule`; here types, kinds, attributes and choices have to
exist, and an attribute has to be one that the elements in question can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .applies import atoms_of
from .names import require_known
from .types import Attribute, Catalog, CatalogError, Threat

OF_COMPONENTS = frozenset({"inflow", "outflow"})

Attributes = Mapping[str, Attribute]


def check_applies(catalog: Catalog, threat: Threat) -> None:
    """Check one threat's tree against the catalog. O(atoms times component types)."""
    where = f"threats/{threat.id}.yaml: applies"
    side = threat.effect_on
    own = attributes_of_flows(catalog) if side.flow else attributes_below(catalog, side.type)
    for atom in atoms_of(threat.applies):
        if side.flow and atom.atom in OF_COMPONENTS:
            raise CatalogError(f"{where}: {atom.atom}: does not speak of a flow")
        _check_part(catalog, atom.atom, atom.argument, own, where)


def attributes_below(catalog: Catalog, types: Iterable[str]) -> dict[str, Attribute]:
    """Attributes that a component of one of these types, or of a descendant, can have.

    O(types x depth + attributes): an attribute means one thing wherever it stands, so that every
    type's own are gathered once.
    """
    wanted = set(types)
    lineages = [catalog.lineage_of(type_id) for type_id in catalog.component_types]
    kin = dict.fromkeys(name for one in lineages if wanted.intersection(one) for name in one)
    found = {a.id: a for name in kin for a in catalog.component_types[name].attributes}
    return found | {a.id: a for a in catalog.component_attributes} if kin else {}


def attributes_of_flows(catalog: Catalog) -> dict[str, Attribute]:
    """Attributes that a flow can have, by id."""
    return {attribute.id: attribute for attribute in catalog.flow_attributes}


def _check_part(catalog: Catalog, word: str, value: object, own: Attributes, where: str) -> None:
    """One key of an atom and what stands behind it; nested mappings come back here."""
    place = f"{where}: {word}"
    if word == "type":
        require_known(_listed(value), catalog.component_types, place, "a component type")
    elif word == "attribute":
        _check_attribute(value, own, place)
    elif word in ("holds", "carries"):
        _check_holds(catalog, value, place)
    elif word == "along":
        require_known(_listed(value), catalog.flow_kinds, place, "a flow kind")
    elif word == "zone":
        require_known(_key(value, "kind"), catalog.zone_kinds, place, "a zone kind")
    elif isinstance(value, Mapping):
        if word in ("inflow", "outflow"):
            require_known(_key(value, "kind"), catalog.flow_kinds, place, "a flow kind")
            own = attributes_of_flows(catalog)
        else:
            own = attributes_below(catalog, _key(value, "type") or catalog.component_types)
        for inner, part in value.items():
            _check_part(catalog, str(inner), part, own, place)


def _check_holds(catalog: Catalog, value: object, where: str) -> None:
    require_known(_key(value, "kind"), catalog.asset_kinds, where, "an asset kind")
    require_known(_key(value, "dimension"), catalog.dimensions, where, "a dimension")


def _check_attribute(value: object, known: Attributes, where: str) -> None:
    name, test = _named(value)
    require_known([name], known, where, "an attribute of these types")
    attribute = known[name]
    if test is None:
        fits = attribute.kind == "boolean"
    elif isinstance(test, Mapping):
        fits = attribute.kind == "number"
    else:
        fits = attribute.kind == "choice"
        require_known(_listed(test), attribute.choices or _listed(test), where, "a choice")
    if not fits:
        raise CatalogError(f"{where}: '{name}' is a {attribute.kind}; compare it as one")


def _key(value: object, key: str) -> tuple[str, ...]:
    return _listed(value.get(key)) if isinstance(value, Mapping) else ()


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _named(value: object) -> tuple[str, object]:
    """An attribute's name and what it is compared to (None: that it is true)."""
    if isinstance(value, Mapping):
        ((name, test),) = value.items()
        return str(name), test
    return str(value), None
