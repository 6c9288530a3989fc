"""What both searches for edits of a text share: what may be edited, their claims, their results."""

from __future__ import annotations

import functools

import numpy as np

from . import drafts, rewriting, space, worst
from .attacks import SEED, Param, Plan
from .dataset.texts import written
from .oracle import Oracle
from .results import SampleResult, State
from .walks import Ask, Walk, walk_all

RESERVE = 1  # the last query confirms the claim
PARAMS = (
    Param("budget", "integer", 300, "Queries for each target", low=20, high=100_000),
    Param("edits", "choice", "all", "What may be done", choices=("all", *rewriting.KINDS)),
    Param("eps", "number", None, "The share of a text that may be edited", low=1e-9, high=1.0),
    Param("norm", "choice", None, "What is counted", choices=drafts.NORMS),
    Param("samples", "integer", 40, "Targets that the model gets right", low=1, high=5000),
    SEED,
)


def _padding(plan: Plan, label: int) -> tuple[str, ...]:
    """Words to add: as stated, else those that rows which are answered otherwise have in common."""
    stated = plan.dataset.text.padding if plan.dataset.text else ()
    if stated:
        return stated
    texts = {at: str(plan.dataset.x[at, 0]) for at in plan.known}
    others = [text for at, text in texts.items() if plan.predicted[at] != label]
    alike = [text for at, text in texts.items() if plan.predicted[at] == label]
    return drafts.telling_words(others, alike, drafts.MOST_ADDED)


def _walks(plan: Plan, budget: int, search: type[Walk], test: str) -> list[Walk]:
    chosen = str(plan.values["edits"])
    kinds = set(rewriting.KINDS) if chosen == "all" else {chosen}
    padding = functools.cache(lambda label: _padding(plan, label))
    wording = plan.dataset.text
    return [
        search(
            draft=drafts.draft(
                str(plan.dataset.x[at, 0]),
                kinds,
                wording.synonyms if wording else {},
                padding(int(plan.dataset.y[at])) if "padding" in kinds else (),
            ),
            norm=str(plan.values["norm"]),
            eps=float(plan.values["eps"]),
            random=space.generator(test, plan.seed, at),
            left=budget - RESERVE,
        )
        for at in plan.targets
    ]


def searched(
    oracle: Oracle, plan: Plan, search: type[Walk], ask: Ask, test: str
) -> list[SampleResult]:
    """Search on `plan.targets`, ask what is claimed once more, and judge it at eps.

    `test` names the stream that each target draws from.
    """
    label = plan.dataset.y[list(plan.targets)]
    walks = _walks(plan, oracle.budget, search, test)
    walk_all(walks, ask)
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
