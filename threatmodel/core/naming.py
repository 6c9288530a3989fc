"""What elements are called in sentences: by their names, a flow without one by its ends."""

from __future__ import annotations

from .document import Document, Flow


def element_name(document: Document, element: str) -> str:
    """The name of a component, zone, asset or flow; the id where nothing here has a name."""
    for named in (document.components, document.zones, document.assets):
        if element in named:
            return named[element].name or element
    flow = document.flows.get(element)
    return element if flow is None else flow_name(document, flow)


def flow_name(document: Document, flow: Flow) -> str:
    """What a flow is called: its own name, or its two ends."""
    return flow.name or ends(document, flow)


def ends(document: Document, flow: Flow) -> str:
    """From where to where, by name: many flows of one system are called alike."""
    return f"{element_name(document, flow.source)} to {element_name(document, flow.target)}"
