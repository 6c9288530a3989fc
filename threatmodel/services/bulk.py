"""Something entered about many findings: at once, or in portions by a worker.

Each portion is one transaction and counts itself within it. So a worker that dies or is told to
stop has done exactly what is counted, and the next one goes on behind that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from time import sleep
from typing import Any

from django.db.models.functions import Now

from catalog.types import Level
from threatmodel import gate, live
from threatmodel.gate import Person, Right
from threatmodel.live import Turn
from threatmodel.models import Errand, System
from threatmodel.models.errand import ErrandKind
from threatmodel.models.job import JobState

from . import audit, decisions, errands, jobs, mitigations
from .refusal import Refusal

# So many a request decides about itself, and so many are one portion: a lock of a moment.
AT_ONCE = PORTION = 200
# SQLite wakes nobody: whoever waits for its one writer looks again after a tenth of a second.
PAUSE_S = 0.15
NAMED = 20
Chosen = Mapping[System, Sequence[str]]


def ask(by: Person, kind: ErrandKind, chosen: Chosen, values: Mapping[str, Any]) -> Errand:
    """Have a worker enter `values` about the chosen findings of each system.

    Raises
    ------
    Refusal
        When no finding could be entered about like that, or a key is no finding's.
    """
    pairs = [[str(system.pk), list(dict.fromkeys(keys))] for system, keys in chosen.items()]
    size = sum(len(keys) for _, keys in pairs)
    if size > decisions.MOST:
        raise Refusal(f"Decide about at most {decisions.MOST:,} findings at once", field="findings")
    for system, keys in chosen.items():
        if kind == ErrandKind.DECIDE:
            decisions.check(system, **values)
        else:
            mitigations.check(keys, values)
        _check_keys(system, keys)
    (only, *others) = chosen
    told = {name: _told(value) for name, value in values.items() if value is not None}
    return errands.queue(
        by,
        kind,
        name=str(values.get("action") or values.get("title")),
        size=size,
        workspace=None if others else only.workspace,
        system=None if others else only,
        asked={"values": told, "findings": pairs},
    )


def _check_keys(system: System, keys: Sequence[str]) -> None:
    known = set(system.findings.values_list("key", flat=True))
    for key in keys:
        if key not in known:
            message = f"There is no such finding in this system ({key[:160]})"
            raise Refusal(message, field="finding", code="missing")


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def work(row: Errand) -> None:
    """Do what is not done yet of an errand that this worker holds."""
    if row.created_by is None:
        raise Refusal("Who asked for this has no account any more")
    by = Person(row.created_by)
    for number, (system_id, keys) in enumerate(_portions(row)):
        sleep(PAUSE_S if number else 0)
        _portion(row, by, system_id, keys)
    entered, refused = row.result.get("entered", 0), row.result.get("refused", [])
    if refused and not entered:
        raise Refusal(refused[0]["why"])
    words = f"{entered:,} of {row.size:,} findings {errands.DONE[row.kind]}"
    jobs.end(row, JobState.SUCCEEDED, words, progress=1)


def _portions(row: Errand) -> Iterator[tuple[str, list[str]]]:
    """What is not behind it yet. Assigning is one mitigation for each system, hence one portion."""
    behind = row.done
    for system_id, keys in row.asked["findings"]:
        step = PORTION if row.kind == ErrandKind.DECIDE else len(keys)
        for start in range(min(behind, len(keys)), len(keys), step):
            yield system_id, keys[start : start + step]
        behind = max(0, behind - len(keys))


def _portion(row: Errand, by: Person, system_id: str, keys: list[str]) -> None:
    """One transaction of one system. What refuses is told, and the others go on."""
    try:
        system = gate.system(by, system_id, _right(row))
        row.result = live.write(system.pk, partial(_enter, row, by, keys))
    except (Refusal, gate.NotFound, gate.Forbidden) as error:
        row.result = _count(row, keys, refused=_refused(row, system_id, keys, str(error)))
    row.done += len(keys)


def _right(row: Errand) -> Right:
    """Judged anew: between asking and doing somebody may have lost it."""
    if row.kind == ErrandKind.ASSIGN:
        return Right.TRACK
    return decisions.RIGHTS[row.asked["values"]["action"]]


def _enter(row: Errand, by: Person, keys: list[str], turn: Turn) -> dict[str, Any]:
    # Once more behind the lock: while it was waited for, a role may have gone, or the system.
    gate.system(by, turn.system.pk, _right(row))
    known = {one.key for one in turn.warm.engine.findings}
    there = [key for key in keys if key in known]
    gone = [key for key in keys if key not in known]
    if there:
        _write(row, by, turn, there)
    result = row.result
    return _count(
        row,
        keys,
        entered=result.get("entered", 0) + len(there),
        gone=result.get("gone", 0) + len(gone),
        gone_keys=[*result.get("gone_keys", []), *gone][:NAMED],
    )


def _write(row: Errand, by: Person, turn: Turn, keys: list[str]) -> None:
    values = dict(row.asked["values"])
    for name in ("until", "due"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if row.kind == ErrandKind.ASSIGN:
        mitigations.enter(turn, by, findings=keys, values=values)
        what = "mitigation: planned"
    else:
        for name in ("likelihood", "impact"):
            values[name] = Level(values[name]) if name in values else None
        decisions.enter_all(turn, by, findings=keys, **values)
        what = f"finding: {values['action']}"
    audit.note(turn.system.workspace, by, what, f"{turn.system.name}: {len(keys)} findings")


def _refused(row: Errand, system_id: str, keys: list[str], why: str) -> list[dict[str, Any]]:
    """What refused so far, one line for each system."""
    told = list(row.result.get("refused", []))
    if told and told[-1]["system"] == system_id:
        return [*told[:-1], told[-1] | {"count": told[-1]["count"] + len(keys)}]
    return [*told, {"system": system_id, "count": len(keys), "why": why}]


def _count(row: Errand, keys: Sequence[str], **more: Any) -> dict[str, Any]:
    """Count a portion in the transaction that it is done in; what stands there from then on.

    Raises
    ------
    Lost
        When the errand was cancelled or taken over: nothing of the portion is done then.
    """
    result, done = {**row.result, **more}, row.done + len(keys)
    entered = result.get("entered", 0)
    jobs.write(
        row,
        done=done,
        result=result,
        progress=0.99 * done / row.size,
        message=f"{entered:,} of {row.size:,} findings {errands.DONE[row.kind]}",
        lease_until=Now() + errands.LEASE,
    )
    return result
