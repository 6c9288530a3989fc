"""The only way from a person and an id to a row.

A row of another workspace does not exist for the person (`NotFound`, 404); a right that the
person's role lacks is said so (`Forbidden`, 403). For a guest nothing exists but one system: not
the others of its workspace, nor the workspace. Nothing else in the project looks rows up by id on
behalf of somebody, so this is the one place to get rights right.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import (
    Alert,
    AuditEntry,
    Baseline,
    Comment,
    ElementRow,
    EvidenceRow,
    FindingRow,
    Invite,
    LinkedModel,
    Member,
    Mention,
    MitigationFinding,
    MitigationRow,
    OfficialFile,
    OfficialText,
    OwnCatalog,
    Report,
    Run,
    SavedView,
    Schedule,
    SigningKey,
    SigninLink,
    System,
    Token,
    Workshop,
    Workspace,
)


class NotFound(LookupError):
    """There is no such row, as far as this person is concerned."""


class Forbidden(PermissionError):
    """The row is theirs to see, the act is not theirs to do."""


class Right(StrEnum):
    READ = "read"
    VOTE = "vote"
    COMMENT = "comment"
    AUDIT = "audit"
    DRAW = "draw"
    TRACK = "track"
    LINK_MODELS = "link models"
    RUN = "run"
    INVITE_GUESTS = "invite guests"
    BASELINE = "keep baselines"
    WORKSHOP = "lead workshops"
    ACCEPT = "accept"
    ADOPT = "adopt"
    VERIFY = "verify"
    MEMBERS = "members"
    TOKENS = "tokens"
    DELETE = "delete"
    CATALOG = "catalog"


_GUEST = frozenset({Right.READ, Right.VOTE, Right.COMMENT})
_VIEWER = _GUEST | {Right.AUDIT}
_EDITOR = _VIEWER | {Right.DRAW, Right.TRACK, Right.LINK_MODELS, Right.RUN}
_FACILITATOR = _EDITOR | {Right.INVITE_GUESTS, Right.BASELINE, Right.WORKSHOP}
_APPROVER = _FACILITATOR | {Right.ACCEPT, Right.ADOPT, Right.VERIFY}
_OWNER = _APPROVER | {Right.MEMBERS, Right.TOKENS, Right.DELETE, Right.CATALOG}

RIGHTS: dict[str, frozenset[Right]] = {
    "guest": _GUEST,
    "viewer": _VIEWER,
    "editor": _EDITOR,
    "facilitator": _FACILITATOR,
    "approver": _APPROVER,
    "owner": _OWNER,
}
_READING = frozenset({Right.READ, Right.AUDIT})


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: a user, or a token that acts as one within its workspace and scope.

    `session` names the sign-in that a long-lived line rests on: when it ends, so do the rights.
    """

    user: User
    token: Token | None = None
    session: str = ""

    @property
    def id(self) -> int:
        return self.user.pk

    @property
    def name(self) -> str:
        return self.user.get_full_name() or self.user.get_username()

    def role(self, workspace_id: uuid.UUID, system_id: uuid.UUID | None = None) -> str:
        """The role in that workspace, or in one system of it; empty for none."""
        if not self.user.is_active or (self.token and self.token.workspace_id != workspace_id):
            return ""
        found = Member.objects.filter(_counting(system_id), workspace_id=workspace_id)
        return found.filter(user=self.user).values_list("role", flat=True).first() or ""

    def rights(
        self, workspace_id: uuid.UUID, system_id: uuid.UUID | None = None
    ) -> frozenset[Right]:
        rights = RIGHTS.get(self.role(workspace_id, system_id), frozenset())
        if self.token is not None and self.token.scope == "read":
            return rights & _READING
        return rights


def _counting(system_id: uuid.UUID | None) -> Q:
    """The memberships that count for a system, or for the workspace as a whole."""
    return Q(system=None) | Q(system=system_id) if system_id else Q(system=None)


def person(user: User | AnonymousUser, token: object = None) -> Person:
    """The person behind a request.

    Raises
    ------
    Forbidden
        When nobody is signed in.
    """
    if not isinstance(user, User) or not user.is_active:
        raise Forbidden("Sign in first")
    return Person(user, token if isinstance(token, Token) else None)


def uuid_of(text: object) -> uuid.UUID:
    try:
        return text if isinstance(text, uuid.UUID) else uuid.UUID(str(text))
    except ValueError:
        raise NotFound("There is no such row") from None


