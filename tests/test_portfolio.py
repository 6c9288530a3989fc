"""Home: every figure over all systems is the number of rows that its address opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import cast
from threatmodel import live
from threatmodel.models import Alert, FindingRow, LinkedModel, MitigationRow, Run, System
from threatmodel.services import decisions, mitigations

pytestmark = pytest.mark.django_db


def applying(system: System) -> list[FindingRow]:
    return list(system.findings.filter(applies="yes").order_by("-residual", "threat", "element"))


def busy(system: System, by: Any) -> None:
    """One of everything: about to lapse, lapsed, stale, late, worse than before."""
    today = timezone.localdate()
    first, second, third, *_ = applying(system)
    soon = today + timedelta(days=20)
    decisions.decide(system, by, finding=first.key, action="accept", reason="for now", until=soon)
    decisions.decide(system, by, finding=second.key, action="transfer", reason="x", until=today)
    live.write(system.pk, lambda turn: turn.take_date(today + timedelta(days=1)))
    late = mitigations.plan(system, by, findings=[third.key], values={"title": "Late"})
    FindingRow.objects.filter(pk=third.pk).update(verdict="stale")
    MitigationRow.objects.filter(pk=late.pk).update(due=today - timedelta(days=3))
    model = LinkedModel.objects.create(
        system=system, element_id="c-api", name="m", digest="d", size=1
    )
    runs = [
        Run.objects.create(system=system, model=model, element_id="c-api", test="hopskipjump")
        for _ in range(2)
    ]
    Alert.objects.create(system=system, run=runs[0], earlier=runs[1])


def test_each_figure_of_home_is_the_number_of_the_rows_it_opens(olga):
    for _ in range(2):
        busy(cast.system(*olga), olga[1])
    client = cast.browser(olga[1])
    figures = client.get("/").context["figures"]
    assert {one.name for one in figures if one.count} >= {
        "overdue", "lapsing", "lapsed", "stale", "worse"
    }  # fmt: skip
    for figure in figures:
        opened = client.get(f"/{figure.address.partition('#')[0]}")
        assert opened.status_code == 200, figure
        assert rows(opened.context, figure.name) == figure.count, figure


def rows(context: Any, name: str) -> int:
    lists = {"overdue": "overdue", "worse": "alerts"}
    if name in lists:
        return len(context[lists[name]])
    if name == "tested":
        return sum(one.tested for one in context["reached"])
    listed = {one.row.key + str(one.system.pk) for group in context["groups"] for one in group.rows}
    assert len(listed) == context["matching"]
    return context["matching"]


def test_systems_stand_by_their_risk_and_nothing_of_others_is_counted(olga):
    quiet = cast.system(*olga, data=cast.drawing() | {"components": [], "flows": []})
    grave = cast.system(*olga)
    other = cast.outsider()
    hidden = cast.system(other.user.memberships.get().workspace, other)
    busy(hidden, other)
    context = cast.browser(olga[1]).get("/").context
    assert [one.pk for one in context["systems"]] == [grave.pk, quiet.pk]
    counts = {one.name: one.count for one in context["figures"]}
    assert counts["overdue"] == counts["lapsed"] == counts["lapsing"] == counts["worse"] == 0


def test_an_empty_home_has_no_figures_and_says_how_to_begin(olga):
    answer = cast.browser(olga[1]).get("/?show=nonsense")
    assert answer.status_code == 200 and answer.context["figures"] == []
    assert "Draw your first system" in answer.content.decode()
