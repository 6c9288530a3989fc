"""How decisions live and lapse, each through the real services: accept, dismiss, rate, return."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone

from catalog import load
from catalog.types import Level
from tests import cast
from threatmodel import live
from threatmodel.core.document import DocumentError, parse
from threatmodel.core.inputs import Evidence, Inputs
from threatmodel.formats import entered
from threatmodel.models import DecisionRow, FindingRow, System
from threatmodel.rows import evidence_row, read_inputs
from threatmodel.services import decisions, mitigations, systems
from threatmodel.services.operations import Submission, apply_operations
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db
MEASURED = "evasion-query@c-reader"


def first(system: System, **chosen) -> FindingRow:
    found = system.findings.filter(applies="yes", **chosen).order_by("-residual", "threat").first()
    assert found is not None
    return found


def again(row: FindingRow) -> FindingRow:
    return FindingRow.objects.get(system=row.system_id, key=row.key)


def test_an_acceptance_counts_through_its_last_day_and_says_then_that_it_lapsed(system, olga):
    row, today = first(system), timezone.localdate()
    until = today + timedelta(days=3)
    decisions.decide(
        system, olga[1], finding=row.key, action="accept", reason="we can", until=until
    )
    assert (again(row).treatment, again(row).until, again(row).lapsed) == ("accepted", until, "")
    live.write(system.pk, lambda turn: turn.take_date(until))
    assert again(row).treatment == "accepted"
    live.write(system.pk, lambda turn: turn.take_date(until + timedelta(days=1)))
    ended = again(row)
    assert (ended.treatment, ended.until) == ("open", None)
    assert ended.lapsed == f"Accepted no more: it held until {until}"
    browser = cast.browser(olga[1])
    for where in (reverse("finding", args=[system.pk, row.key]), reverse("register")):
        assert ended.lapsed in browser.get(where).content.decode()
    assert "by olga" in ended.data["note"] and "we can" in ended.data["note"]


def test_a_dismissal_comes_back_when_a_fact_changes_and_names_it(system, olga):
    row = first(system, element="c-api")
    decisions.decide(system, olga[1], finding=row.key, action="dismiss", reason="not here")
    assert again(row).treatment == "dismissed"
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"box": [1, 2, 160, 72]}))
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"name": "Scores"}))
    assert again(row).treatment == "dismissed", "neither place nor name is a fact it rests on"
    flow = {"kind": "request", "source": "c-user", "target": "c-api"}
    cast.edit(system, olga[1], cast.change("flow", "f-new", add=flow))
    back = again(row)
    assert back.treatment == "open"
    assert back.lapsed == (
        "Dismissed no more: what it rested on is otherwise: the flows of Scores are others"
    )
    cast.edit(system, olga[1], cast.change("flow", "f-new", remove=True))
    assert (again(row).treatment, again(row).lapsed) == ("dismissed", "")
    cast.edit(system, olga[1], cast.change("component", "c-api", set={"zone": "z-net"}))
    assert "zone of Scores was Production and is Internet" in again(row).lapsed


def test_what_is_stored_after_edits_is_what_an_engine_finds_from_nothing(system, olga):
    keys = [row.key for row in system.findings.filter(applies="yes")]
    decisions.decide_all(system, olga[1], findings=keys, action="dismiss", reason="all of it")
    for changes in (
        cast.change("component", "c-api", set={"attributes.returns_scores": True}),
        cast.change("zone", "z-prod", set={"trust": "public"}),
        cast.change("asset", "a-cards", set={"personal": False}),
        cast.change("flow", "f-ask", set={"attributes.encrypted": True}),
        cast.change("flow", "f-train", remove=True),
        cast.change("component", "c-api", set={"zone": "z-net"}),
    ):
        cast.edit(system, olga[1], changes)
        followed = dict(system.findings.values_list("key", "lapsed"))
        live.forget(system.pk)
        live.read(System.objects.get(pk=system.pk), lambda warm: None)
        assert followed == dict(system.findings.values_list("key", "lapsed")), changes
    assert set(system.findings.filter(key__in=keys).values_list("treatment", flat=True)) >= {"open"}


def test_a_removed_elements_decisions_return_with_its_restoration(system, olga):
    row = first(system, element="c-api")
    for action in ("accept", "dismiss", "transfer", "avoid"):
        decisions.decide(system, olga[1], finding=row.key, action=action, reason="so decided")
        stood = again(row).treatment
        removed = cast.edit(system, olga[1], cast.change("component", "c-api", remove=True))
        assert not FindingRow.objects.filter(system=system, key=row.key).exists()
        undo(system, olga[1], removed)
        assert again(row).treatment == stood != "open"
    assert system.decisions.count() == 4


def undo(system: System, by, done) -> None:
    (answer,) = apply_operations(system.pk, [Submission(uuid.uuid4(), by, undoes=done.id)])
    assert answer.revision, answer.reason


def test_evidence_above_what_was_accepted_ends_the_acceptance_and_names_the_day(olga):
    document, _ = parse(yaml.safe_load(Path("demo/digit-reading.yaml").read_text()), load())
    system = systems.add(*olga, document, Inputs())
    row = FindingRow.objects.get(system=system, key=MEASURED)
    decisions.decide(system, olga[1], finding=MEASURED, action="accept", reason="small enough")
    accepted = DecisionRow.objects.get(system=system).accepted_level
    measure(system, handled=40, broken=0)
    assert again(row).treatment == "accepted"
    measure(system, handled=40, broken=38)
    ended = again(row)
    assert ended.residual > accepted and ended.treatment == "open"
    day = timezone.localdate()
    level = Level(accepted).key
    assert ended.lapsed == f"Accepted no more: a test of {day} raised the risk above {level}"
    decisions.decide(system, olga[1], finding=MEASURED, action="accept", reason="seen, still")
    assert (again(row).treatment, again(row).lapsed) == ("accepted", "")


def test_an_edit_that_raises_the_risk_ends_the_acceptance_until_it_is_taken_back(system, olga):
    keys = list(system.findings.filter(applies="yes").values_list("key", flat=True))
    decisions.decide_all(system, olga[1], findings=keys, action="accept", reason="we can")
    accepted = dict(system.decisions.values_list("finding", "accepted_level"))
    graver = {"confidentiality": "very-high", "integrity": "very-high"}
    cast.edit(system, olga[1], cast.change("asset", "a-cards", set=graver))
    rows = list(system.findings.filter(key__in=keys))
    risen = [one for one in rows if one.residual > accepted[one.key]]
    assert risen and {one.key for one in risen} == {one.key for one in rows if one.lapsed}
    for one in risen:
        was, now = Level(accepted[one.key]).key, Level(one.residual).key
        words = f"the risk has risen from {was} to {now} since it was accepted"
        assert (one.treatment, one.lapsed) == ("open", f"Accepted no more: {words}")
    back = {"confidentiality": None, "integrity": "high"}
    cast.edit(system, olga[1], cast.change("asset", "a-cards", set=back))
    stands = system.findings.filter(key__in=keys).values_list("treatment", "lapsed")
    assert set(stands) == {("accepted", "")}


def measure(system: System, *, handled: int, broken: int) -> None:
    """A run's result, as services.runs stores it."""
    piece = Evidence(
        id="",
        element="c-reader",
        test="hopskipjump",
        family="decision",
        adaptive=False,
        taken_on=timezone.localdate(),
        digest="d1",
        handled=handled,
        broken=broken,
        eps=1.0,
        declared_eps=1.0,
        norm="l2",
        budget=1000,
    )

    def work(turn: live.Turn) -> None:
        evidence_row(turn.system, piece).save()
        turn.note("evidence", None, told=[{}])
        turn.take_inputs()

    live.write(system.pk, work)


