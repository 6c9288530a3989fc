"""What a run will be, before it begins: its parameters, its distance, its size."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from . import attacks
from .attacks import Test, Whole
from .dataset import Dataset, Eps
from .errors import RobustnessError
from .oracle import Source

CLEAN_LIMIT = 2000  # rows asked before the attack: accuracy, targets, starts
BESIDE = 16  # of them that are asked again beside others, and once more where answers differ
SCORES_CHECKED = 64  # of them whose scores are laid beside their labels
RUN_S = 800.0


@dataclass(frozen=True, slots=True)
class Request:
    """What to run. `params` are checked against the test's own."""

    model: Source
    dataset: Dataset
    test: str
    params: Mapping[str, object]
    run_s: float = RUN_S


def settle(
    test: Test, given: Mapping[str, object], *, offers: Collection[str], eps: Eps | None
) -> dict[str, float | int | str]:
    """All parameters of a run; eps and norm as the data set states them, unless given.

    Raises
    ------
    RobustnessError
        When the test cannot be run on such data, or eps is stated nowhere.
    """
    reason = test.why_not(offers)
    if reason:
        raise RobustnessError(f"test: '{test.id}' cannot be run here: {reason}")
    values = attacks.values(test, given)
    if "eps" not in {param.name for param in test.params}:
        return values
    norms = next(param.choices for param in test.params if param.name == "norm")
    values.setdefault("norm", eps.norm if eps else norms[0])
    if "eps" not in values:
        if eps is None or eps.norm != values["norm"]:
            raise RobustnessError(
                "params.eps: say how far an input may move, here or with a reason in dataset.yaml"
            )
        values["eps"] = eps.value
    return values


def distance(
    test: Test, dataset: Dataset, values: Mapping[str, float | int | str]
) -> tuple[Eps | None, float | None]:
    """How far inputs may move in this run, its reason if stated, and the declared one."""
    if test.declared is not None:
        used = Eps(float(values[test.size]), test.declared.norm, "")
    elif "eps" in values:
        used = Eps(float(values["eps"]), str(values["norm"]), "")
    else:
        return None, None
    declared = test.declared or dataset.eps
    if declared is None or declared.norm != used.norm:
        return used, None
    return (declared if declared.value == used.value else used), declared.value


def feature_space_only(test: Test, dataset: Dataset) -> bool:
    """A table whose constraints are not stated, or not all kept by the test. Every text exists."""
    if dataset.image or dataset.text is not None or not test.moves_inputs:
        return False
    stated = dataset.constraints()
    return not stated or not stated <= test.honours


def settled(request: Request) -> tuple[Test, dict[str, float | int | str]]:
    """The request's test, and all parameters that it will have."""
    test = attacks.get(request.test)
    dataset = request.dataset
    return test, settle(test, request.params, offers=dataset.offers(), eps=dataset.eps)


def wanted(values: Mapping[str, float | int | str]) -> int:
    """How many targets a run is to have at most."""
    return int(values.get("samples", CLEAN_LIMIT))


def beforehand(test: Test, values: Mapping[str, float | int | str], rows: int) -> int:
    """Rows that are asked before the attack on a data set of so many, at most."""
    again = 0 if test.access == "chat" else 2 * min(rows, BESIDE)
    scores = min(rows, SCORES_CHECKED) if test.reads_scores(values) else 0
    return min(rows, CLEAN_LIMIT) + again + scores


def expected(test: Test, values: Mapping[str, float | int | str], targets: int) -> int:
    """Rows that the attack on so many targets asks at most, beside the clean ones."""
    return test.budget(values) * (1 if isinstance(test.run, Whole) else targets)
