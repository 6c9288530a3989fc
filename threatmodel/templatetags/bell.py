"""The bell in the header: how much a person has not read."""

from __future__ import annotations

from typing import Any

from django import template

from threatmodel import gate

register = template.Library()


@register.simple_tag(takes_context=True)
def unread(context: dict[str, Any]) -> int:
    """Of who asks, who is signed in: the header has no bell for others."""
    return gate.unread(gate.person(context["request"].user))
