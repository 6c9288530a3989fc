"""The diagram page: a header, and the editor in the rest of the window."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.http import require_safe

from threatmodel import gate
from threatmodel.gate import Person, Right

from .frame import page, system_page


@require_safe
@page
def diagram(request: HttpRequest, person: Person, id: uuid.UUID) -> HttpResponse:
    system = gate.system(person, id, Right.READ)
    pages = ("findings", "mitigations", "tests", "report", "history")
    bootstrap = {
        "system": str(system.pk),
        "name": system.name,
        "role": person.role(system.workspace_id, system.pk),
        "socket": f"/ws/systems/{system.pk}/",
        "api": "/api/v1",
        "csrf": get_token(request),
        "me": {"id": person.id, "name": person.name},
        "urls": {"home": reverse("home"), "plan": reverse("basket", args=[system.pk])}
        | {name: reverse(name, args=[system.pk]) for name in pages},
    }
    context = {"bootstrap": bootstrap}
    return system_page(request, person, system, "diagram", "systems/diagram.html", context)
