"""Going back along the log: rows as they were before an entry, without asking what a word means.

A log may cross catalogs: what one knew another does not. So rows are taken back as they were
written, and read only when they are all there.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping

from .changes import Executed, Key, Values
from .rows import flat_row, nested


def rewind(rows: MutableMapping[Key, Values], executed: Iterable[Executed]) -> None:
    """Make `rows` what they were before this entry, the last one that they hold.

    Notes
    -----
    O(changes): each looks at one row.
    """
    for one in reversed(tuple(executed)):
        key = one.kind, one.id
        if one.action == "add":
            rows.pop(key, None)
        elif one.action == "remove":
            rows[key] = dict(one.was)
        else:
            values = {**flat_row(one.kind, rows.get(key, {})), **one.was}
            left = {name: value for name, value in values.items() if value is not None}
            rows[key] = nested(one.kind, left)
