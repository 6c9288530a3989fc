"""The closed vocabulary of `applies` trees: plain YAML in, a checked `Rule` out.

What an atom means is said in `threatmodel.core`; here stands only which words and shapes exist,
so that a rule can be refused before anything runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .entry import Entry
from .types import CatalogError, Level, Rule, Trust

# Shipped rules are at most five levels deep and have at most seven atoms.
MAX_DEPTH = 8
MAX_ATOMS = 64
NUMBER_WORDS = ("above", "below", "at_least")
TRUSTS = tuple(trust.key for trust in Trust)


def parse_rule(value: object, where: str) -> Rule:
    """Read an `applies` tree. A bare list means `all`.

    Raises
    ------
    CatalogError
        For an unknown word, a wrong shape, depth above 8 or more than 64 atoms.

    Examples
    --------
    >>> parse_rule([{"type": "agent"}, {"not": {"attribute": "relays_input"}}], "x").op
    'all'
    """
    rule = _node(value, where, depth=1)
    atoms = sum(1 for _ in atoms_of(rule))
    if atoms > MAX_ATOMS:
        raise CatalogError(f"{where}: the tree has {atoms} atoms; {MAX_ATOMS} are allowed")
    return rule


def atoms_of(rule: Rule) -> Iterator[Rule]:
    """Every atom of a tree, in the order written. O(nodes)."""
    if rule.op == "atom":
        yield rule
    for child in rule.children:
        yield from atoms_of(child)


def _node(value: object, where: str, depth: int) -> Rule:
    if depth > MAX_DEPTH:
        raise CatalogError(f"{where}: the tree is deeper than {MAX_DEPTH} levels")
    if isinstance(value, list):
        value = {"all": value}
    if not isinstance(value, Mapping) or len(value) != 1:
        raise CatalogError(f"{where}: expected one of all, any, not or an atom as the only key")
    ((word, argument),) = value.items()
    place = f"{where}.{word}"
    if word in ("all", "any"):
        return Rule(op=word, children=_children(argument, place, depth))
    if word == "not":
        return Rule(op="not", children=(_node(argument, place, depth + 1),))
    if word not in ATOMS:
        raise CatalogError(f"{where}: '{word}' is not an atom; known are {', '.join(ATOMS)}")
    ATOMS[word](argument, place)
    return Rule(op="atom", atom=word, argument=argument)


def _children(value: object, where: str, depth: int) -> tuple[Rule, ...]:
    if not isinstance(value, list) or not value:
        raise CatalogError(f"{where}: has to be a list of at least one rule")
    return tuple(_node(item, f"{where}[{i}]", depth + 1) for i, item in enumerate(value))


def _words(value: object, where: str) -> None:
    Entry({"it": value}, where).texts("it")


def _true(value: object, where: str) -> None:
    if value is not True:
        raise CatalogError(f"{where}: has to be true; put it under 'not' for the opposite")


def _attribute(value: object, where: str) -> None:
    if isinstance(value, str):
        return
    if not isinstance(value, Mapping) or len(value) != 1:
        raise CatalogError(f"{where}: has to be a name, or one name with what it is compared to")
    ((name, test),) = value.items()
    if isinstance(test, Mapping):
        numbers = Entry(test, f"{where}.{name}")
        for word in NUMBER_WORDS:
            if numbers.has(word):
                numbers.number(word)
        numbers.done()
        if len(test) != 1:
            raise CatalogError(f"{where}.{name}: has to be one of {', '.join(NUMBER_WORDS)}")
    else:
        _words(test, f"{where}.{name}")


def _zone(value: object, where: str) -> None:
    entry = Entry(value, where)
    entry.texts("kind", ())
    for key in ("trust_at_most", "trust_at_least"):
        if entry.has(key):
            entry.one_of(key, TRUSTS)
    _finish(entry, value)


def _holds(value: object, where: str) -> None:
    entry = Entry(value, where)
    entry.texts("kind", ())
    entry.flag("personal", False)
    entry.text("dimension", "")
    if entry.has("at_least"):
        entry.one_of("at_least", [level.key for level in Level])
    entry.done()


def _flow(value: object, where: str) -> None:
    entry = Entry(value, where)
    entry.texts("kind", ())
    nested: dict[str, Callable[[object, str], None]] = {
        "attribute": _attribute,
        "carries": _holds,
        "crosses_boundary": _true,
        "other": _kin,
    }
    for key, check in nested.items():
        if entry.has(key):
            check(entry.raw(key), f"{where}.{key}")
    entry.done()


def _kin(value: object, where: str) -> None:
    """What is said of a component further along the flows or the lineage."""
    entry = Entry(value, where)
    entry.texts("type", ())
    for key, check in (("attribute", _attribute), ("zone", _zone), ("holds", _holds)):
        if entry.has(key):
            check(entry.raw(key), f"{where}.{key}")
    _finish(entry, value)


def _web(value: object, where: str) -> None:
    """The same of whoever comes before or after by flows, of some kinds only if that is said."""
    if isinstance(value, Mapping) and "along" in value:
        _words(value["along"], f"{where}.along")
        value = {key: part for key, part in value.items() if key != "along"}
    _kin(value, where)


def _finish(entry: Entry, value: object) -> None:
    entry.done()
    if not value:
        raise CatalogError(f"{entry.where}: says nothing; name at least one key")


ATOMS: Mapping[str, Callable[[object, str], None]] = {
    "type": _words,
    "attribute": _attribute,
    "zone": _zone,
    "holds": _holds,
    "inflow": _flow,
    "outflow": _flow,
    "crosses_boundary": _true,
    "trust_drop": _true,
    "reachable_from": _web,
    "reaches": _web,
    "lineage_from": _web,
    "lineage_to": _web,
}
