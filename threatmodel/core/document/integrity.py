"""That a document holds together: every name is of something, zones nest, limits hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from .schema import COLLECTIONS, SCHEMAS, Reference, Vocabulary, references
from .values import (
    MAX_ZONE_DEPTH,
    Adversary,
    Component,
    Document,
    DocumentError,
    Element,
    Flow,
    Kind,
    Zone,
)

Place = Callable[[Kind, str], str]


def collection(document: Document, kind: Kind) -> Mapping[str, Element]:
    """All elements of one kind, by id."""
    if kind == "system":
        return {"system": document.system}
    found: Mapping[str, Element] = getattr(document, COLLECTIONS[kind])
    return found


def element(document: Document, kind: Kind, element_id: str) -> Element | None:
    """One element of a kind; None where there is none of that id."""
    return collection(document, kind).get(element_id)


def drawn_whole(document: Document) -> bool:
    """Whether every component and flow names only what is there, all looked at together."""
    components, flows = document.components.values(), document.flows.values()
    ends = {one.source for one in flows} | {one.target for one in flows}
    zones = {one.zone for one in components} - {None}
    held = {asset for drawn in (components, flows) for one in drawn for asset in one.assets}
    return (
        ends <= document.components.keys()
        and zones <= document.zones.keys()
        and held <= document.assets.keys()
    )


def verify(
    document: Document,
    touched: Iterable[tuple[Kind, str]],
    place: Place,
) -> None:
    """Check limits, the references of the touched elements, and how zones nest.

    Raises
    ------
    DocumentError
        With code 'missing', 'cycle' or 'limit', and the place of the element at fault.

    Notes
    -----
    O(touched), and O(zones) when a zone is among them.
    """
    _check_limits(document)
    zones_touched = False
    for kind, element_id in touched:
        found = element(document, kind, element_id)
        if found is None:
            continue
        zones_touched = zones_touched or kind == "zone"
        if _names_what_is_there(document, found):
            continue
        for reference in references(found):
            if not resolves(document, reference):
                raise _missing(reference).inside(place(kind, element_id))
    if zones_touched:
        _check_nesting(document.zones, place)


def _names_what_is_there(document: Document, found: Element) -> bool:
    """A quick look at what most elements are; False may also mean that it did not look."""
    assets = document.assets
    if isinstance(found, Flow):
        ends = found.source in document.components and found.target in document.components
        return ends and all(one in assets for one in found.assets)
    if isinstance(found, Component):
        placed = found.zone is None or found.zone in document.zones
        return placed and all(one in assets for one in found.assets)
    return False


def resolves(document: Document, reference: Reference) -> bool:
    """Whether what an element names is there."""
    return any(reference.id in collection(document, kind) for kind in reference.kinds)


def unknown_footholds(
    document: Document, vocabulary: Vocabulary, adversary: Adversary
) -> tuple[str, ...]:
    """Footholds that are neither an element nor a word of the catalog."""
    here = (document.zones, document.components)
    return tuple(
        word
        for word in adversary.footholds
        if not vocabulary.is_place(word) and not any(word in elements for elements in here)
    )


def unknown_foothold(word: str) -> DocumentError:
    """The error for a foothold that nothing has the name of."""
    message = f"'{word}' is no zone, component, kind of zone or type of component here"
    return DocumentError(message, field="footholds", code="missing")


def _missing(reference: Reference) -> DocumentError:
    kinds = " or ".join(reference.kinds)
    message = f"no {kinds} has the id '{reference.id}'; add it or name another"
    return DocumentError(message, field=reference.key, code="missing")


def _check_limits(document: Document) -> None:
    for kind, name in COLLECTIONS.items():
        limit = SCHEMAS[kind].limit
        if len(getattr(document, name)) > limit:
            raise DocumentError(
                f"a system holds at most {limit} of these", field=name, code="limit"
            )


def _check_nesting(zones: Mapping[str, Zone], place: Place) -> None:
    depths: dict[str, int] = {}
    for zone_id in zones:
        trail: dict[str, None] = {}
        current: str | None = zone_id
        while current is not None and current not in depths:
            if current in trail:
                raise _inside_itself(current).inside(place("zone", current))
            trail[current] = None
            current = zones[current].parent
        depth = 0 if current is None else depths[current]
        for passed in reversed(trail):
            depth += 1
            depths[passed] = depth
            if depth > MAX_ZONE_DEPTH:
                raise _too_deep().inside(place("zone", passed))


def _inside_itself(zone_id: str) -> DocumentError:
    message = f"zone '{zone_id}' stands inside itself; give it another parent"
    return DocumentError(message, field="parent", code="cycle")


def _too_deep() -> DocumentError:
    message = f"zones nest at most {MAX_ZONE_DEPTH} deep; move this one up"
    return DocumentError(message, field="parent", code="limit")
