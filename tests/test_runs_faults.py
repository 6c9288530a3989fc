"""Whatever is killed while runs are under way: each ends once, and soon after."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil
import pytest
from celery import Celery

from tests import cast
from tests.conftest import ROOT, database_url, stop, wait_until
from tests.environment import free_port
from tests.linking import link
from tests.test_runs import boxes
from threatmodel import events
from threatmodel.models import EvidenceRow, LogEntry, Run
from threatmodel.services import jobs, runs

pytestmark = [pytest.mark.servers, pytest.mark.long]
RECOVERED_S = 120


@dataclass
class Site:
    """A broker, a worker and a web process of their own, each of which can be killed."""

    folder: Path
    env: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> subprocess.Popen[bytes]:
        self.running[name] = subprocess.Popen(
            self.command(name), cwd=ROOT, env=self.env_of(name), start_new_session=True
        )
        return self.running[name]

    def env_of(self, name: str) -> dict[str, str]:
        """The broker keeps its files apart; the others share the data with this process."""
        return {**self.env, "DATA_DIR": str(self.folder)} if name == "broker" else self.env

    def command(self, name: str) -> list[str]:
        if name == "broker":
            return [str(ROOT / "bin/broker")]
        if name == "web":
            address = ["--host", "127.0.0.1", "--port", str(free_port())]
            return [sys.executable, "-m", "uvicorn", "threatmodel.asgi:application", *address]
        queues = ["--queues", "light,reports,tests,endpoint", "--concurrency", "2", "-O", "fair"]
        beat = ["--beat", "--schedule", str(self.folder / "beat"), "--loglevel", "warning"]
        return [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "threatmodel.celery",
            "worker",
            *queues,
            *beat,
        ]

    def kill(self, name: str) -> None:
        """The process and whatever it started, as a machine that goes down."""
        os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running[name].wait()

    def forget(self) -> None:
        """What the broker had written is gone."""
        for path in self.folder.glob("**/appendonly*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture
def site(transactional_db: None, tmp_path: Path, monkeypatch) -> Iterator[Site]:
    port, password = free_port(), secrets.token_hex(16)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    env = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": url}
    env |= {"BROKER_PORT": str(port), "BROKER_PASSWORD": password}
    made = Site(tmp_path, env)
    monkeypatch.setattr(events, "app", sender(url))
    made.start("broker")
    made.start("worker")
    made.start("web")
    yield made
    for process in reversed(made.running.values()):
        stop(process)


def sender(url: str) -> Celery:
    """The product's own way to ring, at this site's broker."""
    app = Celery("site", broker=url)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = url
    return app


def started(count: int, monkeypatch, **params: object) -> list[Run]:
    monkeypatch.setattr(runs, "MAX_ACTIVE", count)
    workspace, olga = cast.workspace()
    model = link(cast.system(workspace, olga), olga)
    return [runs.start(model, olga, "corruption", {"samples": 5, **params}) for _ in range(count)]


def ended() -> int:
    return Run.objects.exclude(state__in=jobs.ACTIVE).count()


def check(count: int) -> None:
    """Every run has one end, one result, one entry of the log."""
    assert Run.objects.filter(state="succeeded", ended_at__isnull=False).count() == count
    assert EvidenceRow.objects.values("run").distinct().count() == count
    assert EvidenceRow.objects.count() == count
    assert LogEntry.objects.filter(kind="evidence").count() == count


def kill_a_child(site: Site) -> None:
    """One of the worker's own processes, while it has a model open."""

    def holder() -> psutil.Process | None:
        found = boxes(site.running["worker"])
        parents = found[0].parents() if found else []
        return next((one for one in parents if one.ppid() == site.running["worker"].pid), None)

    process = wait_until(holder, 30, "a run is under way")
    assert isinstance(process, psutil.Process)
    process.kill()


def start_the_worker_anew(site: Site) -> None:
    site.kill("worker")
    site.start("worker")


def got_past(run: Run, rows: int) -> bool:
    return Run.objects.get(pk=run.pk).rows > rows


def test_200_runs_end_once_whatever_is_killed_meanwhile(site: Site, monkeypatch) -> None:
    count = 200
    started(count, monkeypatch)
    wait_until(lambda: ended() >= 20, 120, "runs end")
    kill_a_child(site)
    wait_until(lambda: ended() >= 60, 120, "runs go on after a child was killed")
    site.kill("worker")
    site.start("worker")
    wait_until(lambda: ended() >= 100, 120, "runs go on after the worker was killed")
    site.kill("web")
    site.start("web")
    site.kill("broker")
    site.forget()
    site.start("broker")
    over = time.monotonic()
    wait_until(lambda: ended() == count, RECOVERED_S + 30, "all runs end")
    took = time.monotonic() - over
    print(f"all had ended {took:.0f} s after the last fault")
    assert took < RECOVERED_S
    check(count)


def test_a_shared_run_survives_its_workers_and_finds_the_same(site: Site, monkeypatch) -> None:
    workspace, olga = cast.workspace()
    model = link(cast.system(workspace, olga), olga)
    params = {"samples": 100, "budget": 8000}
    run, again = (runs.start(model, olga, "hopskipjump", params, confirmed=True) for _ in range(2))
    for fault in (kill_a_child, start_the_worker_anew):
        seen = Run.objects.get(pk=run.pk).rows
        wait_until(partial(got_past, run, seen), 60, "it goes on")
        fault(site)
    wait_until(lambda: ended() == 2, RECOVERED_S + 60, "both end")
    run.refresh_from_db()
    again.refresh_from_db()
    assert run.state == again.state == "succeeded", (run.message, again.message)
    assert run.result and again.result
    assert run.result["samples"] == again.result["samples"]
    check(2)
