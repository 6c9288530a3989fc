"""Findings in groups that read as one row, and the groups in pages of about a screen or two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext

from catalog.tactics import tactics

from .listed import Listed, Register

# What a page holds: rows of findings, and how many of one group before it says "and all others".
ROWS, IN_A_GROUP = 100, 20
# The system where an id means something else in another one, the id, and what it is called.
Key = tuple[str, str, str]


@dataclass(slots=True)
class Group:
    """Findings that have `by` in common, in one `system` where that says which is meant.

    `shown` are the rows of it that a page carries.
    """

    system: str
    by: str
    title: str
    found: list[Listed] = field(default_factory=list)
    most: int = IN_A_GROUP

    @property
    def worst(self) -> int:
        return max(one.residual for one in self.found)

    @property
    def shown(self) -> list[Listed]:
        return self.found[: self.most]

    @property
    def hidden(self) -> int:
        return len(self.found) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of groups, with its place among the others."""

    number: int
    count: int
    groups: list[Group]

    @property
    def rows(self) -> list[Listed]:
        return [one for group in self.groups for one in group.shown]


_UNMEASURED = frozenset({"untested", "not testable here"})


def paged(register: Register, found: Iterable[Listed], by: str, number: int) -> Page:
    """The page of that number, or the last one there is.

    Notes
    -----
    O(findings): a finding stands in each of its groups, such as two zones for a flow between them.
    """
    if by == "none":
        listed = list(found)
        parts = (listed[at : at + ROWS] for at in range(0, len(listed), ROWS))
        groups = [[Group("", "", "", part, ROWS)] for part in parts]
    else:
        groups = list(_filled(grouped(register, found, by)))
    number = min(max(number, 1), max(len(groups), 1))
    return Page(number, len(groups), groups[number - 1] if groups else [])


def usual(register: Register, every: Iterable[Listed]) -> str:
    """How a register is grouped where nobody asks: by cause while it is one system's first sketch.

    Notes
    -----
    A sketch is what nobody has decided or measured anything about. Later the same threat on many
    elements is one decision, and reads as one row.
    """
    sketch = all(one.treatment == "open" and one.verdict in _UNMEASURED for one in every)
    return "cause" if sketch and len(register.systems) == 1 else "threat"


def grouped(register: Register, found: Iterable[Listed], by: str) -> list[Group]:
    """Every group, each where its first finding stands."""
    keys, groups = _KEYS[by](register), dict[tuple[str, str], Group]()
    # Its place follows from what is alike in most findings, so that it is told once for each.
    told, alike = dict[object, list[Group]](), register.alike(_ALIKE[by])
    for one in found:
        same = alike(one)
        if (places := told.get(same)) is None:
            places = [
                groups.setdefault((system, id), Group(system, id, title))
                for system, id, title in keys(one)
            ]
            told[same] = places
        for group in places:
            group.found.append(one)
    return list(groups.values())


def _filled(groups: list[Group]) -> Iterator[list[Group]]:
    """Groups in pages: a group is never torn, so that it reads as one row."""
    page: list[Group] = []
    rows = 0
    for group in groups:
        if page and rows + len(group.shown) > ROWS:
            yield page
            page, rows = [], 0
        page.append(group)
        rows += len(group.shown)
    if page:
        yield page


def _by_threat(register: Register) -> Callable[[Listed], Iterator[Key]]:
    def keys(one: Listed) -> Iterator[Key]:
        own = one.threat in register.of(one).scenarios
        yield str(one.system) if own else "", one.threat, register.title(one)

    return keys


def _by_cause(register: Register) -> Callable[[Listed], Iterator[Key]]:
    def keys(one: Listed) -> Iterator[Key]:
        yield _within(register, one, one.cause, register.row(one))

    return keys


def _by_element(register: Register) -> Callable[[Listed], Iterator[Key]]:
    def keys(one: Listed) -> Iterator[Key]:
        yield _within(register, one, one.element, register.place(one).name)

    return keys


def _by_zone(register: Register) -> Callable[[Listed], Iterator[Key]]:
    def keys(one: Listed) -> Iterator[Key]:
        zones = register.of(one).zones
        for zone in register.place(one).zones or ("",):
            yield _within(register, one, zone, zones.get(zone, gettext("In no zone")))

    return keys


def _by_asset(register: Register) -> Callable[[Listed], Iterator[Key]]:
    def keys(one: Listed) -> Iterator[Key]:
        assets = register.of(one).assets
        for asset in register.place(one).assets or ("",):
            yield _within(register, one, asset, assets.get(asset, gettext("Holds no named asset")))

    return keys


def _by_tactic(register: Register) -> Callable[[Listed], Iterator[Key]]:
    named = {
        entry.id: entry.title
        for catalog in {id(one): one for one in register.catalogs.values()}.values()
        for entry in tactics(catalog)
    }

    def keys(one: Listed) -> Iterator[Key]:
        for tactic in register.tactics(one) or ("",):
            yield "", tactic, named.get(tactic, gettext("Under no tactic of ATLAS"))

    return keys


def _by_owner(register: Register) -> Callable[[Listed], Iterator[Key]]:
    def keys(one: Listed) -> Iterator[Key]:
        for owner in register.owned(one) or ("",):
            yield "", owner, owner or gettext("Nobody yet")

    return keys


def _within(register: Register, one: Listed, key: str, title: str) -> Key:
    """Elements of several systems may share an id; only their system tells them apart."""
    if len(register.systems) == 1:
        return "", key, title
    return str(one.system), key, f"{title} · {register.systems[one.system].name}"


_KEYS: dict[str, Callable[[Register], Callable[[Listed], Iterator[Key]]]] = {
    "cause": _by_cause,
    "threat": _by_threat,
    "element": _by_element,
    "zone": _by_zone,
    "asset": _by_asset,
    "tactic": _by_tactic,
    "owner": _by_owner,
}
# The property of findings that each grouping follows from, within one system.
_ALIKE = {
    "cause": "cause",
    "threat": "threat",
    "element": "element",
    "zone": "element",
    "asset": "element",
    "tactic": "threat",
    "owner": "key",
}
