"""Models that would stop a worker: never done, far too large, of another width than their data."""

from __future__ import annotations

import io
import subprocess

import numpy as np
import pytest

from tests import cast, hostile
from tests.linking import link
from tests.test_runs import ended
from threatmodel.models import EvidenceRow, LinkedModel, Run
from threatmodel.services import models, runs

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> int:
    """How long the worker waits for a model; asked for before the worker itself."""
    monkeypatch.setenv("MODEL_CALL_SECONDS", "3")
    return 3


def rows_of(width: int) -> bytes:
    stored = io.BytesIO()
    rows = np.linspace(0, 1, 20 * width, dtype=np.float32).reshape(20, width)
    np.savez(stored, x=rows, y=np.zeros(20, dtype=np.int64))
    return stored.getvalue()


def test_a_worker_outlives_models_that_would_stop_it(
    transactional_db: None, patience: int, worker: subprocess.Popen[bytes]
) -> None:
    workspace, olga = cast.workspace()
    system = cast.system(workspace, olga)

    def attack(model: bytes, width: int) -> Run:
        linked = models.link(
            system, olga, "c-api", model=model, data=rows_of(width), description=b"role: holdout"
        )
        return runs.start(linked, olga, "hopskipjump", {"eps": 1.0})

    endless = ended(attack(hostile.endless(), 2), 120)
    assert endless.state == "timed_out" and "no answer within the time" in endless.message
    assert endless.started_at and endless.ended_at
    assert (endless.ended_at - endless.started_at).total_seconds() < patience + 30
    greedy = ended(attack(hostile.greedy(), 2), 120)
    assert greedy.state == "failed" and greedy.message.startswith("model:")
    wide = ended(attack(hostile.linear(np.ones((5, 2)), np.zeros(2)), 2), 120)
    assert wide.state == "failed" and "the model takes 5" in wide.message
    for run in (endless, greedy, wide):
        assert run.message.isprintable() and "/" not in run.message and run.result is None
    assert not EvidenceRow.objects.exists()
    assert worker.poll() is None
    honest = runs.start(link(system, olga), olga, "corruption", {"samples": 5})
    assert ended(honest, 60).state == "succeeded"
    assert LinkedModel.objects.filter(deleted_at=None).count() == 1
