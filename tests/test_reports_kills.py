"""Whatever is killed while a report is made: its file is there whole, or not at all."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import time
from io import BytesIO
from itertools import cycle
from pathlib import Path
from zipfile import ZipFile

import psutil
import pytest
from django.core.files.storage import default_storage
from django.db.models import F
from django.db.models.functions import Now
from pypdf import PdfReader

from tests import cast
from tests.conftest import wait_until
from threatmodel.models import Report
from threatmodel.services import jobs, reports

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers, pytest.mark.long]
KILLS = 50
AT_ONCE = 4
LONGEST_S = 1.5
FORMATS = {"pdf": ["terms"], "xlsx": []}


def kill_the_children(worker: subprocess.Popen[bytes]) -> int:
    """Every process that the worker does its jobs in; it starts others."""
    found = psutil.Process(worker.pid).children()
    for one in found:
        one.send_signal(signal.SIGKILL)
    return len(found)


def ring_again() -> None:
    """What takes minutes otherwise: the leases of the dead end, and their jobs are sent again."""
    Report.objects.filter(state="running").update(lease_until=Now() - reports.LEASE)
    Report.objects.filter(state="queued").update(created_at=F("created_at") - reports.UNSEEN)
    reports.sweep()


def active() -> int:
    return Report.objects.filter(state__in=jobs.ACTIVE).count()


def whole(file: Path) -> bool:
    """By what its own format says of its end."""
    body = file.read_bytes()
    if file.suffix == ".xlsx":
        return ZipFile(BytesIO(body)).testzip() is None
    return body.rstrip().endswith(b"%%EOF") and len(PdfReader(BytesIO(body)).pages) > 0


def check(folder: Path) -> None:
    """No file is half, and whoever is told that there is one gets what was made."""
    shown = [one for one in folder.iterdir() if not one.name.startswith(".")]
    assert all(whole(one) for one in shown)
    for row in Report.objects.filter(state="succeeded"):
        body = Path(row.file.path).read_bytes()
        assert (len(body), hashlib.sha256(body).hexdigest()) == (row.size, row.sha256)
    assert not Report.objects.exclude(state="succeeded").exclude(file="").exists()


def test_reports_whose_workers_are_killed_at_50_moments_are_whole_or_absent(worker):
    workspace, olga = cast.workspace()
    system, chance = cast.system(workspace, olga), random.Random(KILLS)
    formats, killed = cycle(FORMATS), 0
    folder = Path(default_storage.path("reports"))
    folder.mkdir(parents=True, exist_ok=True)
    while killed < KILLS:
        for _ in range(active(), AT_ONCE):
            format = next(formats)
            options = {"sections": FORMATS[format]}
            reports.request_report(system, olga, format=format, options=options)
        wait_until(Report.objects.filter(state="running").exists, 60, "a worker is at it")
        time.sleep(chance.random() * LONGEST_S)
        killed += bool(kill_the_children(worker))
        check(folder)
        ring_again()
    wait_until(lambda: not active(), 120, "every report ends")
    check(folder)
    ends = set(Report.objects.values_list("state", flat=True))
    assert "succeeded" in ends and ends <= {"succeeded", "failed"}
