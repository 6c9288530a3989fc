"""One transaction on one system."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

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
from .warming import Warm, cold, differing

INPUT_KINDS = frozenset({"decision", "mitigation", "model", "evidence", "vote"})
RISK_TOLD = ("risk", "by_level", "conditional", "above_appetite")
_ELEMENT_COLUMNS = ["data", "removed_at", "removed_by"]
_FINDING_COLUMNS = [
    field.name
    for field in FindingRow._meta.concrete_fields
    if field.name not in ("id", "system", "key")
]


class Turn:
    """One change of one system, written in one transaction. Work calls its verbs; `live` opens and
    closes it, and may let it judge before it holds the row."""

    def __init__(self, system: System, warm: Warm | None) -> None:
        self.system = system
        self.started_at = system.revision
        self._row = _columns(system)
        self._dated = system.as_of
        self._recorded = system.catalog_digest
        self.entries: list[LogEntry] = []
        self._touched: dict[tuple[Kind, str], tuple[Executed, str]] = {}
        self._changed: dict[str, Finding] = {}
        self._gone: set[str] = set()
        self._risk_before = system.summary
        self._inputs_before: Inputs | None = None
        self._ahead: list[Executed] = []
        self._ready: dict[str, tuple[Finding, FindingRow]] = {}
        self._warm = self._catch_up(warm)
        self.catalog = self._warm.engine.catalog
        self.document = self._warm.document
        if self._recorded and self._recorded != self.catalog.digest:
            self.note_catalog(None, self._recorded, lost=True)

    @property
    def warm(self) -> Warm:
        """What is known now; the engine follows all that was executed until then."""
        self._follow()
        return self._warm

    def stands(self, row: System) -> bool:
        """Whether the row is still as it was when the turn began without its lock."""
        return self._row == _columns(row)

    # Reading what others wrote

    def _catch_up(self, warm: Warm | None) -> Warm:
        if warm is None or not warm.leads_to(self.system):
            warm = cold(self.system)
        elif warm.revision < self.system.revision:
            self._replay(warm)
        self._settle(warm)
        return warm

    def _replay(self, warm: Warm) -> None:
        """Follow what other processes wrote; they have stored what followed from it."""
        since, now = warm.revision, self.system.revision
        missed = self.system.log.filter(revision__gt=since, revision__lte=now).order_by("revision")
        kinds = set()
        for entry in missed:
            kinds.add(entry.kind)
            if entry.kind in DOCUMENT_KINDS:
                executed = [from_log(one) for one in entry.changes]
                warm.document = replay(warm.document, executed, warm.engine.catalog)
                warm.engine.update(warm.document, executed)
        if kinds & INPUT_KINDS:
            warm.engine.set_inputs(rows.read_inputs(self.system))
        warm.revision = now

    def _settle(self, warm: Warm) -> None:
        """Take what the rows tell otherwise as a change of this turn."""
        if warm.otherwise:
            found = {one.key: one for one in warm.engine.findings}
            changed = tuple(found[key] for key in warm.otherwise if key in found)
            gone = tuple(key for key in warm.otherwise if key not in found)
            self._keep(Delta(changed, gone))
            warm.otherwise = ()

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
        self.expect_inputs(rows.read_inputs(self.system))

    def expect_inputs(self, inputs: Inputs) -> None:
        """Judge with what is about to be written, so that reading it again finds nothing new."""
        self._inputs_before = self._inputs_before or self.warm.engine.inputs
        self._keep(self.warm.engine.set_inputs(inputs))

    def take_date(self, as_of: date) -> None:
        """Assess as of another day: evidence ages, decisions end."""
        self.system.as_of = as_of
        self._keep(self.warm.engine.set_as_of(as_of))

    def take_catalog(self, catalog: Catalog) -> None:
        """Assess with another catalog: the drawing is read with it and judged anew."""
        before = self.warm.engine
        document = rows.read_document(self.system, catalog)
        self.catalog = catalog
        engine = Engine(document, catalog, before.inputs, self.system.as_of)
        otherwise = differing(engine, {one.key: finding_texts(one) for one in before.findings})
        warm = Warm(engine, document, self.system.revision, otherwise=otherwise)
        self._warm, self.document = warm, document
        self._settle(warm)

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

    def make_ready(self) -> None:
        """Make what is to be written before anything is locked."""
        self._follow()
        self._ready = {one.key: (one, self._finding_row(one)) for one in self._changed.values()}

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

    def _finding_row(self, finding: Finding) -> FindingRow:
        """The row that was made ready, unless the finding was judged again since."""
        of, row = self._ready.get(finding.key, (None, None))
        if of is not finding or row is None:
            row = rows.finding_row(self.system, finding, 0)
        row.revision = self.system.revision
        return row

    def _flush_findings(self) -> None:
        FindingRow.objects.bulk_create(
            [self._finding_row(one) for one in self._changed.values()],
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
        if self._recorded != self.catalog.digest:
            catalogs.keep(self.catalog, system.workspace_id)
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


def _columns(system: System) -> dict[str, Any]:
    return {one.attname: getattr(system, one.attname) for one in System._meta.concrete_fields}
