"""What is asked for and what happened: operations, their reading, and their spelling in the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args
from uuid import UUID

from ..document import fields as read
from ..document.elements import at
from ..document.schema import KINDS, SCHEMAS
from ..document.values import DocumentError, Kind

Action = Literal["add", "set", "remove"]
Values = Mapping[str, object]
Key = tuple[Kind, str]
MAX_CHANGES = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody asks for. `set` has dotted keys, None clears, 'assets.+' and '.-' edit sets."""

    kind: Kind
    id: str
    action: Action
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Executed:
    """What happened to one element, in plain values.

    'add': `values` is the row. 'set': `values` and `was` have the same dotted keys. 'remove':
    `was` is the row. Whatever names an element comes after its 'add' and before its 'remove'.
    """

    kind: Kind
    id: str
    action: Action
    values: Values = field(default_factory=dict)
    was: Values = field(default_factory=dict)


def parse_operation(data: object) -> Operation:
    """Read `{"id": "<uuid>", "changes": [{"kind", "id", "add" | "set" | "remove"}, ...]}`.

    Raises
    ------
    DocumentError
        Naming the place, such as `changes[2].kind`.
    """
    if not isinstance(data, Mapping):
        raise DocumentError("an operation is a mapping with id and changes")
    changes = data.get("changes")
    if not isinstance(changes, list | tuple) or not changes:
        raise DocumentError("an operation needs a list of changes", field="changes")
    if len(changes) > MAX_CHANGES:
        message = f"one operation makes at most {MAX_CHANGES} changes"
        raise DocumentError(message, field="changes", code="limit")
    return Operation(_operation_id(data.get("id")), tuple(_parse_changes(changes)))


def _operation_id(value: object) -> str:
    try:
        return str(UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise DocumentError(f"{read.shown(value)} is not a UUID", field="id") from None


def _parse_changes(rows: Iterable[object]) -> Iterator[Change]:
    for index, data in enumerate(rows):
        try:
            yield _parse_change(data)
        except DocumentError as error:
            raise error.inside(f"changes[{index}]") from None


def _parse_change(data: object) -> Change:
    if not isinstance(data, Mapping):
        raise DocumentError("a change is a mapping")
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in SCHEMAS:
        message = f"{read.shown(kind)} is not a kind; use one of {', '.join(KINDS)}"
        raise DocumentError(message, field="kind")
    actions = [action for action in ("add", "set", "remove") if action in data]
    unknown = set(data) - {"kind", "id", "add", "set", "remove"}
    if len(actions) != 1 or unknown:
        raise DocumentError("a change has kind, id, and one of add, set or remove")
    element_id = at("id", read.identifier, data.get("id"))
    action = cast(Action, actions[0])
    return Change(cast(Kind, kind), element_id, action, _change_values(action, data[action]))


def _change_values(action: Action, data: object) -> Values:
    if action == "remove":
        if data is not True:
            raise DocumentError("remove is true", field="remove")
        return {}
    if not isinstance(data, Mapping):
        raise DocumentError(f"{action} is a mapping of values", field=action)
    return cast(Values, at(action, read.plain, data))


def to_wire(executed: Executed) -> dict[str, object]:
    """What other people's screens are told."""
    name = {"kind": executed.kind, "id": executed.id}
    if executed.action == "remove":
        return {**name, "remove": True}
    return {**name, executed.action: dict(executed.values)}


def to_log(executed: Executed) -> dict[str, object]:
    """As on the wire, and the old values with it."""
    was = {"was": dict(executed.was)} if executed.was else {}
    return {**to_wire(executed), **was}


def from_log(data: Mapping[str, Any]) -> Executed:
    """Back from `to_log`; the log is ours, so nothing is checked again."""
    action = next(action for action in get_args(Action) if action in data)
    values = {} if action == "remove" else data[action]
    return Executed(data["kind"], data["id"], action, values, data.get("was", {}))
