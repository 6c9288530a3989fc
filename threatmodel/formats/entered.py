"""What people and measurements added to a document, as plain data and back.

A file's truth is not our truth: unless taken as it stands, a decision comes back as a proposal,
a verified mitigation as an implemented one, and evidence weighs nothing until it is adopted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar, get_args

from catalog.types import Effort
from threatmodel.core.document import DocumentError, Remark
from threatmodel.core.document import fields as read
from threatmodel.core.inputs import Decision, Evidence, Ground, Inputs, Mitigation, Stratum

from .entry import (
    Readers,
    count,
    finding_key,
    mapping_of,
    read_entry,
    readers_of,
    real,
    tuple_of,
    whole,
    write_entry,
)

KEYS = ("decisions", "mitigations", "evidence")
MAX_ENTRIES = 20_000

Row = Mapping[str, object]
Entry = TypeVar("Entry", Decision, Mitigation, Evidence)


def read_inputs(
    data: Mapping[str, object], *, as_they_stand: bool
) -> tuple[Inputs, tuple[Remark, ...]]:
    """The entries of a full export, checked, and a remark for each kind that was demoted.

    Raises
    ------
    DocumentError
        Naming the entry, such as `evidence[2].broken`.
    """
    inputs = Inputs(
        decisions=_entries(Decision, "decisions", data),
        mitigations=_entries(Mitigation, "mitigations", data),
        evidence=_entries(Evidence, "evidence", data),
    )
    return (inputs, ()) if as_they_stand else demoted(inputs)


def demoted(inputs: Inputs) -> tuple[Inputs, tuple[Remark, ...]]:
    """The same as claims of a stranger's file."""
    remarks = []
    if inputs.decisions:
        why = "kept as proposals; somebody here decides again"
        remarks.append(Remark(f"{len(inputs.decisions)} decisions", why))
    if any(one.status == "verified" for one in inputs.mitigations):
        remarks.append(Remark("verified mitigations", "kept as implemented; verify them here"))
    if inputs.evidence:
        why = "shown, and without weight until an approver adopts it"
        remarks.append(Remark(f"{len(inputs.evidence)} pieces of evidence", why))
    found = Inputs(
        decisions=tuple(replace(one, origin="imported") for one in inputs.decisions),
        mitigations=tuple(map(_unverified, inputs.mitigations)),
        evidence=tuple(replace(one, origin="carried", adopted=False) for one in inputs.evidence),
    )
    return found, tuple(remarks)


def _unverified(one: Mitigation) -> Mitigation:
    status = "implemented" if one.status == "verified" else one.status
    return replace(one, status=status, measured={})


def to_rows(inputs: Inputs) -> dict[str, list[dict[str, object]]]:
    """The entries as plain data, in their order: decisions of one day count as given."""
    return {
        "decisions": [write_entry(one) for one in inputs.decisions],
        "mitigations": [write_entry(one) for one in inputs.mitigations],
        "evidence": [write_entry(one) for one in inputs.evidence],
    }


def _entries(kind: type[Entry], name: str, data: Mapping[str, object]) -> tuple[Entry, ...]:
    rows = data.get(name)
    rows = () if rows is None else rows
    if not isinstance(rows, list | tuple):
        raise DocumentError(f"{read.shown(rows)} is not a list", field=name)
    if len(rows) > MAX_ENTRIES:
        raise DocumentError(f"at most {MAX_ENTRIES} of these are read", field=name, code="limit")
    found: dict[str, Entry] = {}
    for index, values in enumerate(rows):
        try:
            entry = read_entry(kind, values, _READERS[kind])
            if entry.id in found:
                raise DocumentError(f"the id '{entry.id}' stands twice", field="id", code="taken")
        except DocumentError as error:
            raise error.inside(f"{name}[{index}]") from None
        found[entry.id] = entry
    return tuple(found.values())


def _index(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return count(value)


def _ground(value: object) -> Ground:
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise DocumentError("what a decision rests on is [element, attribute, value]")
    element, attribute, found = value
    if not isinstance(found, bool | int | float | str | None):
        raise DocumentError(f"{read.shown(found)} is not a plain value")
    return Ground(read.identifier(element), read.label(attribute), found)


def _interval(value: object) -> tuple[float, float]:
    ends = tuple_of(real)(value)
    if not isinstance(ends, tuple) or len(ends) != 2:
        raise DocumentError("an interval has two ends")
    return ends[0], ends[1]


_STRATUM = readers_of(Stratum)
_READERS: Mapping[type, Readers] = {
    Decision: readers_of(
        Decision,
        id=read.identifier,
        finding=finding_key,
        reason=read.text,
        grounds=tuple_of(_ground),
    ),
    Mitigation: readers_of(
        Mitigation,
        id=read.identifier,
        findings=tuple_of(finding_key),
        effort=partial(read.one_of, get_args(Effort), "an effort"),
        measured=mapping_of(finding_key, real),
    ),
    Evidence: readers_of(
        Evidence,
        id=read.identifier,
        element=read.identifier,
        eps_reason=read.text,
        strata=tuple_of(partial(read_entry, Stratum, readers=_STRATUM)),
        targets=mapping_of(_index, read.boolean),
        interval=_interval,
        seed=whole,
    ),
}
