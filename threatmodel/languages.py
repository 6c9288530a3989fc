"""The languages that pages speak: English, and those whose files the operator has put there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import to_language

ENGLISH = ("en", "English")


@dataclass(frozen=True, slots=True)
class Language:
    """A language beside English; `words` is what its pages hand to the editor, as JSON."""

    code: str
    name: str
    words: dict[str, object]


def found(folder: Path) -> list[Language]:
    """Each `<locale>/LC_MESSAGES/django.mo` of a folder is a language to offer."""
    return [
        Language(code, _name(code), _words(file.parents[1] / "words.json"))
        for code, file in _catalogs(folder)
    ]


def _catalogs(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.glob("*/LC_MESSAGES/django.mo")):
        code = to_language(file.parents[1].name)
        if code != ENGLISH[0]:
            yield code, file


def _name(code: str) -> str:
    known = LANG_INFO.get(code) or {}
    return str(known.get("name_local", code))


def _words(file: Path) -> dict[str, object]:
    """What the editor says in that language; without a file it goes on in English."""
    try:
        words = json.loads(file.read_text("utf-8")) if file.exists() else {}
    except ValueError as error:
        raise ImproperlyConfigured(f"{file} is no JSON: {error}") from None
    if not isinstance(words, dict) or not all(map(_said, words.values())):
        raise ImproperlyConfigured(f"{file} must give each text a text, or its plural forms")
    return words


def _said(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(form, str) for form in value.values())
    return isinstance(value, str)
