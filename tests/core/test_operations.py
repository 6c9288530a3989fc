"""Edits: what they change, what goes along, what is refused and why."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from catalog import load
from threatmodel.core.document import Document, DocumentError, Kind, digest, parse
from threatmodel.core.operations import (
    Applied,
    Executed,
    Gone,
    Operation,
    apply,
    invert,
    parse_operation,
    to_log,
    to_wire,
)

CATALOG = load()


@pytest.fixture
def document() -> Document:
    data = {
        "system": {"name": "Shop"},
        "adversaries": [{"id": "adv", "footholds": ["z-in", "c-user", "internet"]}],
        "assets": [{"id": "a-1", "confidentiality": "high"}, {"id": "a-2"}],
        "zones": [
            {"id": "z-out", "kind": "internet"},
            {"id": "z-in", "kind": "production", "parent": "z-out"},
            {"id": "z-core", "kind": "restricted", "parent": "z-in"},
        ],
        "components": [
            {"id": "c-user", "type": "external-user", "zone": "z-out"},
            {"id": "c-api", "type": "inference-endpoint", "zone": "z-in", "assets": ["a-1"]},
        ],
        "flows": [{"id": "f-1", "kind": "request", "source": "c-user", "target": "c-api"}],
        "scenarios": [{"id": "s-1", "title": "What about rain?", "element": "f-1"}],
        "out_of_scope": [{"element": "c-user", "reason": "not ours"}],
    }
    return parse(data, CATALOG, as_entered=True)[0]


def operation(*changes: dict[str, Any]) -> Operation:
    return parse_operation({"id": str(uuid4()), "changes": list(changes)})


def change(document: Document, *changes: dict[str, Any], **options: Any) -> Applied:
    return apply(document, operation(*changes), CATALOG, **options)


def refused(document: Document, *changes: dict[str, Any], **options: Any) -> DocumentError:
    before = digest(document)
    with pytest.raises(DocumentError) as caught:
        change(document, *changes, **options)
    assert digest(document) == before
    return caught.value


def setting(kind: str, key: str, /, **values: Any) -> dict[str, Any]:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return {"kind": kind, "id": key, "set": named}


def adding(kind: str, key: str, /, **values: Any) -> dict[str, Any]:
    return {"kind": kind, "id": key, "add": values}


def removing(kind: str, key: str) -> dict[str, Any]:
    return {"kind": kind, "id": key, "remove": True}


def test_a_set_says_the_old_and_the_new_value(document: Document):
    applied = change(document, setting("component", "c-api", attributes__returns_scores=True))
    assert applied.document.components["c-api"].attributes == {"returns_scores": True}
    (one,) = applied.changes
    assert one.values == {"attributes.returns_scores": True}
    assert one.was == {"attributes.returns_scores": None}
    assert to_wire(one) == setting("component", "c-api", attributes__returns_scores=True)
    assert to_log(one)["was"] == one.was


def test_null_clears_a_property(document: Document):
    applied = change(
        document,
        setting("component", "c-api", zone=None),
        setting("asset", "a-1", confidentiality=None),
    )
    assert applied.document.components["c-api"].zone is None
    assert applied.document.assets["a-1"].levels == {}


def test_what_must_be_there_cannot_be_cleared(document: Document):
    assert refused(document, setting("flow", "f-1", source=None)).field == "changes[0].set.source"


def test_members_of_a_set_come_and_go_one_by_one(document: Document):
    plus = {"kind": "component", "id": "c-api", "set": {"assets.+": ["a-2", "a-1"]}}
    minus = {"kind": "component", "id": "c-api", "set": {"assets.-": ["a-1"]}}
    applied = change(document, plus, minus)
    assert applied.document.components["c-api"].assets == ("a-2",)
    assert applied.changes[0].values == {"assets": ["a-2"]}


def test_an_edit_shares_what_it_does_not_touch(document: Document):
    after = change(document, setting("component", "c-api", name="New")).document
    assert after.flows is document.flows
    assert after.components["c-user"] is document.components["c-user"]


def test_an_edit_that_changes_nothing_says_nothing(document: Document):
    applied = change(document, setting("system", "system", name="Shop"))
    assert applied.changes == ()
    assert applied.document == document


def test_a_component_takes_its_flows_and_what_hangs_on_them_along(document: Document):
    applied = change(document, removing("component", "c-user"))
    gone = {(one.kind, one.id) for one in applied.changes if one.action == "remove"}
    assert gone == {
        ("component", "c-user"),
        ("flow", "f-1"),
        ("scenario", "s-1"),
        ("out_of_scope", "c-user"),
    }
    assert applied.document.adversaries["adv"].footholds == ("internet", "z-in")


def test_a_zone_gives_its_children_to_the_nearest_zone_that_stands(document: Document):
    after = change(document, removing("zone", "z-in")).document
    assert after.zones["z-core"].parent == "z-out"
    assert after.components["c-api"].zone == "z-out"
    after = change(document, removing("zone", "z-in"), removing("zone", "z-out")).document
    assert after.zones["z-core"].parent is None
    assert after.components["c-api"].zone is None


def test_an_asset_leaves_no_name_behind(document: Document):
    after = change(document, removing("asset", "a-1")).document
    assert after.components["c-api"].assets == ()


def test_within_an_operation_the_order_is_free(document: Document):
    applied = change(
        document,
        adding("flow", "f-new", kind="data", source="c-api", target="c-new"),
        adding("component", "c-new", type="data-store", zone="z-new"),
        adding("zone", "z-new", kind="restricted", parent="z-in"),
    )
    assert [one.kind for one in applied.changes] == ["zone", "component", "flow"]


def test_an_operation_may_not_use_what_it_removes(document: Document):
    new = adding("flow", "f-new", kind="data", source="c-api", target="c-user")
    error = refused(document, new, removing("component", "c-user"))
    assert (error.code, error.field) == ("missing", "changes[0].target")


def test_another_type_keeps_the_facts_it_knows_and_drops_the_others(document: Document):
    facts = {"attributes.returns_scores": True, "attributes.monitored": True}
    stated = change(document, {"kind": "component", "id": "c-api", "set": facts}).document
    applied = change(stated, setting("component", "c-api", type="data-store"))
    assert applied.document.components["c-api"].attributes == {"monitored": True}
    assert applied.changes[0].was["attributes.returns_scores"] is True


@pytest.mark.parametrize(
    "made, code, field",
    [
        (setting("component", "c-none", name="x"), "missing", "changes[0].id"),
        (removing("flow", "f-none"), "missing", "changes[0].id"),
        (adding("component", "c-api", type="agent"), "taken", "changes[0].id"),
        (adding("component", "f-1", type="agent"), "taken", "changes[0].id"),
        (adding("out_of_scope", "c-user"), "taken", "changes[0].id"),
        (adding("component", "c-2", type="mind"), "invalid", "changes[0].add.type"),
        (adding("component", "c-2"), "invalid", "changes[0].add.type"),
        (adding("component", "c-2", type="agent", zone="z-no"), "missing", "changes[0].zone"),
        (adding("flow", "f-2", source="c-api", target="c-no"), "missing", "changes[0].target"),
        (setting("zone", "z-out", parent="z-core"), "cycle", "changes[0].parent"),
        (setting("zone", "z-out", parent="z-out"), "cycle", "changes[0].parent"),
        (setting("component", "c-api", shine=1), "invalid", "changes[0].set.shine"),
        (setting("component", "c-api", name="x" * 201), "limit", "changes[0].set.name"),
        (setting("component", "c-api", attributes={}), "invalid", "changes[0].set.attributes"),
        (setting("adversary", "adv", footholds=["moon"]), "missing", "changes[0].footholds"),
        (setting("system", "system", appetite="huge"), "invalid", "changes[0].set.appetite"),
        (removing("system", "system"), "invalid", "changes[0].remove"),
        (setting("component", "system", name="x"), "invalid", "changes[0].id"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code_and_place(
    document: Document, made: dict[str, Any], code: str, field: str
):
    error = refused(document, made)
    assert error.code == code
    assert error.field in (field, "changes[0].parent" if code == "cycle" else field)
    assert "\n" not in str(error)


def test_a_cycle_of_zones_is_named_even_when_another_zone_closes_it(document: Document):
    assert refused(document, setting("zone", "z-out", parent="z-in")).code == "cycle"


@pytest.mark.parametrize("name", ["shiny", "returns_scores"])
def test_an_unknown_fact_is_refused_unless_it_is_cleared(document: Document, name: str):
    stated = {"kind": "component", "id": "c-api", "set": {f"attributes.{name}": "often"}}
    assert refused(document, stated).field == f"changes[0].set.attributes.{name}"
    cleared = {"kind": "component", "id": "c-api", "set": {f"attributes.{name}": None}}
    assert change(document, cleared).changes == ()


def test_one_bad_change_refuses_the_whole_operation(document: Document):
    error = refused(document, setting("component", "c-api", name="New"), removing("flow", "f-none"))
    assert error.field == "changes[1].id"


def test_history_answers_for_what_is_gone(document: Document):
    def used(kind: Kind, key: str) -> Gone | None:
        return Gone("Ada", "2026-01-02") if key == "c-old" else None

    error = refused(document, setting("component", "c-old", name="x"), used=used)
    assert error.code == "removed"
    assert "Ada" in error.message
    assert "2026-01-02" in error.message
    assert refused(document, adding("component", "c-old", type="agent"), used=used).code == "taken"


def test_an_id_is_not_free_again_within_the_operation_that_removes_it(document: Document):
    error = refused(document, removing("flow", "f-1"), adding("note", "f-1", text="x"))
    assert error.code == "taken"


@pytest.mark.parametrize(
    "data, field",
    [
        (None, ""),
        ({"id": "7", "changes": [removing("flow", "f")]}, "id"),
        ({"id": str(uuid4())}, "changes"),
        ({"id": str(uuid4()), "changes": []}, "changes"),
        ({"id": str(uuid4()), "changes": {}}, "changes"),
        ({"id": str(uuid4()), "changes": [removing("flow", "f")] * 10_001}, "changes"),
        ({"id": str(uuid4()), "changes": [7]}, "changes[0]"),
        ({"id": str(uuid4()), "changes": [removing("planet", "f")]}, "changes[0].kind"),
        ({"id": str(uuid4()), "changes": [removing("flow", "__proto__")]}, "changes[0].id"),
        ({"id": str(uuid4()), "changes": [{"kind": "flow", "id": "f"}]}, "changes[0]"),
        ({"id": str(uuid4()), "changes": [{**removing("flow", "f"), "set": {}}]}, "changes[0]"),
        ({"id": str(uuid4()), "changes": [{**removing("flow", "f"), "x": 1}]}, "changes[0]"),
        ({"id": str(uuid4()), "changes": [{"kind": [], "id": "f", "set": {}}]}, "changes[0].kind"),
        ({"id": str(uuid4()), "changes": [setting("flow", "f", a="\x00")]}, "changes[0].set"),
    ],
)
def test_what_is_no_operation_is_refused_with_its_place(data: object, field: str):
    with pytest.raises(DocumentError) as caught:
        parse_operation(data)
    assert caught.value.field == field


def undone(document: Document, changes: tuple[Executed, ...]) -> tuple[Document, list[str]]:
    made, skipped = invert(changes, document)
    back = apply(document, Operation("undo", made), CATALOG).document if made else document
    return back, [f"{one.id} {one.key}: {one.reason}" for one in skipped]


def test_undo_leaves_a_property_that_somebody_changed_since(document: Document):
    mine = change(document, setting("component", "c-api", name="Mine", note="mine"))
    theirs = change(mine.document, setting("component", "c-api", name="Theirs"))
    back, skipped = undone(theirs.document, mine.changes)
    assert back.components["c-api"].name == "Theirs"
    assert back.components["c-api"].note == ""
    assert skipped == ["c-api name: changed since"]


def test_undo_of_an_addition_keeps_it_when_others_built_on_it(document: Document):
    mine = change(document, adding("component", "c-new", type="agent", zone="z-in"))
    flow = adding("flow", "f-new", kind="data", source="c-api", target="c-new")
    theirs = change(mine.document, flow)
    back, skipped = undone(theirs.document, mine.changes)
    assert back == theirs.document
    assert skipped == ["c-new : something made since depends on it"]


def test_undo_of_a_removal_brings_back_what_can_stand(document: Document):
    mine = change(document, removing("component", "c-api"))
    theirs = change(mine.document, removing("component", "c-user"), removing("zone", "z-in"))
    back, skipped = undone(theirs.document, mine.changes)
    assert back.components["c-api"].zone is None
    assert "f-1" not in back.flows
    assert "c-api zone: gone since" in skipped
    assert "f-1 : gone since" in skipped


def test_undo_takes_only_its_own_members_out_of_a_set(document: Document):
    assets = [adding("asset", "a-3"), adding("asset", "a-4")]
    document = change(document, *assets).document
    put = {"kind": "component", "id": "c-api", "set": {"assets.+": ["a-2", "a-3"]}}
    mine = change(document, put)
    more = {"kind": "component", "id": "c-api", "set": {"assets.+": ["a-4"], "note": "x"}}
    back, skipped = undone(change(mine.document, more).document, mine.changes)
    assert back.components["c-api"].assets == ("a-1", "a-4")
    assert skipped == []


def test_ten_thousand_removals_in_one_operation_take_seconds_at_most():
    rows = [{"id": f"c-{number}", "type": "agent"} for number in range(10_000)]
    ends = [(f"c-{number}", f"c-{(number * 7) % 10_000}") for number in range(10_000)]
    flows = [{"id": f"f-{n}", "source": a, "target": b} for n, (a, b) in enumerate(ends)]
    whole, _ = parse({"components": rows, "flows": flows}, CATALOG)
    applied = change(whole, *(removing("component", row["id"]) for row in rows))
    assert len(applied.changes) == 20_000
    assert not applied.document.flows
