"""Who may try: the adversaries of a diagram with what happens by accident, and how likely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from catalog.types import Catalog, Level, Threat

from . import scoring
from .access import adversary_of
from .document import Adversary

FREQUENCY_UNKNOWN = Level.MODERATE


def initiation(adversary: Adversary, threat: Threat) -> Level:
    """Will this adversary try; of an accident, how often it happens."""
    if adversary.accident:
        frequency = threat.success.frequency
        return FREQUENCY_UNKNOWN if frequency is None else frequency
    return scoring.initiation(
        adversary.capability, adversary.intent, adversary.targeting, threat.capability
    )


def with_accident(declared: Iterable[Adversary], catalog: Catalog) -> tuple[Adversary, ...]:
    """Drift and leakage happen whoever a team thinks of as its adversaries."""
    found = tuple(declared)
    if any(one.accident for one in found):
        return found
    taken = {one.id for one in found}
    defaults = (adversary_of(one) for one in catalog.adversaries.values() if one.accident)
    # Somebody may have given the id to an adversary who means harm.
    return found + tuple(
        replace(one, id=f"{one.id}-by-nobody") if one.id in taken else one for one in defaults
    )
