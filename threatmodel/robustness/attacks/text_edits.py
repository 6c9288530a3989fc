"""Text edits: words misspelt, disguised, split unseen, replaced or added until the label changes.

Labels alone are asked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import edits
from ..dataset.texts import written
from ..oracle import Oracle
from ..results import SampleResult
from ..walks import Leads, Walk
from . import Paper, Plan, Test, given_budget


def run(oracle: Oracle, plan: Plan) -> list[SampleResult]:
    """Attack `plan.targets`, numbered 0.. in the oracle.

    Notes
    -----
    The search is ours: labels are all that it reads, so importance comes from regressing them on
    what was edited.

    References
    ----------
    Jin, Jin, Zhou, Szolovits: Is BERT Really Robust? AAAI 2020, arXiv 1907.11932 (TextFooler:
    synonyms by word importance). Gao, Lanchantin, Soffa, Qi: Black-box Generation of Adversarial
    Text Sequences, SPW 2018, arXiv 1801.04354 (DeepWordBug: typos). Boucher, Shumailov, Anderson,
    Papernot: Bad Characters, IEEE S&P 2022, arXiv 2106.09898 (homoglyphs, zero width). Lowd, Meek:
    Good Word Attacks on Statistical Spam Filters, CEAS 2005 (added words).
    """
    label = plan.dataset.y[list(plan.targets)]

    def ask(texts: list[str], of: NDArray[np.intp]) -> Leads:
        return np.where(oracle.labels(written(texts), of) == label[of], 1.0, -1.0)

    return edits.searched(oracle, plan, Walk, ask, "text-edits")


TEST = Test(
    id="text-edits",
    name="Texts edited until they pass",
    version="1",
    claim="A text that a person reads as before is given another label, after few of its words "
    "were misspelt, disguised by characters that look alike or cannot be seen, replaced by others "
    "of the same meaning, or had harmless words put behind them.",
    paper=Paper(
        title="Is BERT Really Robust? A Strong Baseline for Natural Language Attack on Text "
        "Classification and Entailment",
        authors="Di Jin, Zhijing Jin, Joey Tianyi Zhou, Peter Szolovits",
        year=2020,
        identifier="arXiv:1907.11932",
    ),
    family="text edits",
    adaptive=False,
    access="labels",
    params=edits.PARAMS,
    honours=frozenset(),
    budget=given_budget,
    run=run,
    needs=frozenset({"text"}),
    takes_texts=True,
)
