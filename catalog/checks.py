"""What single files cannot know: whether the catalog hangs together.

Each check raises CatalogError for the first thing that does not fit, naming file and field.
"""

from __future__ import annotations

from collections.abc import Mapping

from .applies_check import attributes_below, attributes_of_flows, check_applies
from .names import require_known
from .types import Attribute, Catalog, CatalogError, Control, Pair, Threat

ROOT = "other"


def check(catalog: Catalog) -> None:
    """Follow every reference of the catalog to its end. O(entries times their references)."""
    known_tests = frozenset(catalog.tests)
    _check_component_types(catalog)
    _check_one_meaning(catalog)
    _check_frameworks(catalog)
    _check_crosswalks(catalog)
    for threat in catalog.threats.values():
        _check_threat(catalog, threat, known_tests)
    for control in catalog.controls.values():
        _check_control(catalog, control, known_tests)
    for adversary in catalog.adversaries.values():
        where = f"adversaries/{adversary.id}.yaml: footholds"
        places = {*catalog.zone_kinds, *catalog.component_types}
        require_known(adversary.footholds, places, where, "a zone kind or component type")


def _check_component_types(catalog: Catalog) -> None:
    types = catalog.component_types
    if ROOT not in types:
        raise CatalogError(f"components/{ROOT}.yaml: is missing; it is the root of all types")
    for kind in types.values():
        where = f"components/{kind.id}.yaml"
        require_known([kind.stage], catalog.stages, f"{where}: stage", "a stage")
        require_known(
            [kind.default_zone], catalog.zone_kinds, f"{where}: default_zone", "a zone kind"
        )
        if (kind.ancestor is None) != (kind.id == ROOT):
            raise CatalogError(f"{where}: ancestor: every type but '{ROOT}' has an ancestor")
        if kind.ancestor is not None:
            require_known([kind.ancestor], types, f"{where}: ancestor", "a component type")
    for kind in types.values():
        _refuse_cycle(catalog, kind.id)
    for kind in types.values():
        has = {attribute.id: attribute for attribute in catalog.attributes_of(kind.id)}
        for name, value in kind.implies.items():
            check_fact(has, name, value, f"components/{kind.id}.yaml: implies")


def _refuse_cycle(catalog: Catalog, type_id: str) -> None:
    seen = [type_id]
    while (ancestor := catalog.component_types[seen[-1]].ancestor) is not None:
        if ancestor in seen:
            path = " -> ".join([*seen, ancestor])
            raise CatalogError(f"components/{type_id}.yaml: ancestor: runs in a circle: {path}")
        seen.append(ancestor)


def _check_one_meaning(catalog: Catalog) -> None:
    """An attribute may stand on several types, and on flows, but asks for one kind of answer."""
    first: dict[str, Attribute] = {}
    places = [("kinds.yaml", catalog.component_attributes + catalog.flow_attributes)]
    places += [(f"components/{c.id}.yaml", c.attributes) for c in catalog.component_types.values()]
    for where, attributes in places:
        for attribute in attributes:
            other = first.setdefault(attribute.id, attribute)
            if (other.kind, other.choices) != (attribute.kind, attribute.choices):
                problem = "means something else elsewhere; give it another name"
                raise CatalogError(f"{where}: attributes: '{attribute.id}' {problem}")


def _check_frameworks(catalog: Catalog) -> None:
    for framework in catalog.frameworks.values():
        where = f"frameworks/{framework.id}.yaml"
        if framework.follows is not None:
            known = catalog.frameworks.keys() - {framework.id}
            require_known([framework.follows], known, f"{where}: follows", "another framework")
        for entry in framework.entries.values():
            place = f"{where}: {entry.id}"
            if entry.parent is not None:
                require_known([entry.parent], framework.entries, f"{place}: parent", "an entry")
            require_known(entry.groups, framework.entries, f"{place}: groups", "an entry")


def _check_crosswalks(catalog: Catalog) -> None:
    for crosswalk in catalog.crosswalks.values():
        where = f"crosswalks/{crosswalk.id}.yaml"
        for link in crosswalk.links:
            for end in (link.source, link.target):
                require_known([end.framework], catalog.frameworks, where, "a framework")
                if end.id not in catalog.frameworks[end.framework].entries:
                    problem = f"'{end.id}' is not an entry of {end.framework}"
                    raise CatalogError(f"{where}: {link.source.id}: {problem}")


def _check_references(
    catalog: Catalog, references: Mapping[str, tuple[str, ...]], where: str
) -> None:
    require_known(references, catalog.frameworks, f"{where}: references", "a framework")
    for name, ids in references.items():
        entries = catalog.frameworks[name].entries
        require_known(ids, entries, f"{where}: references: {name}", "an entry")


