"""What is said at start about settings that would go wrong later."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys

from tests.conftest import ROOT
from threatmodel import checks


def ids(found) -> list[str]:
    return [one.id for one in found]


def test_a_key_that_is_made_anew_at_each_start_is_an_error(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.delenv("SECRET_KEY")
    assert ids(checks.secret_outlives_the_process()) == ["threatmodel.E001"]
    (tmp_path / "secret-key").write_text("kept")
    assert checks.secret_outlives_the_process() == []


def test_several_web_processes_on_sqlite_are_warned_of(monkeypatch, settings):
    database = settings.DATABASES["default"]
    monkeypatch.setitem(database, "ENGINE", "django.db.backends.sqlite3")
    assert checks.sqlite_is_for_one_web_process() == []
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    assert ids(checks.sqlite_is_for_one_web_process()) == ["threatmodel.W001"]
    monkeypatch.setitem(database, "ENGINE", "django.db.backends.postgresql")
    assert checks.sqlite_is_for_one_web_process() == []


def test_the_documented_settings_of_a_server_pass_every_check(tmp_path):
    """As docs/deploy.md has them: behind TLS, with a key of its own and PostgreSQL."""
    settings = {
        "BASE_URL": "https://bartizan.example.org",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "postgres://bartizan@127.0.0.1/bartizan",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = {**os.environ, **settings}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