def _check(
    person: Person,
    workspace_id: uuid.UUID,
    right: Right,
    what: str,
    system_id: uuid.UUID | None = None,
) -> None:
    rights = person.rights(workspace_id, system_id)
    if not rights:
        raise NotFound(f"There is no such {what}")
    if right not in rights:
        raise Forbidden(f"Your role does not let you do this ({right})")


def workspaces(person: Person) -> QuerySet[Workspace]:
    """The workspaces that the person belongs to; as a guest one belongs to none."""
    mine = Workspace.objects.filter(members__user=person.user, members__system=None)
    return mine.filter(pk=person.token.workspace_id) if person.token else mine


def workspace(person: Person, id: object, right: Right) -> Workspace:
    row = Workspace.objects.filter(pk=uuid_of(id)).first()
    if row is None:
        raise NotFound("There is no such workspace")
    _check(person, row.pk, right, "workspace")
    return row


def home(person: Person, right: Right) -> Workspace:
    """The workspace that is meant when none is named: the first one where the right is held."""
    for row in workspaces(person).order_by("created_at", "id"):
        if right in person.rights(row.pk):
            return row
    raise Forbidden(f"In none of your workspaces may you do this ({right})")


def systems(person: Person, *, deleted: bool = False) -> QuerySet[System]:
    """The systems that the person may read."""
    found = System.objects.filter(Q(workspace__in=workspaces(person)) | Q(pk__in=_visited(person)))
    return found.filter(deleted_at__isnull=not deleted)


def _visited(person: Person) -> QuerySet[Any, Any]:
    """The systems whose guest the person is."""
    visits = Member.objects.filter(user=person.user, system__isnull=False)
    if person.token:
        visits = visits.filter(workspace=person.token.workspace_id)
    return visits.values("system")


def system(person: Person, id: object, right: Right, *, deleted: bool = False) -> System:
    """One system, if the person may do what `right` says with it."""
    row = System.objects.filter(pk=uuid_of(id), deleted_at__isnull=not deleted).first()
    if row is None:
        raise NotFound("There is no such system")
    _check(person, row.workspace_id, right, "system", row.pk)
    return row


Row = TypeVar("Row", bound=models.Model)


def _of_system(
    model: type[Row], person: Person, id: object, right: Right, what: str, **more: Any
) -> Row:
    rows: QuerySet[Row] = model._default_manager.select_related("system")
    row: Any = rows.filter(pk=uuid_of(id), system__deleted_at=None, **more).first()
    if row is None:
        raise NotFound(f"There is no such {what}")
    _check(person, row.system.workspace_id, right, what, row.system_id)
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


def people_of(person: Person, system: System) -> QuerySet[User]:
    """Who may read a system, to be named there; a guest knows those who took part in it."""
    held = Member.objects.filter(_counting(system.pk), workspace_id=system.workspace_id)
    found = User.objects.filter(pk__in=held.values("user"), is_active=True)
    if Right.AUDIT in person.rights(system.workspace_id, system.pk):
        return found
    spoke = system.comments.exclude(by=None).values("by")
    drew = system.log.exclude(by=None).values("by")
    return found.filter(Q(pk__in=spoke) | Q(pk__in=drew))


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
    return found.filter(status__in=("planned", "in progress"), due__lt=today)


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


def workshops(system: System) -> QuerySet[Workshop]:
    """The system's workshops, the newest first."""
    return system.workshops.order_by("-started_at", "id")


def baselines(system: System) -> QuerySet[Baseline]:
    """The system's baselines, the newest first; without what they keep."""
    return system.baselines.defer("content", "findings")


def _of_workspace(
    model: type[Row], person: Person, id: object, right: Right, what: str, **more: Any
) -> Row:
    row: Any = model._default_manager.filter(pk=uuid_of(id), **more).first()
    if row is None:
        raise NotFound(f"There is no such {what}")
    _check(person, row.workspace_id, right, what)
    return row


def member(person: Person, id: object, right: Right) -> Member:
    return _of_workspace(Member, person, id, right, "member")


def invite(person: Person, id: object) -> Invite:
    """An open invite, for who might have made it."""
    row = Invite.objects.filter(pk=uuid_of(id), used_at=None).first()
    if row is None:
        raise NotFound("There is no such invite")
    _check(person, row.workspace_id, inviting(row.role), "invite")
    return row


def invites(person: Person, workspace: Workspace) -> QuerySet[Invite]:
    """The open invites of a workspace that the person could have made."""
    found = workspace.invites.filter(used_at=None).select_related("system")
    if Right.MEMBERS not in person.rights(workspace.pk):
        found = found.filter(role="guest")
    return found.order_by("-created_at", "id")


