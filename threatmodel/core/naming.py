"""What elements, threats and amounts are called in sentences: by typed names, ids as a last way."""

from __future__ import annotations

from textwrap import shorten
from typing import cast

from catalog.types import Catalog

from .document import Document, Flow, Kind, element
from .findings import parted
from .inputs import Evidence

# What a note or an assumption says is its name, up to here.
MOST_WORDS = 120


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


def full_name(document: Document, element: str) -> str:
    """The same as it stands alone in a row or a title: a flow tells its ends beside its name."""
    if element == "system":
        return document.system.name
    name, flow = element_name(document, element), document.flows.get(element)
    return f"{name} ({ends(document, flow)})" if flow and flow.name else name


def called(document: Document, kind: str, id: str) -> str:
    """What an element of any kind is called."""
    if kind in ("component", "zone", "asset", "flow", "system", "out_of_scope"):
        name = full_name(document, id)
        return f"{name} (out of scope)" if kind == "out_of_scope" else name
    found = element(document, cast(Kind, kind), id)
    said = (getattr(found, name, "") for name in ("name", "title", "text"))
    return shorten(next(filter(None, said), id), MOST_WORDS, placeholder="…").rstrip(".")


def threat_title(document: Document, catalog: Catalog, threat: str) -> str:
    if threat in catalog.threats:
        return catalog.threats[threat].title
    scenario = document.scenarios.get(threat)
    return scenario.title if scenario else threat


def finding_title(document: Document, catalog: Catalog, key: str) -> str:
    """A finding by its key: what threatens where, as of now."""
    threat, element = parted(key)
    return f"{threat_title(document, catalog, threat)} on {full_name(document, element)}"


def adversary_name(document: Document, catalog: Catalog, adversary: str) -> str:
    if adversary in document.adversaries:
        return document.adversaries[adversary].name
    profile = catalog.adversaries.get(adversary)
    return profile.name if profile else adversary


def control_title(catalog: Catalog, control: str) -> str:
    return catalog.controls[control].title if control in catalog.controls else control


def controls_on(piece: Evidence, catalog: Catalog) -> tuple[str, ...]:
    """What stood against an attack while it was measured; the same run without it says another
    thing."""
    return tuple(control_title(catalog, one) for one in piece.controls_on)


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun.

    Examples
    --------
    >>> plural(1, "finding"), plural(3, "finding"), plural(0, "entry", "entries")
    ('1 finding', '3 findings', '0 entries')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


# What a change is measured by, in words that stand before the number.
AMOUNTS = {
    "l2": "L2 distance",
    "linf": "largest change of one number",
    "severity": "severity",
    "area": "share of the picture",
    "rms": "share of the range",
    "words": "share of the words",
    "characters": "share of the characters",
}


def amount(norm: str) -> str:
    """What a size of change counts.

    Examples
    --------
    >>> amount("l2"), amount(""), amount("edits")
    ('L2 distance', 'change', 'edits')
    """
    return AMOUNTS.get(norm, norm.replace("_", " ")) or "change"


def sized(eps: float, norm: str) -> str:
    """A size of change as people read it.

    Examples
    --------
    >>> sized(0.8, "l2"), sized(3, "severity"), sized(0.0625, "area")
    ('L2 distance 0.8', 'severity 3', 'share of the picture 0.0625')
    """
    return f"{amount(norm)} {eps:g}"
