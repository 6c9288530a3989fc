"""What a service says when it will not do what was asked."""

from __future__ import annotations

from threatmodel.core.document.values import printable


class Refusal(ValueError):
    """A request that cannot be met, in one plain sentence.

    `code` is stable: 'invalid', 'conflict', 'gone', 'missing', 'limit', 'large',
    'too large', 'unsupported'. `field` names what to change.
    """

    def __init__(self, message: str, *, field: str = "", code: str = "invalid") -> None:
        super().__init__(printable(message))
        self.message = str(self)
        self.field = field
        self.code = code
