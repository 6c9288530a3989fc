"""The one writer per system: what it writes, what it counts, what it survives."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import load
from tests import cast
from tests.cast import change, edit
from threatmodel import live, rows
from threatmodel.core.assessment import Engine, assess
from threatmodel.core.document import digest
from threatmodel.core.wire import finding_to_data
from threatmodel.gate import NotFound
from threatmodel.live import warming
from threatmodel.live.history import document_at
from threatmodel.models import FindingRow, LogEntry, System
from threatmodel.services import decisions, demo, operations, systems
from threatmodel.services.operations import Submission, apply_operations

pytestmark = [pytest.mark.django_db, pytest.mark.store]
MOST_STATEMENTS = 12
WEEK = timedelta(days=7)


def stored(system: System) -> dict[str, object]:
    return dict(FindingRow.objects.filter(system=system).values_list("key", "data"))


def recomputed(system: System) -> dict[str, object]:
    """What a cold assessment of the rows says."""
    system.refresh_from_db()
    catalog = load()
    found = assess(
        rows.read_document(system, catalog), catalog, rows.read_inputs(system), as_of=system.as_of
    )
    return {one.key: finding_to_data(one) for one in found.findings}


def rename(name: str) -> dict[str, object]:
    return change("component", "c-api", set={"name": name})


def test_an_edit_is_written_as_row_log_entry_and_revision(olga, system):
    answer = edit(system, olga[1], rename("Front door"))
    system.refresh_from_db()
    assert answer.revision == system.revision == 2
    assert system.elements.get(element_id="c-api").data["name"] == "Front door"
    entry = system.log.get(revision=2)
    assert (entry.kind, entry.by_name) == ("operation", "olga")
    assert entry.changes[0]["was"] == {"name": "Scoring API"}


def test_findings_follow_an_edit_as_a_cold_assessment_would_say(olga, system):
    by = olga[1]
    edit(system, by, change("component", "c-api", set={"attributes.returns_scores": True}))
    edit(system, by, change("flow", "f-ask", set={"attributes.admits": "anyone"}))
    edit(system, by, change("component", "c-data", remove=True))
    edit(system, by, change("zone", "z-prod", remove=True))
    assert stored(system) == recomputed(system)
    assert stored(system)


def test_one_edit_of_the_demo_is_one_transaction_of_few_statements(olga):
    system, by = demo.load(), olga[1]
    edit(system, by, change("component", "c-reader", set={"note": "warm"}))
    browser = replace(by, session="of a browser")
    ends = timezone.now() + timedelta(days=1)
    Session.objects.create(session_key=browser.session, expire_date=ends)
    twin = {"type": "inference-endpoint", "name": "Twin"}
    with CaptureQueriesContext(connection) as captured:
        answer = edit(
            system,
            browser,
            change("component", "c-twin", add=twin),
            change("component", "c-reader", remove=True),
        )
    statements = [query["sql"] for query in captured.captured_queries]
    assert system.log.get(revision=answer.revision).gone
    assert system.findings.filter(element="c-twin").exists()
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)


@pytest.mark.django_db(transaction=True)
def test_an_edit_commits_once(olga, system):
    edit(system, olga[1], rename("warm"))
    with CaptureQueriesContext(connection) as captured:
        edit(system, olga[1], change("component", "c-api", remove=True))
    told = [query["sql"].partition(" ")[0] for query in captured.captured_queries]
    assert (told.count("BEGIN"), told.count("COMMIT"), told.count("SAVEPOINT")) == (1, 1, 0)


def test_an_attribute_costs_the_same_however_much_else_is_drawn(olga, system):
    one = change("component", "c-api", set={"attributes.returns_scores": True})
    small = evaluations(system, one)
    others = [
        change("component", f"c-{n}", add={"type": "inference-endpoint", "name": f"Other {n}"})
        for n in range(20)
    ]
    edit(system, olga[1], *others)
    assert evaluations(system, one) == small > 0


def evaluations(system: System, *changes: dict[str, object]) -> int:
    """What an edit makes a warm engine work out."""
    from threatmodel.core import operations as core

    catalog, document = load(), rows.read_document(system, load())
    engine = Engine(document, catalog, rows.read_inputs(system), system.as_of)
    operation = core.parse_operation({"id": str(uuid.uuid4()), "changes": list(changes)})
    applied = core.apply(document, operation, catalog)
    return engine.update(applied.document, applied.changes).evaluations


def test_a_cold_run_with_nothing_new_writes_nothing(olga, system):
    edit(system, olga[1], rename("warm"))
    live.forget(system.pk)
    with CaptureQueriesContext(connection) as captured:
        live.write(system.pk, lambda turn: None)
    written = [query["sql"] for query in captured.captured_queries]
    assert not [sql for sql in written if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_an_edit_that_changes_no_finding_writes_no_finding(olga, system):
    edit(system, olga[1], rename("warm"))
    with CaptureQueriesContext(connection) as captured:
        edit(system, olga[1], change("component", "c-api", set={"box": [1, 2, 176, 64]}))
    written = [query["sql"] for query in captured.captured_queries]
    assert not [sql for sql in written if "findingrow" in sql and not sql.startswith("SELECT")]


def test_an_edit_without_effect_makes_no_entry(olga, system):
    answer = edit(system, olga[1], rename("Scoring API"))
    assert answer.code == "" and answer.revision == 1
    assert system.log.count() == 1


def test_the_same_operation_twice_is_applied_once_and_answered_alike(olga, system):
    op = uuid.uuid4()
    first = edit(system, olga[1], rename("Once"), op=op)
    edit(system, olga[1], rename("Later"))
    again = edit(system, olga[1], rename("Once"), op=op)
    assert first == again
    assert system.elements.get(element_id="c-api").data["name"] == "Later"


def test_the_same_operation_twice_in_one_batch_is_applied_once(olga, system):
    one = Submission(uuid.uuid4(), olga[1], [rename("Once")])
    first, second = apply_operations(system.pk, [one, one])
    assert first == second
    assert system.log.count() == 2


def test_a_refused_edit_drops_out_alone(olga, system):
    by = olga[1]
    asked = [
        Submission(uuid.uuid4(), by, [rename("A")]),
        Submission(uuid.uuid4(), by, [change("component", "c-none", set={"name": "x"})]),
        Submission(uuid.uuid4(), by, [change("zone", "z-net", set={"parent": "z-net"})]),
        Submission(uuid.uuid4(), by, [change("component", "c-data", set={"name": "B"})]),
    ]
    answers = apply_operations(system.pk, asked)
    assert [answer.code for answer in answers] == ["", "missing", "cycle", ""]
    assert [answers[0].revision, answers[3].revision] == [2, 3]


def test_an_edit_applies_whole_or_not_at_all(olga, system):
    before = digest(rows.read_document(system, load()))
    answer = edit(system, olga[1], rename("Half"), change("flow", "f-no", set={"name": "x"}))
    assert answer.code == "missing" and answer.field.startswith("changes[1]")
    assert digest(rows.read_document(system, load())) == before


def test_an_id_is_used_once_for_ever(olga, system):
    by = olga[1]
    edit(system, by, change("component", "c-data", remove=True))
    add = change("component", "c-data", add={"type": "data-set", "name": "Again"})
    assert edit(system, by, add).code == "taken"
    late = edit(system, by, change("component", "c-data", set={"name": "Late"}))
    assert late.code == "removed" and "olga" in late.reason


def test_a_right_withdrawn_refuses_the_next_edit(olga, system):
    editor = cast.member(olga[0], "editor")
    assert edit(system, editor, rename("Mine")).code == ""
    editor.user.memberships.all().delete()
    assert edit(system, editor, rename("Still mine")).code == "forbidden"


def test_a_viewer_is_refused_while_an_editor_of_the_same_batch_is_not(olga, system):
    viewer = cast.member(olga[0], "viewer")
    asked = [
        Submission(uuid.uuid4(), viewer, [rename("V")]),
        Submission(uuid.uuid4(), olga[1], [rename("O")]),
    ]
    assert [answer.code for answer in apply_operations(system.pk, asked)] == ["forbidden", ""]


def undo(system, by, op):
    (answer,) = apply_operations(system.pk, [Submission(uuid.uuid4(), by, undoes=op)])
    return answer


def test_undo_takes_back_and_undo_of_the_undo_redoes(olga, system):
    by, op = olga[1], uuid.uuid4()
    before = digest(rows.read_document(system, load()))
    edit(system, by, change("component", "c-api", remove=True), op=op)
    assert not system.elements.filter(element_id="f-ask", removed_at=None).exists()
    back = undo(system, by, op)
    assert digest(rows.read_document(system, load())) == before
    undo(system, by, back.id)
    assert not system.elements.filter(element_id="c-api", removed_at=None).exists()
    assert stored(system) == recomputed(system)


def test_undo_leaves_what_another_changed_since(olga, system):
    by, op = olga[1], uuid.uuid4()
    edit(system, by, change("component", "c-api", set={"name": "A", "note": "n"}), op=op)
    edit(system, cast.member(olga[0], "editor"), rename("Theirs"))
    answer = undo(system, by, op)
    assert [one["key"] for one in answer.skipped] == ["name"]
    data = system.elements.get(element_id="c-api").data
    assert (data["name"], data["note"]) == ("Theirs", "")


def test_undo_of_what_never_was_is_refused(olga, system):
    assert undo(system, olga[1], uuid.uuid4()).code == "missing"


def test_any_earlier_revision_can_be_read_and_restored(olga, system):
    by = olga[1]
    states = [digest(rows.read_document(system, load()))]
    for changes in (
        [change("component", "c-api", set={"name": "A", "zone": None})],
        [change("component", "c-user", remove=True)],
        [change("zone", "z-net", remove=True)],
        [change("asset", "a-cards", remove=True)],
    ):
        edit(system, by, *changes)
        states.append(digest(rows.read_document(system, load())))
    system.refresh_from_db()
    found = [digest(document_at(system, revision, load())) for revision in range(1, 6)]
    assert found == states
    assert operations.restore(system, by, 1) == 6
    assert digest(rows.read_document(system, load())) == states[0]
    assert system.log.get(revision=6).kind == "restore"
    assert stored(system) == recomputed(system)


def test_an_error_in_the_middle_leaves_rows_and_log_as_they_were(olga, system, settings):
    edit(system, olga[1], rename("Before"))
    before = stored(system)

    def work(turn):
        turn.execute(*_emptied(turn))
        turn.note("operation", olga[1])
        raise RuntimeError("the machine fell over")

    with pytest.raises(RuntimeError):
        live.write(system.pk, work)
    system.refresh_from_db()
    assert system.revision == 2 and stored(system) == before
    assert edit(system, olga[1], rename("After")).revision == 3
    assert stored(system) == recomputed(system)


def _emptied(turn):
    from threatmodel.core import operations as core

    removal = core.Operation("", (core.Change("component", "c-api", "remove"),))
    applied = core.apply(turn.document, removal, turn.catalog)
    return applied.document, applied.changes, "olga"


@pytest.mark.parametrize(("most", "anew"), [(warming.MOST_REPLAYED, False), (1, True)])
def test_what_another_process_wrote_is_read_before_the_next_edit(
    olga, system, monkeypatch, most, anew
):
    """Followed entry by entry; all of it is read anew where that is cheaper."""
    monkeypatch.setattr(warming, "MOST_REPLAYED", most)
    by = olga[1]
    edit(system, by, rename("Here"))
    here = live._seats.pop(system.pk)
    edit(system, by, change("component", "c-data", remove=True))
    edit(system, by, change("flow", "f-ask", set={"attributes.admits": "anyone"}))
    live._seats[system.pk] = here
    engine = here.warm.engine
    answer = edit(system, by, change("component", "c-api", set={"note": "and on"}))
    assert answer.revision == 5
    assert stored(system) == recomputed(system)
    assert here.warm is not None and here.warm.revision == 5
    assert (here.warm.engine is not engine) is anew


def yesterday(system: System) -> None:
    System.objects.filter(pk=system.pk).update(as_of=timezone.now().date() - timedelta(days=1))
    live.forget(system.pk)


def test_a_new_day_that_changes_nothing_makes_no_entry(olga, system):
    yesterday(system)
    systems.advance_clocks()
    system.refresh_from_db()
    assert (system.as_of, system.log.count()) == (timezone.now().date(), 1)


def test_a_new_day_that_ends_an_acceptance_is_an_entry(olga, system):
    yesterday(system)
    system.refresh_from_db()
    key = sorted(stored(system))[0]
    decisions.decide(
        system, olga[1], finding=key, action="accept", reason="for now", until=system.as_of
    )
    assert stored(system)[key]["treatment"] == "accepted"
    systems.advance_clocks()
    assert stored(system)[key]["treatment"] == "open"
    kinds = system.log.order_by("revision").values_list("kind", flat=True)
    assert list(kinds) == ["operation", "decision", "clock"]
    assert stored(system) == recomputed(system)


def test_a_blank_system_has_a_summary_and_an_empty_log(olga):
    made = systems.create(*olga, "Blank")
    made.refresh_from_db()
    assert (made.name, made.revision, made.summary["components"]) == ("Blank", 0, 0)
    assert edit(made, olga[1], change("system", "system", set={"owner": "me"})).revision == 1


def test_a_system_that_is_gone_is_not_found(olga, system):
    System.objects.filter(pk=system.pk).delete()
    with pytest.raises(NotFound):
        edit(system, olga[1], rename("Ghost"))


@pytest.mark.store
@pytest.mark.django_db(transaction=True)
def test_the_log_of_many_writers_has_no_gap_and_loses_nothing(olga, system):
    by = olga[1]

    def write(number: int) -> int:
        try:
            live.forget(system.pk) if number % 7 == 0 else None
            id = f"n-{number}"
            return edit(system, by, change("note", id, add={"text": str(number)})).revision
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        revisions = list(threads.map(write, range(40)))
    assert sorted(revisions) == list(range(2, 42))
    log = LogEntry.objects.filter(system=system).order_by("revision")
    assert list(log.values_list("revision", flat=True)) == list(range(1, 42))
    assert system.elements.filter(kind="note").count() == 40
