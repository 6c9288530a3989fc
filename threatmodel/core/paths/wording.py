"""The steps of a way in plain sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..access.wording import sentence
from ..document import Adversary
from ..graph import Graph
from ..naming import element_name
from .moves import GAINED, Move, State
from .strength import Strength

_WITH_CONTROL = {
    "query": "With control of {0} they can call {1}.",
    "admin": "With control of {0} they can administer {1}.",
    "supply": "With control of {0} they decide what goes into {1}.",
    "artefact": "With control of {0} they decide which files {1} opens.",
    "content": "With control of {0} they choose what {1} gets from it.",
}
_ONWARD = {
    "query": "{0} passes on to {1} what it is sent.",
    "admin": "From {0} they administer {1}.",
    "supply": "What they slipped into {0} ends up in {1}.",
    "artefact": "A file of theirs in {0} is handed on to {1}.",
    "content": "What they put into {0} comes to {1}.",
    "copy": "What {0} was handed is what {1} holds.",
}
_GIVES = {
    "control": "control of {0}",
    "gained query": "a way to query {0}",
    "gained content": "a way to get content into {0}",
    "gained supply": "a way to slip something into {0}",
    "gained artefact": "a way to get a file opened by {0}",
    "gained admin": "a way to administer {0}",
    "gained copy": "a copy of {0}",
}
# Of several things that a step gives, the first one is told.
_ORDER = tuple(_GIVES)


class Wording:
    """Says what steps of one system mean."""

    def __init__(
        self, graph: Graph, strengths: Sequence[Strength], crowd: Mapping[str, Adversary]
    ) -> None:
        self._graph = graph
        self._strengths = strengths
        self._crowd = crowd

    def step(self, move: Move, used: Collection[State]) -> str:
        """One step; `used` are the states it gains that something later stands on."""
        if move.kind == "finding":
            return self._finding(move, used)
        if move.kind == "flow":
            return self._flow(move, used)
        who = self._crowd[move.adversary]
        if move.kind == "access" and move.access is not None:
            return sentence(self._graph, who, move.access, move.elements[0], move.route)
        if move.kind == "happens":
            return "It happens without anybody wanting it."
        return f"{who.name} tries: intent {who.intent.key}, targeting {who.targeting.key}."

    def title(self, finding: int) -> str:
        return self._strengths[finding].reckoning.case.threat.title

    def name(self, element: str) -> str:
        return element_name(self._graph.document, element)

    def _finding(self, move: Move, used: Collection[State]) -> str:
        places = " to ".join(self.name(element) for element in move.elements)
        text = f"{self.title(move.finding).rstrip('.')} ({places})"
        hit = [self._graph.document.assets[s.element].name for s in used if s.what == "asset"]
        if hit:
            return f"{text}: this hits {', '.join(hit)}."
        gained = sorted((s for s in used if s.what in _GIVES), key=lambda s: _ORDER.index(s.what))
        if not gained:
            return f"{text}."
        return f"{text}: this gives {_GIVES[gained[0].what].format(self.name(gained[0].element))}."

    def _flow(self, move: Move, used: Collection[State]) -> str:
        begin, end = map(self.name, move.elements)
        kinds = [GAINED[state.what] for state in used if state.what in GAINED]
        kind = kinds[0] if kinds else "content"
        texts = _WITH_CONTROL if move.takes_control else _ONWARD
        return texts.get(kind, _ONWARD[kind]).format(begin, end)
