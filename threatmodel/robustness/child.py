"""What runs inside the sandbox: load libraries, give up all rights, then serve a program.

Started by `sandbox.start` as `python -I`, with nothing in its environment and two pipes.
A program has `warm()`, called while files can still be read, and `answer(request, body)`.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any, Protocol

from . import lockdown, wire
from .errors import RobustnessError

PROGRAMS = {
    "onnx": "threatmodel.robustness.adapters.onnx_child",
    "probes": "threatmodel.robustness.probe_child",
    "scan": "threatmodel.robustness.scan_child",
}


class Program(Protocol):
    def warm(self) -> None: ...

    def answer(self, request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]: ...


def _answer(program: Program, request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        return program.answer(request, body)
    except RobustnessError as error:
        return {"error": str(error)}, b""
    except MemoryError:
        return {"error": "model: it needs more memory than a model may use"}, b""
    except Exception as error:  # the parent needs an answer whatever a model provokes
        return {"error": f"model: {type(error).__name__} while it was run"}, b""


def main() -> None:
    settings = json.loads(sys.argv[2])
    wanted = lockdown.Mechanisms(**settings["mechanisms"])
    namespaces = wanted.namespaces and lockdown.take_namespaces()
    program: Program = importlib.import_module(PROGRAMS[settings["program"]]).PROGRAM
    program.warm()
    took = lockdown.shut(wanted, lockdown.Limits(**settings["limits"]), namespaces=namespaces)
    wire.write_frame(1, {"ready": took.as_dict()})
    while True:
        request, body = wire.read_frame(0)
        wire.write_frame(1, *_answer(program, request, body))