def inviting(role: str) -> Right:
    """What lets somebody invite to that role."""
    return Right.INVITE_GUESTS if role == "guest" else Right.MEMBERS


def token(person: Person, id: object) -> Token:
    """One's own token, or any of a workspace whose tokens one keeps."""
    row = Token.objects.filter(pk=uuid_of(id), revoked_at=None).first()
    if row is None:
        raise NotFound("There is no such token")
    rights = person.rights(row.workspace_id)
    if not rights:
        raise NotFound("There is no such token")
    mine = row.user_id == person.id and (person.token is None or person.token.scope == "write")
    if not mine and Right.TOKENS not in rights:
        raise Forbidden("This token belongs to somebody else")
    return row


def signing_key(person: Person, id: object) -> SigningKey:
    """A key that still counts, for who may adopt evidence."""
    what = "signing key"
    return _of_workspace(SigningKey, person, id, Right.ADOPT, what, revoked_at=None)


def signing_keys(workspace: Workspace) -> QuerySet[SigningKey]:
    return workspace.signing_keys.order_by("created_at", "id")


def evidence_of(system: System) -> QuerySet[EvidenceRow]:
    """Every measurement of a system, the newest first."""
    found = system.evidence.select_related("run", "key", "adopted_by")
    return found.order_by("-created_at", "id")


def members(workspace: Workspace) -> QuerySet[Member]:
    return workspace.members.select_related("user", "system").order_by("created_at", "id")


def audit(workspace: Workspace) -> QuerySet[AuditEntry]:
    return workspace.audit.order_by("-at", "id")


def official_texts(frameworks: Iterable[str]) -> QuerySet[OfficialText]:
    """Publishers' texts on these frameworks: published words, the same for whoever signs in."""
    found = OfficialText.objects.filter(file__framework__in=list(frameworks))
    return found.select_related("file").order_by("file_id", "id")


def official_files() -> QuerySet[OfficialFile]:
    """The publishers' files that this installation imported."""
    return OfficialFile.objects.order_by("framework", "part")


def own_catalogs(workspace: Workspace) -> QuerySet[OwnCatalog]:
    """Every version of the workspace's own entries, the newest first; without their text."""
    return OwnCatalog.objects.filter(workspace=workspace).defer("source")


def own_catalog(workspace: Workspace, version: int) -> OwnCatalog:
    """One version, with its text."""
    kept = OwnCatalog.objects.filter(workspace=workspace).exclude(digest="")
    row = kept.filter(version=version).first()
    if row is None:
        raise NotFound("There is no such version")
    return row


def usable(secret: Invite | SigninLink | Token | None) -> bool:
    """Whether a link, invite or token still counts: not past its end, not spent."""
    if secret is None:
        return False
    spent = getattr(secret, "used_at", None) or getattr(secret, "revoked_at", None)
    return spent is None and (secret.expires_at is None or secret.expires_at > timezone.now())


def roles(system: System, users: set[int]) -> dict[int, str]:
    """The roles of these users in a system."""
    found = Member.objects.filter(_counting(system.pk), workspace_id=system.workspace_id)
    found = found.filter(user_id__in=users, user__is_active=True)
    return dict(found.values_list("user_id", "role"))


def holders(system: System, people: Iterable[Person], right: Right) -> set[Person]:
    """Who of these holds the right just now: at most three queries for a whole batch."""
    asked, workspace_id = set(people), system.workspace_id
    held = roles(system, {person.id for person in asked})
    tokens = _standing({person.token.pk for person in asked if person.token})
    sessions = signed_in({person.session for person in asked if person.session})
    return {
        person
        for person in asked
        if right in RIGHTS.get(held.get(person.id, ""), frozenset())
        and (person.token is None or _covers(person.token, tokens, workspace_id, right))
        and (not person.session or person.session in sessions)
    }


def signed_in(sessions: set[str]) -> set[str]:
    """Which of these sign-ins still stand."""
    if not sessions:
        return set()
    found = Session.objects.filter(session_key__in=sessions, expire_date__gt=timezone.now())
    return set(found.values_list("session_key", flat=True))


def _covers(token: Token, standing: set[uuid.UUID], workspace_id: uuid.UUID, right: Right) -> bool:
    within = token.workspace_id == workspace_id and token.pk in standing
    return within and (token.scope == "write" or right in _READING)


def _standing(tokens: set[uuid.UUID]) -> set[uuid.UUID]:
    if not tokens:
        return set()
    found = Token.objects.filter(pk__in=tokens, revoked_at=None)
    found = found.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
    return set(found.values_list("pk", flat=True))
