"""A small sound catalog on disk, to be broken in one place at a time."""

from __future__ import annotations

from pathlib import Path

from catalog.loader import PACKAGED

KINDS = (PACKAGED / "kinds.yaml").read_text()

SOUND = {
    "components/other.yaml": """
id: other
name: Other component
stage: infrastructure
description: Anything.
icon: other
default_zone: production
""",
    "components/service.yaml": """
id: service
name: Service
stage: deployment
description: A service.
icon: service
ancestor: other
default_zone: production
attributes:
  - {id: guarded, kind: boolean, question: Is it guarded?}
  - {id: mood, kind: choice, question: Which?, choices: [wild, calm]}
  - {id: speed, kind: number, question: How fast?, unit: calls per minute}
implies: {guarded: false}
""",
    "threats/overload.yaml": """
id: overload
title: Too many calls
description: Somebody calls without end.
effect_on: {type: service}
applies: {all: [{inflow: {kind: request}}, {attribute: {mood: [wild]}}]}
needs: {any_of: [query]}
capability: low
success: {goal: any, prior: [0.1, 0.5], reason: It needs no craft.}
outcomes: [{dimension: availability, of: held-here, reason: Others wait.}]
answered_by:
  - {control: limit, at: way, acts_on: success, factor: [0.2, 0.5], reason: Few get through.}
references: {lists: [L1]}
examples:
  - holds: {components: [{id: s, type: service}]}
    on: s
  - holds_not: {components: [{id: o, type: other}]}
    on: o
""",
    "controls/limit.yaml": """
id: limit
title: Limit calls
description: Count and refuse.
function: prevent
stages: [deployment]
effort: small
mechanism: limiting
establishes: {rate_limited: true}
verify: {kind: procedural, checklist: [A caller was refused.]}
""",
    "adversaries/stranger.yaml": """
id: stranger
name: Stranger
description: Anybody.
capability: low
intent: low
targeting: low
footholds: [internet, service]
""",
    "frameworks/lists.yaml": """
id: lists
title: A list
edition: "1"
publisher: Somebody
url: https://example.org/
licence: CC0
entries:
  - {id: L1, title: First, url: "https://example.org/1"}
""",
    "frameworks/lists-next.yaml": """
id: lists-next
title: A list
edition: "2"
publisher: Somebody
url: https://example.org/2
licence: CC0
notice: Without the appendix.
follows: lists
entries:
  - {id: G, title: Heading, kind: group}
  - {id: N1, kind: risk, groups: [G], tags: [level 1]}
""",
    "crosswalks/renumbered.yaml": """
id: renumbered
title: What became of the first list
edition: "2"
publisher: Somebody
url: https://example.org/2
licence: CC0
by: ours
relation: follows
from: lists-next
links:
  - {from: N1, to: {lists: [L1]}}
""",
}


def write(folder: Path, changed: dict[str, str] | None = None) -> Path:
    """Write the sound catalog with some files changed or added. Text is what ends up on disk."""
    for name, text in {"kinds.yaml": KINDS, **SOUND, **(changed or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def replaced(name: str, old: str, new: str) -> dict[str, str]:
    """One file of the sound catalog with one piece of its text exchanged."""
    text = KINDS if name == "kinds.yaml" else SOUND[name]
    assert text.count(old) == 1, f"{name} has '{old}' {text.count(old)} times"
    return {name: text.replace(old, new)}
