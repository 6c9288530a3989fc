"""People: the members of a workspace, invites, tokens, and what happened."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from threatmodel import gate
from threatmodel.forms import InviteForm, TokenForm
from threatmodel.gate import Person, Right
from threatmodel.models import Workspace
from threatmodel.models.person import Role
from threatmodel.services import members, tokens
from threatmodel.services.refusal import Refusal

from .frame import page


@require_safe
@page
def people(request: HttpRequest, person: Person) -> HttpResponse:
    return _page(request, person, _chosen(request, person))


@require_POST
@page
def invite(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    workspace = gate.workspace(person, id, Right.INVITE_GUESTS)
    form = InviteForm(workspace, _invitable(person, workspace), request.POST)
    if not form.is_valid():
        raise Refusal(gettext("Choose a role; the e-mail may stay empty"), field="role")
    _, secret = members.invite(workspace, person, **form.cleaned_data)
    address = settings.BASE_URL + reverse("join", args=[secret])
    return _page(request, person, workspace, shown_once=(gettext("Invite"), address))


@require_POST
@page
def withdraw(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    members.withdraw(gate.invite(person, id), person)
    return redirect("people")


@require_POST
@page
def change_role(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.member(person, id, Right.MEMBERS)
    role = request.POST.get("role", "")
    if role not in Role.values:
        raise Refusal(gettext("Choose one of the roles"), field="role")
    members.change_role(row, person, role)
    messages.success(
        request, gettext("%(user)s is now %(role)s.") % {"user": row.user, "role": gettext(role)}
    )
    return redirect("people")


@require_POST
@page
def remove(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    row = gate.member(person, id, Right.MEMBERS)
    members.remove(row, person)
    messages.success(
        request,
        gettext("%(user)s no longer belongs to %(workspace)s.")
        % {"user": row.user, "workspace": row.workspace},
    )
    return redirect("people")


@require_POST
@page
def make_token(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    workspace = gate.workspace(person, id, Right.TOKENS)
    form = TokenForm(request.POST)
    if not form.is_valid():
        raise Refusal(gettext("Say what the token is for"), field="name")
    token, secret = tokens.create(workspace, person, **form.cleaned_data)
    return _page(
        request,
        person,
        workspace,
        shown_once=(gettext("Token “%(name)s”") % {"name": token.name}, secret),
    )


@require_POST
@page
def revoke(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    tokens.revoke(gate.token(person, id), person)
    messages.success(request, gettext("The token no longer works."))
    return redirect("people")


def _chosen(request: HttpRequest, person: Person) -> Workspace:
    if named := request.GET.get("workspace"):
        return gate.workspace(person, named, Right.READ)
    return gate.home(person, Right.READ)


def _invitable(person: Person, workspace: Workspace) -> list[str]:
    """The roles to which the person may invite."""
    rights = person.rights(workspace.pk)
    return [role for role in Role.values if gate.inviting(role) in rights]


def _page(
    request: HttpRequest,
    person: Person,
    workspace: Workspace,
    shown_once: tuple[str, str] | None = None,
) -> HttpResponse:
    rights = person.rights(workspace.pk)
    mine = workspace.tokens.filter(revoked_at=None).order_by("created_at")
    invitable = _invitable(person, workspace)
    # A workshop's page leads here for a guest of its system.
    asked = {name: request.GET[name] for name in ("role", "system") if name in request.GET}
    waiting = gate.invites(person, workspace).filter(expires_at__gt=timezone.now())
    context = {
        "section": "people",
        "workspace": workspace,
        "workspaces": gate.workspaces(person).order_by("created_at"),
        "members": gate.members(workspace),
        "invites": waiting if invitable else [],
        "tokens": mine if Right.TOKENS in rights else mine.filter(user=person.user),
        "audit": gate.audit(workspace)[:50],
        "may_members": Right.MEMBERS in rights,
        "may_tokens": Right.TOKENS in rights,
        "roles": [(one, capfirst(gettext(one))) for one in Role.values if one != Role.GUEST],
        "invite_form": InviteForm(workspace, invitable, initial=asked) if invitable else None,
        "token_form": TokenForm(),
        "shown_once": shown_once,
    }
    return render(request, "people/people.html", context)
