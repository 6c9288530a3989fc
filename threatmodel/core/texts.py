"""Which findings say a name: all their texts in one piece, searched at the speed of memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from .findings import Finding
from .rules import ThreatAt

# So many times as many findings may stand apart as the rest has, before all are put together anew.
_APART = 1 / 8


class Texts:
    """The texts of findings, to be asked who says something.

    Findings that were judged again stand apart until there are too many of them.
    """

    __slots__ = ("_apart", "_joined", "_pairs", "_starts")

    def __init__(self) -> None:
        self._joined = ""
        self._starts: list[int] = []
        self._pairs: list[ThreatAt] = []
        self._apart: dict[ThreatAt, str | None] = {}

    def forget(self, pair: ThreatAt) -> None:
        """Its finding came, went or says something else."""
        self._apart[pair] = None

    def saying(self, name: str, found: Mapping[ThreatAt, Finding]) -> Iterator[ThreatAt]:
        """Pairs of `found` whose texts use a name. O(all texts), by one search through memory."""
        if not self._starts or len(self._apart) > _APART * len(self._starts):
            self._put_together(found)
        at = self._joined.find(name) if self._pairs else -1
        while at >= 0:
            place = bisect_right(self._starts, at)
            pair = self._pairs[place - 1]
            if pair in found and pair not in self._apart:
                yield pair
            if place == len(self._starts):
                break
            at = self._joined.find(name, self._starts[place])
        for pair in self._apart.keys() & found.keys():
            text = self._apart[pair]
            if text is None:
                text = self._apart[pair] = _naming(found[pair])
            if name in text:
                yield pair

    def _put_together(self, found: Mapping[ThreatAt, Finding]) -> None:
        self._pairs, texts, at = list(found), [*map(_naming, found.values())], 0
        self._starts, self._apart = [], {}
        for text in texts:
            self._starts.append(at)
            at += len(text) + 1
        self._joined = "\n".join(texts)


def _naming(finding: Finding) -> str:
    """All texts of a finding that may use the name of an element."""
    texts = [one.text for one in finding.questions]
    # Of the steps only access names elements; impact names assets, which are looked for apart.
    texts += [one.text for one in finding.steps if one.name == "access"]
    return "\n".join(texts)
