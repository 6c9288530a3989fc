"""Invariants: does the model keep the rules that its owner takes for granted? Nobody attacks."""

from __future__ import annotations

import numpy as np

from .. import pictures, space
from ..dataset import Dataset
from ..oracle import Oracle
from ..relations import MOST, Relation
from ..results import SampleResult, State
from ..space import KEPT, Rows, Space
from . import SEED, Paper, Param, Plan, Test, Values


def changed(dataset: Dataset, room: Space, relation: Relation) -> Rows:
    """The targets after the change, within their range; one that cannot change stays as it is."""
    if not relation.column:
        lay = pictures.layout(dataset)
        rows = lay.rows(relation.pictures(lay.pictures(room.origin)))
    else:
        rows = room.origin.copy()
        at = [feature.name for feature in dataset.features].index(relation.column)
        rows[:, at] = relation.values(rows[:, at])
    low, high = dataset.bounds()
    return np.clip(rows, np.minimum(low, room.origin), np.maximum(high, room.origin))


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Change each target once for each rule and compare the answers.

    A target falls when any rule is broken; one that no rule can change is unknown.

    References
    ----------
    Chen, Cheung, Yiu: Metamorphic Testing. HKUST-CS98-01, 1998, arXiv 2002.12543.
    """
    room = space.of(plan.dataset, plan.targets)
    everyone = np.arange(len(plan.targets))
    before = np.array([plan.predicted[index] for index in plan.targets])
    told: list[list[str]] = [[] for _ in everyone]
    tried = np.zeros(len(everyone), dtype=bool)
    for relation in plan.dataset.relations:
        rows = changed(plan.dataset, room, relation)
        of = np.flatnonzero((rows != room.origin).any(axis=1))
        tried[of] = True
        wrong = relation.broken(before[of], oracle.labels(rows[of], of))
        for at in of[wrong]:
            told[at].append(relation.text)
    found = []
    for at, index in enumerate(plan.targets):
        state: State = "broken" if told[at] else "held" if tried[at] else "unknown"
        spent, detail = int(oracle.spent[at]), {"rules": told[at]} if told[at] else {}
        label = int(plan.dataset.y[index])
        found.append(SampleResult(index, label, state, None, spent, detail))
    return found


def _budget(values: Values) -> int:
    return MOST


TEST = Test(
    id="invariants",
    name="Rules that answers should keep",
    version="1",
    claim="An answer changes where the stated rules say that it does not, or goes the wrong way. "
    "Nobody attacks.",
    paper=Paper(
        title="Metamorphic Testing: A New Approach for Generating Next Test Cases",
        authors="Tsong Y. Chen, Shing C. Cheung, Siu Ming Yiu",
        year=1998,
        identifier="arXiv:2002.12543",
    ),
    family="metamorphic",
    adaptive=False,
    access="labels",
    params=(
        Param("samples", "integer", 500, "Inputs that the model gets right", low=1, high=5000),
        SEED,
    ),
    honours=KEPT,
    budget=_budget,
    run=run,
    needs=frozenset({"relations"}),
    adversarial=False,
    moves_inputs=False,
)
