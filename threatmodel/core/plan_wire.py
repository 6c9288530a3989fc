"""A plan as JSON values, with names and titles joined in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .naming import element_name
from .paths.attack import Attack
from .paths.percolation import Estimate
from .paths.strength import Remedy
from .paths.wire import likelihood
from .plan import Lowered, Pick, Plan

Json = dict[str, Any]
METHODS = {
    "exact": "Every basket was tried: none of less effort leaves as little.",
    "greedy": "Built step by step by harm removed per day; a cheaper basket may exist.",
    "chosen": "As picked.",
}


def to_json(found: Plan, attack: Attack) -> Json:
    """The basket, what it buys and leaves, and how likely assets are hit without and with it."""
    told = _Told(attack)
    picked = [told.remedies[one.control, one.place] for one in found.picks]
    return {
        "appetite": found.appetite.key,
        "method": found.method,
        "method_text": METHODS[found.method],
        "days": found.days,
        "picks": [told.pick(one) for one in found.picks],
        "lowered": [told.lowered(one) for one in found.lowered],
        "left": [told.lowered(one) for one in found.left],
        "levels_above": {"before": found.levels_before, "after": found.levels_after},
        "others": [told.pick(one) for one in found.others],
        "considered": found.considered,
        "known": found.known,
        "assets": _assets(attack, picked),
    }


def _assets(attack: Attack, picked: Sequence[Remedy]) -> list[Json]:
    before = attack.likelihoods()
    after: Mapping[str, Estimate] = attack.likelihoods(picked) if picked else before
    assets = attack.graph.document.assets
    rows = sorted(before, key=lambda one: (-before[one].value, one))
    return [
        {
            "asset": one,
            "name": assets[one].name,
            "before": likelihood(before[one]),
            "after": likelihood(after[one]),
        }
        for one in rows
    ]


class _Told:
    """Joins the names of one system."""

    def __init__(self, attack: Attack) -> None:
        self._graph = attack.graph
        self.remedies = {one.key: one for one in attack.remedies}
        self._findings = {one.finding.key: one for one in attack.strengths}

    def pick(self, one: Pick) -> Json:
        return {
            "control": one.control,
            "title": self.remedies[one.control, one.place].control.title,
            "place": one.place,
            "place_name": element_name(self._graph.document, one.place),
            "effort": one.effort,
            "days": one.days,
            "planned": one.is_planned,
            "findings": list(one.answers),
            "buys": [self.lowered(lower) for lower in one.buys],
        }

    def lowered(self, one: Lowered) -> Json:
        strength = self._findings[one.finding]
        element = strength.finding.element
        return {
            "finding": one.finding,
            "title": strength.reckoning.case.threat.title,
            "element": element,
            "element_name": element_name(self._graph.document, element),
            "before": one.before.key,
            "after": one.after.key,
        }
