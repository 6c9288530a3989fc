"""Scan of a model file for code that runs when it is opened. The file comes in on its own."""

from __future__ import annotations

from ..artefacts import TEST as ID
from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Measured
from . import Paper, Param, Plan, Test, Whole, no_queries


def _elsewhere(oracle: Oracle, plan: Plan) -> Measured:
    raise RobustnessError("test: a model file is scanned where it is brought, under Evidence")


TEST = Test(
    id=ID,
    name="Code that runs when a file is opened",
    version="1",
    claim="A model file calls something when it is loaded. The scan reads it and never loads it.",
    paper=Paper(
        title="Never a dill moment: Exploiting machine learning pickle files",
        authors="Evan Sultanik",
        year=2021,
        identifier="blog.trailofbits.com/2021/03/15",
    ),
    family="scan",
    adaptive=False,
    access="labels",
    params=(Param("seed", "integer", 0, "Nothing is drawn: the same file, the same scan"),),
    honours=frozenset(),
    budget=no_queries,
    run=Whole(_elsewhere),
    needs=frozenset({"artefact"}),
    moves_inputs=False,
)
