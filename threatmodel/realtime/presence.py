"""Who is here and where they point: gathered, the latest wins, never stored.

Names and hues are the server's; a client says only where it points and what it has selected.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any

from threatmodel.core.document import DocumentError

HUES = 8
MAX_NAMED = 200
SILENT_AFTER_S = 15.0

Entry = dict[str, Any]


class Presence:
    """Entries of this process's lines and of those that other processes told about."""

    def __init__(self) -> None:
        self._own: dict[str, Entry] = {}
        self._others: dict[str, tuple[str, float, Entry]] = {}
        self._changed: set[str] = set()
        self._gone: set[str] = set()

    def enter(self, line_id: str, user_id: int, name: str, role: str) -> None:
        entry = {
            "id": line_id,
            "user": user_id,
            "name": name,
            "initials": initials(name),
            "hue": self._hue(user_id),
            "role": role,
            "pointer": None,
            "selection": [],
            "drag": None,
            "viewport": None,
            "follow": None,
        }
        self._own[line_id] = entry
        self._changed.add(line_id)

    def leave(self, line_id: str) -> None:
        if self._own.pop(line_id, None) is not None:
            self._changed.discard(line_id)
            self._gone.add(line_id)

    def update(self, line_id: str, data: dict[str, Any]) -> None:
        """Take what a client says of itself; a line that is not of this process is let go.

        Raises
        ------
        DocumentError
            When it is not what presence consists of.
        """
        said = {
            "pointer": pointer(data.get("pointer")),
            "selection": selection(data.get("selection")),
            "drag": drag(data.get("drag")),
            "viewport": viewport(data.get("viewport")),
            "follow": follow(data.get("follow")),
        }
        entry = self._own.get(line_id)
        if entry is not None and any(entry[key] != value for key, value in said.items()):
            entry.update(said)
            self._changed.add(line_id)

    def change_role(self, line_id: str, role: str) -> None:
        if (entry := self._own.get(line_id)) is not None:
            entry["role"] = role
            self._changed.add(line_id)

    def hear(self, origin: str, people: Iterable[Entry], gone: Iterable[str]) -> None:
        """Take what another process told."""
        for entry in people:
            self._others[entry["id"]] = (origin, time.monotonic(), entry)
            self._changed.add(entry["id"])
        for line_id in gone:
            self._forget(line_id)

    def forget_silent(self) -> None:
        """Processes tell everything every few seconds; who is no more told of is gone."""
        latest = time.monotonic() - SILENT_AFTER_S
        for line_id, (_, heard, _) in list(self._others.items()):
            if heard < latest:
                self._forget(line_id)

    def _forget(self, line_id: str) -> None:
        if self._others.pop(line_id, None) is not None:
            self._changed.discard(line_id)
            self._gone.add(line_id)

    def everyone(self) -> list[Entry]:
        return [*self._own.values(), *(entry for _, _, entry in self._others.values())]

    def own(self) -> list[Entry]:
        return list(self._own.values())

    def take_changes(self) -> tuple[list[Entry], list[str]]:
        """What changed since it was last asked for, here and elsewhere."""
        people = [entry for entry in self.everyone() if entry["id"] in self._changed]
        gone = sorted(self._gone)
        self._changed.clear()
        self._gone.clear()
        return people, gone

    def _hue(self, user_id: int) -> int:
        """One hue per person, different ones as long as there are enough."""
        taken = {}
        for entry in self.everyone():
            taken[entry["hue"]] = entry["user"]
            if entry["user"] == user_id:
                return int(entry["hue"])
        free = [hue for hue in range(HUES) if hue not in taken]
        return free[0] if free else user_id % HUES


def initials(name: str) -> str:
    words = [word for word in name.replace("@", " ").split() if word]
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper() or "?"


def pointer(value: object) -> list[float] | None:
    return None if value is None else numbers(value, 2, "pointer")


def viewport(value: object) -> list[float] | None:
    """What one sees of the sheet: x, y, width, height."""
    return None if value is None else numbers(value, 4, "viewport")


def follow(value: object) -> str | None:
    """The connection whose view one has taken over."""
    return None if value is None else _id(value, "follow", "a connection by its id")


def selection(value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MAX_NAMED:
        raise DocumentError(f"selection is a list of at most {MAX_NAMED} ids", field="selection")
    return [_id(one, "selection") for one in value]


def drag(value: object) -> dict[str, list[float]] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or len(value) > MAX_NAMED:
        raise DocumentError(f"drag maps at most {MAX_NAMED} ids to boxes", field="drag")
    return {_id(key, "drag"): numbers(box, 4, "drag") for key, box in value.items()}


def numbers(value: object, count: int, field: str) -> list[float]:
    fits = isinstance(value, list) and len(value) == count and all(map(_finite, value))
    if not isinstance(value, list) or not fits:
        raise DocumentError(f"{field} needs {count} numbers", field=field)
    return [float(one) for one in value]


def _finite(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and abs(value) < 1e7
    )


def _id(value: object, field: str, what: str = "elements by their ids") -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        raise DocumentError(f"{field} names {what}", field=field)
    return value
