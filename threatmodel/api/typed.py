"""The types of JSON, taken at their word: `7` is no text and `"7"` no number.

The framework's fields convert what they can (a number to text, a number to a UUID, "yes" to
true), so that a mistake of a program would be stored as something that nobody meant. And they
repeat a wrong word however long it is, where we name the right ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from threatmodel.services.refusal import Refusal

Kind = type | tuple[type, ...]
TEXT: tuple[Kind, str] = (str, "a text")
WANTED: dict[type[serializers.Field], tuple[Kind, str]] = {
    serializers.CharField: TEXT,
    serializers.ChoiceField: TEXT,
    serializers.DateField: TEXT,
    serializers.UUIDField: TEXT,
    serializers.IntegerField: (int, "a whole number"),
    serializers.FloatField: ((int, float), "a number"),
    serializers.BooleanField: (bool, "true or false"),
    serializers.ListField: (list, "a list"),
    serializers.DictField: (dict, "a mapping"),
}


def check(serializer: serializers.Serializer, data: Mapping[str, Any]) -> None:
    """Refuse values of another type than their fields'; null is for the fields to judge."""
    for name, field in serializer.fields.items():
        if data.get(name) is not None:
            _check(field, data[name], name)


def _check(field: serializers.Field, value: Any, place: str) -> None:
    found = next((wanted for kind, wanted in WANTED.items() if isinstance(field, kind)), None)
    if found is None:
        return
    kind, words = found
    if not _is(value, kind):
        raise Refusal(f"{place} must be {words}", field=place)
    if isinstance(field, serializers.ChoiceField) and value and value not in field.choices:
        words = ", ".join(str(one) for one in field.choices if one)
        raise Refusal(f"{place} must be one of {words}", field=place)
    if isinstance(field, serializers.ListField):
        for number, one in enumerate(value):
            _check(field.child, one, f"{place}[{number}]")


def _is(value: object, kind: Kind) -> bool:
    """Whether it is of that kind; to Python, but not to JSON, true is a number."""
    return isinstance(value, kind) and isinstance(value, bool) == (kind is bool)
