"""Uploads that are laid aside on disk, as they come in."""

from __future__ import annotations

from contextlib import suppress

from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class NoRoom(BadRequest):
    """An upload that found no room; a page says 400, REST this sentence."""

    message = "There was no room to take in the file; tell the operator, then try again"


class LaidAside(TemporaryFileUploadHandler):
    """The framework's own, which lets a full disk pass for a fault of ours."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
            self.file.flush()
        except OSError:
            with suppress(OSError):  # the framework closes only what came in whole
                self.file.close()
            raise NoRoom(NoRoom.message) from None
