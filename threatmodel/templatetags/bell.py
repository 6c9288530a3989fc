"""The bell in the header: how much a person has not read."""

from __future__ import annotations

from typing import Any

from django import template

from threatmodel import gate

register = template.Library()


@register.simple_tag(takes_context=True)
def unread(context: dict[str, Any]) -> int:
    """Of who asks; nothing for who is not signed in."""
    request = context.get("request")
    try:
        return gate.unread(gate.person(request.user)) if request else 0
    except gate.Forbidden:
        return 0
