"""Runs in pytm's environment: builds a neutral model and times pytm's analysis of it.

Called as `python pytm_run.py MODEL.json REPEATS`; prints one JSON object. Imports nothing of ours.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import Any

import pytm

CLASSES = {
    "user": pytm.Actor,
    "app": pytm.Server,
    "gateway": pytm.Server,
    "endpoint": pytm.Server,
    "llm": pytm.LLM,
    "agent": pytm.Process,
    "tool": pytm.Process,
    "retriever": pytm.Process,
    "documents": pytm.Datastore,
    "dataset": pytm.Datastore,
    "registry": pytm.Datastore,
    "training": pytm.Process,
    "notebook": pytm.Process,
    "logs": pytm.Datastore,
    "camera": pytm.ExternalEntity,
    "supplier": pytm.ExternalEntity,
}
CONTROLS = {
    "encrypted": "isEncrypted",
    "authenticated": "hasAccessControl",
    "logged": "isHardened",
    "checked": "validatesInput",
}


def build(model: dict[str, Any]) -> pytm.TM:
    """The neutral model in pytm's words; an unknown fact keeps pytm's default."""
    pytm.TM.reset()
    whole = pytm.TM("neutral")
    whole.description = "neutral model"
    zones = {row["id"]: pytm.Boundary(row["kind"]) for row in model["zones"]}
    parts = {}
    for row in model["components"]:
        part = parts[row["id"]] = CLASSES[row["kind"]](row["id"])
        part.inBoundary = zones[row["zone"]]
        state(part, row["facts"])
    for row in model["flows"]:
        flow = pytm.Dataflow(parts[row["source"]], parts[row["target"]], row["id"])
        state(flow, row["facts"])
    whole.check()
    return whole


def state(element: Any, facts: dict[str, bool]) -> None:
    for fact, value in facts.items():
        setattr(element.controls, CONTROLS[fact], value)


def main(path: str, repeats: int) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        model = json.load(file)
    resolve, builds = [], []
    for _ in range(repeats):
        begin = time.process_time()
        whole = build(model)
        builds.append(time.process_time() - begin)
        gc.collect()
        begin = time.process_time()
        whole.resolve()
        resolve.append(time.process_time() - begin)
    return {
        "resolve": resolve,
        "build": builds,
        "elements": len(pytm.TM._elements),
        "rules": len(pytm.TM._threats),
        "findings": len(whole.findings),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
