"""Rows to values and back. No decisions: what a row means is said here once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, cast

from django.db.models import Max

from catalog.types import Catalog, Level
from threatmodel.core.document import Document, Kind, Remark, parse
from threatmodel.core.document.schema import COLLECTIONS
from threatmodel.core.findings import Finding
from threatmodel.core.inputs import Decision, Evidence, Ground, Inputs, Mitigation, Stratum
from threatmodel.core.wire import finding_to_data, listed
from threatmodel.robustness.artefacts import TEST as SCAN

from .models import DecisionRow, EvidenceRow, FindingRow, LinkedModel, MitigationRow, System

EXTENSIONS = "extensions"  # the document's own, kept beside its elements


def read_document(system: System, catalog: Catalog) -> Document:
    """The document as its element rows say, the removed ones left out."""
    return read_with_remarks(system, catalog)[0]


def read_with_remarks(system: System, catalog: Catalog) -> tuple[Document, tuple[Remark, ...]]:
    """The document, and what of it this catalog does not know.

    Read as a file is: what an older catalog knew and this one does not is kept as an extension.
    """
    return read_elements(element_rows(system), system, catalog)


def element_rows(system: System) -> dict[tuple[str, str], Any]:
    """The rows that are not removed, by kind and id, as they were written."""
    rows = system.elements.filter(removed_at=None).values_list("kind", "element_id", "data")
    return {(kind, id): data for kind, id, data in rows.order_by("kind", "element_id")}


def read_elements(
    rows: Mapping[tuple[str, str], Any], system: System, catalog: Catalog
) -> tuple[Document, tuple[Remark, ...]]:
    """Rows as a document in the words of that catalog."""
    data: dict[str, Any] = defaultdict(list)
    data["system"] = {"name": system.name}
    for (kind, element_id), values in rows.items():
        if kind in ("system", EXTENSIONS):
            data[kind] = values
        else:
            key = "element" if kind == "out_of_scope" else "id"
            data[COLLECTIONS[cast(Kind, kind)]].append({key: element_id, **values})
    return parse(dict(data), catalog)


def read_inputs(system: System) -> Inputs:
    """Everything that people and measurements added."""
    return Inputs(
        decisions=tuple(map(decision, system.decisions.all())),
        mitigations=tuple(
            mitigation(row)
            for row in system.mitigations.filter(deleted_at=None).prefetch_related("findings")
        ),
        evidence=tuple(_evidence(system)),
    )


def _evidence(system: System) -> Iterable[Evidence]:
    rows = list(system.evidence.all())
    return standing_evidence(rows, standing_digests(system) if rows else {})


def standing_evidence(
    rows: Iterable[EvidenceRow], standing: Mapping[str, str]
) -> Iterable[Evidence]:
    """Evidence of a system where these models stand, by their digests, behind its components."""
    for row in rows:
        # A scan is of the file that was brought, which nothing later can make another one.
        current = row.test == SCAN or row.digest == standing.get(row.element_id, "")
        yield evidence(row, current=current)


def standing_digests(system: System) -> dict[str, str]:
    """The model that stands behind each component: the linked one, by its digest.

    Where none is linked, the owner keeps it elsewhere, and the newest signed result names it.
    """
    signed = system.evidence.filter(origin="signed").order_by("created_at", "id")
    linked = LinkedModel.objects.filter(system=system, deleted_at=None)
    found = dict(signed.values_list("element_id", "digest"))
    return found | dict(linked.values_list("element_id", "digest"))


def decision(row: DecisionRow) -> Decision:
    return Decision(
        id=str(row.pk),
        finding=row.finding,
        action=row.action,  # type: ignore[arg-type]  # a closed choice, checked when written
        reason=row.reason,
        by=row.by_name,
        on=row.on,
        until=row.until,
        likelihood=level(row.likelihood),
        impact=level(row.impact),
        accepted_level=level(row.accepted_level),
        grounds=tuple(Ground(*one) for one in row.grounds),
        origin=row.origin,  # type: ignore[arg-type]  # likewise
    )


def mitigation(row: MitigationRow) -> Mitigation:
    return Mitigation(
        id=str(row.pk),
        title=row.title,
        findings=tuple(sorted(link.finding for link in row.findings.all())),
        status=row.status,  # type: ignore[arg-type]  # a closed choice, checked when written
        control=row.control,
        owner=row.owner,
        due=row.due,
        effort=row.effort or None,  # type: ignore[arg-type]  # likewise
        implemented_on=row.implemented_on,
        measured=row.measured,
    )


def level(value: int | None) -> Level | None:
    return None if value is None else Level(value)


def evidence(row: EvidenceRow, *, current: bool) -> Evidence:
    values = dict(row.data)
    values["taken_on"] = date.fromisoformat(values["taken_on"])
    values["strata"] = tuple(Stratum(**one) for one in values.get("strata", ()))
    values["targets"] = {int(key): fell for key, fell in values.get("targets", {}).items()}
    values["controls_on"] = tuple(values.get("controls_on", ()))
    if values.get("interval"):
        values["interval"] = tuple(values["interval"])
    stands = {"id": str(row.pk), "origin": row.origin, "adopted": row.adopted, "current": current}
    known = {field.name for field in fields(Evidence)}
    return Evidence(**{key: value for key, value in (values | stands).items() if key in known})


def evidence_row(system: System, value: Evidence) -> EvidenceRow:
    return EvidenceRow(
        system=system,
        element_id=value.element,
        test=value.test,
        digest=value.digest,
        origin=value.origin,
        adopted=value.adopted,
        data=_evidence_data(value),
    )


def _evidence_data(value: Evidence) -> dict[str, Any]:
    """Evidence as JSON for `EvidenceRow.data`."""
    data = {field.name: getattr(value, field.name) for field in fields(Evidence)}
    data["taken_on"] = value.taken_on.isoformat()
    data["strata"] = [
        {"name": one.name, "broken": one.broken, "handled": one.handled} for one in value.strata
    ]
    data["targets"] = {str(key): fell for key, fell in value.targets.items()}
    data["controls_on"] = list(value.controls_on)
    data["interval"] = list(value.interval) if value.interval else None
    return data


def finding_row(system: System, finding: Finding, revision: int) -> FindingRow:
    data, ready = finding_texts(finding)
    return FindingRow(
        system=system,
        key=finding.key,
        threat=finding.threat,
        element=finding.element,
        applies=finding.applies,
        treatment=finding.treatment,
        position=finding.position,
        answered=finding.answered,
        verdict=finding.verdict,
        likelihood=finding.likelihood,
        impact=finding.impact,
        inherent=finding.inherent,
        residual=finding.residual,
        planned=finding.planned,
        score=finding.score,
        adversary=finding.adversary,
        cause=finding.cause,
        revision=revision,
        lapsed=finding.lapsed[:1000],
        until=finding.until,
        listed=ready,
        data=data,
    )


def finding_texts(finding: Finding) -> tuple[dict[str, Any], str]:
    """The whole of a finding as it is stored, and what lists say of it."""
    return finding_to_data(finding), listed(finding)


def worst_levels(system: System) -> dict[str, Level]:
    """The highest residual per element, over findings that apply and are open or accepted."""
    found = system.findings.filter(applies="yes").exclude(treatment__in=("avoided", "dismissed"))
    worst = found.values_list("element").annotate(worst=Max("residual"))
    return {element: Level(level) for element, level in worst.order_by("element")}
