"""From an assessed system to its web: who can get from where to where, and what that hits.

States are what an adversary holds: access of a kind to an element, control of it, a copy of it.
What was gained goes on along the flows; access found by the search does not, since the search has
followed the flows already (and would be counted twice).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from catalog.types import AccessKind, Level

from ..access import Route, Router, footholds
from ..access.levels import LEVELS
from ..access.steps import ALONG, COPY_KINDS, Onward, Steps
from ..document import Adversary
from ..graph import Graph
from ..terms import Attempt, Case
from .gates import Effects, Gate, Gates, further_gates
from .moves import CHANCES, GAINED, Move, Reach, State
from .strength import Strength
from .web import Step, Web

# Bounds by work (docs/scoring.md, section 9): half of the steps are left to what follows.
MOST_STEPS = 100_000
MOST_SOURCES = MOST_STEPS // 2
# Steps may hit thousands of assets each.
MOST_GAINS = 10 * MOST_STEPS
# Kinds of access that control of an element gives to the element itself.
OF_CONTROL: tuple[AccessKind, ...] = ("query", "content", "supply", "artefact", "admin", "copy")
SPREADING: tuple[AccessKind, ...] = ("query", "content", "supply", "artefact", "admin")


class _Relayed(Steps):
    """Steps that need no takeover: a takeover is a step of the web, with a chance of its own."""

    def onward(self, kind: AccessKind, hostile: bool) -> Onward:
        leave = super().onward(kind, hostile)
        return lambda component: tuple(hop for hop in leave(component) if hop.how != "takeover")


def reach(graph: Graph, strengths: Sequence[Strength]) -> Reach:
    """The web of the applying findings, whatever their treatment, and of what flows imply.

    Notes
    -----
    Breadth first from the adversaries, so that where the limit ends it, what is near is there.
    O(steps), at most `MOST_STEPS`.
    """
    return _Weaver(graph, strengths).weave()


class _Weaver:
    """The web while it grows."""

    def __init__(self, graph: Graph, strengths: Sequence[Strength]) -> None:
        self._graph = graph
        self._strengths = strengths
        self._gates = Gates(graph, strengths)
        self._effects = Effects(graph)
        self._relayed = _Relayed(graph)
        self._states: dict[State, int] = {}
        self._steps: list[Step] = []
        self._moves: list[Move] = []
        self._waiting: deque[State] = deque()
        self._had: set[State] = set()
        self._names = {str(number): gate for number, gate in enumerate(self._gates.behind)}
        self._numbers = {gate: name for name, gate in self._names.items()}
        self._attempts = [
            {one.adversary.id: one for one in s.reckoning.case.attempts} for s in strengths
        ]
        self._followed: set[int] = set()
        self._complete = True
        self._gained = 0

    def weave(self) -> Reach:
        self._accidents()
        self._sources()
        while self._waiting:
            if self._is_full(MOST_STEPS):
                break
            self._follow(self._waiting.popleft())
        web = Web(len(self._states), tuple(self._steps))
        followed = frozenset(self._followed)
        return Reach(web, tuple(self._states), tuple(self._moves), followed, self._complete)

    # Where it begins

    def _accidents(self) -> None:
        """What nobody has to try: as often as it happens."""
        for number, attempts in enumerate(self._attempts):
            case = self._case(number)
            if case.threat.adversarial or self._is_full(MOST_SOURCES):
                continue
            for who, attempt in attempts.items():
                state = State(who, "happens", case.key)
                often = Step((), (self._number(state),), f"happens {case.key}", _often(attempt))
                self._add(often, Move("happens", who, number, elements=(case.element,)))
                self._strike(number, case.element, state, 1.0)

    def _sources(self) -> None:
        """Access without takeovers: one draw per adversary, kind and entry."""
        crowd = self._adversaries()
        routers = [self._router(one) for one in crowd]
        for who in crowd:
            tries = State(who.id, "tries", "")
            step = Step((), (self._number(tries),), f"tries {who.id}", CHANCES[_tries(who)])
            self._add(step, Move("tries", who.id))
            self._have([tries])
        for kind, entry in self._gates.wanted:
            for who, router in zip(crowd, routers, strict=True):
                route = router.to(kind, entry)
                if route is None:
                    continue
                if self._is_full(MOST_SOURCES):
                    return
                self._source(who, kind, entry, route)

    def _source(self, who: Adversary, kind: AccessKind, entry: str, route: Route) -> None:
        begin, state = State(who.id, "tries", ""), State(who.id, kind, entry)
        cause = f"access {who.id} {kind} {entry}"
        chance = CHANCES[LEVELS[route.cost]]
        step = Step((self._number(begin),), (self._number(state),), cause, chance)
        self._add(step, Move("access", who.id, elements=(entry,), access=kind, route=route))
        self._have([state])

    def _adversaries(self) -> list[Adversary]:
        everyone = {
            who: one.adversary for attempts in self._attempts for who, one in attempts.items()
        }
        return [one for one in everyone.values() if not one.accident]

    def _router(self, who: Adversary) -> Router:
        feet = footholds(self._graph, who, hostile=True)
        return Router(self._graph, feet, hostile=True, steps=self._relayed)

    # What follows from what

    def _follow(self, state: State) -> None:
        if state.what == "control":
            self._control(state)
        elif state.what in GAINED:
            self._go_on(state, GAINED[state.what])
        elif state.what == "gate":
            for number, entry in self._gates.behind[self._names[state.element]]:
                self._attempt(state, number, entry)
        elif state.what == "tries":
            for number in self._gates.open:
                self._attempt(state, number, self._case(number).element)
        else:
            for gate in self._gates.through.get((state.what, state.element), ()):
                beyond = self._at_gate(state.adversary, gate)
                self._free(state, [beyond], Move("holds", state.adversary))

    def _attempt(self, state: State, number: int, entry: str) -> None:
        """A finding as a step, from what it needs at its entry."""
        attempt = self._attempts[number].get(state.adversary)
        if attempt is not None:
            share = _often(attempt) / CHANCES[_tries(attempt.adversary)]
            self._strike(number, entry, state, share)

    def _strike(self, number: int, entry: str, state: State, share: float) -> None:
        """What success gives and hits; what gives and hits nothing known is no step."""
        case, who = self._case(number), state.adversary
        gained = list(self._effects.gains(case, who))
        hit = [State("", "asset", asset) for asset in self._effects.assets(case)]
        if not gained and not hit:
            return
        further = [] if state.what == "happens" else further_gates(case)
        needs = [state, *(self._at_gate(who, gate) for gate in further)]
        step = Step(
            tuple(dict.fromkeys(map(self._number, needs))),
            tuple(dict.fromkeys(map(self._number, (*gained, *hit)))),
            f"{case.threat.id}@{entry}",
            self._strengths[number].chance * share,
        )
        elements = tuple(dict.fromkeys((entry, case.element)))
        self._add(step, Move("finding", who, number, elements=elements, share=share))
        self._followed.add(number)
        self._have(gained)

    def _control(self, state: State) -> None:
        """Its own access, queries to what it calls, and supply to what consumes its output."""
        here = state.element
        self._hold(state, OF_CONTROL)
        for flow in self._graph.outflow(here):
            kinds = [kind for kind in SPREADING if flow.kind in ALONG[kind]]
            self._along(state, flow.id, flow.target, kinds)
        for flow in self._graph.inflow(here):
            if flow.kind == "request":
                self._along(state, flow.id, flow.source, ["content"])

    def _go_on(self, state: State, kind: AccessKind) -> None:
        """Access that was gained gives what waits at the component, and passes on."""
        self._hold(state, [kind])
        if kind == "copy":
            for flow in self._graph.inflow(state.element):
                if flow.kind in COPY_KINDS:
                    self._along(state, flow.id, flow.source, ["copy"])
        elif kind in SPREADING:
            # Whoever can slip something in can send content the same way.
            kinds: list[AccessKind] = [kind, "content"] if kind == "supply" else [kind]
            for hop in self._relayed.onward(kind, True)(state.element):
                self._along(state, hop.flow, hop.target, kinds)

    def _hold(self, state: State, kinds: Iterable[AccessKind]) -> None:
        at = self._gates.at
        held = [
            State(state.adversary, kind, entry)
            for kind in kinds
            for entry in at.get((kind, state.element), ())
        ]
        self._free(state, held, Move("holds", state.adversary, elements=(state.element,)))

    def _along(self, state: State, flow: str, end: str, kinds: Sequence[AccessKind]) -> None:
        gained = [State(state.adversary, f"gained {kind}", end) for kind in kinds]
        move = Move(
            "flow",
            state.adversary,
            flow=flow,
            elements=(state.element, end),
            takes_control=state.what == "control",
        )
        self._free(state, gained, move)

    def _free(self, state: State, gained: Sequence[State], move: Move) -> None:
        """A step that always works."""
        if gained:
            gains = tuple(map(self._number, gained))
            self._add(Step((self._number(state),), gains), move)
            self._have(gained)

    # Keeping count

    def _case(self, number: int) -> Case:
        return self._strengths[number].reckoning.case

    def _at_gate(self, adversary: str, gate: Gate) -> State:
        return State(adversary, "gate", self._numbers[gate])

    def _have(self, gained: Iterable[State]) -> None:
        for state in gained:
            if state in self._had:
                continue
            self._had.add(state)
            # What lies just behind a gate comes before what lies further off.
            add = self._waiting.appendleft if state.what == "gate" else self._waiting.append
            add(state)

    def _number(self, state: State) -> int:
        return self._states.setdefault(state, len(self._states))

    def _is_full(self, most: int) -> bool:
        full = len(self._steps) >= most or self._gained >= MOST_GAINS
        self._complete = self._complete and not full
        return full

    def _add(self, step: Step, move: Move) -> None:
        self._gained += len(step.gains)
        self._steps.append(step)
        self._moves.append(move)


def _often(attempt: Attempt) -> float:
    return CHANCES[attempt.initiation]


def _tries(who: Adversary) -> Level:
    return min(who.intent, who.targeting)
