"""One search over everything the catalog holds: our entries and those of other people's lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from .coverage import Coverage, Names, entries_under
from .framework import Cited
from .types import Catalog

SORTS = ("threats", "controls", "components", "adversaries", "frameworks", "entries")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found. `framework` is set for entries of one; `note` says whose it is."""

    sort: str
    id: str
    title: str
    text: str = ""
    framework: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty is not asked.

    `words` have all to be found, each as how a word begins. `stage` is a stage of the lifecycle.
    `framework` keeps what names an entry of it, and its entries; `heading` those under one of its
    entries, such as a tactic.
    """

    words: str = ""
    stage: str = ""
    framework: str = ""
    heading: str = ""


def search(
    coverage: Coverage, wanted: Wanted, also: Iterable[Hit] = ()
) -> Mapping[str, tuple[Hit, ...]]:
    """Hits of each sort, the best first: by id, by title, by text, then by title.

    Parameters
    ----------
    also
        What is known besides the catalog, such as entries of an imported list.

    Notes
    -----
    O(entries of the catalog and of all lists).
    """
    catalog = coverage.catalog
    keeps = _filters(coverage, wanted)
    words = _plain(wanted.words).split()
    found: dict[str, list[tuple[int, str, Hit]]] = {sort: [] for sort in SORTS}
    for hit in chain(_everything(catalog), also):
        rank = _rank(hit, words)
        if rank is not None and all(keep(hit) for keep in keeps):
            found[hit.sort].append((rank, hit.title.lower(), hit))
    return {
        sort: tuple(hit for _, _, hit in sorted(hits, key=lambda one: one[:2]))
        for sort, hits in found.items()
    }


def _rank(hit: Hit, words: list[str]) -> int | None:
    """Where the words were found: 0 the id, 1 the title, 2 the rest; None where one is missing."""
    title, rest = _plain(f"{hit.id} {hit.title}"), _plain(f"{hit.note} {hit.text}")
    if not all(f" {word}" in title or f" {word}" in rest for word in words):
        return None
    if words == _plain(hit.id).split():
        return 0
    return 1 if all(f" {word}" in title for word in words) else 2


def _plain(text: str) -> str:
    """Lower case, words parted by spaces, so that a word is found by how it begins."""
    return f" {text.lower().translate(_PARTS)}"


_PARTS = str.maketrans("-/()\u201c\u201d\"'", " " * 8)


def _everything(catalog: Catalog) -> Iterator[Hit]:
    for threat in catalog.threats.values():
        yield Hit("threats", threat.id, threat.title, threat.description)
    for control in catalog.controls.values():
        yield Hit("controls", control.id, control.title, control.description)
    for component in catalog.component_types.values():
        yield Hit("components", component.id, component.name, component.description)
    for adversary in catalog.adversaries.values():
        yield Hit("adversaries", adversary.id, adversary.name, adversary.description)
    for framework in catalog.frameworks.values():
        note = f"{framework.publisher} · {framework.edition}"
        yield Hit("frameworks", framework.id, framework.title, note=note)
        for entry in framework.entries.values():
            note = f"{framework.title} {framework.edition} · {entry.kind}"
            title = entry.title or entry.id
            yield Hit("entries", entry.id, title, "", framework.id, note)


def _filters(coverage: Coverage, wanted: Wanted) -> list[Callable[[Hit], bool]]:
    keeps: list[Callable[[Hit], bool]] = []
    if wanted.stage:
        staged = _of_stage(coverage.catalog, wanted.stage)
        keeps.append(lambda hit: (hit.sort, hit.id) in staged)
    if wanted.framework or wanted.heading:
        cited = _of_list(coverage, wanted)
        # All of a list, also what was imported beside it.
        whole = "" if wanted.heading else wanted.framework
        keeps.append(
            lambda hit: (hit.framework == whole != "") or (hit.sort, hit.framework, hit.id) in cited
        )
    return keeps


def _of_stage(catalog: Catalog, stage: str) -> set[tuple[str, str]]:
    """A threat is of the stages of the components that it strikes."""
    types = {one.id for one in catalog.component_types.values() if one.stage == stage}
    threats = (one.id for one in catalog.threats.values() if types.intersection(one.effect_on.type))
    controls = (one.id for one in catalog.controls.values() if stage in one.stages)
    return {
        *(("components", id) for id in types),
        *(("threats", id) for id in threats),
        *(("controls", id) for id in controls),
    }


def _of_list(coverage: Coverage, wanted: Wanted) -> set[tuple[str, str, str]]:
    framework = coverage.catalog.frameworks.get(wanted.framework)
    if framework is None:
        return set()
    ids = entries_under(framework, wanted.heading) if wanted.heading else set(framework.entries)
    found = {("entries", framework.id, id) for id in ids}
    if not wanted.heading:
        found.add(("frameworks", "", framework.id))
    for id in ids:
        names = coverage.named.get(Cited(framework.id, id), Names())
        found |= {("threats", "", threat) for threat in names.threats}
        found |= {("controls", "", control) for control in names.controls}
    return found
