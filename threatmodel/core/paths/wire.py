"""Attack paths as JSON values, with names and titles joined in."""

from __future__ import annotations

from typing import Any

from ..naming import element_name
from ..scoring import level_of
from .attack import Attack
from .percolation import Estimate
from .values import AssetPaths, AttackPaths, Fall, Path, WayStep

Json = dict[str, Any]
# Digits of a chance: more than the draws can tell.
DIGITS = 4
# Beyond it a browser would round the number.
MOST_COUNTED = 10**15


def to_json(found: AttackPaths, attack: Attack) -> Json:
    """Everything that is told of a system's paths."""
    told = _Told(attack)
    return {
        "assets": [told.asset(one) for one in found.assets],
        "bounds": {
            "findings": found.bounds.findings,
            "findings_followed": found.bounds.findings_followed,
            "states": found.bounds.states,
            "steps": found.bounds.steps,
            "complete": found.bounds.complete,
            "draws": found.bounds.draws,
            "assets": found.bounds.assets,
            "assets_explained": found.bounds.assets_explained,
            "compared": found.bounds.compared,
            "comparable": found.bounds.comparable,
        },
    }


def likelihood(one: Estimate) -> Json:
    """A share of the draws with its interval, and the level that it stands for."""
    return {
        "value": round(one.value, DIGITS),
        "low": round(one.low, DIGITS),
        "high": round(one.high, DIGITS),
        "level": level_of(one.value).key,
    }


class _Told:
    """Joins the names of one system."""

    def __init__(self, attack: Attack) -> None:
        self._graph = attack.graph
        self._controls = {one.control.id: one.control for one in attack.remedies}
        for strength in attack.strengths:
            for standing in strength.reckoning.standing:
                self._controls[standing.control.id] = standing.control
        self._titles = {
            one.finding.key: (one.reckoning.case.threat.title, one.finding.element)
            for one in attack.strengths
        }
        self._adversaries = {
            attempt.adversary.id: attempt.adversary.name
            for one in attack.strengths
            for attempt in one.reckoning.case.attempts
        }

    def asset(self, one: AssetPaths) -> Json:
        return {
            "asset": one.asset,
            "name": self._graph.document.assets[one.asset].name,
            "impact": one.impact.key,
            "impact_assumed": one.impact_assumed,
            "likelihood": likelihood(one.likelihood),
            "explained": one.explained,
            "ways": one.ways if (one.ways or 0) <= MOST_COUNTED else None,
            "ways_text": _ways(one),
            "paths": [self.path(way) for way in one.paths],
            "closing": [self.finding(key) for key in one.closing],
            "always": [self.finding(key) for key in one.always],
            "passed": [self.element(element) for element in one.passed],
            "helps": [self.fall(fall) for fall in one.helps],
        }

    def path(self, one: Path) -> Json:
        name = self._adversaries[one.adversary]
        return {
            "adversary": {"id": one.adversary, "name": name},
            "chance": round(one.chance, DIGITS),
            "interval": [round(one.low, DIGITS), round(one.high, DIGITS)],
            "steps": [self.step(step) for step in one.steps],
        }

    def step(self, one: WayStep) -> Json:
        return {
            "kind": one.kind,
            "text": one.text,
            "chance": round(one.chance, DIGITS),
            "elements": list(one.elements),
            "finding": one.finding or None,
            "flow": one.flow or None,
            "stops": [self.fall(fall) for fall in one.stops],
        }

    def fall(self, one: Fall) -> Json:
        control = self._controls.get(one.control)
        return {
            "kind": one.kind,
            "control": one.control or None,
            "title": control.title if control else None,
            "effort": control.effort if control else None,
            "place": one.place,
            "place_name": element_name(self._graph.document, one.place),
            "fall": round(one.fall, DIGITS),
        }

    def finding(self, key: str) -> Json:
        title, element = self._titles[key]
        return {"finding": key, "title": title, **self.element(element)}

    def element(self, element: str) -> Json:
        return {"element": element, "element_name": element_name(self._graph.document, element)}


def _ways(one: AssetPaths) -> str:
    """How many ways there are, as far as it is known."""
    if not one.explained:
        return "Only the likelihood was worked out."
    shown = len(one.paths)
    if one.ways == shown:
        return "The only way." if shown == 1 else f"All {shown} ways."
    first = "The likeliest way" if shown == 1 else f"The {shown} likeliest ways"
    if one.ways is None:
        return f"{first}."
    if one.ways > MOST_COUNTED:
        return f"{first} of more than {MOST_COUNTED:,}."
    return f"{first} of {one.ways:,}."
