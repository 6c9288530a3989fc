"""What people and measurements added to a document, as plain data and back.

A file's truth is not our truth: unless taken as it stands, a decision comes back as a proposal,
a verified mitigation as an implemented one, and evidence weighs nothing until it is adopted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, replace
from datetime import date
from typing import Any, TypeVar

from catalog.types import Level
from threatmodel.core.document import DocumentError, Remark
from threatmodel.core.document import fields as read
from threatmodel.core.inputs import Decision, Evidence, Ground, Inputs, Mitigation, Stratum

from .entry import (
    Readers,
    choice,
    count,
    day,
    finding_key,
    mapping_of,
    read_entry,
    real,
    tuple_of,
    whole,
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
        "decisions": _rows(inputs.decisions),
        "mitigations": _rows(inputs.mitigations),
        "evidence": _rows(inputs.evidence),
    }


def _rows(entries: Iterable[Decision | Mitigation | Evidence]) -> list[dict[str, object]]:
    return [_row(one) for one in entries]


def _row(entry: Any) -> dict[str, object]:
    """Every value that differs from its default."""
    found = {one.name: getattr(entry, one.name) for one in fields(entry)}
    return {
        one.name: _plain(found[one.name])
        for one in fields(entry)
        if found[one.name] != _default(one)
    }


def _default(one: Field[Any]) -> object:
    if one.default_factory is not MISSING:
        return one.default_factory()
    return one.default


def _plain(value: object) -> object:
    if isinstance(value, Level):
        return value.key
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_row(part) if isinstance(part, Stratum) else _plain(part) for part in value]
    return value


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


_READERS: Mapping[type, Readers] = {
    Decision: {
        "id": read.identifier,
        "finding": finding_key,
        "action": choice(Decision, "action"),
        "reason": read.text,
        "by": read.label,
        "on": day,
        "until": day,
        "likelihood": read.level,
        "impact": read.level,
        "accepted_level": read.level,
        "grounds": tuple_of(_ground),
        "origin": choice(Decision, "origin"),
    },
    Mitigation: {
        "id": read.identifier,
        "title": read.label,
        "findings": tuple_of(finding_key),
        "status": choice(Mitigation, "status"),
        "control": read.label,
        "owner": read.label,
        "due": day,
        "effort": lambda value: read.one_of(("small", "medium", "large"), "an effort", value),
        "implemented_on": day,
        "measured": mapping_of(finding_key, real),
    },
    Stratum: {"name": read.label, "broken": count, "handled": count},
    Evidence: {
        "id": read.identifier,
        "element": read.identifier,
        "test": read.label,
        "family": read.label,
        "adaptive": read.boolean,
        "taken_on": day,
        "digest": read.label,
        "handled": count,
        "broken": count,
        "current": read.boolean,
        "origin": choice(Evidence, "origin"),
        "adopted": read.boolean,
        "test_version": read.label,
        "eps": real,
        "declared_eps": real,
        "norm": read.label,
        "eps_reason": read.text,
        "budget": count,
        "broken_half": count,
        "broken_double": count,
        "strata": tuple_of(lambda value: read_entry(Stratum, value, _READERS[Stratum])),
        "targets": mapping_of(_index, read.boolean),
        "declared_target_fell": read.boolean,
        "metric": real,
        "interval": _interval,
        "repeats": count,
        "bootstrap": read.boolean,
        "role": read.label,
        "seed": whole,
        "feature_space_only": read.boolean,
        "controls_on": tuple_of(read.label),
        "verifies": read.label,
        "clean_accuracy": real,
        "dataset_digest": read.label,
    },
}
