"""What a report asks of a board: nothing that is not due, and each with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from catalog import load
from catalog.types import Level
from tests.reports.cases import DAY, SYSTEMS, assessed, drawn, entered, read
from threatmodel.core.inputs import Inputs
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition

# Without the section that tells of paths, which costs more than all that is asked about here.
SHORT = Edition(sections=frozenset({"findings"}))


def asked(document, inputs: Inputs | None = None, edition: Edition = SHORT) -> str:
    inputs = inputs or Inputs()
    found = assessed(document, inputs)
    return " ".join(build(document, found, load(), inputs, edition).asked)


def test_a_system_without_findings_asks_for_nothing():
    assert asked(drawn()) == ""


def test_open_risk_above_the_appetite_is_to_be_decided():
    document = read(SYSTEMS[0])
    lowest = replace(document, system=replace(document.system, appetite=Level.VERY_LOW))
    highest = replace(document, system=replace(document.system, appetite=Level.VERY_HIGH))
    assert "above the appetite (very low)" in asked(lowest)
    assert "above the appetite" not in asked(highest)


def test_who_owns_what_is_late_is_asked_and_a_late_one_without_an_owner_gets_one():
    document = read(SYSTEMS[0])
    inputs = entered(document)
    (tracked,) = inputs.mitigations
    nobody = replace(inputs, mitigations=(replace(tracked, owner=""),))
    done = replace(inputs, mitigations=(replace(tracked, status="implemented"),))
    assert "1 overdue mitigation: ask Bo what is in the way." in asked(document, inputs)
    assert "nobody owns them yet" in asked(document, nobody)
    assert "overdue" not in asked(document, done)


def test_a_decision_that_ends_soon_is_looked_at_before_it_does():
    document = read(SYSTEMS[0])
    inputs = entered(document)
    (made,) = inputs.decisions

    def ending(until: date | None) -> str:
        return asked(document, replace(inputs, decisions=(replace(made, until=until),)))

    assert "1 decision that ends within 90 days, the first on 2 December 2026" in ending(
        DAY + timedelta(days=10)
    )
    assert "decision that ends" not in ending(DAY + timedelta(days=200))
    assert "decision that ends" not in ending(None)


def test_the_plan_is_put_to_who_pays_for_it_with_its_days():
    document = read(SYSTEMS[0])
    lowest = replace(document, system=replace(document.system, appetite=Level.VERY_LOW))
    highest = replace(document, system=replace(document.system, appetite=Level.VERY_HIGH))
    assert "of work to the plan:" in asked(lowest)
    assert "of work to the plan" not in asked(highest)
