"""Attack paths of an assessed system: likelihoods, likeliest ways, what helps most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.types import Level

from ..document import Adversary, Asset
from ..impact import ASSUMED
from ..scoring import VALUES
from .attack import Attack
from .choke import choke
from .compare import Comparison
from .derivations import Derivation, count_ways, likeliest
from .moves import Move, State
from .strength import Strength
from .values import AssetPaths, AttackPaths, Bounds, Fall, Path, WayStep
from .web import Part
from .wording import Wording

SHOWN = 5
# Ways looked at per asset: many differ only in what they do not tell, such as the kind of access.
LOOKED_AT = 24
MOST_EXPLAINED = 12
# Steps times assets whose ways are looked for: bounds the time by work, not by the clock.
WORK = 300_000


def attack_paths(attack: Attack, k: int = SHOWN) -> AttackPaths:
    """How likely each asset is hit, by which ways, and what would help most.

    Parameters
    ----------
    attack
        A system's web (`Attack`).
    k
        Ways told for each asset.

    Notes
    -----
    Everything is bounded, and `bounds` says how much is shown of how much: steps, draws, assets
    whose ways are told, changes that are compared.
    """
    return _Telling(attack, k).told()


@dataclass(frozen=True, slots=True)
class _Ways:
    """`count`: of those that read differently where all were looked at, else of all."""

    likeliest: tuple[Derivation, ...]
    count: int | None


class _Telling:
    """Tells one attack asset by asset."""

    def __init__(self, attack: Attack, k: int) -> None:
        self._attack, self._k = attack, k
        self._reach = attack.reach
        self._wording = Wording(attack.graph, attack.strengths, _crowd(attack.strengths))

    def told(self) -> AttackPaths:
        ranked = sorted(map(self._likelihood, self._attack.assets), key=_harm)
        steps = len(self._attack.part.web.steps)
        count = min(MOST_EXPLAINED, max(WORK // max(steps, 1), 1))
        parts = {one.asset: self._part(one.asset) for one in ranked[:count]}
        ways = {asset: self._ways(asset, part) for asset, part in parts.items()}
        told = (way for found in ways.values() for way in found.likeliest)
        used = [self._reach.moves[number] for way in told for number in way.steps]
        comparison = Comparison(self._attack, used)
        explained = [
            self._explained(one, parts[one.asset], ways[one.asset], comparison)
            for one in ranked[:count]
        ]
        return AttackPaths((*explained, *ranked[count:]), self._bounds(len(explained), comparison))

    def _likelihood(self, asset: str) -> AssetPaths:
        attack = self._attack
        level, assumed = _impact(attack.graph.document.assets[asset])
        estimate = attack.percolation.estimate(attack.assets[asset])
        return AssetPaths(asset, level, assumed, estimate)

    def _part(self, asset: str) -> Part:
        """What leads to an asset, numbered as in the system's whole web."""
        whole = self._attack.part
        part = whole.web.towards([self._attack.assets[asset]])
        return Part(
            part.web,
            tuple(whole.states[state] for state in part.states),
            tuple(whole.steps[step] for step in part.steps),
        )

    def _ways(self, asset: str, part: Part) -> _Ways:
        """The likeliest ways that read differently: another adversary, other findings."""
        state, most = self._reach.assets[asset], max(LOOKED_AT, self._k)
        found: dict[tuple[str, ...], Derivation] = {}
        looked_at = likeliest(part, state, most)
        for one in looked_at:
            if any(state in self._reach.web.steps[number].gains for number in one.steps[:-1]):
                continue  # it goes on after the asset was hit
            moves = [self._reach.moves[number] for number in one.steps]
            told = tuple(f"{move.finding} {move.elements}" for move in moves if move.finding >= 0)
            found.setdefault((moves[0].adversary, *told), one)
        are_all = part.web.is_plain and len(looked_at) < most
        count = len(found) if are_all else count_ways(part, state)
        return _Ways(tuple(found.values())[: self._k], count)

    def _explained(
        self, one: AssetPaths, part: Part, ways: _Ways, comparison: Comparison
    ) -> AssetPaths:
        place = self._attack.assets[one.asset]
        state = self._reach.assets[one.asset]
        stop = choke(self._reach, part, state)
        return AssetPaths(
            asset=one.asset,
            impact=one.impact,
            impact_assumed=one.impact_assumed,
            likelihood=one.likelihood,
            ways=ways.count,
            explained=True,
            paths=tuple(self._path(way, state, place, comparison) for way in ways.likeliest),
            closing=self._keys(stop.closing),
            always=self._keys(stop.always),
            passed=stop.passed,
            helps=comparison.helps(place),
        )

    def _path(self, way: Derivation, target: int, place: int, comparison: Comparison) -> Path:
        low = high = 1.0
        for number in way.steps:
            move, step = self._reach.moves[number], self._reach.web.steps[number]
            ends = (step.chance, step.chance)
            if move.kind == "finding":
                ends = self._attack.strengths[move.finding].ends
                ends = (ends[0] * move.share, ends[1] * move.share)
            low, high = low * ends[0], high * ends[1]
        stops = comparison.by_finding(place)
        steps = (self._step(number, way, target, stops) for number in way.steps)
        told = tuple(step for step in steps if step is not None)
        adversary = self._reach.moves[way.steps[0]].adversary
        return Path(adversary, way.chance, low, high, told)

    def _step(
        self, number: int, way: Derivation, target: int, stops: dict[int, tuple[Fall, ...]]
    ) -> WayStep | None:
        """None for what follows by itself and need not be told."""
        move, step = self._reach.moves[number], self._reach.web.steps[number]
        if move.kind == "holds":
            return None
        strengths = self._attack.strengths
        return WayStep(
            kind=move.kind,
            text=self._wording.step(move, self._used(number, way, target)),
            chance=step.chance,
            elements=_passed(move),
            finding=strengths[move.finding].finding.key if move.kind == "finding" else "",
            flow=move.flow,
            stops=stops.get(move.finding, ()) if move.kind == "finding" else (),
        )

    def _used(self, number: int, way: Derivation, target: int) -> list[State]:
        """What of a step's gains the way stands on."""
        steps = self._reach.web.steps
        needed = {need for other in way.steps for need in steps[other].needs} | {target}
        return [self._reach.states[gain] for gain in steps[number].gains if gain in needed]

    def _keys(self, findings: Iterable[int]) -> tuple[str, ...]:
        return tuple(self._attack.strengths[number].finding.key for number in findings)

    def _bounds(self, explained: int, comparison: Comparison) -> Bounds:
        attack = self._attack
        return Bounds(
            findings=len(attack.strengths),
            findings_followed=len(self._reach.followed),
            states=self._reach.web.states,
            steps=len(self._reach.web.steps),
            complete=self._reach.complete,
            draws=attack.percolation.draws,
            assets=len(attack.assets),
            assets_explained=explained,
            compared=comparison.compared,
            comparable=comparison.comparable,
        )


def _crowd(strengths: Iterable[Strength]) -> dict[str, Adversary]:
    attempts = (one for s in strengths for one in s.reckoning.case.attempts)
    return {one.adversary.id: one.adversary for one in attempts}


def _impact(asset: Asset) -> tuple[Level, bool]:
    """The worst of its levels; moderate, assumed, where nobody has stated any."""
    return (max(asset.levels.values()), False) if asset.levels else (ASSUMED, True)


def _harm(one: AssetPaths) -> tuple[float, str]:
    return -one.likelihood.value * VALUES[one.impact], one.asset


def _passed(move: Move) -> tuple[str, ...]:
    """Components and flows in the order in which they are taken."""
    if move.route is not None:
        return move.route.path
    if move.flow:
        return (move.elements[0], move.flow, *move.elements[1:])
    return move.elements
