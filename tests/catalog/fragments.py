"""Examples of threats as documents: the least that makes a fragment one is added here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.types import Catalog
from threatmodel.core.document import Document, parse

SAYS: dict[str, bool | None] = {"holds": True, "holds_not": False, "unknown": None}
_BOX = [0, 0, 160, 80]


def items(fragment: Mapping[str, object], kind: str) -> Iterator[dict[str, object]]:
    """The elements of one kind, each with a name; examples leave out what no rule reads."""
    written = fragment.get(kind, [])
    assert isinstance(written, list)
    for item in written:
        yield {"name": item["id"], **item}


def taken_apart(example: Mapping[str, object]) -> tuple[str, Mapping[str, object], str]:
    """What an example says (`holds`, ...), its fragment, and the element it speaks of."""
    (word,) = SAYS.keys() & example.keys()
    fragment, element = example[word], example["on"]
    assert isinstance(fragment, dict) and isinstance(element, str)
    return word, fragment, element


def drawn(example: Mapping[str, object], catalog: Catalog) -> tuple[str, Document, str]:
    """What an example says, its document, and the element; nothing in it may be unknown to us."""
    word, fragment, element = taken_apart(example)
    data = {
        "format": "bartizan/1",
        "system": {"name": "Example"},
        "assets": list(items(fragment, "assets")),
        "zones": [{"box": _BOX, **item} for item in items(fragment, "zones")],
        "components": [{"box": _BOX, **item} for item in items(fragment, "components")],
        "flows": list(items(fragment, "flows")),
    }
    document, remarks = parse(data, catalog)
    assert not remarks
    return word, document, element
