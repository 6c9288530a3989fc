"""Files and values that the tests of formats share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from catalog import load
from catalog.types import Level
from threatmodel.core.document import Document
from threatmodel.core.inputs import Decision, Evidence, Inputs, Mitigation, Stratum
from threatmodel.formats import read_any

CATALOG = load()
HERE = Path(__file__).parent
BIRDS = HERE / "fixtures" / "bird-counter.tm-library.json"
SYSTEMS = sorted((HERE.parent / "systems").glob("*.yaml"))

ENTERED = Inputs(
    decisions=(
        Decision(
            "d-1", "evasion-query@c-score", "accept", "small sums", "Ada", date(2026, 1, 2),
            until=date(2027, 1, 1),
        ),
        Decision(
            "d-2", "evasion-query@c-score", "rate", "voted", "Bob", date(2026, 1, 3),
            likelihood=Level.HIGH, impact=Level.LOW,
        ),
    ),
    mitigations=(
        Mitigation(
            "m-1", "Limit calls", ("evasion-query@c-score",), "verified",
            measured={"evasion-query@c-score": 0.25}, effort="small", due=date(2026, 5, 1),
        ),
    ),
    evidence=(
        Evidence(
            "e-1", "c-score", "hopskipjump", "decision", False, date(2026, 2, 1), "ab12", 200, 3,
            eps=0.1, strata=(Stratum("7", 1, 20),), targets={3: True, 4: False},
            interval=(0.1, 0.2), controls_on=("rate-limit",),
        ),
    ),
)  # fmt: skip


def fraud() -> Document:
    path = next(path for path in SYSTEMS if path.stem == "fraud-scoring")
    return read_any(path.read_bytes(), path.name, CATALOG).document


WRONG: list[object] = [
    None,
    True,
    -1,
    1.5,
    "",
    "x" * 300,
    "\x00",
    [],
    [[]],
    {},
    {"object": "gate"},
    ["a", {}],
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside plain data."""
    yield path
    inner = enumerate(value) if isinstance(value, list) else ()
    for key, part in value.items() if isinstance(value, dict) else inner:
        yield from places(part, (*path, key))


def spoilt(data: bytes) -> st.SearchStrategy[bytes]:
    """The same JSON with one value, wherever, of a wrong kind."""
    paths = [*places(json.loads(data))][1:]
    return st.tuples(st.sampled_from(paths), st.sampled_from(WRONG)).map(
        lambda pair: _spoil(json.loads(data), *pair)
    )


def _spoil(whole: Any, path: tuple[Any, ...], value: Any) -> bytes:
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return json.dumps(whole).encode()