def test_a_rating_stands_beside_what_was_computed(system, olga):
    row = first(system)
    other = Level.VERY_LOW if row.impact != Level.VERY_LOW else Level.HIGH
    decisions.decide(
        system, olga[1], finding=row.key, action="rate", reason="backups exist", impact=other
    )
    rated = again(row)
    assert rated.impact == other
    step = next(one for one in rated.data["steps"] if one["name"] == "impact")
    assert f"computed: {Level(row.impact).key}" in step["text"]
    assert "backups exist" in rated.data["note"] and rated.treatment == "open"


def test_one_decision_about_many_is_one_entry_of_the_log_and_all_or_nothing(system, olga):
    keys = list(system.findings.filter(applies="yes").values_list("key", flat=True))
    before = System.objects.get(pk=system.pk).revision
    with pytest.raises(Refusal, match="no such finding"):
        decisions.decide_all(
            system, olga[1], findings=[*keys, "no@such"], action="accept", reason="all"
        )
    assert not system.decisions.exists()
    decisions.decide_all(system, olga[1], findings=keys, action="accept", reason="all of these")
    entry = system.log.get(revision=before + 1)
    assert System.objects.get(pk=system.pk).revision == before + 1
    assert {one["finding"] for one in entry.changes} == set(keys)
    page = cast.browser(olga[1]).get(reverse("history", args=[system.pk])).content.decode()
    assert f"Accepted {len(keys)} findings" in page
    assert set(system.findings.filter(key__in=keys).values_list("treatment", flat=True)) == {
        "accepted"
    }