def _check_threat(catalog: Catalog, threat: Threat, tests: frozenset[str]) -> None:
    where = f"threats/{threat.id}.yaml"
    for name, side in (
        ("effect_on", threat.effect_on),
        ("entry", threat.entry),
        ("via", threat.via),
    ):
        require_known(side.type, catalog.component_types, f"{where}: {name}", "a component type")
        require_known(side.flow, catalog.flow_kinds, f"{where}: {name}", "a flow kind")
        require_known(
            side.but, catalog.component_types, f"{where}: {name}: but", "a component type"
        )
        require_known(side.along, catalog.flow_kinds, f"{where}: {name}: along", "a flow kind")
    for outcome in threat.outcomes:
        place = f"{where}: outcomes: dimension"
        require_known([outcome.dimension], catalog.dimensions, place, "a dimension")
    for pair in threat.answered_by:
        _check_pair(catalog, threat, pair, f"{where}: answered_by")
    require_known(threat.detected_by, catalog.controls, f"{where}: detected_by", "a control")
    require_known(threat.tests, tests, f"{where}: tests", "a robustness test")
    _check_references(catalog, threat.references, where)
    _check_cases(catalog, threat, f"{where}: success: refs")
    _check_whole(threat, where)
    check_applies(catalog, threat)


def _check_cases(catalog: Catalog, threat: Threat, where: str) -> None:
    """What a prior leans on: entries of any framework, by their ids alone."""
    for ref in threat.success.refs:
        if not any(ref in framework.entries for framework in catalog.frameworks.values()):
            raise CatalogError(f"{where}: '{ref}' is not an entry of this catalog")


def _check_pair(catalog: Catalog, threat: Threat, pair: Pair, where: str) -> None:
    require_known([pair.control], catalog.controls, where, "a control")
    require_known(pair.worsens, catalog.threats, f"{where}: worsens", "a threat")
    if pair.at == "way" or not catalog.controls[pair.control].establishes:
        return
    entry = threat.entry if threat.entry.type or threat.entry.flow else threat.effect_on
    side = entry if pair.at == "entry" else threat.effect_on
    can_stand = attributes_below(catalog, side.type)
    can_stand |= attributes_of_flows(catalog)
    for name in catalog.controls[pair.control].establishes:
        if name not in can_stand:
            problem = f"'{name}' is no fact of the {pair.at}; say at: way"
            raise CatalogError(f"{where}: {pair.control}: {problem}")


def _check_whole(threat: Threat, where: str) -> None:
    if not threat.outcomes:
        raise CatalogError(f"{where}: outcomes: name at least one dimension that suffers")
    if not threat.answered_by:
        raise CatalogError(f"{where}: answered_by: name at least one control")
    controls = [pair.control for pair in threat.answered_by]
    if len(set(controls)) != len(controls):
        raise CatalogError(f"{where}: answered_by: names a control twice")
    if threat.adversarial == (threat.success.frequency is not None):
        raise CatalogError(f"{where}: success: frequency: belongs to what is not adversarial")
    says = {word for example in threat.examples for word in example}
    if len(threat.examples) < 2 or not {"holds", "holds_not"} <= says:
        raise CatalogError(f"{where}: examples: give one that holds and one that holds_not")


def _check_control(catalog: Catalog, control: Control, tests: frozenset[str]) -> None:
    where = f"controls/{control.id}.yaml"
    require_known(control.stages, catalog.stages, f"{where}: stages", "a stage")
    require_known(control.worsens, catalog.threats, f"{where}: worsens", "a threat")
    require_known(control.verify.tests, tests, f"{where}: verify: tests", "a robustness test")
    require_known(
        control.verify.adaptive_tests, tests, f"{where}: verify: adaptive_tests", "a test"
    )
    _check_references(catalog, control.references, where)
    anywhere = attributes_below(catalog, catalog.component_types)
    anywhere |= attributes_of_flows(catalog)
    for name, value in control.establishes.items():
        check_fact(anywhere, name, value, f"{where}: establishes")


def check_fact(known: Mapping[str, Attribute], name: str, value: object, where: str) -> None:
    """A stated fact has to be an attribute's, of its kind."""
    require_known([name], known, where, "an attribute")
    attribute = known[name]
    fits = {
        "boolean": isinstance(value, bool),
        "choice": value in attribute.choices,
        "number": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if not fits[attribute.kind]:
        raise CatalogError(f"{where}: {name}: {value!r} does not fit a {attribute.kind}")
