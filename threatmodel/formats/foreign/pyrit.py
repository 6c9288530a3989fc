"""PyRIT's exported memory (JSON or JSON lines): pieces of conversations with their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatmodel.core.document import Remark

from .measured import Probe, Report, day_of, gathered, items, label, mapping, part

TOOL = "PyRIT"
LABEL = "bartizan_test"
MOST_SCORES = 1_000
# How the name of the orchestrator or attack begins, to the test of ours that asks the same.
TESTS = {
    "XPIA": "indirect-injection",
    "Crescendo": "jailbreak",
    "ContextCompliance": "jailbreak",
    "FlipAttack": "jailbreak",
    "ManyShotJailbreak": "jailbreak",
    "PAIR": "jailbreak",
    "RedTeaming": "jailbreak",
    "RolePlay": "jailbreak",
    "SkeletonKey": "jailbreak",
    "TreeOfAttacks": "jailbreak",
}
NEEDS_LABEL = f"name its test by a memory label: {LABEL}"


def recognises(data: object) -> bool:
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(one, Mapping) and "conversation_id" in one for one in data[:5])
    )


def read(data: Sequence[object]) -> Report:
    """One conversation is one attempt; it came through when a true-or-false score says true."""
    talks: dict[str, tuple[str, str, bool]] = {}
    version, day, unscored = "", None, set()
    for number, one in enumerate(data):
        where = f"[{number}]"
        values = mapping(one, where)
        id = label(values.get("conversation_id"), f"{where}.conversation_id")
        attack = part(values, "attack_identifier") or part(values, "orchestrator_identifier")
        version = version or label(attack.get("pyrit_version"), f"{where}.pyrit_version")
        day = day or day_of(values.get("timestamp"))
        said = _said(values, where)
        if said is None:
            unscored.add(id)
            continue
        name, test = _named(values, attack, where)
        fell = said or (id in talks and talks[id][2])
        talks[id] = name, test, fell
    counts, dropped = gathered(TOOL, _probes(talks))
    dropped = tuple(Remark(one.what, f"{one.why}; {NEEDS_LABEL}") for one in dropped)
    if left := len(unscored - talks.keys()):
        why = "they have no true-or-false score of success"
        dropped = (*dropped, Remark(f"{left} conversations", why))
    return Report(TOOL, version, counts, dropped, day)


def _said(values: Mapping[str, object], where: str) -> bool | None:
    """Whether its scores say that it came through. That a model refused is no score of that."""
    found = []
    scores = values.get("scores")
    for number, one in enumerate(items([] if scores is None else scores, where, MOST_SCORES)):
        score = mapping(one, f"{where}.scores[{number}]")
        scorer = _type(part(score, "scorer_class_identifier"), where)
        if score.get("score_type") == "true_false" and "Refusal" not in scorer:
            found.append(str(score.get("score_value")).lower() == "true")
    return any(found) if found else None


def _named(
    values: Mapping[str, object], attack: Mapping[str, object], where: str
) -> tuple[str, str]:
    name = _type(attack, where) or "an attack without a name"
    given = label(part(values, "labels").get(LABEL), f"{where}.labels")
    known = (test for start, test in TESTS.items() if name.startswith(start))
    return name, given or next(known, "")


def _type(identifier: Mapping[str, object], where: str) -> str:
    return label(identifier.get("__type__") or identifier.get("class_name"), where)


def _probes(talks: Mapping[str, tuple[str, str, bool]]) -> list[tuple[str, Probe]]:
    tally: dict[tuple[str, str], list[int]] = {}
    for name, test, fell in talks.values():
        counts = tally.setdefault((test, name), [0, 0])
        counts[0] += fell
        counts[1] += 1
    return [(test, Probe(name, *counts)) for (test, name), counts in tally.items()]