def test_the_api_decides_about_a_list_in_one_entry_or_about_none(system, olga):
    keys = list(system.findings.filter(applies="yes").values_list("key", flat=True))[:3]
    where, client = f"/api/v1/systems/{system.pk}/decisions/", cast.browser(olga[1])
    until = str(timezone.localdate() + timedelta(days=9))
    body = {"findings": keys, "action": "accept", "reason": "for now", "until": until}
    for wrong in ({"findings": [*keys, "no@such"]}, {"finding": keys[0]}, {"findings": []}):
        refused = cast.send(client, "post", where, body | wrong)
        assert 400 <= refused.status_code < 500 and not system.decisions.exists()
        assert refused.json()["error"]["field"].startswith("finding")
    done = cast.send(client, "post", where, body)
    assert done.status_code == 201 and done.json()["count"] == 3
    assert {(one["finding"], one["until"]) for one in done.json()["results"]} == {
        (key, until) for key in keys
    }
    assert system.log.filter(kind="decision").count() == 1
    viewer = cast.browser(cast.member(olga[0], "editor"))
    assert cast.send(viewer, "post", where, body).status_code == 403


def test_an_acceptance_of_a_file_is_a_proposal_and_never_an_acceptance_without_end(system, olga):
    row = first(system)
    live.write(system.pk, lambda turn: bring(turn, row.key))
    assert again(row).treatment == "open"
    assert "Done elsewhere" in again(row).data["proposal"]


def bring(turn: live.Turn, finding: str) -> None:
    claimed = {"action": "accept", "reason": "Done elsewhere", "by_name": "Jira"}
    DecisionRow.objects.create(
        system=turn.system, finding=finding, origin="imported", on=turn.system.as_of, **claimed
    )
    turn.note("decision", None, told=[{"imported": 1}])
    turn.take_inputs()


def test_no_mitigation_changes_a_treatment_and_one_answers_many_findings(system, olga):
    keys = list(system.findings.filter(applies="yes").values_list("key", flat=True))[:2]
    for title in ("First", "Second"):
        mitigations.plan(
            system, olga[1], findings=keys, values={"title": title, "status": "implemented"}
        )
    for key in keys:
        found = system.findings.get(key=key)
        assert (found.treatment, found.answered) == ("open", "implemented")
        assert system.mitigations.filter(findings__finding=key).count() == 2


@pytest.mark.parametrize(
    ("findings", "said"), [([], "at least one"), ([f"t@{i}" for i in range(10_001)], "10,000")]
)
def test_too_few_or_too_many_are_refused_in_a_sentence(system, olga, findings, said):
    with pytest.raises(Refusal, match=said):
        decisions.decide_all(system, olga[1], findings=findings, action="accept", reason="why")


def test_what_a_dismissal_rests_on_travels_with_a_full_export(system, olga):
    row = first(system, element="c-api")
    decisions.decide(system, olga[1], finding=row.key, action="dismiss", reason="not here")
    inputs = read_inputs(system)
    back, _ = entered.read_inputs(entered.to_rows(inputs), as_they_stand=True)
    assert back.decisions == inputs.decisions and back.decisions[0].grounds
    with pytest.raises(DocumentError, match=r"decisions\[0\].*grounds|rests on"):
        rows = entered.to_rows(inputs)
        rows["decisions"][0]["grounds"] = [["only one"]]
        entered.read_inputs(rows, as_they_stand=True)
