"""Reading request bodies: bounded, and only JSON that means one thing."""

from __future__ import annotations

from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser

from threatmodel import strict


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
        return strict.read(body)
