"""What every answer carries, whoever made it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

Handler = Callable[[HttpRequest], HttpResponse]


def answers(get_response: Handler) -> Handler:
    """Nothing that belongs to a signed-in person stays in a shared or a browser cache."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Private answers with an ETag are asked for again each time, all others are not kept.
        policy = "private, no-cache" if response.has_header("ETag") else "no-store"
        response.headers.setdefault("Cache-Control", policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response

    return handle


def addresses(get_response: Handler) -> Handler:
    """Refuse an address with a NUL: PostgreSQL cannot even look for it, and nobody types one."""

    def handle(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            message = "The address holds a character that cannot be stored; take it out"
            error = {"code": "invalid", "message": message, "field": "address"}
            return JsonResponse({"error": error}, status=400)
        return get_response(request)

    return handle
