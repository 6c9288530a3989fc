"""The document as plain data again, in one canonical spelling.

Elements are ordered by id, keys stand in the schema's order, whole numbers are written as such:
equal documents have equal bytes, and so equal digests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from .schema import COLLECTIONS, SCHEMAS, Schema
from .values import FORMAT, Asset, Component, Document, Element, Flow, Record

Row = dict[str, object]


def row(schema: Schema, element: Element) -> Row:
    """One element as plain data, without its id."""
    if isinstance(element, Record):
        return dict(element.values)
    data: Row = {}
    for one in schema.fields:
        value = getattr(element, one.name)
        data[one.name] = value if one.write is None else one.write(value)
    if isinstance(element, Asset):
        data.update((name, found.key) for name, found in sorted(element.levels.items()))
    if isinstance(element, Component | Flow):
        data["attributes"] = dict(sorted(element.attributes.items()))
    if element.extensions:
        data["extensions"] = dict(element.extensions)
    return data


def to_data(document: Document) -> Row:
    """The document in the shape of the contract, ready for JSON.

    Notes
    -----
    O(elements), sorted by id.
    """
    data: Row = {"format": FORMAT, "system": row(SCHEMAS["system"], document.system)}
    for kind, name in COLLECTIONS.items():
        data[name] = _rows(SCHEMAS[kind], getattr(document, name))
    if document.extensions:
        data["extensions"] = dict(document.extensions)
    return data


def _rows(schema: Schema, elements: Mapping[str, Element]) -> list[Row]:
    return [{schema.id_key: key, **row(schema, elements[key])} for key in sorted(elements)]


def canonical(data: object) -> bytes:
    """JSON with sorted keys and no spaces: the bytes that are hashed."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(document: Document) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical(to_data(document))).hexdigest()
