"""Threat models of the OWASP Threat Model Library (TM-BOM JSON, version 1).

Actors, components and data stores become components, data sets assets, trust zones zones, personas
adversaries. Types and kinds that the format does not have are guessed from names, and each guess
stands in the report. What we have no place for is kept in the document's extensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from catalog.types import AdversaryProfile, Catalog
from threatmodel.core.document import MAX_LABEL, MAX_TEXT, DocumentError, Remark, parse
from threatmodel.core.document.fields import shown

from . import guesses
from .imported import Imported, Report
from .layout import arranged
from .source import read_text

NAME = "tm-library"
TITLE = "the OWASP Threat Model Library's JSON"
ELEMENTS = {"actors": "actor", "components": "component", "data_stores": "data_store"}
# Lists that we have no place for; they stay with the document under this format's name.
KEPT = ("trust_boundaries", "threats", "controls", "risks", "diagrams")
MAX_ENTRIES = 20_000
# How alike a misspelt name must be to be taken for the one that is declared.
ALIKE = 0.9

Entry = Mapping[str, object]
Row = dict[str, object]


def recognises(data: bytes, filename: str) -> bool:
    return data.lstrip()[:1] == b"{" and b'"symbolic_name"' in data and b'"scope"' in data


def read(data: bytes, catalog: Catalog, *, as_they_stand: bool = False) -> Imported:
    """The model as a document, laid out, with everything that was guessed or set aside.

    Raises
    ------
    DocumentError
        Naming the place in the file.
    """
    whole = read_text(data)
    if not isinstance(whole, Mapping):
        raise DocumentError("a threat model is a mapping with scope, components and data_flows")
    translation = _Translation(whole, catalog)
    document, _ = parse(translation.document(), catalog, as_entered=True)
    return Imported(NAME, arranged(document), report=translation.report())


@dataclass
class _Translation:
    """One file on its way; gathers the lines of the report as it goes."""

    data: Entry
    catalog: Catalog
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    mapped: list[Remark] = field(default_factory=list)
    kept: list[Remark] = field(default_factory=list)
    dropped: list[Remark] = field(default_factory=list)
    undeclared: list[Row] = field(default_factory=list)

    def document(self) -> Row:
        zones = [self._zone(one) for one in self._list("trust_zones")]
        components = [
            self._component(section, one) for section in ELEMENTS for one in self._list(section)
        ]
        assets = [self._asset(one) for one in self._list("data_sets")]
        self._place_assets(components)
        flows = [self._flow(index, one) for index, one in enumerate(self._list("data_flows"))]
        components.extend(self._stand(zones))
        self._see_who_serves(components, flows)
        self._tell_types(components)
        self._set_kinds(components, flows)
        return {
            "system": self._system(),
            "zones": zones,
            "components": [_without_marks(one) for one in components],
            "assets": assets,
            "flows": flows,
            "adversaries": self._adversaries(),
            "assumptions": [self._assumption(one) for one in self._list("assumptions")],
            "extensions": self._extensions(),
        }

    def report(self) -> Report:
        return Report(
            tuple(self._counts()), tuple(self.mapped), tuple(self.kept), tuple(self.dropped)
        )

    def _counts(self) -> Iterator[Remark]:
        parts = {name: len(self._list(name)) for name in ELEMENTS}
        why = ", ".join(f"{count} {_words(name)}" for name, count in parts.items())
        yield Remark(f"{sum(parts.values())} components", why)
        for name, ours in (
            ("data_flows", "flows"),
            ("trust_zones", "zones"),
            ("data_sets", "assets"),
            ("threat_personas", "adversaries"),
        ):
            count = len(self._list(name))
            if count:
                yield Remark(f"{count} {ours}", f"{_words(name)} of the file")

    def _list(self, name: str) -> Sequence[Entry]:
        entries = self.data.get(name) or []
        if not isinstance(entries, list) or not all(isinstance(one, Mapping) for one in entries):
            raise DocumentError(f"{shown(entries)} is not a list of mappings", field=name)
        if len(entries) > MAX_ENTRIES:
            raise DocumentError(
                f"at most {MAX_ENTRIES} of these are read", field=name, code="limit"
            )
        return entries

    def _system(self) -> Row:
        scope = self.data.get("scope")
        scope = scope if isinstance(scope, Mapping) else {}
        title = self._label(_text(scope, "title") or "Imported threat model", "the title")
        description = _text(scope, "description") or _text(self.data, "description")
        return {"name": title, "description": self._cut(description, "the description")}

    def _new_id(self, section: str, entry: Entry, prefix: str, index: int = 0) -> str:
        """An id of ours; a symbolic name may stand for a flow and a store at once."""
        name = _text(entry, "symbolic_name")
        stem = re.sub(r"[^a-z0-9]+", "-", (name or str(index + 1)).lower()).strip("-")
        found = wanted = f"{prefix}-{stem}"[:60].rstrip("-")
        number = 2
        while found in self.taken:
            found, number = f"{wanted}-{number}"[:64], number + 1
        self.taken.add(found)
        if name:
            if (section, name) in self.ids:
                message = f"'{name[:60]}' stands twice; names are used once"
                raise DocumentError(message, field=f"{section}.symbolic_name", code="taken")
            self.ids[section, name] = found
        return found

    def _label(self, value: str, what: str) -> str:
        return self._cut(value, what, MAX_LABEL)

    def _cut(self, value: str, what: str, limit: int = MAX_TEXT) -> str:
        if len(value) <= limit:
            return value
        self.dropped.append(Remark(f"the end of {what}", f"longer than {limit} characters"))
        return value[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"

    def _title(self, entry: Entry) -> str:
        title = _text(entry, "title") or _text(entry, "symbolic_name")
        return self._label(title, f"the name {title[:40]!r}")

    def _zone(self, entry: Entry) -> Row:
        title = self._title(entry)
        kind = guesses.guess(guesses.ZONES, title, _text(entry, "symbolic_name"))
        kind = kind if kind in self.catalog.zone_kinds else None
        why = f"taken for the kind '{kind}', by its name" if kind else "its kind is left open"
        self.mapped.append(Remark(f"zone '{title}'", why))
        key = self._new_id("trust_zones", entry, "z")
        return {"id": key, "kind": kind, "name": title, "extensions": _rest(entry, "title")}

    def _component(self, section: str, entry: Entry) -> Row:
        title = self._title(entry)
        found, why = self._guess(section, entry, title)
        note = self._cut(_text(entry, "description"), f"the description of '{title}'")
        zone = _text(entry, "trust_zone")
        return {
            "id": self._new_id(section, entry, "c"),
            "type": guesses.known(found, self.catalog.component_types, "other"),
            "name": title,
            "zone": self._resolve(("trust_zones",), zone, f"the zone of '{title}'"),
            "note": note,
            "assets": [],
            "attributes": {},
            "extensions": {**_rest(entry, "title", "description", "trust_zone"), "from": section},
            "_why": why,
        }

    def _guess(self, section: str, entry: Entry, title: str) -> tuple[str, str]:
        """A type and how we came to it."""
        names = (title, _text(entry, "symbolic_name"), _text(entry, "product"))
        if section == "actors":
            kind = _text(entry, "type")
            found = guesses.guess(guesses.PEOPLE, kind) or guesses.guess(guesses.PEOPLE, *names)
            return found or "person", "by its kind of actor" if kind else "by its name"
        if section == "data_stores":
            found = guesses.guess(guesses.STORES, *names)
            return found or "data-store", "by its name" if found else "because it stores data"
        found = guesses.guess(guesses.PARTS, *names[:2])
        return found or "other", "by its name" if found else "because its name says nothing"

    def _resolve(self, sections: Sequence[str], name: str, what: str) -> str | None:
        """Our id of a name in the file; a misspelt one is taken for what it resembles."""
        if not name:
            return None
        for section in sections:
            if (section, name) in self.ids:
                return self.ids[section, name]
        names = [known for section, known in self.ids if section in sections]
        alike = get_close_matches(name[:MAX_LABEL], names, n=2, cutoff=ALIKE)
        if len(alike) == 1:
            why = f"the file has no such name; taken for '{alike[0]}'"
            self.mapped.append(Remark(f"'{name}' as {what}", why))
            return self._resolve(sections, alike[0], what)
        return None

    def _asset(self, entry: Entry) -> Row:
        title = self._title(entry)
        said = entry.get("data_sensitivity")
        labels = [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
        if "cred" in labels:
            kind = "credential"
        else:
            kind = "model" if guesses.guess((("model", "model"),), title) else "data"
        personal = True if {"pii", "phi", "pci"} & set(labels) else None
        self.mapped.append(Remark(f"data set '{title}'", f"an asset of the kind '{kind}'"))
        key = self._new_id("data_sets", entry, "a")
        return {
            "id": key,
            "name": title,
            "kind": kind,
            "personal": personal,
            "extensions": _rest(entry, "title", "placements"),
        }

    def _place_assets(self, components: list[Row]) -> None:
        """Each data set into the stores where it lies, with what is said about it there."""
        by_id = {str(one["id"]): one for one in components}
        for entry in self._list("data_sets"):
            asset = self.ids.get(("data_sets", _text(entry, "symbolic_name")))
            placements = entry.get("placements")
            for place in placements if isinstance(placements, list) else []:
                if isinstance(place, Mapping):
                    self._place(str(asset), place, by_id)

    def _place(self, asset: str, place: Entry, by_id: Mapping[str, Row]) -> None:
        name = _text(place, "data_store")
        store = self._resolve(("data_stores", "components"), name, "a place of data")
        if store is None:
            self.dropped.append(
                Remark(f"a place of data, '{name[:60]}'", "the file has no such store")
            )
            return
        row = by_id[store]
        held = row["assets"]
        assert isinstance(held, list)  # noqa: S101 (made above)
        held.append(asset)
        if isinstance(place.get("encrypted"), bool):
            self._state(row, "encrypted_at_rest", place["encrypted"] is True)

    def _state(self, row: Row, name: str, value: bool) -> None:
        """A fact about a component, where its type knows it; of two, the worse counts."""
        known = {one.id for one in self.catalog.attributes_of(str(row["type"]))}
        facts = row["attributes"]
        if name in known and isinstance(facts, dict):
            facts[name] = value and facts.get(name, True)

    def _flow(self, index: int, entry: Entry) -> Row:
        title = self._title(entry)
        found: Row = {
            "id": self._new_id("data_flows", entry, "f", index),
            "name": title,
            "source": self._end(index, entry, "source", title),
            "target": self._end(index, entry, "destination", title),
            "extensions": _rest(entry, "title", "source", "destination", "encrypted"),
        }
        if isinstance(entry.get("encrypted"), bool):
            found["attributes"] = {"encrypted": entry["encrypted"]}
        return found

    def _end(self, index: int, entry: Entry, side: str, title: str) -> str:
        end = entry.get(side)
        name = _text(end, "object") if isinstance(end, Mapping) else ""
        if not isinstance(end, Mapping) or not name:
            message = "a flow needs the name of an element here"
            raise DocumentError(message, field=f"data_flows[{index}].{side}")
        sections = sorted(ELEMENTS, key=lambda section: ELEMENTS[section] != _text(end, "type"))
        found = self._resolve(sections, name, f"the {side} of '{title}'")
        return found or self._undeclared(name, _text(end, "type"))

    def _undeclared(self, name: str, kind: str) -> str:
        """A flow's end that the file forgot to declare: drawn, so that the flow is not lost."""
        section = next((key for key, word in ELEMENTS.items() if word == kind), "components")
        entry = {"symbolic_name": name, "title": name.replace("-", " ").capitalize()}
        row = self._component(section, entry)
        row["_why"] = "drawn because a flow names it; the file does not declare it"
        self.undeclared.append(row)
        return str(row["id"])

    def _stand(self, zones: list[Row]) -> list[Row]:
        """Undeclared people from outside go where the Internet is, if there is one such zone."""
        outside = [str(zone["id"]) for zone in zones if zone["kind"] == "internet"]
        for row in self.undeclared:
            kind = self.catalog.component_types[str(row["type"])]
            if kind.default_zone == "internet" and len(outside) == 1:
                row["zone"] = outside[0]
                row["_why"] = f"{row['_why']}; put on the Internet"
        return self.undeclared

    def _see_who_serves(self, components: list[Row], flows: list[Row]) -> None:
        """A web server that is fed from a model store answers with the model."""
        stores = {one["id"]: one["name"] for one in components if one["type"] == "model-registry"}
        for row in components:
            fed = [one for one in flows if one["target"] == row["id"] and one["source"] in stores]
            if row["type"] == "web-application" and fed:
                row["type"] = "inference-endpoint"
                row["_why"] = f"because it loads a model from '{stores[fed[0]['source']]}'"

    def _tell_types(self, components: list[Row]) -> None:
        for row in components:
            name = self.catalog.component_types[str(row["type"])].name
            self.mapped.append(Remark(f"'{row['name']}'", f"taken for '{name}', {row['_why']}"))

    def _set_kinds(self, components: list[Row], flows: list[Row]) -> None:
        """A call where somebody calls; what a gateway passes on is a call too."""
        section = {one["id"]: _section(one) for one in components}
        gateways = {one["id"] for one in components if one["type"] == "api-gateway"}
        for flow in flows:
            calls = section[flow["source"]] == "actors" or flow["source"] in gateways
            called = section[flow["target"]] == "components"
            flow["kind"] = "request" if calls and called else "data"
        requests = sum(flow["kind"] == "request" for flow in flows)
        why = "an actor, or a gateway for one, calls a component"
        self.mapped.append(Remark(f"{requests} flows as requests", why))
        self.mapped.append(Remark(f"{len(flows) - requests} flows as data", "all the others"))

    def _adversaries(self) -> list[Row]:
        found = [self._adversary(one) for one in self._list("threat_personas")]
        mishap = next((one for one in self.catalog.adversaries.values() if one.accident), None)
        if found and mishap and not any(one["accident"] for one in found):
            self.mapped.append(
                Remark(f"adversary '{mishap.name}'", "added; mishaps need no persona")
            )
            found.append(_profile(mishap, mishap.id, mishap.name, {}))
        return found

    def _adversary(self, entry: Entry) -> Row:
        title = self._title(entry)
        profile = self._nearest(entry)
        self.mapped.append(Remark(f"persona '{title}'", f"as the adversary '{profile.name}'"))
        key = self._new_id("threat_personas", entry, "p")
        return _profile(profile, key, title, _rest(entry, "title"))

    def _nearest(self, entry: Entry) -> AdversaryProfile:
        skill = _text(entry, "skill_level")
        access = _text(entry, "access_level")
        if entry.get("malicious_intent") is False:
            wanted = "accident"
        elif any(word in skill for word in ("oc_sponsored", "nation", "state", "organi")):
            wanted = "determined-group"
        elif any(word in access for word in ("admin", "privileged", "employee", "internal")):
            wanted = "insider"
        elif any(word in access for word in ("supplier", "vendor", "third")):
            wanted = "supplier"
        else:
            wanted = "customer" if "user" in access else "outsider"
        profiles = self.catalog.adversaries
        return profiles.get(wanted) or next(iter(profiles.values()))

    def _assumption(self, entry: Entry) -> Row:
        key = self._new_id("assumptions", entry, "as", len(self.taken))
        words = self._cut(_text(entry, "description"), "an assumption")
        return {"id": key, "text": words, "extensions": _rest(entry, "description")}

    def _extensions(self) -> Row:
        ours = {"scope", "description", *ELEMENTS, "trust_zones", "data_sets", "data_flows"}
        ours |= {"threat_personas", "assumptions"}
        rest = {name: value for name, value in self.data.items() if name not in ours}
        scope = self.data.get("scope")
        if isinstance(scope, Mapping):
            rest["scope"] = _rest(scope, "title", "description")
        for name in rest:
            count = len(self._list(name)) if name in KEPT else 0
            what = f"{count} {_words(name)}" if name in KEPT else f"'{name[:60]}'"
            self.kept.append(Remark(what, "no place for it here; kept with the document"))
        return {NAME: rest}


def _profile(profile: AdversaryProfile, key: str, name: str, rest: Row) -> Row:
    return {
        "id": key,
        "name": name,
        "capability": profile.capability.key,
        "intent": profile.intent.key,
        "targeting": profile.targeting.key,
        "footholds": list(profile.footholds),
        "accident": profile.accident,
        "extensions": rest,
    }


def _section(row: Row) -> object:
    extensions = row["extensions"]
    return extensions.get("from") if isinstance(extensions, Mapping) else None


def _without_marks(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DocumentError(f"{shown(value)} is not text", field=name)
    return value


def _rest(entry: Entry, *taken: str) -> Row:
    """What is left of an entry; it goes into the extensions, so nothing is lost."""
    return {name: value for name, value in entry.items() if name not in taken}


def _words(name: str) -> str:
    return name.replace("_", " ")
