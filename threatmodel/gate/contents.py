"""What lies in a system: found by its id, for who may do with it what is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from threatmodel.core.inputs import TO_DO
from threatmodel.models import (
    Alert,
    Baseline,
    Comment,
    ElementRow,
    EvidenceRow,
    FindingRow,
    LinkedModel,
    Mention,
    MitigationFinding,
    MitigationRow,
    Report,
    Run,
    SavedView,
    Schedule,
    System,
    Workshop,
)

from .places import systems, workspaces
from .rights import Forbidden, NotFound, Person, Right, Row, check, uuid_of


def _of_system(
    model: type[Row], person: Person, id: object, right: Right, what: str, **more: Any
) -> Row:
    rows: QuerySet[Row] = model._default_manager.select_related("system")
    row: Any = rows.filter(pk=uuid_of(id), system__deleted_at=None, **more).first()
    if row is None:
        raise NotFound(f"There is no such {what}")
    check(person, row.system.workspace_id, right, what, row.system_id)
    return row


def mitigation(person: Person, id: object, right: Right) -> MitigationRow:
    return _of_system(MitigationRow, person, id, right, "mitigation", deleted_at=None)


def linked_model(person: Person, id: object, right: Right) -> LinkedModel:
    return _of_system(LinkedModel, person, id, right, "model", deleted_at=None)


def run(person: Person, id: object, right: Right) -> Run:
    return _of_system(Run, person, id, right, "run")


def evidence(person: Person, id: object, right: Right) -> EvidenceRow:
    return _of_system(EvidenceRow, person, id, right, "evidence")


def schedule(person: Person, id: object, right: Right) -> Schedule:
    return _of_system(Schedule, person, id, right, "schedule")


def alert(person: Person, id: object, right: Right) -> Alert:
    return _of_system(Alert, person, id, right, "alert")


def report(person: Person, id: object, right: Right) -> Report:
    return _of_system(Report, person, id, right, "report")


def baseline(person: Person, id: object, right: Right) -> Baseline:
    return _of_system(Baseline, person, id, right, "baseline")


def workshop(person: Person, id: object, right: Right) -> Workshop:
    return _of_system(Workshop, person, id, right, "workshop")


def comment(person: Person, id: object, right: Right) -> Comment:
    return _of_system(Comment, person, id, right, "comment", removed_at=None)


def own_comment(person: Person, id: object) -> Comment:
    """A comment, for who made it: nobody changes another's words."""
    row = comment(person, id, Right.COMMENT)
    if row.by_id != person.id:
        raise Forbidden("This comment is somebody else's; answer it instead")
    return row


def mentions(person: Person) -> QuerySet[Mention]:
    """Where the person is named and has not read it yet, the newest first."""
    waiting = Mention.objects.filter(user=person.user, read_at=None, comment__removed_at=None)
    found = waiting.filter(comment__system__in=systems(person))
    return found.select_related("comment__system").order_by("-comment__at", "-id")


def findings_in(systems: Iterable[System]) -> QuerySet[FindingRow]:
    """The findings of systems that the gate handed out."""
    return FindingRow.objects.filter(system__in=[one.pk for one in systems])


def elements_in(systems: Iterable[System], kinds: Iterable[str]) -> QuerySet[Any, Any]:
    """Of the same systems what is drawn, as (system, kind, id, values)."""
    found = ElementRow.objects.filter(system__in=[one.pk for one in systems], removed_at=None)
    found = found.filter(kind__in=list(kinds)).order_by("element_id")
    return found.values_list("system_id", "kind", "element_id", "data")


def owners_in(systems: Iterable[System]) -> QuerySet[Any, Any]:
    """Of the same systems who is on which finding, as (system, finding, owner)."""
    found = MitigationFinding.objects.filter(
        mitigation__system__in=[one.pk for one in systems], mitigation__deleted_at=None
    ).exclude(mitigation__owner="")
    found = found.order_by("mitigation__owner")
    return found.values_list("mitigation__system_id", "finding", "mitigation__owner")


def late_in(systems: Iterable[System], today: date) -> QuerySet[MitigationRow]:
    """Of the same systems the mitigations that are neither done nor dropped, and overdue."""
    found = MitigationRow.objects.filter(system__in=[one.pk for one in systems], deleted_at=None)
    return found.filter(status__in=TO_DO, due__lt=today)


def runs_in(systems: Iterable[System]) -> QuerySet[Run]:
    """Of the same systems the tests, the newest first; without what they found."""
    found = Run.objects.filter(system__in=[one.pk for one in systems])
    return found.select_related("system").defer("result", "plan")


def reports_in(systems: Iterable[System]) -> QuerySet[Report]:
    """Of the same systems the reports, the newest first."""
    found = Report.objects.filter(system__in=[one.pk for one in systems])
    return found.select_related("system")


def alerts_in(systems: Iterable[System]) -> QuerySet[Alert]:
    """Of the same systems the tests that came out worse, as long as nobody took note."""
    return Alert.objects.filter(system__in=[one.pk for one in systems], seen_at=None)


def saved_views(person: Person, system: System | None = None) -> QuerySet[SavedView]:
    """The person's own views and the shared ones: of a system, or of the register of all."""
    mine = Q(by=person.user) | Q(shared=True)
    found = SavedView.objects.filter(mine, system=system)
    return found if system else found.filter(workspace__in=workspaces(person))


def saved_view(person: Person, id: object) -> SavedView:
    """A view to remove: one's own, or a shared one where one keeps the members."""
    row = SavedView.objects.filter(pk=uuid_of(id)).first()
    rights = person.rights(row.workspace_id, row.system_id) if row else frozenset()
    mine = row is not None and row.by_id == person.id
    if row is None or not rights or not (mine or row.shared):
        raise NotFound("There is no such view")
    if not mine and Right.MEMBERS not in rights:
        raise Forbidden("This view is somebody else's; keep one of your own instead")
    return row


def own_view(person: Person, id: object) -> SavedView:
    """A view to change: nobody but its maker says what it is called and who has it."""
    row = saved_view(person, id)
    if row.by_id != person.id:
        raise Forbidden("This view is somebody else's; keep one of your own instead")
    return row


def workshops(system: System) -> QuerySet[Workshop]:
    """The system's workshops, the newest first."""
    return system.workshops.order_by("-started_at", "id")


def baselines(system: System) -> QuerySet[Baseline]:
    """The system's baselines, the newest first; without what they keep."""
    return system.baselines.defer("content", "findings")


def evidence_of(system: System) -> QuerySet[EvidenceRow]:
    """Every measurement of a system, the newest first."""
    found = system.evidence.select_related("run", "key", "adopted_by")
    return found.order_by("-created_at", "id")
