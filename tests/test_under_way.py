"""Home: what runs in the background in the systems that one may see."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast
from threatmodel.models import LinkedModel, Report, Run, System

pytestmark = pytest.mark.django_db


def started(system: System, count: int, **more: Any) -> list[Run]:
    model = LinkedModel.objects.create(
        system=system, element_id="c-api", name="m", digest="d", size=1
    )
    named = {"system": system, "model": model, "element_id": "c-api", "test": "hopskipjump"}
    return [Run.objects.create(**named, **more) for _ in range(count)]


def test_tests_and_reports_under_way_stand_on_home_with_progress_and_link(
    olga, django_assert_max_num_queries, django_assert_num_queries
):
    system, client = cast.system(*olga), cast.browser(olga[1])
    report = Report.objects.create(system=system, format="pdf")
    (run,) = started(system, 1, state="running", progress=0.5, message="20 of 40 queries")
    started(system, 1, state="succeeded", message="held")
    with django_assert_max_num_queries(16) as one:
        page = client.get("/").content.decode()
    assert f'data-job="/api/v1/runs/{run.pk}/" data-job-stays><a href="/runs/{run.pk}/">' in page
    assert 'value="0.5"' in page and "20 of 40 queries" in page
    assert f'data-job="/api/v1/reports/{report.pk}/"' in page and "PDF report" in page
    assert page.count("data-job=") == 2, "what has ended is not under way"
    started(cast.system(*olga), 12)
    with django_assert_num_queries(len(one)):
        page = client.get("/").content.decode()
    assert page.count("data-job=") == 11 and "12 ahead" not in page
    assert "More tests and reports are under way" in page and "9 ahead" in page


def test_what_runs_in_systems_that_one_may_not_see_is_not_told(olga):
    system = cast.system(*olga)
    started(system, 1)
    assert "Under way" not in cast.browser(cast.outsider()).get("/").content.decode()
    guest = cast.browser(cast.member(olga[0], "guest", system=system))
    assert guest.get("/").content.decode().count("data-job=") == 1
    System.objects.update(deleted_at="2026-01-01T00:00:00Z")
    assert "Under way" not in cast.browser(olga[1]).get("/").content.decode()
