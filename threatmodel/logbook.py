"""The log in words: what an entry did, to what, and what that did to the risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from catalog import Catalog
from threatmodel.core.document import Document
from threatmodel.core.findings import parted
from threatmodel.core.naming import MOST_WORDS, called, full_name, plural, threat_title
from threatmodel.core.operations import Executed, from_log
from threatmodel.models import LogEntry, System
from threatmodel.robustness.naming import test_name

DOCUMENT_KINDS = ("operation", "restore")
MOST_NAMED = 5
HAPPENED = {"met": "answered for the first time"}  # an endpoint; until then nobody knew it
PLACES = {"box": "place", "points": "bends"}
ACTIONS = {"add": "Added", "set": "Changed", "remove": "Removed"}
DECIDED = {
    "accept": "Accepted",
    "transfer": "Transferred",
    "avoid": "Avoided",
    "dismiss": "Dismissed",
    "rate": "Rated",
    "reopen": "Reopened",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words. `head` says what was done, `detail` to what."""

    entry: LogEntry
    head: str
    detail: str

    @property
    def sentence(self) -> str:
        return f"{self.head}: {self.detail}" if self.detail else self.head

    @property
    def before(self) -> dict[str, Any]:
        return self.entry.risk.get("before") or {}

    @property
    def after(self) -> dict[str, Any]:
        return self.entry.risk.get("after") or {}

    @property
    def moved(self) -> bool:
        """Whether anything of the risk reads otherwise than before."""
        return self.before != self.after

    @property
    def levels(self) -> list[tuple[str, int, int]]:
        """Levels with another number of findings: the level, before, after."""
        was, now = self.before.get("by_level") or {}, self.after.get("by_level") or {}
        pairs = ((level, was.get(level, 0), count) for level, count in now.items())
        return [one for one in pairs if one[1] != one[2]]


@dataclass(frozen=True, slots=True)
class Names:
    """What elements and threats are called: as of now, or as they were called when removed."""

    document: Document
    catalog: Catalog
    gone: Mapping[str, str] = field(default_factory=dict)

    def element(self, id: str) -> str:
        name = full_name(self.document, id)
        return self.gone.get(id, id) if name == id else name

    def called(self, kind: str, id: str) -> str:
        name = called(self.document, kind, id)
        return self.gone.get(id, id) if name == id else name

    def finding(self, key: str) -> str:
        threat, element = parted(key)
        return f"{threat_title(self.document, self.catalog, threat)} on {self.element(element)}"


def names(system: System, document: Document, catalog: Catalog) -> Names:
    """The names that a log tells of: it outlives what it is about. One query."""
    removed = system.elements.filter(removed_at__isnull=False).values_list("element_id", "data")
    return Names(document, catalog, {id: data["name"] for id, data in removed if data.get("name")})


def tell(entry: LogEntry, names: Names) -> Line:
    """An entry in words, with the names of today where there are such."""
    if entry.kind in DOCUMENT_KINDS:
        executed = [from_log(one) for one in entry.changes]
        head = "Restored an earlier revision" if entry.kind == "restore" else _edit(executed)
        named = dict.fromkeys(_subject(one, names) for one in executed)
        return Line(entry, head, _some(tuple(named)))
    told = entry.changes[0] if entry.changes else {}
    if entry.kind == "mitigation" and len(entry.changes) > 1:
        titles = tuple(str(one.get("title", "")) for one in entry.changes)
        return Line(entry, f"Planned {plural(len(titles), 'mitigation')}", _some(titles))
    if entry.kind == "decision" and len(entry.changes) > 1:
        keys = [str(one.get("finding", "")) for one in entry.changes]
        about = tuple(names.finding(key) for key in keys)
        count = plural(len(keys), "finding")
        head = DECIDED.get(str(told.get("action", "")), "Decided")
        return Line(entry, f"{head} {count}", _some(about))
    return Line(entry, *_entered(entry.kind, told, names))


def _edit(executed: list[Executed]) -> str:
    if not executed:
        return "Nothing was left to take back"
    kinds = {one.kind.replace("_", " ") for one in executed}
    kind = kinds.pop() if len(kinds) == 1 else "element"
    if len(executed) == 1:
        return f"{ACTIONS[executed[0].action]} {kind}"
    counts = Counter(ACTIONS[one.action] for one in executed)
    told = [f"{verb.lower()} {plural(counts[verb], kind)}" for verb in counts]
    return ", ".join(told).capitalize()


def _subject(one: Executed, names: Names) -> str:
    """The element's name; for a change also which of its facts, in an order that no store has."""
    facts = sorted(_fact(key.rpartition(".")[2]) for key in one.values if key != "name")
    told = f" ({', '.join(facts[:3])})" if one.action == "set" and facts else ""
    return f"{_named(one, names)}{told}"


def _fact(key: str) -> str:
    return PLACES.get(key, key.replace("_", " "))


def _named(one: Executed, names: Names) -> str:
    """By what it says of itself in the entry, else as it is called now; never by an id."""
    said = [held.get(key) for held in (one.values, one.was) for key in ("name", "title", "text")]
    words = next((str(text) for text in said if text), "") or names.called(one.kind, one.id)
    if words != one.id:
        return shorten(words, MOST_WORDS, placeholder="…")
    return _ends(one, names) or f"unnamed {one.kind.replace('_', ' ')}"


def _ends(one: Executed, names: Names) -> str:
    """Of a flow from where to where it went then, also when it is gone."""
    held = {**one.was, **one.values}
    ends = [held[end] for end in ("source", "target") if end in held]
    return " to ".join(names.element(str(end)) for end in ends) if len(ends) == 2 else ""


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _entered(kind: str, told: dict[str, Any], names: Names) -> tuple[str, str]:
    if "branch_of" in told:
        sort = "measurement" if kind == "evidence" else kind
        return f"Brought along {plural(told['imported'], sort)}", f"from {told['branch_of']}"
    if "imported" in told:
        return f"Imported {kind} entries", str(told["imported"])
    finding = names.finding(str(told.get("finding", "")))
    if kind == "decision":
        return DECIDED.get(str(told.get("action", "")), "Decided"), finding
    if kind == "vote":
        return "Voted", f"{finding}{_counted(told)}"
    if kind == "mitigation":
        return f"Mitigation {told.get('status', '')}", str(told.get("title", ""))
    if kind in ("evidence", "model"):
        where = names.element(str(told.get("element", "")))
        test = str(told.get("test") or "")
        named = test_name(test) if test else told.get("name") or ""
        what = str(told.get("what", ""))
        return f"{kind.capitalize()} {HAPPENED.get(what, what)}", f"{named} on {where}"
    if kind == "clock":
        return "A new day", f"Ages and ends counted to {told.get('as_of', '')}"
    if kind == "catalog":
        return _catalog(told)
    return kind.capitalize(), ""


def _counted(told: dict[str, Any]) -> str:
    """Which round it was, and how many took part."""
    return f" (round {told.get('round', 1)}, {plural(len(told.get('votes', [])), 'vote')})"


def _catalog(told: dict[str, Any]) -> tuple[str, str]:
    """Another catalog, what it did, and why nobody was asked if so."""
    counts = (
        f"{plural(told.get('changed', 0), 'finding')} new or changed, {told.get('gone', 0)} gone"
    )
    if told.get("lost"):
        return "Took the newest catalog: the earlier one cannot be read any more", counts
    return "Applied a newer catalog", f"{str(told.get('to', ''))[:12]}: {counts}"
