"""What a fresh drawing of ten components without a single answer shows."""

from dataclasses import replace
from datetime import date

import pytest

from catalog import load
from catalog.blueprint import blueprints
from threatmodel.core import assess
from threatmodel.core.assessment import Engine
from threatmodel.core.document import FORMAT, parse
from threatmodel.core.grouping import title
from threatmodel.core.inputs import Inputs
from threatmodel.core.operations import Change, Operation, apply
from threatmodel.core.questions import FIRST, rank

MOST_ROWS = 15
USER, SHOP = ("user", "external-user", "out"), ("shop", "web-application", "in")
LOGS = ("logs", "log-store", "in")
DRAWINGS = {
    "a classifier": (
        [
            USER,
            SHOP,
            ("gate", "api-gateway", "in"),
            ("score", "inference-endpoint", "in"),
            ("model", "model-artefact", "in"),
            ("registry", "model-registry", "in"),
            ("train", "training-job", "lab"),
            ("data", "data-set", "lab"),
            ("notes", "notebook", "lab"),
            LOGS,
        ],
        "user>shop>gate>score request, notes>train control, data>train training, "
        "train>registry>model artefact, model>score deployment, score>logs data",
    ),
    "an assistant with documents": (
        [
            USER,
            SHOP,
            ("chat", "llm-endpoint", "in"),
            ("find", "retriever", "in"),
            ("index", "vector-store", "in"),
            ("papers", "document-store", "in"),
            ("supplier", "external-service", "out"),
            ("answers", "response-cache", "in"),
            ("gate", "api-gateway", "in"),
            LOGS,
        ],
        "user>shop>gate>chat>find>index request, chat>answers request, papers>index data, "
        "supplier>papers data, chat>logs data",
    ),
    "an agent": (
        [
            USER,
            SHOP,
            ("agent", "agent", "in"),
            ("chat", "llm-endpoint", "in"),
            ("tool", "agent-tool", "in"),
            ("memory", "agent-memory", "in"),
            ("tools", "tool-server", "out"),
            ("papers", "document-store", "in"),
            ("web", "external-service", "out"),
            LOGS,
        ],
        "user>shop>agent>chat request, agent>tool>web request, agent>memory request, "
        "agent>tools request, papers>agent data, agent>logs data",
    ),
}
ZONES = {"out": "internet", "in": "production", "lab": "development"}


def drawn(components, flows):
    """Ten components and their flows, with nothing stated about any."""
    steps = [
        (kind, source, target)
        for path, kind in (one.split() for one in flows.split(", "))
        for source, target in zip(path.split(">"), path.split(">")[1:], strict=False)
    ]
    data = {
        "zones": [{"id": f"z-{name}", "kind": kind} for name, kind in ZONES.items()],
        "components": [
            {"id": name, "type": kind, "zone": f"z-{zone}"} for name, kind, zone in components
        ],
        "flows": [
            {"id": f"f{i}", "kind": kind, "source": source, "target": target}
            for i, (kind, source, target) in enumerate(steps)
        ],
    }
    return parse(data, load(), as_entered=True)[0]


def cut(blueprint):
    """The first ten components of a blueprint and what flows between them, nothing stated."""
    document = parse({"format": FORMAT, **blueprint.document}, load())[0]
    kept = list(document.components)[:10]
    flows = document.flows.items()
    return replace(
        document,
        components={key: replace(document.components[key], attributes={}) for key in kept},
        flows={k: replace(v, attributes={}) for k, v in flows if {v.source, v.target} <= {*kept}},
        scenarios={},
        out_of_scope={},
    )


def drawing(name):
    return drawn(*DRAWINGS[name]) if name in DRAWINGS else cut(blueprints()[name])


@pytest.fixture(params=(*DRAWINGS, *blueprints()), name="document", scope="module")
def _document(request):
    document = drawing(request.param)
    assert len(document.components) == 10
    return document


@pytest.fixture(name="found", scope="module")
def _found(document):
    return assess(document, load(), as_of=date(2026, 1, 1)).findings


def test_all_that_applies_or_waits_reads_as_at_most_fifteen_rows(found):
    assert 0 < len({one.cause for one in found}) <= MOST_ROWS


def test_there_is_something_to_ask_and_ten_questions_come_first(found):
    assert rank(found)
    assert FIRST == 10


def test_a_row_holds_what_applies_or_what_waits_and_never_both(found):
    applying = {one.cause for one in found if one.applies == "yes"}
    waiting = {one.cause for one in found if one.applies == "conditional"}
    assert applying.isdisjoint(waiting)
    assert all(cause.startswith("@") for cause in waiting)


def test_every_row_has_a_name_that_no_other_row_has(found, document):
    causes = {one.cause for one in found}
    named = {title(cause, document, load()) for cause in causes}
    assert len(named) == len(causes)
    assert not any("@" in name or ">" in name for name in named)


def test_what_waits_is_asked_about_in_its_row(found):
    asked = {(one.element, one.attribute) for one in rank(found)}
    for one in found:
        if one.applies == "conditional":
            assert one.questions
            assert {(q.element, q.attribute) for q in one.questions} <= asked


def delivery(*, encrypted=None):
    """A model that goes to two endpoints, from one zone into another."""
    document = drawn(
        [
            ("model", "model-artefact", "lab"),
            ("score", "inference-endpoint", "in"),
            ("twin", "inference-endpoint", "in"),
            USER,
        ],
        "model>score deployment, model>twin deployment, user>score request",
    )
    facts = {} if encrypted is None else {"encrypted": encrypted}
    flows = {key: replace(one, attributes=facts) for key, one in document.flows.items()}
    return replace(document, flows=flows)


@pytest.mark.parametrize(
    ("encrypted", "row", "name"),
    [
        (
            None,
            "@z-lab>z-in",
            "Flows from Development and training to Production, waiting for answers",
        ),
        (False, "z-lab>z-in", "Flows from Development and training to Production"),
    ],
)
def test_one_row_gathers_the_threats_on_all_flows_between_two_zones(encrypted, row, name):
    document = delivery(encrypted=encrypted)
    found = assess(document, load(), as_of=date(2026, 1, 1)).findings
    assert {one.element for one in found if one.cause == row} == {"f0", "f1"}
    assert title(row, document, load()) == name


def test_zones_are_named_in_a_row_also_where_there_are_none():
    assert title("z-in>z-in", delivery(), load()) == "Flows within Production"
    assert title(">z-in", delivery(), load()) == "Flows from no zone to Production"


def test_a_row_of_flows_follows_a_component_into_another_zone():
    document, words = delivery(encrypted=False), load()
    # Another zone of the same kind: nobody gets anywhere otherwise, only the row is another.
    document = replace(
        document, zones={**document.zones, "z-two": replace(document.zones["z-in"], id="z-two")}
    )
    engine = Engine(document, words, Inputs(), date(2026, 1, 1))
    change = Change("component", "twin", "set", {"zone": "z-two"})
    done = apply(document, Operation("018f3c2e-9a41-7b10-8c55-2f6d1e7a9b30", (change,)), words)
    engine.update(done.document, done.changes)
    rows = {one.cause for one in engine.findings if one.element == "f1"}
    assert rows == {"z-lab>z-two"}
    assert engine.findings == assess(done.document, words, as_of=date(2026, 1, 1)).findings
