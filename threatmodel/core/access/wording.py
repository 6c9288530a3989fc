"""A way in, said in one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.types import AccessKind

from ..document import Adversary
from ..graph import Graph
from ..naming import element_name
from .routes import Route
from .steps import Hop

_CAN: Mapping[AccessKind, str] = {
    "query": "can send queries to {0}",
    "content": "can get content of theirs into {0}",
    "supply": "can slip something into {0}",
    "artefact": "can get a file of theirs opened by {0}",
    "admin": "can administer {0}",
    "network": "can listen in on {0}",
    "physical": "can reach {0} physically",
    "copy": "can get a copy of {0}",
}
_ADMITTED = {
    "anyone": "without signing in",
    "self_signup": "with an account that anyone can open",
    "customers": "with a customer's account",
    "staff": "with a staff account",
    "named": "with the account of a named person",
    "mutual": "with a key that both ends check",
}
_GAPS = {
    "admits": "who may use {0} is not stated",
    "relays_input": "whether {0} passes input on is not stated",
    "encrypted": "whether {0} is encrypted is not stated",
    "zone": "where {0} stands is not stated",
    "kind": "what kind of zone {0} is is not stated",
}


def sentence(
    graph: Graph, adversary: Adversary, kind: AccessKind, entry: str, route: Route | None
) -> str:
    """Whether and how this adversary gets at the entry element."""
    can = _CAN[kind].format(element_name(graph.document, entry))
    if route is None:
        return f"{adversary.name}: there is no way by which they {can}."
    parts = [f"{adversary.name} {can} {_steps(route)}", *_conditions(graph, route)]
    gaps = "; ".join(
        _GAPS[what].format(element_name(graph.document, e)) for e, what in route.unknown
    )
    return ", ".join(parts) + (f" ({gaps})." if gaps else ".")


def _steps(route: Route) -> str:
    if not route.hops:
        return "from where they stand"
    return "in 1 step" if len(route.hops) == 1 else f"in {len(route.hops)} steps"


def _conditions(graph: Graph, route: Route) -> list[str]:
    found = [text for hop in route.hops if (text := _condition(graph, hop))]
    return list(dict.fromkeys(found))


def _condition(graph: Graph, hop: Hop) -> str:
    if hop.how == "own":
        return "with an account of their own"
    if hop.how == "takeover":
        return f"after taking over {element_name(graph.document, hop.source)}"
    if hop.how == "pulled":
        return f"because {element_name(graph.document, hop.target)} fetches it"
    return _ADMITTED.get(hop.admits, "")
