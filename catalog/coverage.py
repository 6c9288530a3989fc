"""Which entries of other people's lists our threats and controls speak of, and by which way.

Nothing is said per framework: what an entry stands under, what refines it and what links it comes
from the framework's own data and from the cross-walks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .editions import became
from .framework import Cited, Framework, FrameworkEntry, Relation
from .types import Catalog, Threat

How = Literal["named", "below", "linked", "none"]
_MOST_KEPT = 8
HOW: tuple[How, ...] = ("named", "below", "linked", "none")


@dataclass(slots=True)
class Names:
    """Ids of our threats and controls that name one entry, in the catalog's order."""

    threats: dict[str, None] = field(default_factory=dict)
    controls: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """A link to an entry of another list. `crosswalk` is empty where an edition kept the id."""

    crosswalk: str
    relation: Relation
    cited: Cited


@dataclass(frozen=True, slots=True)
class Reach:
    """How our catalog comes to an entry.

    `threats` and `controls` name it or an entry below it; `ways` lead to entries that are named
    elsewhere: there by the threats `by_ways`, and by the controls `controls_by_ways`.
    """

    how: How
    threats: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    by_ways: tuple[str, ...] = ()
    controls_by_ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """An entry where it stands: `depth` counts what it refines within its section."""

    entry: FrameworkEntry
    depth: int


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading; `heading` is None for those that stand under none of a `kind`."""

    heading: FrameworkEntry | None
    kind: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the entries of one kind: how many are reached in which way."""

    kind: str
    of: int
    by: Mapping[How, int]


class Coverage:
    """What a catalog's threats and controls reach, read once: O(references + links)."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.named = _named(catalog)
        self._ways = _ways(catalog)
        self._reached: dict[str, Mapping[str, Reach]] = {}

    @classmethod
    def of(cls, catalog: Catalog) -> Coverage:
        """The coverage of a catalog, kept by its digest."""
        found = _kept.get(catalog.digest)
        if found is None or found.catalog is not catalog:
            while len(_kept) >= _MOST_KEPT:
                _kept.pop(next(iter(_kept)), None)
            found = _kept[catalog.digest] = cls(catalog)
        return found

    def reaches(self, framework: str) -> Mapping[str, Reach]:
        """Every entry of a framework with how it is reached; worked out once."""
        if framework not in self._reached:
            self._reached[framework] = dict(self._reaches(framework))
        return self._reached[framework]

    def _reaches(self, framework: str) -> Iterator[tuple[str, Reach]]:
        """O(entries x depth + links)."""
        entries = self.catalog.frameworks[framework].entries
        own = {id: self.named.get(Cited(framework, id), Names()) for id in entries}
        below = _below(self.catalog.frameworks[framework], own)
        for id in entries:
            yield id, self._reach(Cited(framework, id), own[id], below[id])

    def _reach(self, entry: Cited, own: Names, below: Names) -> Reach:
        ways = tuple(way for way in self._ways.get(entry, ()) if way.cited in self.named)
        there = [self.named[way.cited] for way in ways]
        by_ways = tuple(dict.fromkeys(id for names in there for id in names.threats))
        controls = tuple(dict.fromkeys(id for names in there for id in names.controls))
        named, under = own.threats or own.controls, below.threats or below.controls
        how: How = "named" if named else "below" if under else "linked" if ways else "none"
        both = (own.threats | below.threats, own.controls | below.controls)
        return Reach(how, tuple(both[0]), tuple(both[1]), ways, by_ways, controls)

    def tallies(self, framework: str) -> tuple[Tally, ...]:
        """The counts of each kind of entry, in the framework's order."""
        entries, found = self.catalog.frameworks[framework].entries, self.reaches(framework)
        counts: dict[str, Counter[How]] = defaultdict(Counter)
        for id, entry in entries.items():
            counts[entry.kind][found[id].how] += 1
        return tuple(
            Tally(kind, by.total(), {how: by[how] for how in HOW}) for kind, by in counts.items()
        )


_kept: dict[str, Coverage] = {}


def sections(framework: Framework) -> tuple[Section, ...]:
    """A framework's entries as a reader expects them: under its own headings, children indented.

    Headings are the entries that others stand under. Where there are none, they are the roots of a
    kind that always has something below it, such as the functions of NIST CSF.
    """
    children = _children(framework)
    headings = _headings(framework) or _roots_that_head(framework, children)
    found = [
        Section(framework.entries[id], framework.entries[id].kind, tuple(rows))
        for id in headings
        if (rows := list(_rows(framework, _under(framework, id, children), children)))
    ]
    loose: dict[str, list[str]] = defaultdict(list)
    for entry in framework.entries.values():
        if entry.parent is None and not entry.groups and entry.id not in headings:
            loose[entry.kind].append(entry.id)
    return (
        *found,
        *(
            Section(None, kind, tuple(_rows(framework, ids, children)))
            for kind, ids in loose.items()
        ),
    )


