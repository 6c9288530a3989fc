"""Reading request bodies: bounded, and only JSON that means one thing."""

from __future__ import annotations

import json
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 64


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "The request is larger than this server takes (32 MiB)"


class StrictJSON(BaseParser):
    """No NaN, no key twice, no NUL or half characters, no deep nests."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge()
        try:
            return read(body)
        except ValueError as error:
            raise ParseError(f"The body is not usable JSON: {error}") from None


def read(body: bytes | str) -> Any:
    """Plain data of strict JSON.

    Raises
    ------
    ValueError
        With one plain sentence saying why not.
    """
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        data = json.loads(text, parse_constant=_constant, object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    _check(data, MAX_DEPTH)
    return data


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key '{twice[:40]}' stands twice in one object")
    return found


def _check(data: Any, depth: int) -> None:
    if depth == 0:
        raise ValueError("it is nested too deeply")
    if isinstance(data, dict):
        for key, value in data.items():
            _check(key, depth)
            _check(value, depth - 1)
    elif isinstance(data, list):
        for value in data:
            _check(value, depth - 1)
    elif isinstance(data, str):
        if "\0" in data or any("\ud800" <= c <= "\udfff" for c in data):
            raise ValueError("a text holds a character that cannot be stored")
    elif isinstance(data, float) and data in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
