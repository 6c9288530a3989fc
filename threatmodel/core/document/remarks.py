"""What a file said that we kept without understanding it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a file that we kept without understanding it, and why."""

    what: str
    why: str


@dataclass
class Remarks:
    """Gathers remarks; the same one about many elements is told once, with its count."""

    _counts: dict[Remark, int] = field(default_factory=dict)

    def add(self, what: str, why: str) -> None:
        remark = Remark(what, why)
        self._counts[remark] = self._counts.get(remark, 0) + 1

    def __iter__(self) -> Iterator[Remark]:
        for remark, count in self._counts.items():
            times = f" ({count} times)" if count > 1 else ""
            yield Remark(f"{remark.what}{times}", remark.why)
