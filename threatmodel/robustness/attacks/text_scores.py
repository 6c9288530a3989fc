"""Text scores: words ranked by how much of the right class's score they hold, edited by rank."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import edits
from ..dataset.texts import written
from ..oracle import Oracle
from ..rankings import Ranked
from ..results import SampleResult
from ..scores import margin
from ..walks import Leads
from . import Paper, Plan, Test, given_budget


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Attack `plan.targets`, numbered 0.. in the oracle.

    Notes
    -----
    What may be edited, and how, is as in `text-edits`. Beyond both papers, what was found is rid of
    idle edits, and ranks are shaken by chance while nothing within eps has deceived.

    References
    ----------
    Gao, Lanchantin, Soffa, Qi: Black-box Generation of Adversarial Text Sequences, SPW 2018, arXiv
    1801.04354 (DeepWordBug). Jin, Jin, Zhou, Szolovits: Is BERT Really Robust? AAAI 2020, arXiv
    1907.11932 (TextFooler: how the score falls when a word is taken out).
    """
    label = plan.dataset.y[list(plan.targets)]

    def ask(texts: list[str], of: NDArray[np.intp]) -> Leads:
        return margin(oracle.scores(written(texts), of), label[of])

    return edits.searched(oracle, plan, Ranked, ask, "text-scores")


TEST = Test(
    id="text-scores",
    name="Texts edited by asking for scores",
    version="1",
    claim="A text that a person reads as before is given another label, after the few words that "
    "the model's scores hang on were misspelt, disguised, split unseen or replaced, or harmless "
    "words were put behind them.",
    paper=Paper(
        title="Black-box Generation of Adversarial Text Sequences to Evade Deep Learning "
        "Classifiers",
        authors="Ji Gao, Jack Lanchantin, Mary Lou Soffa, Yanjun Qi",
        year=2018,
        identifier="arXiv:1801.04354",
    ),
    family="word-importance",
    adaptive=True,
    access="scores",
    params=edits.PARAMS,
    honours=frozenset(),
    budget=given_budget,
    run=run,
    needs=frozenset({"text"}),
    takes_texts=True,
)
