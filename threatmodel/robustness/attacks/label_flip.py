"""Label flips: train again with some labels changed, and count what that costs.

Needs the owner's own training, so it is run by `manage.py attack --trainer` alone.
"""

from __future__ import annotations

from ..errors import RobustnessError
from ..oracle import Oracle
from ..results import Measured
from . import Paper, Param, Plan, Test, Values, Whole


def _elsewhere(oracle: Oracle, plan: Plan) -> Measured:
    raise RobustnessError("test: it needs your own training: manage.py attack --trainer")


def _trainings(values: Values) -> int:
    return 0


TEST = Test(
    id="label-flip",
    name="Changed labels in the training data",
    version="1",
    claim="Changing a small share of the training labels makes the model answer more rows wrongly.",
    paper=Paper(
        title="Support Vector Machines Under Adversarial Label Noise",
        authors="Battista Biggio, Blaine Nelson, Pavel Laskov",
        year=2011,
        identifier="PMLR 20:97-112",
    ),
    family="label-flip",
    adaptive=False,
    access="labels",
    params=(
        Param("share", "number", 0.05, "Share of labels an attacker can change", 0.001, 0.5),
        Param("seed", "integer", 0, "Same seed, same labels changed", high=2**31),
    ),
    honours=frozenset(),
    budget=_trainings,
    run=Whole(_elsewhere),
    needs=frozenset({"trainer", "member"}),
    moves_inputs=False,
)
