"""One transaction on one system."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from orjson import Fragment

from catalog import Catalog
from threatmodel import rows
from threatmodel.core import wire
from threatmodel.core.assessment import Engine
from threatmodel.core.document import Document, Kind, element
from threatmodel.core.document.schema import SCHEMAS
from threatmodel.core.document.writing import row as element_data
from threatmodel.core.findings import Delta, Finding
from threatmodel.core.inputs import Inputs
from threatmodel.core.operations import Executed, from_log, replay, to_log
from threatmodel.gate import Person
from threatmodel.models import ElementRow, FindingRow, LogEntry, System
from threatmodel.rows import finding_texts

from . import catalogs
from .history import DOCUMENT_KINDS, item
from .past import ways_back

MOST_REPLAYED = 100  # entries of others; following one costs about 1/100 of reading all anew
INPUT_KINDS = frozenset({"decision", "mitigation", "model", "evidence", "vote"})
RISK_TOLD = ("risk", "by_level", "conditional", "above_appetite")
_ELEMENT_COLUMNS = ["data", "removed_at", "removed_by"]
_FINDING_COLUMNS = [
    field.name
    for field in FindingRow._meta.concrete_fields
    if field.name not in ("id", "system", "key")
]


@dataclass(slots=True)
class Warm:
    """What a process knows of a system as of `revision`.

    `shown` is what newcomers see of one revision, the drawing and the findings as JSON: when a
    workshop begins, everybody arrives at once.
    """

    engine: Engine
    document: Document
    revision: int
    shown: tuple[int, Fragment, Fragment] | None = None


class Turn:
    """One transaction on one system. Work calls its verbs; `live.write` opens and closes it."""

    def __init__(self, system: System, warm: Warm | None) -> None:
        self.system = system
        self.catalog = _catalog(system, warm)
        self.started_at = system.revision
        self._dated = system.as_of
        self._recorded = system.catalog_digest
        self.entries: list[LogEntry] = []
        self._touched: dict[tuple[Kind, str], tuple[Executed, str]] = {}
        self._changed: dict[str, Finding] = {}
        self._gone: set[str] = set()
        self._risk_before = system.summary
        self._inputs_before: Inputs | None = None
        self._ahead: list[Executed] = []
        self._warm = self._catch_up(warm)
        self.document = self._warm.document
        if self._recorded and self._recorded != self.catalog.digest:
            self.note_catalog(None, self._recorded, lost=True)

    @property
    def warm(self) -> Warm:
        """What is known now; the engine follows all that was executed until then."""
        self._follow()
        return self._warm

    # Reading what others wrote

    def _catch_up(self, warm: Warm | None) -> Warm:
        if warm is None or not 0 <= self.system.revision - warm.revision <= MOST_REPLAYED:
            return self._read()
        if warm.engine.as_of != self.system.as_of or warm.engine.catalog is not self.catalog:
            return self._read()
        if warm.revision < self.system.revision:
            self._replay(warm)
        return warm

    def _replay(self, warm: Warm) -> None:
        """Follow what other processes wrote; they have stored what followed from it."""
        missed = self.system.log.filter(revision__gt=warm.revision).order_by("revision")
        kinds = set()
        for entry in missed:
            kinds.add(entry.kind)
            if entry.kind in DOCUMENT_KINDS:
                executed = [from_log(one) for one in entry.changes]
                warm.document = replay(warm.document, executed, self.catalog)
                warm.engine.update(warm.document, executed)
        if kinds & INPUT_KINDS:
            warm.engine.set_inputs(rows.read_inputs(self.system))
        warm.revision = self.system.revision

    def _read(self) -> Warm:
        catalogs.keep(self.catalog, self.system.workspace_id)
        document = rows.read_document(self.system, self.catalog)
        engine = Engine(document, self.catalog, rows.read_inputs(self.system), self.system.as_of)
        self._compare(engine, stored(self.system))
        return Warm(engine, document, self.system.revision)

    def _compare(self, engine: Engine, before: dict[str, tuple[Any, str]]) -> None:
        """Findings that stood otherwise before: another catalog or release made them."""
        found = {one.key: one for one in engine.findings}
        changed = [one for key, one in found.items() if before.get(key) != finding_texts(one)]
        self._keep(Delta(tuple(changed), tuple(key for key in before if key not in found)))

    # Verbs

    def execute(self, document: Document, executed: Sequence[Executed], by: str) -> None:
        """Take over the document that an operation gave; what follows from it is found later."""
        if not {one.id for one in self._ahead}.isdisjoint(one.id for one in executed):
            self._follow()
        self.document = document
        self._ahead.extend(executed)
        for one in executed:
            self._touched[one.kind, one.id] = (one, by)

    def _follow(self) -> None:
        """Bring the engine to the document: once for edits of different elements, which is most
        of what people do at the same moment, and between two of one element.
        """
        if self._ahead:
            executed, self._ahead = tuple(self._ahead), []
            self._warm.document = self.document
            self._keep(self._warm.engine.update(self.document, executed))

    def take_inputs(self) -> None:
        """Read decisions, mitigations and evidence again, after having written them."""
        self._inputs_before = self._inputs_before or self.warm.engine.inputs
        self._keep(self.warm.engine.set_inputs(rows.read_inputs(self.system)))

    def take_date(self, as_of: date) -> None:
        """Assess as of another day: evidence ages, decisions end."""
        self.system.as_of = as_of
        self._keep(self.warm.engine.set_as_of(as_of))

    def take_catalog(self, catalog: Catalog) -> None:
        """Assess with another catalog: the drawing is read with it and judged anew."""
        catalogs.keep(catalog, self.system.workspace_id)
        before = self.warm.engine
        document = rows.read_document(self.system, catalog)
        self.catalog = catalog
        engine = Engine(document, catalog, before.inputs, self.system.as_of)
        self._compare(engine, {one.key: finding_texts(one) for one in before.findings})
        self._warm, self.document = Warm(engine, document, self.system.revision), document

    def note_catalog(self, by: Person | None, before: str, *, lost: bool = False) -> LogEntry:
        """Tell the log of another catalog, and what it did to the findings."""
        told = {
            "from": before,
            "to": self.catalog.digest,
            "changed": len(self._changed),
            "gone": len(self._gone),
            "lost": lost,
        }
        return self.note("catalog", by, told=[told])

    def note(
        self,
        kind: str,
        by: Person | None,
        *,
        op: uuid.UUID | None = None,
        changes: Sequence[Executed] = (),
        told: Sequence[dict[str, Any]] = (),
        skipped: Sequence[dict[str, Any]] = (),
    ) -> LogEntry:
        """Append an entry to the log. `told` says in plain data what a non-document entry did."""
        self.system.revision += 1
        entry = LogEntry(
            system=self.system,
            revision=self.system.revision,
            kind=kind,
            op=op,
            by=by.user if by else None,
            by_name=by.name if by else "Bartizan",
            changes=[to_log(one) for one in changes] or list(told),
            skipped=list(skipped),
            as_of=self.system.as_of,
        )
        self.entries.append(entry)
        return entry

    @property
    def changed_findings(self) -> bool:
        self._follow()
        return bool(self._changed or self._gone)

    def _keep(self, delta: Delta) -> None:
        for finding in delta.changed:
            self._changed[finding.key] = finding
            self._gone.discard(finding.key)
        for key in delta.gone:
            self._changed.pop(key, None)
            self._gone.add(key)

    # Writing

    def flush(self) -> None:
        """Write the difference; nothing changed, nothing written."""
        self._follow()
        self._flush_elements()
        self._flush_findings()
        if self.entries:
            self._tell_last(self.entries[-1])
            LogEntry.objects.bulk_create(self.entries)
        if self.entries or self.changed_findings or self._system_differs():
            self._flush_system()
        self.warm.revision = self.system.revision

    def _tell_last(self, entry: LogEntry) -> None:
        """What was written together did to the findings and their risk, from which day's view."""
        before = {key: self._risk_before.get(key) for key in RISK_TOLD}
        after = wire.summary(self.warm.engine.summary)
        entry.gone = sorted(self._gone)
        entry.risk = {"before": before, "after": {key: after[key] for key in RISK_TOLD}}
        if self._inputs_before is not None:
            entry.entered_before = ways_back(self._inputs_before, self.warm.engine.inputs)

    def _flush_elements(self) -> None:
        found = [self._element_row(one, by) for one, by in self._touched.values()]
        ElementRow.objects.bulk_create(
            found,
            update_conflicts=True,
            unique_fields=["system", "kind", "element_id"],
            update_fields=_ELEMENT_COLUMNS,
        )

    def _element_row(self, one: Executed, by: str) -> ElementRow:
        row = ElementRow(system=self.system, kind=one.kind, element_id=one.id)
        present = element(self.document, one.kind, one.id)
        if present is None:
            row.data, row.removed_at, row.removed_by = dict(one.was), timezone.now(), by
        else:
            row.data = element_data(SCHEMAS[one.kind], present)
        return row

    def _flush_findings(self) -> None:
        revision = self.system.revision
        FindingRow.objects.bulk_create(
            [rows.finding_row(self.system, one, revision) for one in self._changed.values()],
            update_conflicts=True,
            unique_fields=["system", "key"],
            update_fields=_FINDING_COLUMNS,
        )
        if self._gone:
            self.system.findings.filter(key__in=self._gone).delete()

    def _system_differs(self) -> bool:
        """A system that is new, or stands at another day or catalog than its row says."""
        return self.system.as_of != self._dated or self._recorded != self.catalog.digest

    def _flush_system(self) -> None:
        system = self.system
        system.name = self.document.system.name
        system.summary = self.summary()
        system.catalog_digest = self.catalog.digest
        system.changed_at = timezone.now()
        system.save()

    def summary(self) -> dict[str, Any]:
        counts = {"components": len(self.document.components), "flows": len(self.document.flows)}
        return counts | wire.summary(self.warm.engine.summary)

    def frame(self) -> dict[str, Any]:
        """What everyone in the room is told: the entries, and what they did to the findings."""
        changed = [
            wire.finding_row(one, self.catalog, self.document) for one in self._changed.values()
        ]
        return {
            "t": "revisions",
            "from": self.started_at,
            "to": self.system.revision,
            "items": [item(entry) for entry in self.entries],
            "findings": {"changed": changed, "gone": sorted(self._gone)},
            "risk": self.system.summary,
        }


def stored(system: System) -> dict[str, tuple[Any, str]]:
    """The findings as the database has them."""
    rows = system.findings.values_list("key", "data", "listed")
    return {key: (data, listed) for key, data, listed in rows}


def _catalog(system: System, warm: Warm | None) -> Catalog:
    """The one in use, if it still is the system's; nothing is read for it."""
    if warm is not None and warm.engine.catalog.digest == system.catalog_digest:
        return warm.engine.catalog
    return catalogs.of(system)
