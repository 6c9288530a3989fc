"""Text edits: words misspelt, disguised, split unseen, replaced or added until the label changes.

Labels alone are asked.
"""

from __future__ import annotations

import functools

import numpy as np

from .. import drafts, rewriting, space, worst
from ..dataset.texts import written
from ..oracle import Oracle
from ..results import SampleResult, State
from ..walks import Walk, walk_all
from . import SEED, Paper, Param, Plan, Test, given_budget

RESERVE = 1  # the last query confirms the claim


def _padding(plan: Plan, label: int) -> tuple[str, ...]:
    """Words to add: as stated, else those that rows which are answered otherwise have in common."""
    stated = plan.dataset.text.padding if plan.dataset.text else ()
    if stated:
        return stated
    texts = {at: str(plan.dataset.x[at, 0]) for at in plan.known}
    others = [text for at, text in texts.items() if plan.predicted[at] != label]
    alike = [text for at, text in texts.items() if plan.predicted[at] == label]
    return drafts.telling_words(others, alike, drafts.MOST_ADDED)


def _walks(plan: Plan, budget: int) -> list[Walk]:
    chosen = str(plan.values["edits"])
    kinds = set(rewriting.KINDS) if chosen == "all" else {chosen}
    padding = functools.cache(lambda label: _padding(plan, label))
    wording = plan.dataset.text
    return [
        Walk(
            draft=drafts.draft(
                str(plan.dataset.x[at, 0]),
                kinds,
                wording.synonyms if wording else {},
                padding(int(plan.dataset.y[at])) if "padding" in kinds else (),
            ),
            norm=str(plan.values["norm"]),
            eps=float(plan.values["eps"]),
            random=space.generator("text-edits", plan.seed, at),
            left=budget - RESERVE,
        )
        for at in plan.targets
    ]


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
    walks = _walks(plan, oracle.budget)
    walk_all(oracle, walks, label)
    fallen = np.flatnonzero([walk.size is not None for walk in walks])
    after = [walk.draft.written(walk.best) for walk in walks]
    answers = label.copy()
    if len(fallen):
        answers[fallen] = oracle.labels(written([after[at] for at in fallen]), fallen)
    gaps = [
        walk.gap if answer != right else None
        for walk, answer, right in zip(walks, answers, label, strict=True)
    ]
    shown = worst.after(gaps, written(after))
    return [
        _result(plan, at, walk, int(answers[at]), int(oracle.spent[at]), shown.get(at, ()))
        for at, walk in enumerate(walks)
    ]


def _result(
    plan: Plan, at: int, walk: Walk, answer: int, queries: int, after: tuple[float | str, ...]
) -> SampleResult:
    index = plan.targets[at]
    label = int(plan.dataset.y[index])
    if answer == label or walk.gap is None:
        return SampleResult(index, label, "held", None, queries)
    state: State = "broken" if walk.gap <= walk.eps else "held"
    detail = {"answer": answer}
    if walk.fell_after is not None:
        detail["fell_after"] = walk.fell_after
    return SampleResult(index, label, state, walk.gap, queries, detail, after)


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
    params=(
        Param("budget", "integer", 300, "Queries for each target", low=20, high=100_000),
        Param("edits", "choice", "all", "What may be done", choices=("all", *rewriting.KINDS)),
        Param("eps", "number", None, "The share of a text that may be edited", low=1e-9, high=1.0),
        Param("norm", "choice", None, "What is counted", choices=drafts.NORMS),
        Param("samples", "integer", 40, "Targets that the model gets right", low=1, high=5000),
        SEED,
    ),
    honours=frozenset(),
    budget=given_budget,
    run=run,
    needs=frozenset({"text"}),
    takes_texts=True,
)
