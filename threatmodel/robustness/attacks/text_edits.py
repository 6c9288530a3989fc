"""Text edits: words misspelt, disguised, split unseen, replaced or added until the label changes.

Labels alone are asked. All that can be edited is edited at first; then versions with ever fewer
edits are tried, those first that seemed to matter in what was asked so far.
"""

from __future__ import annotations

import functools
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .. import drafts, rewriting, space, worst
from ..dataset.texts import written
from ..drafts import Draft, Version
from ..oracle import Oracle
from ..results import SampleResult, State
from . import Paper, Param, Plan, Test, Values

RESERVE = 1  # the last query confirms the claim
AT_ONCE = 8  # versions that are tried before what they say is looked at
KEPT = 64  # answers of each kind that importance is read from, the newest
SINGLES = 1 / 3  # of the budget, at most, goes to each edit alone
FRUITLESS = 20  # rounds in a row with nothing new to ask, before a target is left alone
FAITHFUL = 0.75  # how often an edit of the best version is kept as it was
HOTTEST = 1.5  # how far chance may outweigh what was learned, in its spread
HUGE = 2**31
Flags = NDArray[np.bool_]
# Versions to ask, for what the model made of them.
Asking = Generator[list[Version], Flags, None]


@dataclass(slots=True)
class Walk:
    """The search on one target. `best` deceives where `size`, its edits' size, is known."""

    draft: Draft
    norm: str
    eps: float
    random: np.random.Generator
    left: int
    best: Version = field(init=False)
    sizes: NDArray[np.int64] = field(init=False)
    size: int | None = None
    asked: int = 0
    fell_after: int | None = None
    seen: set[bytes] = field(default_factory=set)
    edited: list[Flags] = field(default_factory=list)
    fell: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.best = self.draft.untouched()
        self.sizes = self.draft.sizes(self.norm)
        self.seen.add(self.best.tobytes())  # a target is what the model gets right

    @property
    def gap(self) -> float | None:
        """The share of the text that the best version edits."""
        return None if self.size is None else self.size / self.draft.whole(self.norm)

    def go(self) -> Asking:
        """Everything, each edit alone, then fewer and fewer."""
        if not len(self.best):
            return
        yield from self._ask([self._drawn(HUGE, heat=1.0) for _ in range(AT_ONCE // 2)])
        yield from self._ask(self._singles())
        fruitless = 0
        while self.left > 0 and fruitless < FRUITLESS:
            before, known = self.size, len(self.seen)
            yield from self._ask(self._proposed())
            if self.size != before:
                yield from self._shrink()
            fruitless = 0 if len(self.seen) > known else fruitless + 1

    def _ask(self, versions: Sequence[Version]) -> Asking:
        """Ask what has not been asked before, as far as the budget goes."""
        new = {one.tobytes(): one for one in versions if one.tobytes() not in self.seen}
        going = list(new.values())[: self.left]
        if going:
            fooled = yield going
            for version, fell in zip(going, fooled, strict=True):
                self._keep(version, bool(fell))

    def _keep(self, version: Version, fell: bool) -> None:
        self.left -= 1
        self.asked += 1
        self.seen.add(version.tobytes())
        self.edited.append(version > 0)
        self.fell.append(fell)
        size = int(self.sizes[np.arange(len(version)), version].sum())
        if fell and (self.size is None or size < self.size):
            self.best, self.size = version, size
            if self.fell_after is None and size / self.draft.whole(self.norm) <= self.eps:
                self.fell_after = self.asked

    def _singles(self) -> list[Version]:
        """One edit at each place, of a kind that chance chooses."""
        drawn = self._choices()
        made = []
        for place in self.random.permutation(len(drawn))[: int(self.left * SINGLES)]:
            version = self.draft.untouched()
            version[place] = drawn[place]
            made.append(version)
        return made

    def _weights(self) -> NDArray[np.float64]:
        """By place, how much an edit there seems to help: ridge regression on what was asked."""
        fell = np.array(self.fell, dtype=bool)
        newest = [np.flatnonzero(side)[-KEPT:] for side in (fell, ~fell)]
        if not all(map(len, newest)):
            return np.zeros(len(self.best))
        at = np.concatenate(newest)
        edited = np.array([self.edited[one] for one in at], dtype=np.float64)
        edited -= edited.mean(axis=0)
        spread = edited @ edited.T + np.eye(len(at))
        weights: NDArray[np.float64] = edited.T @ np.linalg.solve(
            spread, fell[at] - fell[at].mean()
        )
        return weights

    def _proposed(self) -> list[Version]:
        """Versions that change less than the best, the likeliest first; where nothing has deceived
        yet, versions of all sizes."""
        weights, heats = self._weights(), np.linspace(0, HOTTEST, AT_ONCE)
        below = [self.size or HUGE] * AT_ONCE
        if self.size is None:
            whole = int(self.sizes.max(axis=1).sum())
            below = self.random.integers(2, whole + 2, AT_ONCE).tolist()
        return [self._drawn(most, heat, weights) for most, heat in zip(below, heats, strict=True)]

    def _drawn(
        self, below: int, heat: float, weights: NDArray[np.float64] | None = None
    ) -> Version:
        """Edits of together less than `below`, by their weight and by chance."""
        known = np.zeros(len(self.best)) if weights is None else weights
        noise = heat * (float(known.std()) or 1.0) * self.random.gumbel(size=len(known))
        drawn = self._choices()
        cost = self.sizes[np.arange(len(drawn)), drawn]
        order = np.argsort(-(known + noise) / cost, kind="stable")
        dropped = order[np.cumsum(cost[order]) >= below]
        drawn[dropped] = 0
        return drawn

    def _choices(self) -> Version:
        """An edit for every place: as in the best version, mostly, else any of those there."""
        count = (self.sizes > 0).sum(axis=1)
        any_of = (self.random.random(len(count)) * count).astype(np.int16) + 1
        kept = (self.best > 0) & (self.random.random(len(count)) < FAITHFUL)
        return np.where(kept, self.best, any_of).astype(np.int16)

    def _shrink(self) -> Asking:
        """Drop edits from the best version: many at once while that goes, then one by one."""
        before = None
        while self.size != before and self.left > 0:
            before = self.size
            yield from self._ask(self._parts())
        for place in self._least_first():
            without = self.best.copy()
            without[place] = 0
            if self.left > 0:
                yield from self._ask([without])

    def _least_first(self) -> NDArray[np.intp]:
        """The places of the best version, those first that seem to matter least."""
        places = np.flatnonzero(self.best)
        order: NDArray[np.intp] = places[np.argsort(self._weights()[places], kind="stable")]
        return order

    def _parts(self) -> list[Version]:
        """The best version without its least telling edits: an eighth of them, a quarter, ..."""
        places = self._least_first()
        counts = {len(places) * part // AT_ONCE for part in range(1, AT_ONCE)}
        made = []
        for count in sorted(counts - {0}):
            version = self.best.copy()
            version[places[:count]] = 0
            made.append(version)
        return made


def _walk_all(oracle: Oracle, walks: Sequence[Walk], label: NDArray[np.int64]) -> None:
    """All targets together: each asks in its own order, one call carries what all of them ask."""
    going = [(at, walk.go()) for at, walk in enumerate(walks)]
    asked = [(at, way, next(way, None)) for at, way in going]
    while asked := [(at, way, versions) for at, way, versions in asked if versions]:
        texts = [walks[at].draft.written(one) for at, _, versions in asked for one in versions]
        of = np.repeat([at for at, _, _ in asked], [len(versions) for _, _, versions in asked])
        fooled = oracle.labels(written(texts), of) != label[of]
        ends = np.cumsum([len(versions) for _, _, versions in asked])[:-1]
        told = np.split(fooled, ends)
        asked = [
            (at, way, _next(way, said)) for (at, way, _), said in zip(asked, told, strict=True)
        ]


def _next(way: Asking, said: Flags) -> list[Version] | None:
    try:
        return way.send(said)
    except StopIteration:
        return None


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
    _walk_all(oracle, walks, label)
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


def _budget(values: Values) -> int:
    return int(values["budget"])


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
        Param("seed", "integer", 0, "Same seed, same result", high=2**31),
    ),
    honours=frozenset(),
    budget=_budget,
    run=run,
    needs=frozenset({"text"}),
    takes_texts=True,
)
