"""One version, said alike wherever somebody meets it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date

import pytest

from tests.conftest import ROOT
from tests.formats.samples import CATALOG, fraud
from threatmodel.core.assessment import assess
from threatmodel.formats import sarif
from threatmodel.release import VERSION


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert re.fullmatch(rf"{re.escape(VERSION)} \(\d{{4}}-\d\d-\d\d\)", headings[0])


@pytest.mark.parametrize("asked", ["--version", "version"])
def test_the_command_names_it_and_not_the_frameworks(asked: str) -> None:
    command = [sys.executable, "manage.py", asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"Bartizan {VERSION}\n"


def test_sarif_and_the_api_say_it(client, django_user_model) -> None:
    assessment = assess(fraud(), CATALOG, as_of=date(2026, 3, 1))
    driver = json.loads(sarif.write(assessment, CATALOG, fraud()))["runs"][0]["tool"]["driver"]
    assert driver["semanticVersion"] == VERSION
    client.force_login(django_user_model.objects.create_user("ada"))
    assert client.get("/api/v1/schema/?format=json").json()["info"]["version"].startswith(VERSION)
    assert f"Bartizan {VERSION}" in client.get("/").content.decode()
