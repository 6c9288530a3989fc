"""What a fresh drawing of ten components without a single answer shows (engine.md, section 2)."""

from datetime import date

import pytest

from catalog import load
from threatmodel.core import assess
from threatmodel.core.document import parse
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


@pytest.fixture(params=DRAWINGS, name="found")
def assessed(request):
    components, flows = DRAWINGS[request.param]
    assert len(components) == 10
    return assess(drawn(components, flows), load(), as_of=date(2026, 1, 1)).findings


def test_at_most_fifteen_rows_apply_and_ten_questions_come_first(found):
    applying = {one.cause for one in found if one.applies == "yes"}
    assert 0 < len(applying) <= MOST_ROWS
    assert 0 < len(rank(found, FIRST)) <= FIRST


def test_what_may_apply_waits_behind_one_question_each_and_is_all_there(found):
    waiting = [one for one in found if one.applies == "conditional"]
    assert waiting
    behind = {(one.questions[0].element, one.questions[0].attribute) for one in waiting}
    assert len(behind) <= MOST_ROWS
    assert behind <= {(asked.element, asked.attribute) for asked in rank(found)}
