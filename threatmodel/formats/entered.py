"""What people and measurements added to a document, as plain data and back.

A file's truth is not our truth: unless taken as it stands, a decision comes back as a proposal,
a verified mitigation as an implemented one, and evidence weighs nothing until it is adopted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, replace
from datetime import date
from typing import Any, TypeVar, get_args, get_type_hints

from catalog.types import Level
from threatmodel.core.document import DocumentError, Remark
from threatmodel.core.document import fields as read
from threatmodel.core.inputs import Decision, Evidence, Inputs, Mitigation, Stratum

KEYS = ("decisions", "mitigations", "evidence")
MAX_ENTRIES = 20_000
MAX_TARGETS = 10_000
_MAX_COUNT = 10**9

Row = Mapping[str, object]
Entry = TypeVar("Entry", Decision, Mitigation, Evidence)
Part = TypeVar("Part", Decision, Mitigation, Evidence, Stratum)


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
            entry = _entry(kind, values)
            if entry.id in found:
                raise DocumentError(f"the id '{entry.id}' stands twice", field="id", code="taken")
        except DocumentError as error:
            raise error.inside(f"{name}[{index}]") from None
        found[entry.id] = entry
    return tuple(found.values())


def _entry(kind: type[Part], data: object) -> Part:
    if not isinstance(data, Mapping):
        raise DocumentError(f"{read.shown(data)} is not a mapping")
    readers = _READERS[kind]
    unknown = next((name for name in data if name not in readers), None)
    if unknown is not None:
        raise DocumentError("there is no such property here; take it out", field=str(unknown)[:60])
    got = {name: _value(name, reader, data.get(name)) for name, reader in readers.items()}
    given: dict[str, Any] = {name: value for name, value in got.items() if value is not None}
    missing = [one.name for one in fields(kind) if _is_needed(one) and one.name not in given]
    if missing:
        raise DocumentError("this is needed; give it a value", field=missing[0])
    return kind(**given)


def _value(name: str, reader: read.Reader, value: object) -> object:
    try:
        return None if value is None else reader(value)
    except DocumentError as error:
        raise error.inside(name) from None


def _is_needed(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _day(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        raise DocumentError(f"{read.shown(value)} is not a date; write 2026-01-31") from None


def _finding(value: object) -> str:
    threat, at, element = value.partition("@") if isinstance(value, str) else ("", "", "")
    if not at:
        raise DocumentError(f"{read.shown(value)} is not a finding's key; write threat@element")
    return f"{read.identifier(threat)}@{read.identifier(element)}"


def _count(value: object) -> int:
    found = read.number(value)
    if not isinstance(found, int) or not 0 <= found <= _MAX_COUNT:
        raise DocumentError(f"{read.shown(value)} is not a count")
    return found


def _whole(value: object) -> int:
    found = read.number(value)
    if not isinstance(found, int):
        raise DocumentError(f"{read.shown(value)} is not a whole number")
    return found


def _real(value: object) -> float:
    return float(read.number(value))


def _choice(kind: type, name: str) -> read.Reader:
    words = get_args(get_type_hints(kind)[name])
    return lambda value: read.one_of(words, "a word here", value)


def _tuple_of(reader: read.Reader) -> read.Reader:
    def read_all(value: object) -> tuple[object, ...]:
        if not isinstance(value, list | tuple) or len(value) > MAX_TARGETS:
            raise DocumentError(f"{read.shown(value)} is not a list of at most {MAX_TARGETS}")
        return tuple(reader(one) for one in value)

    return read_all


def _mapping_of(key: Callable[[object], object], reader: read.Reader) -> read.Reader:
    def read_all(value: object) -> dict[object, object]:
        if not isinstance(value, Mapping) or len(value) > MAX_TARGETS:
            raise DocumentError(f"{read.shown(value)} is not a mapping of at most {MAX_TARGETS}")
        return {key(name): reader(part) for name, part in value.items()}

    return read_all


def _index(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return _count(value)


def _interval(value: object) -> tuple[float, float]:
    ends = _tuple_of(_real)(value)
    if not isinstance(ends, tuple) or len(ends) != 2:
        raise DocumentError("an interval has two ends")
    return ends[0], ends[1]


_READERS: Mapping[type, Mapping[str, read.Reader]] = {
    Decision: {
        "id": read.identifier,
        "finding": _finding,
        "action": _choice(Decision, "action"),
        "reason": read.text,
        "by": read.label,
        "on": _day,
        "until": _day,
        "likelihood": read.level,
        "impact": read.level,
        "accepted_level": read.level,
        "origin": _choice(Decision, "origin"),
    },
    Mitigation: {
        "id": read.identifier,
        "title": read.label,
        "findings": _tuple_of(_finding),
        "status": _choice(Mitigation, "status"),
        "control": read.label,
        "owner": read.label,
        "due": _day,
        "effort": lambda value: read.one_of(("small", "medium", "large"), "an effort", value),
        "implemented_on": _day,
        "measured": _mapping_of(_finding, _real),
    },
    Stratum: {"name": read.label, "broken": _count, "handled": _count},
    Evidence: {
        "id": read.identifier,
        "element": read.identifier,
        "test": read.label,
        "family": read.label,
        "adaptive": read.boolean,
        "taken_on": _day,
        "digest": read.label,
        "handled": _count,
        "broken": _count,
        "current": read.boolean,
        "origin": _choice(Evidence, "origin"),
        "adopted": read.boolean,
        "test_version": read.label,
        "eps": _real,
        "declared_eps": _real,
        "norm": read.label,
        "eps_reason": read.text,
        "budget": _count,
        "broken_half": _count,
        "broken_double": _count,
        "strata": _tuple_of(lambda value: _entry(Stratum, value)),
        "targets": _mapping_of(_index, read.boolean),
        "declared_target_fell": read.boolean,
        "metric": _real,
        "interval": _interval,
        "repeats": _count,
        "bootstrap": read.boolean,
        "role": read.label,
        "seed": _whole,
        "feature_space_only": read.boolean,
        "controls_on": _tuple_of(read.label),
        "verifies": read.label,
        "clean_accuracy": _real,
    },
}
