"""What a system's findings say about each entry of somebody's list.

An entry is looked at through the threats that name it; where only controls name it, through the
threats that those controls answer; where neither does, through the entries of other lists that it
is linked with. Which of the three it was is told, since a link is weaker than a name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from catalog import coverage as known
from catalog.coverage import Reach
from catalog.framework import FrameworkEntry
from catalog.types import Catalog

from .controls import in_place
from .document import Document
from .findings import SETTLED, UNMEASURED
from .graph import Graph
from .inputs import IN_PLACE, Mitigation

Basis = Literal["threats", "controls", "links", "none"]
State = Literal[
    "both", "tested", "controlled", "applies", "linked", "waiting", "settled", "absent", "none"
]
Standing = Callable[[str], Collection[str]]


class Found(Protocol):
    """What is read of a finding, whether it comes from an assessment or from a row."""

    @property
    def key(self) -> str: ...
    @property
    def threat(self) -> str: ...
    @property
    def element(self) -> str: ...
    @property
    def applies(self) -> str: ...
    @property
    def treatment(self) -> str: ...
    @property
    def answered(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def residual(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry as this system shows it.

    `findings` apply and are not settled, `waiting` wait behind a question, `settled` were avoided
    or dismissed. Of `findings`, `tested` have been measured and `controlled` are answered by what
    stands: any control where threats speak, one of the entry's own where only controls do.
    """

    entry: FrameworkEntry
    reach: Reach
    basis: Basis
    findings: tuple[Found, ...] = ()
    waiting: tuple[Found, ...] = ()
    settled: tuple[Found, ...] = ()
    tested: int = 0
    controlled: int = 0

    @property
    def state(self) -> State:
        """The one word for a cell: the furthest that can be said of it.

        `both` is measured and answered, `absent` that rules speak of it and none applies here,
        `none` that no rule does.
        """
        if self.by_link:
            return "linked" if self.findings else "absent"
        if self.findings:
            measured: State = "both" if self.controlled else "tested"
            return measured if self.tested else "controlled" if self.controlled else "applies"
        if self.waiting or self.settled:
            return "waiting" if self.waiting else "settled"
        return "none" if self.basis == "none" else "absent"

    @property
    def by_link(self) -> bool:
        """Whether only links of other lists say so: it stands apart and counts nowhere."""
        return self.basis == "links"

    @property
    def worst(self) -> int | None:
        """The highest residual level of what applies."""
        return max((one.residual for one in self.findings), default=None)


@dataclass(frozen=True, slots=True)
class Share:
    """A framework in a system: of its entries how many are in our reach, and what became of them.

    Each entry is counted once under `applies`, and again under `tested` and `controlled` if at
    least one of its findings is. What only links say is counted under `linked` alone.
    """

    of: int
    reached: int
    applies: int
    linked: int
    waiting: int
    tested: int
    controlled: int


class SystemCoverage:
    """A system's findings against every list. Build once, ask per framework.

    Parameters
    ----------
    findings
        All of them, conditional ones too, the most severe first.
    standing
        Ids of the controls that stand at an element, asked only of lists of controls.
    """

    def __init__(
        self, coverage: known.Coverage, findings: Iterable[Found], standing: Standing
    ) -> None:
        self._coverage = coverage
        self._by_threat: dict[str, list[tuple[int, Found]]] = defaultdict(list)
        for place, finding in enumerate(findings):
            self._by_threat[finding.threat].append((place, finding))
        self._standing = standing
        self._answered_by = _answered_by(coverage.catalog)

    def cells(self, framework: str) -> Mapping[str, Cell]:
        """Every entry of a framework. O(entries x findings of their threats)."""
        entries = self._coverage.catalog.frameworks[framework].entries
        found = self._coverage.reaches(framework)
        return {id: self._cell(entry, found[id]) for id, entry in entries.items()}

    def share(self, framework: str) -> Share:
        """The counts over all entries of a framework."""
        return _share(self.cells(framework).values())

    def by_kind(self, framework: str) -> Mapping[str, Share]:
        """The same for each kind of entry, in the framework's order."""
        found: dict[str, list[Cell]] = defaultdict(list)
        for cell in self.cells(framework).values():
            found[cell.entry.kind].append(cell)
        return {kind: _share(cells) for kind, cells in found.items()}

    def _cell(self, entry: FrameworkEntry, reach: Reach) -> Cell:
        basis, threats = self._looked_at(reach)
        pairs = [pair for id in threats for pair in self._by_threat.get(id, ())]
        every = [finding for _, finding in sorted(pairs, key=_place)]
        settled = tuple(one for one in every if one.treatment in SETTLED)
        live = [one for one in every if one.treatment not in SETTLED]
        findings = tuple(one for one in live if one.applies == "yes")
        return Cell(
            entry,
            reach,
            basis,
            findings=findings,
            waiting=tuple(one for one in live if one.applies != "yes"),
            settled=settled,
            tested=sum(one.verdict not in UNMEASURED for one in findings),
            controlled=sum(self._is_controlled(one, basis, reach) for one in findings),
        )

    def _looked_at(self, reach: Reach) -> tuple[Basis, Collection[str]]:
        if reach.threats:
            return "threats", reach.threats
        if reach.controls:
            return "controls", self._answered(reach.controls)
        if reach.ways:
            return "links", reach.by_ways or self._answered(reach.controls_by_ways)
        return "none", ()

    def _answered(self, controls: Iterable[str]) -> Collection[str]:
        answered = (self._answered_by.get(id, ()) for id in controls)
        return dict.fromkeys(id for ids in answered for id in ids)

    def _is_controlled(self, finding: Found, basis: Basis, reach: Reach) -> bool:
        if basis != "controls":
            return finding.answered in IN_PLACE
        return not set(reach.controls).isdisjoint(self._standing(finding.element))


def _share(every: Collection[Cell]) -> Share:
    cells = [cell for cell in every if not cell.by_link]
    return Share(
        of=len(every),
        reached=sum(cell.basis != "none" for cell in cells),
        applies=sum(bool(cell.findings) for cell in cells),
        linked=sum(cell.by_link and bool(cell.findings) for cell in every),
        waiting=sum(bool(cell.waiting) and not cell.findings for cell in cells),
        tested=sum(bool(cell.tested) for cell in cells),
        controlled=sum(bool(cell.controlled) for cell in cells),
    )


def standing_at(
    document: Document, catalog: Catalog, mitigations: Iterable[Mitigation]
) -> Standing:
    """Which controls stand at an element, worked out once for each element that is asked about."""
    graph, tracked = Graph(document, catalog), tuple(mitigations)
    found: dict[str, Collection[str]] = {}

    def standing(element: str) -> Collection[str]:
        if element not in found:
            found[element] = in_place(graph, element, (), tracked)
        return found[element]

    return standing


def _place(pair: tuple[int, Found]) -> int:
    return pair[0]


def _answered_by(catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """Threats by the control that answers or shows them."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for threat in catalog.threats.values():
        for control in (*(pair.control for pair in threat.answered_by), *threat.detected_by):
            found[control][threat.id] = None
    return {control: tuple(ids) for control, ids in found.items()}
