"""All elements of a drawing at once, by what they share, counted in one pass when it is asked for.

Elements that share what a word reads share its answer, so a word is asked once of a group instead
of once of each. Masks are bits by slot: components in their order, then flows in theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from catalog.types import Scalar

from ..document import Component, Flow
from .bits import mask_of
from .scene import Scene

if TYPE_CHECKING:
    from .words import Side

End = Literal["source", "target"]
# The mask of everything, whatever there is.
EVERY = -1
Key = TypeVar("Key", bound=Hashable)


class Census:
    """The groups of one state of the diagram. Each is found the first time it is asked for."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.elements: list[str] = list(scene.elements())
        self._components = list(scene.graph.document.components.values())
        self._flows = list(scene.graph.document.flows.values())
        self.flows = ((1 << len(self._flows)) - 1) << len(self._components)
        self._facts: dict[tuple[Side, str], list[int]] = {}

    @cached_property
    def types(self) -> Mapping[str, int]:
        """Components by their type."""
        return _grouped((one.type for one in self._components), 0)

    @cached_property
    def kinds(self) -> Mapping[str, int]:
        """Flows by their kind."""
        return _grouped((one.kind for one in self._flows), len(self._components))

    @cached_property
    def places(self) -> Mapping[str | None, int]:
        """Components by the zone that they stand in."""
        return _grouped((one.zone for one in self._components), 0)

    @cached_property
    def passages(self) -> Mapping[tuple[str | None, str | None], int]:
        """Flows by the zones of their two ends."""
        zones = {one.id: one.zone for one in self._components}
        pairs = ((zones[one.source], zones[one.target]) for one in self._flows)
        return _grouped(pairs, len(self._components))

    def holdings(self, side: Side) -> Iterable[int]:
        """Elements of one side by the assets that they hold."""
        drawn, first = self._side(side)
        return _grouped((one.assets for one in drawn), first).values()

    def struck(self) -> Iterator[tuple[Side, str, int]]:
        """Elements by what decides which rules are asked of them: their side, and type or kind."""
        for kind, mask in self.types.items():
            yield "component", kind, mask
        for kind, mask in self.kinds.items():
            yield "flow", kind, mask

    def facts(self, side: Side, name: str) -> list[int]:
        """Elements of one side by what is stated of them; where nothing is, by type."""
        found = self._facts.get((side, name))
        if found is None:
            found = [mask_of(slots) for slots in self._stated(side).get(name, ())]
            silent = EVERY
            for mask in found:
                silent &= ~mask
            rest = self.types.values() if side == "component" else (self.flows,)
            found += [mask & silent for mask in rest]
            self._facts[side, name] = found
        return found

    def flows_at(self, end: End, components: int) -> int:
        """Flows that have one of these components at that end."""
        size, ends = len(self._components), self._ends[end]
        return _mask(_spots(components, size)[ends]) << size

    def ends_of(self, end: End, flows: int) -> int:
        """Components that stand at that end of one of these flows."""
        size, ends = len(self._components), self._ends[end]
        found = np.zeros(size, dtype=np.bool_)
        found[ends[_spots(flows >> size, len(ends))]] = True
        return _mask(found)

    @cached_property
    def _ends(self) -> Mapping[End, NDArray[np.intp]]:
        slots = {one.id: slot for slot, one in enumerate(self._components)}
        return {
            "source": np.array([slots[one.source] for one in self._flows], dtype=np.intp),
            "target": np.array([slots[one.target] for one in self._flows], dtype=np.intp),
        }

    def _side(self, side: Side) -> tuple[list[Component] | list[Flow], int]:
        return (
            (self._components, 0) if side == "component" else (self._flows, len(self._components))
        )

    def _stated(self, side: Side) -> Mapping[str, list[list[int]]]:
        return self._of_components if side == "component" else self._of_flows

    @cached_property
    def _of_components(self) -> Mapping[str, list[list[int]]]:
        return _by_value((one.attributes for one in self._components), 0)

    @cached_property
    def _of_flows(self) -> Mapping[str, list[list[int]]]:
        return _by_value((one.attributes for one in self._flows), len(self._components))


def _grouped(keys: Iterable[Key], first: int) -> dict[Key, int]:
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for slot, key in enumerate(keys, first):
        found[key].append(slot)
    return {key: mask_of(slots) for key, slots in found.items()}


def _by_value(attributes: Iterable[Mapping[str, Scalar]], first: int) -> dict[str, list[list[int]]]:
    """For every attribute the slots of each value. True and 1 are equal and not the same fact."""
    found: defaultdict[tuple[str, type, Scalar], list[int]] = defaultdict(list)
    for slot, stated in enumerate(attributes, first):
        for name, value in stated.items():
            found[name, value.__class__, value].append(slot)
    named: dict[str, list[list[int]]] = {}
    for (name, _, _), slots in found.items():
        named.setdefault(name, []).append(slots)
    return named


def _spots(mask: int, size: int) -> NDArray[np.bool_]:
    """The first bits of a mask, one by one."""
    places = np.frombuffer(mask.to_bytes(size // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(places, count=size, bitorder="little").view(np.bool_)


def _mask(spots: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(spots, bitorder="little").tobytes(), "little")
