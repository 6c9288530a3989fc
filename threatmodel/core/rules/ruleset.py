"""Rules compiled once per catalog: shared atoms, candidates by type, and who reads what.

A rule is compiled for each side that its threat strikes, components or flows. Atoms that say the
same of the same side are one atom, evaluated once per element whatever number of rules ask.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from catalog.applies import MAX_ATOMS, MAX_DEPTH
from catalog.types import Catalog, CatalogError, Rule, Threat

from .atoms import WORDS
from .check import Check
from .kleene import Truth, all_of, any_of, negate
from .scene import Scene
from .words import Side, Words, descendants

_KEPT = 8
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A compiled tree. `check` and `atom`, its place in the shared table, belong to atoms."""

    op: Literal["all", "any", "not", "atom"]
    children: tuple[Node, ...] = ()
    check: Check | None = None
    atom: int = -1

    def truth(self, scene: Scene, element: str) -> Truth:
        """The reference: decided for one element, straight from the diagram."""
        if self.check is not None:
            return self.check.truth(scene, element)
        truths = (child.truth(scene, element) for child in self.children)
        if self.op == "all":
            return all_of(truths)
        return any_of(truths) if self.op == "any" else negate(next(truths))

    def atoms(self) -> Iterator[int]:
        if self.check is not None:
            yield self.atom
        for child in self.children:
            yield from child.atoms()


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """One threat on one side. `strikes` are the component types, or the flow kinds, it is for."""

    threat: str
    side: Side
    strikes: frozenset[str]
    tree: Node
    atoms: tuple[int, ...]


class Ruleset:
    """Every `applies` tree of a catalog, ready to be asked."""

    __slots__ = ("_asked", "_for", "atoms", "by_threat", "catalog", "readers", "rules", "uses")

    def __init__(self, catalog: Catalog, threats: Iterable[Threat] | None = None) -> None:
        self.catalog = catalog
        table = _AtomTable(catalog)
        chosen = catalog.threats.values() if threats is None else threats
        self.rules = tuple(rule for threat in chosen for rule in _compiled(threat, table))
        self.atoms: tuple[Check, ...] = tuple(table.checks)
        self.by_threat: dict[tuple[str, Side], CompiledRule] = {
            (rule.threat, rule.side): rule for rule in self.rules
        }
        self._for: dict[tuple[Side, str], tuple[int, ...]] = {}
        self._asked: dict[tuple[Side, str], Collection[int]] = {}
        self._index_candidates()
        self.uses = _inverse((i, rule.atoms) for i, rule in enumerate(self.rules))
        self.readers = _inverse((i, atom.reads) for i, atom in enumerate(self.atoms))

    @classmethod
    def compile(cls, catalog: Catalog) -> Ruleset:
        """The ruleset of a catalog, kept by its digest."""
        found = _compiled_rulesets.get(catalog.digest)
        if found is None or found.catalog is not catalog:
            while len(_compiled_rulesets) >= _KEPT:
                _compiled_rulesets.pop(next(iter(_compiled_rulesets)))
            found = _compiled_rulesets[catalog.digest] = cls(catalog)
        return found

    def rules_for(self, side: Side, kind: str) -> tuple[int, ...]:
        """Rules that a component of this type, or a flow of this kind, is a candidate of. O(1)."""
        known = kind if side == "flow" else self.catalog.component_type(kind).id
        return self._for.get((side, known), ())

    def atoms_of(self, side: Side, kind: str) -> Collection[int]:
        """Atoms that those rules ask, in a fixed order and quick to search. O(1)."""
        known = kind if side == "flow" else self.catalog.component_type(kind).id
        return self._asked.get((side, known), ())

    def _index_candidates(self) -> None:
        found: dict[tuple[Side, str], list[int]] = {}
        for index, rule in enumerate(self.rules):
            for kind in rule.strikes:
                found.setdefault((rule.side, kind), []).append(index)
        for key, indices in found.items():
            self._for[key] = tuple(indices)
            asked = (atom for index in indices for atom in self.rules[index].atoms)
            self._asked[key] = dict.fromkeys(asked).keys()


_compiled_rulesets: dict[str, Ruleset] = {}


class _AtomTable:
    """Atoms in the order met; what says the same of the same side is stored once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.checks: list[Check] = []
        self._known: dict[tuple[Side, str, str], int] = {}

    def add(self, rule: Rule, side: Side) -> int:
        key = (side, rule.atom, json.dumps(rule.argument, sort_keys=True, default=str))
        if key not in self._known:
            if rule.atom not in WORDS:
                raise CatalogError(f"'{rule.atom}' is not a word; use one of {', '.join(WORDS)}")
            self.checks.append(WORDS[rule.atom](rule.argument, Words(self.catalog, side)))
            self._known[key] = len(self.checks) - 1
        return self._known[key]


def _compiled(threat: Threat, table: _AtomTable) -> Iterator[CompiledRule]:
    _check_size(threat)
    effect = threat.effect_on
    sides: tuple[tuple[Side, frozenset[str]], ...] = (
        ("component", descendants(table.catalog, effect.type)),
        ("flow", frozenset(effect.flow)),
    )
    for side, strikes in sides:
        if strikes:
            tree = _tree(threat, threat.applies, side, table)
            yield CompiledRule(threat.id, side, strikes, tree, tuple(dict.fromkeys(tree.atoms())))


def _tree(threat: Threat, rule: Rule, side: Side, table: _AtomTable) -> Node:
    if rule.op != "atom":
        return Node(rule.op, tuple(_tree(threat, child, side, table) for child in rule.children))
    try:
        atom = table.add(rule, side)
    except (CatalogError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CatalogError(f"threat '{threat.id}', applies, '{rule.atom}': {error}") from error
    return Node("atom", check=table.checks[atom], atom=atom)


def _check_size(threat: Threat) -> None:
    """Bound what a rule can cost before it runs, also where no file was loaded."""
    depth, atoms = _size(threat.applies)
    if depth > MAX_DEPTH or atoms > MAX_ATOMS:
        raise CatalogError(
            f"threat '{threat.id}', applies: {depth} levels and {atoms} atoms; "
            f"{MAX_DEPTH} levels and {MAX_ATOMS} atoms are allowed"
        )


def _size(rule: Rule) -> tuple[int, int]:
    if rule.op == "atom":
        return 1, 1
    sizes = [_size(child) for child in rule.children]
    return 1 + max((depth for depth, _ in sizes), default=0), sum(atoms for _, atoms in sizes)


def _inverse(pairs: Iterable[tuple[int, Iterable[Key]]]) -> Mapping[Key, tuple[int, ...]]:
    found: dict[Key, list[int]] = {}
    for index, keys in pairs:
        for key in keys:
            found.setdefault(key, []).append(index)
    return {key: tuple(indices) for key, indices in found.items()}
