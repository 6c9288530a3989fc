"""Verified: the word of another person, on a checklist or on what a re-test measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from threatmodel import live
from threatmodel.core import proof
from threatmodel.core.retest import Retest, retests
from threatmodel.gate import RIGHTS, Forbidden, Person, Right
from threatmodel.live import Turn, Warm
from threatmodel.models import MitigationRow, System

from .refusal import Refusal

# What is signed where the catalog says nothing: a control of the team's own.
OWN = ("I looked at it myself: it is in place for every finding that it answers.",)


@dataclass(frozen=True, slots=True)
class Proof:
    """How a mitigation is proven. `lacking` says what the re-test still needs; `lines` are to be
    signed where no test of ours measures it; `measured` is what the re-test says it does, and
    `retests` everything that was tried. `attacked`: an attack that adapts is wanted, too."""

    is_technical: bool
    lines: tuple[str, ...]
    lacking: str = ""
    tests: tuple[str, ...] = ()
    adaptive_tests: tuple[str, ...] = ()
    attacked: bool = True
    measured: Mapping[str, float] = field(default_factory=dict)
    retests: tuple[Retest, ...] = ()


def _wanted(warm: Warm, row: MitigationRow) -> Proof:
    """What it takes to call a mitigation verified, as things stand."""
    engine = warm.engine
    control = engine.catalog.controls.get(row.control)
    if control is None:
        return Proof(False, OWN)
    keys = [link.finding for link in row.findings.all()]
    measured = proof.measured_by(control, engine.catalog, keys)
    if not measured:
        return Proof(False, control.verify.checklist or OWN)
    since = row.implemented_on or engine.as_of
    asked = (control, engine.graph, engine.inputs, measured, since, engine.as_of)
    attacked = proof.attacked(engine.catalog, measured)
    return Proof(
        is_technical=True,
        lines=(),
        lacking=proof.lacking(*asked),
        tests=proof.tests_of(control, engine.catalog, measured),
        adaptive_tests=control.verify.adaptive_tests if attacked else (),
        attacked=attacked,
        measured=proof.effects(*asked),
        retests=retests(*asked),
    )


def proof_of(row: MitigationRow) -> Proof:
    """The same for a page, without changing anything."""
    return live.read(row.system, lambda warm: _wanted(warm, row))


def require(turn: Turn, by: Person, row: MitigationRow, signed: Sequence[str]) -> None:
    """Put down who verifies, and what was signed.

    Raises
    ------
    Forbidden
        For a role that does not verify.
    Refusal
        When it is not in place, it is one's own work, or the proof is not whole.
    """
    if Right.VERIFY not in by.rights(turn.system.workspace_id, turn.system.pk):
        raise Forbidden(f"Your role does not let you do this ({Right.VERIFY})")
    if row.implemented_on is None:
        message = "It has to be in place before somebody verifies it; set it to implemented first"
        raise Refusal(message, field="status")
    alone = is_alone(turn.system)
    if not alone and is_own_work(row, by):
        raise Refusal("Somebody else than who put it in place has to verify this", field="status")
    found = _wanted(turn.warm, row)
    if found.lacking:
        raise Refusal(f"Not proven yet. {found.lacking}", field="status")
    unsigned = [line for line in found.lines if line not in signed]
    if unsigned:
        raise Refusal(f"Sign every line of the checklist: {unsigned[0]}", field="checklist")
    row.checklist, row.measured = list(found.lines), dict(found.measured)
    row.verified_by, row.verified_on, row.verified_alone = by.name, turn.system.as_of, alone


def withdraw(row: MitigationRow) -> None:
    """It is not verified any more: who had signed what no longer counts."""
    row.verified_by, row.verified_on, row.verified_alone = "", None, False
    row.checklist, row.measured = [], {}


def is_own_work(row: MitigationRow, by: Person) -> bool:
    return row.owner_user_id == by.id or by.name in (row.owner, row.implemented_by)


def is_alone(system: System) -> bool:
    """Whether nobody else of the workspace could do more than look."""
    working = [role for role, rights in RIGHTS.items() if Right.TRACK in rights]
    return system.workspace.members.filter(role__in=working).count() == 1
