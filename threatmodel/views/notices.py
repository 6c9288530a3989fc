"""What a person was told, and what they wish to be told of."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from threatmodel import gate
from threatmodel.gate import Person
from threatmodel.services import notices as register

from .frame import page

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@page
def notices(request: HttpRequest, person: Person) -> HttpResponse:
    if request.method == "POST":
        wanted = request.POST.getlist("wanted")
        register.wish(person, by_mail=request.POST.get("by_mail") == "on", wanted=wanted)
        messages.success(request, gettext("Kept. It holds from the next notice on."))
        return redirect("notices")
    wish = register.wish_of(person)
    context = {
        "section": "notices",
        "paged": Paginator(gate.notices(person), SHOWN).get_page(request.GET.get("page")),
        "kinds": [(kind, words, kind not in wish.muted) for kind, words in register.KINDS.items()],
        "by_mail": wish.by_mail,
        "address": person.user.email,
    }
    return render(request, "people/notices.html", context)


@require_POST
@page
def read_all(request: HttpRequest, person: Person) -> HttpResponse:
    register.read(person)
    return redirect("notices")


@require_POST
@page
def follow(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    """To what it is about; it is read then."""
    row = gate.notices(person).filter(pk=id).first()
    if row is None:
        raise gate.NotFound(gettext("There is no such notice"))
    register.read(person, row.pk)
    return redirect(row.path)


@require_safe
@page
def unread(request: HttpRequest, person: Person) -> HttpResponse:
    """For the bell, which asks now and then."""
    answer = JsonResponse({"unread": gate.unread(person)})
    answer["Cache-Control"] = "no-store"
    return answer
