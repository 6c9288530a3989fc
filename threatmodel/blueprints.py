"""Blueprints of the catalog as the core reads them: a drawing, its pictures, what it opens with.

A process makes each only once, when it is first asked for; blueprints change only with the program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from catalog import load
from catalog.blueprint import Blueprint, blueprints
from catalog.types import Catalog, Level
from threatmodel.core import assess
from threatmodel.core.document import FORMAT, Document, DocumentError, parse
from threatmodel.reports.diagram import diagram_svg
from threatmodel.reports.svg import SCREEN, Svg
from threatmodel.reports.thumbnail import thumbnail_svg


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody who starts from a blueprint finds: findings by level, worst first."""

    findings: int
    by_level: Mapping[Level, int]
    questions: int


@dataclass(frozen=True, slots=True)
class Card:
    """A blueprint as it is offered among others."""

    blueprint: Blueprint
    picture: Svg


def cards() -> list[Card]:
    """All of them by name, each with a small picture."""
    named = sorted(blueprints().values(), key=lambda one: one.name.lower())
    return [Card(one, thumbnail(one.id)) for one in named]


def read(blueprint: Blueprint, catalog: Catalog) -> Document:
    """The blueprint's document, read as strictly as what people enter.

    Raises
    ------
    DocumentError
        When it cannot be used, naming the file and the place in it.
    """
    try:
        data = {"format": FORMAT, **blueprint.document}
        return parse(data, catalog, as_entered=True)[0]
    except DocumentError as error:
        raise error.inside(f"blueprints/{blueprint.id}.yaml: document") from None


@cache
def drawn(id: str) -> Document:
    """A packaged blueprint's document; KeyError when there is no such blueprint."""
    return read(blueprints()[id], load())


@cache
def picture(id: str) -> Svg:
    """The diagram as it opens, in the colours of the page around it."""
    return diagram_svg(drawn(id), load(), palette=SCREEN)


@cache
def thumbnail(id: str) -> Svg:
    return thumbnail_svg(drawn(id), load())


@lru_cache(maxsize=64)
def opening(id: str, as_of: date) -> Opening:
    """What the drawing shows at once, before anybody answers anything."""
    assessment = assess(drawn(id), load(), as_of=as_of)
    levels = Counter(one.residual for one in assessment.findings if one.applies == "yes")
    worst_first = {level: levels[level] for level in sorted(levels, reverse=True)}
    return Opening(levels.total(), worst_first, len(assessment.questions))
