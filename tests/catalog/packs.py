"""A workspace's own file, sound, to be broken in one place at a time."""

from __future__ import annotations

import json
from typing import Any

from catalog.source import read_yaml

TEXT = """\
components:
  - id: smart-meter
    name: Smart meter
    stage: infrastructure
    description: A meter in a cellar that a model reads by its picture.
    icon: camera
    ancestor: camera
    default_zone: device
    attributes:
      - {id: sealed_case, kind: boolean, question: "Is its case sealed?"}
threats:
  - id: meter-replay
    title: Old readings are shown to the meter's camera
    description: Somebody holds up a picture of last year's reading, and the bill is too low.
    effect_on: {type: smart-meter}
    applies:
      all:
        - reaches: {type: inference-endpoint}
    needs: {any_of: [physical]}
    capability: low
    success: {goal: any, prior: [0.1, 0.6], reason: A plain camera cannot tell a print.}
    outcomes: [{dimension: integrity, of: carried-by-flow, reason: The bill is wrong.}]
    answered_by:
      - control: meter-seal
        at: effect
        acts_on: success
        factor: [0.1, 0.5]
        reason: Nobody gets before the lens.
    examples:
      - holds:
          components: [{id: m, type: smart-meter}, {id: e, type: inference-endpoint}]
          flows: [{id: f, kind: data, source: m, target: e}]
        on: m
      - holds_not:
          components: [{id: m, type: smart-meter}]
        on: m
controls:
  - id: meter-seal
    title: Seal the meter
    description: A seal over the case that breaks when somebody opens it.
    function: prevent
    stages: [deployment]
    effort: small
    mechanism: sealing
    verify: {kind: procedural, checklist: [The seal was looked at.]}
"""


def pack() -> dict[str, Any]:
    """Its entries as plain values, anew each time."""
    read = read_yaml(TEXT.encode(), "own.yaml")
    assert isinstance(read, dict)
    return read


def written(pack: dict[str, Any]) -> bytes:
    """A changed one as a file; JSON is YAML."""
    return json.dumps(pack).encode()
