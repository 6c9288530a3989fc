"""Findings in rows: what one adversary does in one place, or what waits for facts about one place.

A finding's cause names its row, by ids alone so that it outlives new names: `who@place` for what
applies and `@place` for what waits. Threats on flows, whoever they come from, are rows of the
zones that the flows join: `zone>zone`, and `@zone>zone` for those that wait.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from catalog.types import Catalog

from .document import Document
from .graph import Graph
from .naming import element_name


def cause_of(graph: Graph, element: str, *, who: str, place: str, asked: str | None) -> str:
    """The row that a finding belongs to.

    Parameters
    ----------
    element
        What the threat strikes.
    who, place
        The adversary and where it comes in.
    asked
        The element whose unknown fact decides whether the threat applies; None where it does.
    """
    flow = graph.document.flows.get(element)
    if flow is not None:
        ends = (graph.document.components[end].zone or "" for end in (flow.source, flow.target))
        return f"{'' if asked is None else '@'}{'>'.join(ends)}"
    if asked is None:
        return f"{who}@{place}"
    way = graph.document.flows.get(asked)
    return f"@{way.source if way else asked}"


def title(cause: str, document: Document, catalog: Catalog) -> str:
    """What a row is called on screen."""
    return spelled(cause, partial(element_name, document), partial(_who, document, catalog))


def spelled(cause: str, named: Callable[[str], str], who: Callable[[str], str]) -> str:
    """The same where names come from elsewhere: of what is drawn, and of adversaries."""
    adversary, _, place = cause.rpartition("@")
    waits = cause.startswith("@")
    if ">" in place:
        between = _between(place, named)
        return f"{between}, waiting for answers" if waits else between
    name = named(place)
    return f"{name}, waiting for answers" if waits else f"{who(adversary)} at {name}"


def _between(zones: str, named: Callable[[str], str]) -> str:
    source, target = (named(zone) if zone else "no zone" for zone in zones.split(">"))
    if source == target:
        return f"Flows within {source}"
    return f"Flows from {source} to {target}"


def _who(document: Document, catalog: Catalog, adversary: str) -> str:
    known = document.adversaries.get(adversary) or catalog.adversaries.get(adversary)
    return known.name if known else adversary
