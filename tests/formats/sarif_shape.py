"""What the published schema of SARIF 2.1.0 demands of the objects that we write, in our words."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
TEXT: Json = {"type": "string"}


def only(needed: tuple[str, ...] = (), **properties: Json) -> Json:
    """An object that has these properties and no others, as everywhere in SARIF."""
    bag = {"type": "object", "properties": {"tags": {**many(TEXT), "uniqueItems": True}}}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(needed),
        "properties": {**properties, "properties": bag},
    }


def many(of: Json, **more: Any) -> Json:
    return {"type": "array", "items": of, **more}


MESSAGE = only(("text",), text=TEXT, markdown=TEXT, id=TEXT, arguments=many(TEXT))
WORDS = only(("text",), text=TEXT, markdown=TEXT)
PLACE = only(
    name=TEXT,
    index={"type": "integer", "minimum": -1},
    fullyQualifiedName=TEXT,
    decoratedName=TEXT,
    parentIndex={"type": "integer", "minimum": -1},
    kind=TEXT,
)
SUPPRESSION = only(
    ("kind",),
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification=TEXT,
)
RESULT = only(
    ("message",),
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations=many(only(logicalLocations=many(PLACE, uniqueItems=True), message=MESSAGE)),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions=many(SUPPRESSION, uniqueItems=True),
)
RULE = only(
    ("id",),
    id=TEXT,
    name=TEXT,
    shortDescription=WORDS,
    fullDescription=WORDS,
    help=WORDS,
    helpUri={"type": "string", "format": "uri"},
)
# The pattern of a semantic version is a recommendation of semver.org, not of the schema.
DRIVER = only(("name",), name=TEXT, semanticVersion=TEXT, rules=many(RULE, uniqueItems=True))
RUN = only(
    ("tool",),
    tool=only(("driver",), driver=DRIVER),
    results=many(RESULT),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
)
LOG = only(
    ("version", "runs"),
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"enum": ["2.1.0"]},
    runs=many(RUN),
)
