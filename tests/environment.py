"""The settings that every test process runs under. Loaded as a plug-in, before Django's settings.

Each process (pytest-xdist has several) gets a folder, a broker port and a database of its own.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import socket
import tempfile
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


FOLDER = Path(tempfile.mkdtemp(prefix="bartizan-tests-"))
FOLDER.chmod(0o755)  # the sandbox's other user has to pass through
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

BROKER_PORT = free_port()
BROKER_PASSWORD = secrets.token_urlsafe(24)

os.environ.update(
    DATA_DIR=str(FOLDER),
    SECRET_KEY=secrets.token_urlsafe(48),
    BROKER_PORT=str(BROKER_PORT),
    BROKER_PASSWORD=BROKER_PASSWORD,
    REDIS_URL=f"redis://:{BROKER_PASSWORD}@127.0.0.1:{BROKER_PORT}/0",
    BASE_URL="http://127.0.0.1:8000",
)
