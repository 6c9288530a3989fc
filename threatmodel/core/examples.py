"""A threat's own examples: tiny systems on which its rule has to say what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.types import Catalog, CatalogError, Threat

from .document import Document, DocumentError, parse
from .graph import Graph
from .rules import Ruleset, evaluate

SAYS: Mapping[str, bool | None] = {"holds": True, "holds_not": False, "unknown": None}
_SPOKEN = {True: "holds", False: "does not hold", None: "is unknown"}
KINDS = ("assets", "zones", "components", "flows")


def check(catalog: Catalog, threat: Threat) -> None:
    """Run a threat's rule on its examples.

    Raises
    ------
    CatalogError
        For an example that cannot be drawn, or on which the rule says something else.

    Notes
    -----
    O(examples x their elements): only this threat's rule is compiled and asked.
    """
    rules = Ruleset(catalog, [threat])
    for index, example in enumerate(threat.examples):
        where = f"threats/{threat.id}.yaml: examples[{index}]"
        (word,) = SAYS.keys() & example.keys()
        document = _drawn(example[word], catalog, where)
        element = str(example["on"])
        if element not in document.components and element not in document.flows:
            raise CatalogError(f"{where}: on: '{element}' is no component or flow of the example")
        found = evaluate(rules, Graph(document, catalog)).get((threat.id, element), False)
        if found is not SAYS[word]:
            raise CatalogError(f"{where}: the rule {_SPOKEN[found]} on {element} here")


def _drawn(fragment: object, catalog: Catalog, where: str) -> Document:
    """The example as a document; nothing in it may be unknown to the catalog."""
    if not isinstance(fragment, Mapping) or not fragment.keys() <= set(KINDS):
        raise CatalogError(f"{where}: an example has {', '.join(KINDS)} and nothing else")
    data = {kind: [_named(row) for row in _rows(fragment, kind, where)] for kind in KINDS}
    try:
        return parse(data, catalog, as_entered=True)[0]
    except DocumentError as error:
        raise CatalogError(f"{where}: {error}") from None


def _rows(fragment: Mapping[str, object], kind: str, where: str) -> Iterator[object]:
    rows = fragment.get(kind, [])
    if not isinstance(rows, list):
        raise CatalogError(f"{where}: {kind}: has to be a list")
    yield from rows


def _named(row: object) -> object:
    """Examples leave out what no rule reads."""
    return {"name": row.get("id"), **row} if isinstance(row, Mapping) else row
