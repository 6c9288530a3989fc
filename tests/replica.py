"""One client's copy of a system, kept up by what the room tells and by nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson

from catalog import load
from threatmodel.core.document import parse, to_data
from threatmodel.core.operations import from_log, replay

Frame = dict[str, Any]
DRAWING = {"operation", "restore"}


class Replica:
    """Takes frames in any order and as often as they come; `behind` says that some are missing."""

    def __init__(self) -> None:
        self.revision = -1
        self.told = 0
        self.seen: list[str | None] = []
        self._base: Frame = {}
        self._entries: list[list[Any]] = []

    @property
    def behind(self) -> bool:
        return self.told > self.revision

    def take(self, frame: Frame) -> None:
        match frame["t"]:
            case "welcome":
                self.revision, self._base, self._entries = frame["revision"], frame["document"], []
            case "revisions":
                for item in frame["items"]:
                    self._take(item)
                self.told = max(self.told, frame["to"])
            case "pulse" | "ack":
                self.told = max(self.told, frame["revision"])

    def _take(self, item: Frame) -> None:
        """The next entry and no other: what is known is passed over, what leaves a gap waits."""
        if item["revision"] != self.revision + 1:
            return
        self.revision += 1
        self.seen.append(item["op"])
        if item["kind"] in DRAWING:
            self._entries.append(item["changes"])

    def history(self) -> bytes:
        """A digest of all that it was told: two with the same one hold the same document."""
        return hashlib.sha256(orjson.dumps([self._base, self._entries])).digest()

    def document(self) -> Frame:
        """What this client sees."""
        catalog = load()
        document, _ = parse(self._base, catalog)
        for changes in self._together():
            document = replay(document, changes, catalog)
        return to_data(document)

    def _together(self) -> Iterator[list[Any]]:
        """Entries in as few steps as can be: only what comes back after a removal begins anew."""
        step: list[Any] = []
        removed: set[Any] = set()
        for told in self._entries:
            changes = [from_log(one) for one in told]
            if any((one.kind, one.id) in removed for one in changes if one.action == "add"):
                yield step
                step, removed = [], set()
            step += changes
            removed |= {(one.kind, one.id) for one in changes if one.action == "remove"}
        yield step
