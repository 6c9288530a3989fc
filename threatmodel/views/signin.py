"""Ways in: the sign-in link and the invite. Opening a page spends nothing; a button does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from threatmodel import gate
from threatmodel.forms import JoinForm, PasswordForm
from threatmodel.gate import Person
from threatmodel.models import Invite
from threatmodel.services import members, signin
from threatmodel.services.refusal import Refusal

from .frame import page

BACKEND = "threatmodel.accounts.Backend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        if request.method != "POST":
            return render(request, "account/link.html", {"owner": signin.find(secret).user})
        user = signin.spend(secret)
    except Refusal as refusal:
        return render(request, "account/spent.html", {"message": refusal.message}, status=410)
    login(request, user, BACKEND)
    return redirect("home" if user.has_usable_password() else "password")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def password(request: HttpRequest, person: Person) -> HttpResponse:
    """Offered after a sign-in by link: needed only to come back without one."""
    form = PasswordForm(request.POST or None)
    if person.user.has_usable_password():
        return redirect("account_change_password")
    if form.is_valid():
        try:
            signin.set_password(person.user, form.cleaned_data["password"])
        except Refusal as refusal:
            form.add_error("password", refusal.message)
        else:
            update_session_auth_hash(request, person.user)
            messages.success(request, gettext("The password is set."))
            return redirect("home")
    status = 400 if form.errors else 200
    return render(request, "account/password.html", {"form": form}, status=status)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Take up an invite: as who one is, or with a new account."""
    try:
        invite = members.find_invite(secret)
    except Refusal as refusal:
        return render(request, "account/spent.html", {"message": refusal.message}, status=410)
    known = isinstance(request.user, User)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and known:
        try:
            members.join(secret, gate.person(request.user).user)
            return _inside(invite)
        except Refusal as refusal:
            messages.error(request, refusal.message)
    elif form.is_valid() and (user := _sign_up(form, secret)):
        login(request, user, BACKEND)
        return _inside(invite)
    context = {"invite": invite, "form": form, "known": known}
    return render(request, "account/join.html", context, status=400 if form.errors else 200)


def _inside(invite: Invite) -> HttpResponse:
    """Where somebody wants to be who has come: a guest at the one system there is to see."""
    return redirect("diagram", invite.system_id) if invite.system_id else redirect("home")


def _sign_up(form: JoinForm, secret: str) -> User | None:
    name, words = form.cleaned_data["username"], form.cleaned_data["password"]
    try:
        validate_password(words, User(username=name))
        return members.sign_up(secret, username=name, password=words)
    except ValidationError as error:
        form.add_error("password", error.messages)
    except Refusal as refusal:
        form.add_error("username", refusal.message)
    return None
