"""What a register shows: its groups, rows, pages and choices, whichever systems it is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from catalog.tactics import tactics
from threatmodel import gate
from threatmodel.forms import LEVELS, TREATMENTS, VERDICTS
from threatmodel.models import FindingRow, System
from threatmodel.register import Asked, Group, Listed, Page, Register, grouped, heat, paged, usual
from threatmodel.register.asked import GROUPS, MEASURES, NONE, ORDERS
from threatmodel.services.bulk import AT_ONCE

# Of what waits for answers a register shows the gravest; answering them moves the others up.
WAITING = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding's row, and what its ids are called."""

    row: FindingRow
    title: str
    element: str
    own: bool

    @property
    def span(self) -> str:
        low, high = self.row.data.get("range") or ("", "")
        if low == high:
            return ""
        return gettext("%(low)s to %(high)s") % {"low": gettext(low), "high": gettext(high)}

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.row.data.get("questions", []))


@dataclass(frozen=True, slots=True)
class ShownRow(Shown):
    """A finding as a register shows it, which may be one among many systems'."""

    owners: tuple[str, ...]
    system: System

    @property
    def levels(self) -> tuple[int, int, int]:
        return self.row.inherent, self.row.residual, self.row.planned


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group with the rows of it that are shown; `hidden` others are one step away."""

    title: str
    worst: int
    count: int
    hidden: int
    query: str
    rows: list[ShownRow]
    own: bool = False


def inside(register: Register, asked: Asked) -> list[Listed]:
    """All that applies and fits the filters, the cell of the matrix among them."""
    fitting = register.fitting(register.every(asked), asked)
    return _within([one for one in fitting if one.applies == "yes"], asked)


def _within(applying: list[Listed], asked: Asked) -> list[Listed]:
    cell = asked.cell
    return [one for one in applying if one.cell == cell] if cell else applying


def contents(register: Register, asked: Asked) -> dict[str, Any]:
    """Everything that a register shows, whichever systems it is of."""
    every = register.every(asked)
    by = asked.group or usual(register, every)
    fitting = register.fitting(every, asked)
    applying = [one for one in fitting if one.applies == "yes"]
    waiting = [one for one in fitting if one.applies != "yes"]
    found = _within(applying, asked)
    listed = paged(register, found, by, asked.page)
    behind = [] if asked.cell or listed.number > 1 else waiting
    rows = _rows(register, [*listed.rows, *behind[:WAITING]])
    return {
        "asked": asked,
        "by": by,
        "every": every,
        "total": len(every),
        "matching": len(found),
        "at_once": AT_ONCE,
        "shown": len({one.pk for group in listed.groups for one in group.shown}),
        "heat": heat(applying, asked),
        "measures": [(name, asked.query(measure=name)) for name in MEASURES],
        "page": listed,
        "pages": _pages(listed, asked),
        "groups": [_shown_group(one, rows, by, asked, register) for one in listed.groups],
        "waiting": _waiting(register, behind[:WAITING], rows, by),
        "waiting_more": max(0, len(behind) - WAITING),
        "choices": _choices(register, every),
        "query": asked.query(page=asked.page),
        "many": len(register.systems) > 1,
    }


def _rows(register: Register, found: list[Listed]) -> dict[int, ShownRow]:
    """The rows of a page, with what its ids are called; one query."""
    named = {one.pk: one for one in found}
    rows = gate.findings_in(register.systems.values()).filter(pk__in=named)
    return {row.pk: _shown(register, row, named[row.pk]) for row in rows}


def _shown(register: Register, row: FindingRow, one: Listed) -> ShownRow:
    place, owners = register.place(one), register.owned(one)
    system, own = register.systems[one.system], register.is_own(one)
    return ShownRow(row, register.title(one), place.name, own, owners, system)


def _shown_group(
    group: Group, rows: dict[int, ShownRow], by: str, asked: Asked, register: Register
) -> ShownGroup:
    chosen = {"system": group.system or asked.system, "group": "none"}
    if by != "none":
        chosen[by] = group.by or NONE
    return ShownGroup(
        title=group.title,
        worst=group.worst,
        count=len(group.found),
        hidden=group.hidden,
        query=asked.query(**chosen),
        rows=[rows[one.pk] for one in group.shown if one.pk in rows],
        own=by == "threat" and register.is_own(group.found[0]),
    )


def _waiting(
    register: Register, behind: list[Listed], rows: dict[int, ShownRow], by: str
) -> list[ShownGroup]:
    """What waits, by the place it waits for answers about, or each question with its findings."""
    if by != "cause":
        return _behind_questions(rows[one.pk] for one in behind if one.pk in rows)
    filled = [
        (one.title, [rows[row.pk] for row in one.found if row.pk in rows])
        for one in grouped(register, behind, by)
    ]
    return [
        ShownGroup(title, max(one.row.residual for one in found), len(found), 0, "", found)
        for title, found in filled
        if found
    ]


def _behind_questions(found: Any) -> list[ShownGroup]:
    """One group for each fact that decides whether findings apply: the first that is asked."""
    groups: dict[tuple[str, str], list[ShownRow]] = {}
    for one in found:
        asked = one.questions[0] if one.questions else {"element": one.row.key, "attribute": ""}
        groups.setdefault((asked["element"], asked["attribute"]), []).append(one)
    return [_waiting_group(rows) for rows in groups.values()]


def _waiting_group(rows: list[ShownRow]) -> ShownGroup:
    asked = rows[0].questions
    title = asked[0].get("text", rows[0].title) if asked else rows[0].title
    return ShownGroup(title, max(one.row.residual for one in rows), len(rows), 0, "", rows)


def _pages(listed: Page, asked: Asked) -> list[tuple[int, str]]:
    """The pages near this one, the first and the last."""
    near = range(max(1, listed.number - 2), min(listed.count, listed.number + 2) + 1)
    numbers = sorted({1, listed.count, *near}) if listed.count > 1 else []
    return [(number, asked.query(page=number)) for number in numbers]


def _choices(register: Register, every: list[Listed]) -> dict[str, list[tuple[str, Any]]]:
    """What there is to choose from, by what it is called."""
    catalogs = list({one.digest: one for one in register.catalogs.values()}.values())
    named: dict[str, dict[str, str]] = {
        name: {}
        for name in ("threat", "element", "type", "zone", "asset", "tactic", "stride", "owner")
    }
    titles = {entry.id: entry.title for one in catalogs for entry in tactics(one)}
    # Each threat and each element once, however many findings they make.
    alike = register.alike("threat")
    for one in {alike(one): one for one in every}.values():
        named["threat"][one.threat] = register.title(one)
        named["tactic"].update((id, titles.get(id, id)) for id in register.tactics(one))
        named["stride"].update((id, _words(id)) for id in register.stride(one))
    alike = register.alike("element")
    for one in {alike(one): one for one in every}.values():
        place, drawn = register.place(one), register.of(one)
        named["element"][one.element] = place.name
        named["type"][place.type] = _type_name(catalogs, place.type)
        named["zone"].update((zone, drawn.zones.get(zone, zone)) for zone in place.zones)
        named["asset"].update((asset, drawn.assets.get(asset, asset)) for asset in place.assets)
    named["owner"].update((owner, owner) for of in register.owners.values() for owner in of)
    found = {
        name: sorted(of.items(), key=lambda pair: pair[1].lower()) for name, of in named.items()
    }
    fixed = {"level": LEVELS, "treatment": TREATMENTS, "verdict": VERDICTS}
    return found | fixed | {"group": list(GROUPS.items()), "order": list(ORDERS.items())}


def _words(id: str) -> str:
    return id.replace("-", " ").capitalize()


def _type_name(catalogs: list[Any], id: str) -> str:
    for catalog in catalogs:
        if id in catalog.component_types:
            return str(catalog.component_types[id].name)
        if id in catalog.flow_kinds:
            return f"{catalog.flow_kinds[id].name} flow"
    return id
