"""What every page shares: who asks, what is refused and how that is told, the system's header."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from threatmodel import gate
from threatmodel.core.document import Document, DocumentError
from threatmodel.gate import Person, Right
from threatmodel.live import catalogs
from threatmodel.models import System
from threatmodel.rows import read_document
from threatmodel.services.catalogs import newer
from threatmodel.services.jobs import ACTIVE
from threatmodel.services.refusal import Refusal

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, Person, P], HttpResponse]


def page(view: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view its person; turn what gate and services say into answers for a browser."""

    @login_required
    @wraps(view)
    def handle(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            person = gate.person(request.user)
            _check_letters(request)
            return view(request, person, *args, **kwargs)
        except gate.NotFound as error:
            raise Http404(str(error)) from None
        except gate.Forbidden as error:
            raise PermissionDenied(str(error)) from None
        except (Refusal, DocumentError) as refusal:
            messages.error(request, _sentence(refusal.message))
            return HttpResponseRedirect(back(request))

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", handle)


def _check_letters(request: HttpRequest) -> None:
    """Refuse a NUL, whichever field it is in: PostgreSQL cannot keep it, and no import of ours
    would read it back."""
    if any("\0" in str(value) for _, values in request.POST.lists() for value in values):
        message = gettext("What you sent holds a character that cannot be stored; take it out")
        raise Refusal(message)


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:].rstrip(".") + "."


def back(request: HttpRequest) -> str:
    """Where the form was, if that is a page of ours."""
    origin = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(origin, {request.get_host()}, request.is_secure())
    return origin if own else reverse("home")


def system_page(
    request: HttpRequest,
    person: Person,
    system: System,
    tab: str,
    template: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page under a system's header, which says its risk and how much lies behind each tab."""
    summary = system.summary
    rights = person.rights(system.workspace_id, system.pk)
    header = {
        "system": system,
        "tab": tab,
        "section": "home",
        # Links into the catalog open the one that the system goes by, own entries included.
        "carry": f"?system={system.pk}",
        "summary": summary,
        "role": person.role(system.workspace_id, system.pk),
        "newer_catalog": newer(system),
        "may": {right.name.lower(): right in rights for right in Right},
        "counts": {
            "findings": sum(summary.get("by_level", {}).values()),
            "mitigations": system.mitigations.filter(deleted_at=None).count(),
            "tests": system.runs.filter(state__in=ACTIVE).count(),
        },
    }
    return render(request, template, header | context, status=status)


def document_of(system: System) -> Document:
    return read_document(system, catalogs.of(system))
