"""What an official file would change: ids, what of ours cites them, and whose findings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count

from catalog import load as load_catalog
from catalog.editions import Changes
from catalog.official import Official
from catalog.official.changes import citing, family, followed, since
from threatmodel import gate
from threatmodel.models import FindingRow, OfficialFile

_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)+")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Against one earlier edition: what changed, and which of ours cite what did."""

    earlier: str
    changes: Changes
    threats: Mapping[str, tuple[str, ...]]
    controls: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Touched:
    """One system's findings: of threats that cite what changed, and of those a control answers."""

    system: str
    workspace: str
    citing: int
    answered: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would change. `newer` names what is here already, where that is newer."""

    comparisons: tuple[Comparison, ...]
    touched: tuple[Touched, ...]
    newer: str = ""


def preview(official: Official) -> Preview:
    """Compare with what the catalog ships and with the import before. Changes nothing."""
    comparisons = (*_with_shipped(official), *_with_previous(official))
    return Preview(comparisons, _touched(comparisons), _newer(official))


def _with_shipped(official: Official) -> list[Comparison]:
    catalog = load_catalog()
    found = []
    for id in reversed(family(catalog, official.framework)):
        framework = catalog.frameworks[id]
        if framework.follows == official.framework:
            continue
        moved = followed(catalog, official.framework, id)
        changes = since(framework.entries, official, moved)
        name = f"{framework.title} {framework.edition}, as shipped"
        found.append(_comparison(name, official, changes))
    return found


def _with_previous(official: Official) -> list[Comparison]:
    row = _previous(official)
    if row is None:
        return []
    earlier = {one.entry: one for one in row.texts.filter(retired=False)}
    return [_comparison(f"{row}, imported before", official, since(earlier, official))]


def _previous(official: Official) -> OfficialFile | None:
    files = gate.official_files()
    return files.filter(framework=official.framework, part=official.part).first()


def _comparison(name: str, official: Official, changes: Changes) -> Comparison:
    """What of ours cites the changed ids, by whichever edition of the framework."""
    catalog = load_catalog()
    ids = {*changes.moved, *changes.retitled, *changes.retired}
    threats: dict[str, tuple[str, ...]] = {}
    controls: dict[str, tuple[str, ...]] = {}
    for framework in family(catalog, official.framework):
        threats |= citing(catalog.threats, framework, ids)
        controls |= citing(catalog.controls, framework, ids)
    return Comparison(name, changes, threats, controls)


def _touched(comparisons: Collection[Comparison]) -> tuple[Touched, ...]:
    """The systems whose findings it concerns, the most concerned first. Two queries."""
    cited = {threat for one in comparisons for threat in one.threats}
    controls = {control for one in comparisons for control in one.controls}
    answered = {
        threat.id
        for threat in load_catalog().threats.values()
        if any(pair.control in controls for pair in threat.answered_by)
    }
    direct, through = _findings(cited), _findings(answered - cited)
    found = [
        Touched(system, workspace, direct.get(key, 0), through.get(key, 0))
        for key in direct | through
        for _, system, workspace in [key]
    ]
    return tuple(sorted(found, key=lambda one: (-one.citing, -one.answered, one.system)))


def _findings(threats: Collection[str]) -> dict[tuple[object, str, str], int]:
    rows = FindingRow.objects.filter(threat__in=threats, system__deleted_at=None)
    counted = rows.values_list("system", "system__name", "system__workspace__name")
    return {(id, name, place): n for id, name, place, n in counted.annotate(Count("pk"))}


def _newer(official: Official) -> str:
    """The newer edition that is shipped or was imported, if there is one."""
    shipped = load_catalog().frameworks[official.framework].edition
    row = _previous(official)
    order = _order(official.edition)
    if row is not None and order < _order(row.edition):
        return f"{row.edition}, which was imported before"
    # A third number is a correction, which files of ATLAS do not always count in themselves.
    return f"{shipped}, which is shipped" if order[:2] < _order(shipped)[:2] else ""


def _order(edition: str) -> tuple[int, ...]:
    """Editions in order where they are numbers; others are neither older nor newer."""
    return tuple(map(int, edition.split("."))) if _NUMBERS.fullmatch(edition) else ()
