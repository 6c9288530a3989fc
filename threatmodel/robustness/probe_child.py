"""The program that tries to get out (see `probes`), one attempt per request."""

from __future__ import annotations

from typing import Any

from . import probes


class Probing:
    def warm(self) -> None:
        """Nothing to load."""

    def answer(self, request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        return {"out": probes.attempt(request["probe"], request["target"])}, b""


PROGRAM = Probing()
