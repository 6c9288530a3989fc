"""Documents and edits for property tests: every kind of element, and edits right and wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from catalog import load
from threatmodel.core.document import Document, collection, parse
from threatmodel.core.document.schema import COLLECTIONS, KINDS
from threatmodel.core.operations import Operation, parse_operation

CATALOG = load()
LEVELS = ("very low", "low", "moderate", "high", "very high")
TYPES = ("external-user", "inference-endpoint", "data-set", "agent", "other")
FACTS = {
    "returns_scores": st.booleans(),
    "requests_per_minute": st.sampled_from([0, 60, 0.5, 1e6]),
    "learning": st.sampled_from(["frozen", "online"]),
    "relays_input": st.booleans(),
}
FLOW_FACTS = {"encrypted": st.booleans(), "admits": st.sampled_from(["anyone", "mutual"])}

names = st.sampled_from(["", "A", "Größe", "no", "12:30:45", "2001-01-01", "<b>", "a\nb", "𝛼"])
places = st.integers(-500, 500) | st.sampled_from([0.5, 1e5])
sizes = st.sampled_from([1, 64, 176.25])
boxes = st.tuples(places, places, sizes, sizes).map(list)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0.1, "x", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab._", max_size=3), inner),
    max_leaves=4,
)
extensions = st.dictionaries(st.text("xyz.", min_size=1, max_size=3), plain, max_size=2)


def subset(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=3) if values else st.just([])


def maybe(values: list[str]) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *values])


@st.composite
def rows(draw: st.DrawFn, kind: str, ids: dict[str, list[str]]) -> dict[str, Any]:
    """The values of one element, without its id; `ids` are those that it may name."""
    values: dict[str, Any] = {}
    if kind in ("adversary", "asset", "zone", "component", "flow"):
        values["name"] = draw(names)
    if kind in ("zone", "component", "note"):
        values["box"] = draw(boxes)
    if kind == "adversary":
        places_here = [*ids["zone"], *ids["component"], "internet", "agent"]
        values |= {
            "capability": draw(st.sampled_from(LEVELS)),
            "footholds": draw(subset(places_here)),
        }
    elif kind == "asset":
        values |= {"personal": draw(st.none() | st.booleans())}
        values |= draw(
            st.dictionaries(st.sampled_from(CATALOG.dimensions), st.sampled_from(LEVELS))
        )
    elif kind == "zone":
        values |= {
            "kind": draw(maybe(["internet", "production"])),
            "parent": draw(maybe(ids["zone"])),
        }
        values["trust"] = draw(maybe(["hostile", "restricted"]))
    elif kind == "component":
        values |= {"type": draw(st.sampled_from(TYPES)), "zone": draw(maybe(ids["zone"]))}
        known = {one.id for one in CATALOG.attributes_of(values["type"])}
        facts = {name: value for name, value in FACTS.items() if name in known}
        values["attributes"] = draw(st.fixed_dictionaries({}, optional=facts))
        values["assets"] = draw(subset(ids["asset"]))
    elif kind == "flow":
        values |= {"kind": draw(st.sampled_from(list(CATALOG.flow_kinds)))}
        values |= {end: draw(st.sampled_from(ids["component"])) for end in ("source", "target")}
        values["attributes"] = draw(st.fixed_dictionaries({}, optional=FLOW_FACTS))
        values["assets"] = draw(subset(ids["asset"]))
        values["points"] = draw(st.lists(st.tuples(places, places).map(list), max_size=2))
    elif kind == "scenario":
        values |= {"title": draw(names), "needs": draw(subset(["query", "supply"]))}
        values["element"] = draw(st.sampled_from(ids["component"] + ids["flow"]))
    elif kind in ("assumption", "note"):
        values["text"] = draw(names)
    elif kind == "out_of_scope":
        values["reason"] = draw(names)
    elif kind in ("image", "catalog"):
        return draw(st.dictionaries(st.text("ab.", min_size=1, max_size=3), plain))
    return {**values, "extensions": draw(extensions)}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    ids: dict[str, list[str]] = {kind: [] for kind in KINDS}
    data: dict[str, Any] = {"system": {"name": draw(names), "extensions": draw(extensions)}}
    counts = {"asset": 2, "zone": 4, "component": 5, "flow": 6}
    for kind in ("asset", "zone", "component", "flow", "scenario", "adversary", "note", "image"):
        needs_components = kind in ("flow", "scenario") and not ids["component"]
        count = 0 if needs_components else draw(st.integers(0, counts.get(kind, 1)))
        entries = data.setdefault(COLLECTIONS[kind], [])
        for number in range(count):
            entries.append({"id": f"{kind[:3]}-{number}", **draw(rows(kind, ids))})
            ids[kind].append(entries[-1]["id"])
    inside = ids["component"] + ids["flow"] + ids["zone"]
    left_out = sorted(set(draw(subset(inside))))
    data["out_of_scope"] = [{"element": key, "reason": "later"} for key in left_out]
    return parse(data, CATALOG)[0]


@st.composite
def changes(draw: st.DrawFn, document: Document) -> dict[str, Any]:
    """One change, usually possible; names may be wrong, elements gone."""
    kind = draw(st.sampled_from([kind for kind in KINDS if kind != "system"]))
    ids: dict[str, list[str]] = {kind: [*collection(document, kind)] for kind in KINDS}
    here = ids[kind]
    known = {name: [*keys, "new-1"] for name, keys in ids.items()}
    action = draw(st.sampled_from(["add", "set", "set", "remove"]))
    if action == "add" or not here:
        fresh = draw(st.sampled_from(["new-1", "new-2", "new-3", *ids["component"][:1]]))
        return {"kind": kind, "id": fresh, "add": draw(rows(kind, known))}
    key = draw(st.sampled_from(here))
    if action == "remove":
        return {"kind": kind, "id": key, "remove": True}
    return {"kind": kind, "id": key, "set": draw(sets(kind, known))}


@st.composite
def sets(draw: st.DrawFn, kind: str, ids: dict[str, list[str]]) -> dict[str, Any]:
    values = draw(rows(kind, ids))
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("attributes", "extensions"):
            found |= {f"{name}.{key}": part for key, part in value.items()}
        elif name in ("assets", "footholds", "needs"):
            found[f"{name}.{draw(st.sampled_from('+-'))}"] = value
        else:
            found[name] = draw(st.just(value) | st.none()) if name in ("zone", "parent") else value
    names = draw(st.sets(st.sampled_from(sorted(found)))) if found else set()
    return {name: found[name] for name in names}


@st.composite
def operations(draw: st.DrawFn, document: Document) -> Operation:
    made = draw(st.lists(changes(document), min_size=1, max_size=4))
    number = draw(st.integers(0, 2**128 - 1))
    return parse_operation({"id": str(UUID(int=number)), "changes": made})
