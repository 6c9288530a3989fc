"""Neutral models of machine-learning systems and rules over them, the same for the same seed.

A neutral model is plain data that any tool's runner can read. Its words are mapped to the nearest
of each tool, so counts of threats compare nothing; the work done does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from catalog.applies import parse_rule
from catalog.types import Attribute, Catalog, Level, Needs, Side, Success, Threat
from threatmodel.core.document import Document, parse

KINDS: Mapping[str, str] = {
    "user": "external-user",
    "app": "web-application",
    "gateway": "api-gateway",
    "endpoint": "inference-endpoint",
    "llm": "llm-endpoint",
    "agent": "agent",
    "tool": "agent-tool",
    "retriever": "retriever",
    "documents": "document-store",
    "dataset": "data-set",
    "registry": "model-registry",
    "training": "training-job",
    "notebook": "notebook",
    "logs": "log-store",
    "camera": "camera",
    "supplier": "external-service",
}
ZONES = ("internet", "production", "development", "restricted", "partner", "office")
FLOWS = ("request", "request", "request", "data", "training", "artefact", "deployment", "control")
FACTS = ("encrypted", "authenticated", "logged", "checked")

Model = Mapping[str, Any]


def neutral(components: int, seed: int = 7) -> Model:
    """A model of that many components, 1.6 flows for each, in six zones, half its facts known."""
    rng = Random(seed)
    names = [f"c{i}" for i in range(components)]
    return {
        "zones": [{"id": f"z{i}", "kind": kind} for i, kind in enumerate(ZONES)],
        "components": [
            {
                "id": name,
                "kind": rng.choice(list(KINDS)),
                "zone": f"z{rng.randrange(len(ZONES))}",
                "facts": _facts(rng),
            }
            for name in names
        ],
        "flows": [_flow(rng, f"f{i}", names) for i in range(int(components * 1.6))],
    }


def as_data(model: Model, words: Catalog) -> dict[str, Any]:
    """The same in our format, as plain data."""
    return {
        "format": "bartizan/1",
        "system": {"name": "Neutral model"},
        "zones": [{**zone, "name": zone["kind"]} for zone in model["zones"]],
        "components": [
            {
                "id": row["id"],
                "name": row["id"],
                "type": KINDS[row["kind"]],
                "zone": row["zone"],
                "attributes": _stated(row["facts"], words.attributes_of(KINDS[row["kind"]])),
            }
            for row in model["components"]
        ],
        "flows": [
            {
                "id": row["id"],
                "kind": row["kind"],
                "source": row["source"],
                "target": row["target"],
                "attributes": _stated(row["facts"], words.flow_attributes),
            }
            for row in model["flows"]
        ],
    }


def as_document(model: Model, words: Catalog) -> Document:
    document, _ = parse(as_data(model, words), words)
    return document


def with_rules(words: Catalog, rules: int = 300, seed: int = 7) -> Catalog:
    """The same words with synthetic rules: six in ten on components, of two to six atoms."""
    rng = Random(seed)
    threats = {f"t{i}": _threat(rng, words, f"t{i}") for i in range(rules)}
    return replace(words, threats=threats, digest=f"bench {rules} {seed}")


def _facts(rng: Random) -> dict[str, bool]:
    return {fact: rng.random() < 0.5 for fact in FACTS if rng.random() < 0.5}


def _flow(rng: Random, name: str, ends: list[str]) -> dict[str, Any]:
    source, target = rng.choice(ends), rng.choice(ends)
    kind = rng.choice(FLOWS)
    return {"id": name, "kind": kind, "source": source, "target": target, "facts": _facts(rng)}


def booleans(attributes: tuple[Attribute, ...]) -> list[str]:
    """Ids of the yes-or-no attributes, which synthetic rules read."""
    return [attribute.id for attribute in attributes if attribute.kind == "boolean"]


def _stated(facts: Mapping[str, bool], attributes: tuple[Attribute, ...]) -> dict[str, bool]:
    """Neutral facts put on the first boolean attributes that the element has."""
    names = dict(zip(FACTS, booleans(attributes), strict=False))
    return {names[fact]: value for fact, value in facts.items() if fact in names}


def _threat(rng: Random, words: Catalog, name: str) -> Threat:
    on_flow = rng.random() < 0.4
    strikes = Side(flow=(rng.choice(FLOWS),)) if on_flow else Side(type=(_type(rng),))
    atoms = [_atom(rng, words, strikes) for _ in range(rng.randint(2, 6))]
    applies = {"all": [atoms[0], {"any": atoms[1:]}]} if rng.random() < 0.5 else {"all": atoms}
    return Threat(
        id=name,
        title=name,
        description="",
        effect_on=strikes,
        applies=parse_rule(applies, name),
        needs=Needs(any_of=("query",)),
        capability=Level.LOW,
        success=Success("any", (0.2, 0.5), "synthetic"),
        outcomes=(),
        answered_by=(),
        references={},
    )


def _type(rng: Random) -> str:
    return rng.choice(list(KINDS.values()))


def _atom(rng: Random, words: Catalog, strikes: Side) -> dict[str, object]:
    own = words.flow_attributes if strikes.flow else words.attributes_of(strikes.type[0])
    choices: list[dict[str, object]] = [
        {"attribute": rng.choice(booleans(own))},
        {"attribute": rng.choice(booleans(own))},
        {"not": {"attribute": rng.choice(booleans(own))}},
        {"zone": {"kind": [rng.choice(ZONES)]}},
        {"crosses_boundary": True},
        {"trust_drop": True},
        {"reachable_from": {"type": _type(rng)}},
    ]
    if not strikes.flow:
        choices.append({"inflow": {"kind": "request", "other": {"type": _type(rng)}}})
        choices.append({"inflow": {"attribute": rng.choice(booleans(words.flow_attributes))}})
        choices.append({"lineage_from": {"type": "data-set"}})
    return rng.choice(choices)