def is_matrix(framework: Framework) -> bool:
    """Whether entries stand under headings of their own list, as techniques under tactics."""
    return bool(_headings(framework))


def headings(framework: Framework) -> tuple[FrameworkEntry, ...]:
    """What the framework's entries stand under: its tactics, functions, categories."""
    return tuple(section.heading for section in sections(framework) if section.heading)


def entries_under(framework: Framework, heading: str) -> set[str]:
    """The heading itself and all that refines it or stands under it. O(entries x depth)."""
    return {
        entry.id
        for entry in framework.entries.values()
        if entry.id == heading or heading in _above(framework, entry)
    }


def _headings(framework: Framework) -> tuple[str, ...]:
    named = {group for entry in framework.entries.values() for group in entry.groups}
    return tuple(id for id in framework.entries if id in named)


def _roots_that_head(
    framework: Framework, children: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    roots = [entry for entry in framework.entries.values() if entry.parent is None]
    bare = {entry.kind for entry in roots if entry.id not in children}
    return tuple(entry.id for entry in roots if entry.kind not in bare)


def _children(framework: Framework) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in framework.entries.values():
        if entry.parent is not None:
            found[entry.parent].append(entry.id)
    return {parent: tuple(ids) for parent, ids in found.items()}


def _under(
    framework: Framework, heading: str, children: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    grouped = (entry.id for entry in framework.entries.values() if heading in entry.groups)
    return tuple(dict.fromkeys((*grouped, *children.get(heading, ()))))


def _rows(
    framework: Framework,
    ids: Iterable[str],
    children: Mapping[str, tuple[str, ...]],
    depth: int = 0,
) -> Iterator[Row]:
    for id in ids:
        yield Row(framework.entries[id], depth)
        yield from _rows(framework, children.get(id, ()), children, depth + 1)


def _named(catalog: Catalog) -> dict[Cited, Names]:
    found: dict[Cited, Names] = defaultdict(Names)
    for threat in catalog.threats.values():
        for cited in _cited(catalog, _references(catalog, threat)):
            found[cited].threats[threat.id] = None
    for control in catalog.controls.values():
        tags = {**control.references, "saif": tuple(control.saif.values())}
        for cited in _cited(catalog, tags):
            found[cited].controls[control.id] = None
    return dict(found)


def _references(catalog: Catalog, threat: Threat) -> Mapping[str, tuple[str, ...]]:
    """What a threat names: its references, its lenses, and the cases that its prior leans on."""
    lenses = {"stride": threat.stride, "linddun": threat.linddun}
    sources = (threat.references, lenses, cases(catalog, threat))
    named = {name for source in sources for name in source}
    return {name: tuple(id for one in sources for id in one.get(name, ())) for name in named}


def cases(catalog: Catalog, threat: Threat) -> Mapping[str, tuple[str, ...]]:
    """Published attacks that a threat's prior leans on, by framework; a file names them by id."""
    found = {
        name: tuple(ref for ref in threat.success.refs if ref in framework.entries)
        for name, framework in catalog.frameworks.items()
    }
    return {name: ids for name, ids in found.items() if ids}


def _cited(catalog: Catalog, references: Mapping[str, Iterable[str]]) -> Iterator[Cited]:
    for name, ids in references.items():
        if name in catalog.frameworks:
            known = catalog.frameworks[name].entries
            yield from (Cited(name, id) for id in ids if id in known)


def _ways(catalog: Catalog) -> dict[Cited, list[Way]]:
    """Links by the entry that they lead from. A defence leads to the attack, not the reverse."""
    found: dict[Cited, list[Way]] = defaultdict(list)
    for crosswalk in catalog.crosswalks.values():
        for link in crosswalk.links:
            found[link.source].append(Way(crosswalk.id, crosswalk.relation, link.target))
            if crosswalk.relation != "answers":
                found[link.target].append(Way(crosswalk.id, crosswalk.relation, link.source))
    for framework in catalog.frameworks.values():
        for was, now in became(catalog, framework.id):
            if was == now and framework.follows:
                pair = Cited(framework.follows, was), Cited(framework.id, now)
                found[pair[1]].append(Way("", "follows", pair[0]))
                found[pair[0]].append(Way("", "follows", pair[1]))
    return dict(found)


def _below(framework: Framework, own: Mapping[str, Names]) -> Mapping[str, Names]:
    """What is named under each entry: by what refines it, and by what stands under it."""
    found = {id: Names() for id in framework.entries}
    for entry in framework.entries.values():
        for above in _above(framework, entry):
            found[above].threats.update(own[entry.id].threats)
            found[above].controls.update(own[entry.id].controls)
    return found


def _above(framework: Framework, entry: FrameworkEntry) -> set[str]:
    """Everything that an entry refines or stands under, itself left out."""
    found: set[str] = set()
    pending = [entry]
    while pending:
        current = pending.pop()
        up = {*current.groups, *((current.parent,) if current.parent else ())} - found
        found |= up
        pending.extend(framework.entries[id] for id in up)
    return found - {entry.id}
