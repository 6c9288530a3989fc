"""Personas to adversaries: each is taken for the nearest profile of the catalog."""

from __future__ import annotations

from catalog.types import AdversaryProfile, Catalog
from threatmodel.core.document import Remark

from .ledger import Entry, Ledger, Row, said, without

# The first profile with a word that the persona's skill or access contains.
_BY_SKILL = (("determined-group", ("oc_sponsored", "nation", "state", "organi", "apt")),)
_BY_ACCESS = (
    ("insider", ("admin", "privileged", "employee", "internal", "developer", "operator")),
    ("supplier", ("supplier", "vendor", "third", "partner")),
    ("customer", ("user", "customer")),
)


def adversaries(ledger: Ledger, catalog: Catalog) -> list[Row]:
    """The file's personas, and mishaps, which need no persona. None if the file has none."""
    found = ledger.each("threat_personas", lambda entry: _adversary(ledger, entry, catalog))
    mishap = next((one for one in catalog.adversaries.values() if one.accident), None)
    if found and mishap and not any(row["accident"] for row in found):
        why = "added; mishaps need no persona"
        ledger.mapped.append(Remark(f"adversary '{mishap.name}'", why))
        key = ledger.new_id("threat_personas", {"symbolic_name": mishap.id}, "p")
        found.append(_row(mishap, key, mishap.name, {}))
    return found


def _adversary(ledger: Ledger, entry: Entry, catalog: Catalog) -> Row:
    title = ledger.title(entry)
    profile = _nearest(entry, catalog)
    ledger.mapped.append(Remark(f"persona '{title}'", f"as the adversary '{profile.name}'"))
    key = ledger.new_id("threat_personas", entry, "p")
    return _row(profile, key, title, without(entry, "title"))


def _nearest(entry: Entry, catalog: Catalog) -> AdversaryProfile:
    skill, access = said(entry, "skill_level"), said(entry, "access_level")
    wanted = "accident" if entry.get("malicious_intent") is False else ""
    for text, table in ((skill, _BY_SKILL), (access, _BY_ACCESS)):
        named = (profile for profile, words in table if any(word in text for word in words))
        wanted = wanted or next(named, "")
    profiles = catalog.adversaries
    return profiles.get(wanted) or profiles.get("outsider") or next(iter(profiles.values()))


def _row(profile: AdversaryProfile, key: str, name: str, rest: Row) -> Row:
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
