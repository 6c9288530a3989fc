"""The demonstration with everything in it that people enter, measure, decide and say."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.types import Level
from tests import cast
from threatmodel.core.inputs import Evidence
from threatmodel.gate import Person
from threatmodel.models import System, Workspace
from threatmodel.services import (
    attachments,
    baselines,
    comments,
    decisions,
    demo,
    evidence,
    mitigations,
    models,
    proofs,
    runs,
    savedviews,
    tickets,
    votes,
    workshops,
)

REASON = "The insurer bears it: “loss of images”, up to 2 million €.\nReviewed by Zoë & Søren."
RUNS = (("hopskipjump", {"samples": 12, "seed": 1}), ("corruption", {"samples": 30}))


def everything(olga: tuple[Workspace, Person]) -> System:
    """The demo after an afternoon of work on it."""
    system = demo.load()
    assert system is not None
    _measure(system, olga[1])
    _decide(system, olga[1])
    _track(system, olga[1])
    _attach(system, olga[1])
    baselines.keep(system, olga[1], "Approved for the pilot", "By the board.")
    _meet(system, olga[1])
    left = cast.change("out_of_scope", "c-labelling", add={"reason": "The agency's own model."})
    said = cast.change("assumption", "as-1", add={"text": "Cameras stay in locked rooms."})
    for one in (left, said):
        assert not cast.edit(system, olga[1], one).code
    comments.say(system, olga[1], text="Who holds the keys?", about="c-registry")
    system.refresh_from_db()
    return system


def _measure(system: System, by: Person) -> None:
    (model,) = models.linked(system)
    for test, params in RUNS:
        run = runs.start(model, by, test, params)
        runs.execute(str(run.pk))
        run.refresh_from_db()
        assert run.state == "succeeded", run.message


def _decide(system: System, by: Person) -> None:
    applying = system.findings.filter(applies="yes").order_by("key")
    actions = ("accept", "dismiss", "transfer", "avoid")
    for action, row in zip(actions, applying, strict=False):
        until = system.as_of + timedelta(days=180) if action in ("accept", "transfer") else None
        decisions.decide(system, by, finding=row.key, action=action, reason=REASON, until=until)
    rated = applying[5].key
    decisions.decide(
        system, by, finding=rated, action="rate", reason="Nobody tried yet.", likelihood=Level.LOW
    )


def _track(system: System, by: Person) -> None:
    keys = list(system.findings.filter(applies="yes").order_by("key").values_list("key", flat=True))
    late = system.as_of - timedelta(days=20)
    for number, status in enumerate(("planned", "in progress", "implemented", "dropped")):
        values = {"title": f"Task {number}", "status": status, "due": late, "owner": "Bo Larsen"}
        mitigations.plan(system, by, findings=keys[number * 3 : number * 3 + 4], values=values)
    control = {"control": "query-rate-limit", "status": "implemented"}
    mitigations.plan(system, by, findings=keys[:2], values=control)


def _attach(system: System, by: Person) -> None:
    """A verified mitigation with a file and a ticket, a foreign result, and a shared view."""
    row = system.mitigations.get(title="Task 2")
    file = SimpleUploadedFile("sign-off.txt", "Signed off — Zoë".encode())
    attachments.add(row, by, file)
    tickets.link(row, by, "https://tickets.example/T-1")
    values = {"status": "verified", "checklist": proofs.OWN, "note": "See <b>the file</b>"}
    mitigations.change(row, by, version=row.version, values=values)
    counted = Evidence(
        "", "c-reader", "square", "decision", False, system.as_of, "", 40, 2, origin="imported",
        adopted=False,
    )  # fmt: skip
    source = evidence.Source("garak", "0.9", told={"file": "r.json", "probes": [["x", 2, 40]]})
    evidence.bring(system, by, counted, source)
    savedviews.keep(
        system.workspace, by, system=system, name="High", query="risk=high", shared=True
    )


def _meet(system: System, by: Person) -> None:
    """A workshop in which one finding was voted on and settled."""
    room = workshops.start(system, by, title="Second round")
    workshops.join(room, by, "security")
    key = system.findings.filter(applies="yes").latest("key").key
    asked = votes.open_round(room, by, key)
    guess = [Level.LOW, Level.MODERATE, Level.HIGH]
    votes.vote(room, by, asked.pk, initiation=guess, impact=guess, reason="Seen at a bank.")
    votes.reveal(room, by, asked.pk)
    votes.decide(room, by, asked.pk, initiation=Level.LOW, impact=Level.HIGH, reason="Agreed.")
    workshops.park(room, by, "Ask the vendor who may see the images")
    workshops.end(room, by)
