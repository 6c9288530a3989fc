"""Every atom and every rule as columns of bits over the elements, kept warm between edits.

An element has a slot; bit `slot` of a column is its answer. Three values need two columns:
`certain` (true) and `possible` (true or unknown), so that `and`, `or` and `not` are one machine
operation each over all elements at once. An edit decides again only the atoms that read what was
changed, on the elements it touches, and only the rules in which such an atom's answer moved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..document import Document
from ..findings import Question
from ..graph import Graph
from ..operations import Executed
from .bits import Column, mask_of, slots_in
from .census import Census
from .explain import questions_in
from .kleene import Truth
from .ruleset import Node, Ruleset
from .scene import Scene
from .touch import Touched, touched_by

# A threat and the element that it may strike.
ThreatAt = tuple[str, str]


class Columns:
    """The rules over one diagram, evaluated once and then by difference.

    `evaluations` counts answers worked out so far: one for an atom on an element, one for a rule
    on an element.
    """

    __slots__ = (
        "_atoms", "_candidates", "_elements", "_free", "_rules", "_slots",
        "evaluations", "ruleset", "scene",
    )  # fmt: skip

    def __init__(self, ruleset: Ruleset, graph: Graph) -> None:
        self.ruleset = ruleset
        self.scene = Scene(graph)
        self.evaluations = 0
        self._slots: dict[str, int] = {}
        self._elements: list[str | None] = []
        self._free: list[int] = []
        self._candidates = [0] * len(ruleset.rules)
        self._atoms = [Column() for _ in ruleset.atoms]
        self._rules = [Column() for _ in ruleset.rules]
        self._fill()

    @property
    def graph(self) -> Graph:
        return self.scene.graph

    def pairs(self) -> dict[ThreatAt, Truth]:
        """What applies (True) or may apply (None), by threat and element. O(answers)."""
        found: dict[ThreatAt, Truth] = {}
        for rule, column in zip(self.ruleset.rules, self._rules, strict=True):
            for slot in slots_in(column.possible & ~column.certain):
                found[rule.threat, self._element(slot)] = None
            for slot in slots_in(column.certain):
                found[rule.threat, self._element(slot)] = True
        return found

    def unknowns(self, threat_id: str, element_id: str) -> tuple[Question, ...]:
        """What to ask of one pair, as `rules.unknowns`, without walking the diagram anew."""
        return questions_in(self.ruleset, self.scene, threat_id, element_id)

    def update(self, changes: Iterable[Executed], document: Document) -> dict[ThreatAt, Truth]:
        """Follow an edit.

        Parameters
        ----------
        changes
            What was executed, in order, with what stood there before.
        document
            The diagram after all of it.

        Returns
        -------
        dict
            Pairs whose answer moved, with the new one; False for what applies no longer. Pairs
            that are still unknown are among them where what to ask may be something else now.
        """
        changes = tuple(changes)
        graph = self.graph.followed(document, changes)
        touched = touched_by(changes, self.graph, graph)
        self.scene = self.scene.followed(graph, touched)
        gone = self._forget(touched.removed)
        moved = self._reseat(touched.reseated)
        asked: dict[int, int] = {}
        for atom, mask in self._to_decide(touched).items():
            changed = self._decide_atom(atom, mask)
            for rule in self.ruleset.uses[atom]:
                asked[rule] = asked.get(rule, 0) | mask
                if changed:
                    moved[rule] = moved.get(rule, 0) | changed
        return gone | self._unsettled(asked) | self._decide_rules(moved)

    def _unsettled(self, asked: Mapping[int, int]) -> dict[ThreatAt, Truth]:
        """Pairs that were unknown, of which some atom was asked again."""
        found: dict[ThreatAt, Truth] = {}
        for rule, mask in asked.items():
            column = self._rules[rule]
            unsettled = mask & column.possible & ~column.certain
            if unsettled:
                for slot in slots_in(unsettled):
                    found[self.ruleset.rules[rule].threat, self._element(slot)] = None
        return found

    def _fill(self) -> None:
        """Everything once: group the elements, ask each atom of those that some rule asks it of."""
        census = Census(self.scene)
        self._elements = [*census.elements]
        self._slots = {element: slot for slot, element in enumerate(census.elements)}
        asked = [0] * len(self.ruleset.atoms)
        for side, kind, mask in census.struck():
            for struck in self.ruleset.rules_for(side, kind):
                self._candidates[struck] |= mask
            for atom in self.ruleset.atoms_of(side, kind):
                asked[atom] |= mask
        for atom, mask in enumerate(asked):
            if mask:
                found = self.ruleset.atoms[atom].column(census, mask)
                self._atoms[atom] = Column(found.certain & mask, found.possible & mask)
                self.evaluations += mask.bit_count()
        self.decide_all()

    def decide_all(self) -> None:
        """Every rule on all its candidates, from its atoms' columns as they are.

        Notes
        -----
        O(nodes of all rules x elements / 64).
        """
        for index, rule in enumerate(self.ruleset.rules):
            mask = self._candidates[index]
            self.evaluations += mask.bit_count()
            self._rules[index] = _combine(rule.tree, self._atoms, mask)

    def _ask(self, atom: int, elements: list[str]) -> tuple[int, int]:
        """One atom on some elements: the slots where it is certain, and where possible."""
        truth, scene, slots = self.ruleset.atoms[atom].truth, self.scene, self._slots
        certain, unknown = [], []
        for element in elements:
            answer = truth(scene, element)
            if answer:
                certain.append(slots[element])
            elif answer is None:
                unknown.append(slots[element])
        self.evaluations += len(elements)
        mask = mask_of(certain)
        return mask, mask | mask_of(unknown)

    def _seat(self, element: str) -> int:
        if element in self._slots:
            return self._slots[element]
        slot = self._free.pop() if self._free else len(self._elements)
        if slot == len(self._elements):
            self._elements.append(element)
        else:
            self._elements[slot] = element
        self._slots[element] = slot
        return slot

    def _forget(self, elements: Iterable[str]) -> dict[ThreatAt, Truth]:
        """Clear what is said of elements that are gone and free their slots."""
        gone: dict[ThreatAt, Truth] = {}
        for element in elements:
            slot = self._slots.pop(element, None)
            if slot is None:
                continue
            keep = ~(1 << slot)
            for index, rule in enumerate(self.ruleset.rules):
                if self._rules[index].possible >> slot & 1:
                    gone[rule.threat, element] = False
                self._candidates[index] &= keep
            for column in (*self._atoms, *self._rules):
                column.certain &= keep
                column.possible &= keep
            self._elements[slot] = None
            self._free.append(slot)
        return gone

    def _reseat(self, elements: Iterable[str]) -> dict[int, int]:
        """Elements that are new or of another kind: which rules they are candidates of now."""
        moved: dict[int, int] = {}
        for element in elements:
            bit = 1 << self._seat(element)
            now = set(self.ruleset.rules_for(*self.scene.kind(element)))
            for rule, candidates in enumerate(self._candidates):
                if rule in now or candidates & bit:
                    self._candidates[rule] = candidates | bit if rule in now else candidates & ~bit
                    moved[rule] = moved.get(rule, 0) | bit
        return moved

    def _to_decide(self, touched: Touched) -> dict[int, int]:
        """Atoms to ask again, each with the elements to ask it of."""
        wanted: dict[int, int] = {}
        readers = self.ruleset.readers
        for read, elements in touched.reads.items():
            self._want(wanted, readers.get(read, ()), elements)
        for element in touched.reseated:
            self._want(wanted, self.ruleset.atoms_of(*self.scene.kind(element)), (element,))
        for way, moved in self.scene.moved.items():
            if moved:
                self._want(wanted, readers.get((way, "flows"), ()), self._with_flows(moved))
            for (at, what), elements in touched.reads.items():
                atoms = readers.get((way, what), ()) if at == "self" and what != "flows" else ()
                if atoms:
                    beyond = self.scene.web(way).touching(elements)
                    self._want(wanted, atoms, self._with_flows(beyond))
        return wanted

    def _want(
        self, wanted: dict[int, int], atoms: Iterable[int], elements: Collection[str]
    ) -> None:
        """These atoms on those of the elements that some rule asks them of."""
        mask = self._mask(elements)
        for atom in atoms:
            wanted[atom] = wanted.get(atom, 0) | self._domain(atom) & mask

    def _with_flows(self, components: Iterable[str]) -> set[str]:
        found = set(components)
        for component in tuple(found):
            found.update(flow.id for flow in self.scene.flows_at(component))
        return found

    def _domain(self, atom: int) -> int:
        mask = 0
        for rule in self.ruleset.uses[atom]:
            mask |= self._candidates[rule]
        return mask

    def _decide_atom(self, atom: int, mask: int) -> int:
        """Ask one atom of some elements; the slots whose answer moved."""
        column = self._atoms[atom]
        certain, possible = self._ask(atom, [self._element(slot) for slot in slots_in(mask)])
        moved = ((column.certain ^ certain) | (column.possible ^ possible)) & mask
        column.certain ^= (column.certain ^ certain) & mask
        column.possible ^= (column.possible ^ possible) & mask
        return moved

    def _decide_rules(self, moved: Mapping[int, int]) -> dict[ThreatAt, Truth]:
        changed: dict[ThreatAt, Truth] = {}
        for rule, mask in moved.items():
            among = mask & self._candidates[rule]
            self.evaluations += among.bit_count()
            column = self._rules[rule]
            now = _combine(self.ruleset.rules[rule].tree, self._atoms, among)
            different = ((column.certain ^ now.certain) | (column.possible ^ now.possible)) & mask
            if not different:
                continue
            column.certain ^= (column.certain ^ now.certain) & mask
            column.possible ^= (column.possible ^ now.possible) & mask
            for slot in slots_in(different):
                pair = (self.ruleset.rules[rule].threat, self._element(slot))
                changed[pair] = _answer(column, slot)
        return changed

    def _element(self, slot: int) -> str:
        element = self._elements[slot]
        if element is None:
            raise LookupError(f"slot {slot} is free")
        return element

    def _mask(self, elements: Iterable[str]) -> int:
        return mask_of([self._slots[element] for element in elements])


def _combine(node: Node, atoms: list[Column], mask: int) -> Column:
    """A tree over the columns, for the slots of the mask. O(nodes x slots / 64)."""
    if node.op == "atom":
        column = atoms[node.atom]
        return Column(column.certain & mask, column.possible & mask)
    if node.op == "not":
        inner = _combine(node.children[0], atoms, mask)
        return Column(mask & ~inner.possible, mask & ~inner.certain)
    if node.op == "all":
        certain = possible = mask
        for child in node.children:
            part = _combine(child, atoms, possible)
            certain, possible = certain & part.certain, part.possible
            if not possible:
                break
        return Column(certain, possible)
    certain = possible = 0
    for child in node.children:
        part = _combine(child, atoms, mask & ~certain)
        certain, possible = certain | part.certain, possible | part.possible
        if certain == mask:
            break
    return Column(certain, possible)


def _answer(column: Column, slot: int) -> Truth:
    if column.certain >> slot & 1:
        return True
    return None if column.possible >> slot & 1 else False
