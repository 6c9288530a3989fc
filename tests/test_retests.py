"""A control that was tested again: verified by that, and what it showed told wherever one looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from tests import cast
from tests.core import test_proof
from tests.core.test_proof import CONTROL, KEY
from threatmodel import live
from threatmodel.core.inputs import Evidence
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import Report, System
from threatmodel.rows import mitigation as value_of
from threatmodel.services import benefit, evidence, exports, mitigations

pytestmark = pytest.mark.django_db
DATA = "5" * 64


def keep(system: System, by: Person, *pieces: Evidence) -> None:
    def work(turn: Turn) -> None:
        for one in pieces:
            evidence.keep(turn, by, one)

    live.write(system.pk, work)


def counted(system: System, name: str, fell: int, days: int, **more: Any) -> Evidence:
    """A run of a hundred samples on the model that stands there, signed elsewhere."""
    targets = {at: at < fell for at in range(100)}
    usual: dict[str, Any] = {"handled": 100, "broken": fell, "clean_accuracy": 0.93}
    run = test_proof.run(name, **usual | more)
    day = system.as_of + timedelta(days=days)
    return replace(
        run, taken_on=day, digest="7" * 64, origin="signed", targets=targets, dataset_digest=DATA
    )


def printed(system: System, format: str) -> bytes:
    row = Report(system=system, format=format, created_at=timezone.now())
    return exports.write(row, exports.snapshot(system.pk))


def test_what_a_re_test_showed_is_on_the_page_in_rest_in_the_report_and_in_the_workbook(
    olga, system
):
    owner = olga[1]
    keep(system, owner, counted(system, "before", 40, -10))
    row = mitigations.plan(system, owner, findings=[KEY], values={"control": CONTROL.id})
    row = mitigations.change(row, owner, version=1, values={"status": "implemented"})
    client, path = cast.browser(owner), f"/api/v1/systems/{system.pk}/mitigations/{row.pk}/proof/"
    told = client.get(path).json()
    assert "has held yet" in told["lacking"]
    assert "It was not tested with the control on" in told["retests"][0]["said"][-1]

    failed = counted(system, "failed", 90, 0, on=True, seed=3)
    held = counted(system, "held", 0, 0, on=True, seed=4, clean_accuracy=0.91)
    adaptive = counted(system, "adaptive", 0, 0, on=True, family="b", adaptive=True)
    keep(system, owner, held, adaptive)
    [bought] = benefit.of(system, value_of(row)).falling
    assert bought.now > bought.implemented >= bought.verified, "proof makes nothing worse"
    row = mitigations.change(row, owner, version=2, values={"status": "verified"})
    assert row.status == "verified" and row.measured[KEY] < 0.5
    keep(system, owner, failed)

    told = client.get(path).json()
    [found] = told["retests"]
    assert (told["technical"], found["findings"]) == (True, [KEY])
    assert len(found["attempts"]) == 4, "what went wrong is told as what went well"
    assert found["accuracy"] == {"before": 0.93, "now": 0.91, "floor": pytest.approx(0.88)}
    verdicts = [one["verdict"] for one in found["attempts"]]
    assert verdicts == ["broken", "held", "held", "broken"], "as they came, also on one day"
    by_verdict = {one["verdict"]: one["difference"] for one in found["attempts"][1:]}
    assert by_verdict["held"]["paired"] and by_verdict["held"]["value"] == 0.4
    assert by_verdict["broken"]["value"] == pytest.approx(-0.5)

    page = client.get(f"/mitigations/{row.pk}/").content.decode()
    report = printed(system, "html").decode()
    for sentence in found["said"]:
        assert sentence in page and sentence in report
    assert "Without it 40 of 100 samples fell, with it 0 of 100: 40 percentage points" in page
    assert "3 runs with it on: 1 broken, 2 held." in page
    assert "the same 100 samples" in page

    sheet = load_workbook(BytesIO(printed(system, "xlsx")))["Re-tests"]
    head, *rows = sheet.values
    listed = [dict(zip(head, one, strict=True)) for one in rows]
    assert [one["evidence"] for one in listed] == [one["evidence"] for one in found["attempts"]]
    assert {one["difference.value"] for one in listed} == {None, 0.4, -0.5}
    assert "difference" not in head


def test_who_only_signs_a_checklist_is_shown_no_runs(olga, system):
    row = mitigations.plan(system, olga[1], findings=[KEY], values={"title": "Ask them"})
    page = cast.browser(olga[1]).get(f"/mitigations/{row.pk}/").content.decode()
    assert "What was tried" not in page


@pytest.mark.parametrize("attacked", [True, False])
def test_an_attack_that_adapts_is_asked_for_only_where_somebody_attacks(olga, system, attacked):
    owner, threat = olga[1], "service-exhaustion" if attacked else "corruption-reliability"
    values = {"control": "input-validation"}
    row = mitigations.plan(system, owner, findings=[f"{threat}@c-api"], values=values)
    client = cast.browser(owner)
    told = client.get(f"/api/v1/systems/{system.pk}/mitigations/{row.pk}/proof/").json()
    assert told["technical"] and told["tests"] == ["exhaustion" if attacked else "corruption"]
    page = client.get(f"/mitigations/{row.pk}/").content.decode()
    assert ("by another one that adapts to it" in page) == attacked
    assert ("it answers accidents, which adapt to nothing" in page) != attacked
