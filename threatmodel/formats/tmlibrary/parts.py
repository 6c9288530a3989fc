"""What is drawn: zones, components of three lists, data sets in their stores, flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from catalog.types import Catalog
from threatmodel.core.document import DocumentError, Remark

from .. import guesses
from .ledger import Entry, Ledger, Row, said, without

# The lists of elements, and what a flow's end calls each.
ELEMENTS = {"actors": "actor", "components": "component", "data_stores": "data_store"}
_PERSONAL = {"pii", "phi", "pci"}


@dataclass
class Part:
    """A component in the making, with how we came to its type."""

    id: str
    section: str
    name: str
    type: str
    why: str
    zone: str | None
    note: str
    extensions: Row
    assets: list[str] = field(default_factory=list)
    facts: dict[str, bool] = field(default_factory=dict)

    def row(self) -> Row:
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "zone": self.zone,
            "note": self.note,
            "assets": self.assets,
            "attributes": self.facts,
            "extensions": {**self.extensions, "from": self.section},
        }


@dataclass
class Drawing:
    """Reads the lists in the order in which they name each other."""

    ledger: Ledger
    catalog: Catalog
    parts: dict[str, Part] = field(default_factory=dict)
    zone_kinds: dict[str, str | None] = field(default_factory=dict)
    unnamed: int = 0

    def rows(self) -> dict[str, list[Row]]:
        """Zones, components, assets and flows as rows of ours."""
        zones = self.ledger.each("trust_zones", self._zone)
        for section in ELEMENTS:
            self.ledger.each(section, partial(self._part, section))
        assets = self.ledger.each("data_sets", self._asset)
        flows = self.ledger.each("data_flows", self._flow)
        if self.unnamed:
            why = f"{self.unnamed} only repeat what the flows join; kept, but not as their names"
            self.ledger.kept.append(Remark("titles of flows", why))
        self._see_who_serves(flows)
        self._set_kinds(flows)
        for part in self.parts.values():
            name = self.catalog.component_types[part.type].name
            self._tell(f"'{part.name}'", f"taken for '{name}', {part.why}")
        components = [part.row() for part in self.parts.values()]
        return {"zones": zones, "components": components, "assets": assets, "flows": flows}

    def _tell(self, what: str, why: str) -> None:
        self.ledger.mapped.append(Remark(what, why))

    def _zone(self, entry: Entry) -> Row:
        title = self.ledger.title(entry)
        kind = guesses.guess(guesses.ZONES, title, said(entry, "symbolic_name"))
        kind = kind if kind in self.catalog.zone_kinds else None
        why = f"taken for the kind '{kind}', by its name" if kind else "its kind is left open"
        self._tell(f"zone '{title}'", why)
        key = self.ledger.new_id("trust_zones", entry, "z")
        self.zone_kinds[key] = kind
        return {"id": key, "kind": kind, "name": title, "extensions": without(entry, "title")}

    def _part(self, section: str, entry: Entry) -> Row:
        title = self.ledger.title(entry)
        found, why = _guess(section, entry, title)
        zone = said(entry, "trust_zone")
        place = self.ledger.resolve(("trust_zones",), zone, f"the zone of '{title}'")
        if zone and place is None:
            self._tell(f"the zone of '{title}'", "the file has no such zone; left open")
        part = Part(
            id=self.ledger.new_id(section, entry, "c"),
            section=section,
            name=title,
            type=guesses.known(found, self.catalog.component_types, "other"),
            why=why,
            zone=place,
            note=self.ledger.cut(said(entry, "description"), f"the description of '{title}'"),
            extensions=without(entry, "title", "description", "trust_zone"),
        )
        self.parts[part.id] = part
        return {}

    def _asset(self, entry: Entry) -> Row:
        title = self.ledger.title(entry)
        labels = _words_of(entry, "data_sensitivity")
        kind = "model" if guesses.guess((("model", "model"),), title) else "data"
        kind = "credential" if "cred" in labels else kind
        personal = bool(_PERSONAL & labels) if labels else None
        about = {True: ", about people", False: ", not about people by its labels", None: ""}
        self._tell(f"data set '{title}'", f"an asset of the kind '{kind}'{about[personal]}")
        key = self.ledger.new_id("data_sets", entry, "a")
        placements = entry.get("placements")
        for place in placements if isinstance(placements, list) else []:
            if isinstance(place, Mapping):
                self._lay(key, place)
        return {
            "id": key,
            "name": title,
            "kind": kind,
            "personal": personal,
            "extensions": without(entry, "title"),
        }

    def _lay(self, asset: str, place: Entry) -> None:
        """A data set into the store where it lies; of two statements the worse counts."""
        name = said(place, "data_store")
        key = self.ledger.resolve(("data_stores", "components"), name, "a place of data")
        if key is None:
            why = "the file has no such store"
            self.ledger.dropped.append(Remark(f"a place of data, '{name[:60]}'", why))
            return
        part, encrypted = self.parts[key], place.get("encrypted")
        part.assets.append(asset)
        known = {one.id for one in self.catalog.attributes_of(part.type)}
        if isinstance(encrypted, bool) and "encrypted_at_rest" in known:
            before = part.facts.get("encrypted_at_rest", True)
            part.facts["encrypted_at_rest"] = before and encrypted

    def _flow(self, entry: Entry) -> Row:
        title = self.ledger.title(entry)
        encrypted = entry.get("encrypted")
        source = self._end(entry, "source", title)
        target = self._end(entry, "destination", title)
        extensions = without(entry, "title", "source", "destination", "encrypted")
        ends = (self.parts[source].name, self.parts[target].name)
        if guesses.repeats(title, *ends):
            extensions["title"], title = title, ""
            self.unnamed += 1
        return {
            "id": self.ledger.new_id("data_flows", entry, "f"),
            "name": title,
            "source": source,
            "target": target,
            "attributes": {"encrypted": encrypted} if isinstance(encrypted, bool) else {},
            "extensions": extensions,
        }

    def _end(self, entry: Entry, side: str, title: str) -> str:
        end = entry.get(side)
        name = said(end, "object") if isinstance(end, Mapping) else ""
        if not isinstance(end, Mapping) or not name:
            raise DocumentError("a flow needs the name of an element here", field=side)
        kind = said(end, "type")
        sections = sorted(ELEMENTS, key=lambda section: ELEMENTS[section] != kind)
        found = self.ledger.resolve(sections, name, f"the {side} of '{title}'")
        return found or self._undeclared(sections[0], name)

    def _undeclared(self, section: str, name: str) -> str:
        """A flow's end that the file forgot to declare: drawn, so that the flow is not lost.

        People of the outside go where the Internet is, if the file has one such zone.
        """
        title = name.replace("-", " ").replace("_", " ").capitalize()
        self._part(section, {"symbolic_name": name, "title": title})
        part = list(self.parts.values())[-1]
        part.why = "drawn because a flow names it, though the file does not declare it"
        part.extensions["undeclared"] = True
        outside = [key for key, kind in self.zone_kinds.items() if kind == "internet"]
        default = self.catalog.component_types[part.type].default_zone
        if default == "internet" and len(outside) == 1:
            part.zone = outside[0]
            part.why += "; put on the Internet"
        return part.id

    def _see_who_serves(self, flows: list[Row]) -> None:
        """A web server that is fed from a model store answers with the model."""
        for flow in flows:
            source, target = self.parts[str(flow["source"])], self.parts[str(flow["target"])]
            if source.type == "model-registry" and target.type == "web-application":
                target.type = "inference-endpoint"
                target.why = f"because it loads a model from '{source.name}'"

    def _set_kinds(self, flows: list[Row]) -> None:
        """A call where somebody calls; what a gateway passes on is a call too."""
        for flow in flows:
            source, target = self.parts[str(flow["source"])], self.parts[str(flow["target"])]
            calls = source.section == "actors" or source.type == "api-gateway"
            flow["kind"] = "request" if calls and target.section == "components" else "data"
        requests = sum(flow["kind"] == "request" for flow in flows)
        if flows:
            why = "an actor, or a gateway for one, calls a component"
            self._tell(f"{requests} flows as requests", why)
            self._tell(f"{len(flows) - requests} flows as data", "all the others")


def _guess(section: str, entry: Entry, title: str) -> tuple[str, str]:
    """A type and how we came to it."""
    names = (title, said(entry, "symbolic_name"), said(entry, "product"))
    if section == "actors":
        by_kind = guesses.guess(guesses.PEOPLE, said(entry, "type"))
        found = by_kind or guesses.guess(guesses.PEOPLE, *names)
        return found or "person", "by its kind of actor" if by_kind else "by its name"
    if section == "data_stores":
        found = guesses.guess(guesses.STORES, *names)
        return found or "data-store", "by its name" if found else "because it stores data"
    found = guesses.guess(guesses.PARTS, *names[:2])
    return found or "other", "by its name" if found else "because its name says nothing"


def _words_of(entry: Entry, name: str) -> set[str]:
    value = entry.get(name)
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()
