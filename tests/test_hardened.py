"""The demo's second model: a break of the first, a mitigation, a re-test that holds, a proof."""

from __future__ import annotations

import pytest

from tests import cast
from tests.linking import demo_bytes
from threatmodel.models import Run, System
from threatmodel.services import demo, mitigations, models, proofs, runs
from threatmodel.services.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.store]

KEY = "evasion-query@c-reader"
CONTROL = "adversarial-training"


def ended(model, person, test: str, seed: int) -> Run:
    run = runs.start(model, person, test, {"seed": seed})
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert run.state == "succeeded", run.message
    return run


def hardened(system: System, person):
    file, data, said = map(demo_bytes, ("hardened.onnx", "data.npz", "dataset.yaml"))
    return models.link(system, person, demo.READER, model=file, data=data, description=said)


def test_what_breaks_the_first_model_holds_on_the_hardened_one_and_proves_the_mitigation():
    workspace, olga = cast.workspace()
    system = demo.add(workspace, olga)

    def finding():
        return system.findings.get(key=KEY)

    def changed(row, **values):
        row.refresh_from_db()
        return mitigations.change(row, olga, version=row.version, values=values)

    (first,) = models.linked(system)
    broke = ended(first, olga, "hopskipjump", seed=0)
    assert broke.result["summary"]["k"] >= 3 and finding().verdict == "broken"
    before = finding().residual

    values = {"title": "Train on attacked digits", "control": CONTROL}
    row = mitigations.plan(system, olga, findings=[KEY], values=values)
    row = changed(row, status="implemented")
    second = hardened(system, olga)
    assert second.demo and second.digest != first.digest
    # The break of the former model stays until it is answered.
    assert finding().verdict == "broken"
    with pytest.raises(Refusal, match="Not proven yet"):
        changed(row, status="verified")

    again = ended(second, olga, "hopskipjump", seed=1)
    assert "adapts" in proofs.proof_of(row).lacking
    adaptive = ended(second, olga, "square", seed=1)
    for run in (again, adaptive):
        assert (run.result["summary"]["k"], run.result["summary"]["n"]) == (0, 40)
        assert list(run.evidence.data["controls_on"]) == [CONTROL]
    was, now = (one.result["summary"]["clean_accuracy"] for one in (broke, again))
    assert was - 0.05 < now < was
    assert proofs.proof_of(row).lacking == ""

    row = changed(row, status="verified")
    assert row.status == "verified" and 0 < row.measured[KEY] < 1
    assert finding().verdict == "held" and finding().residual < before


@pytest.mark.long
@pytest.mark.parametrize("test", ["hopskipjump", "square", "pointwise", "gradient"])
def test_no_digit_that_the_hardened_model_gets_right_falls(test):
    """So whichever forty a seed draws, the re-test holds."""
    workspace, olga = cast.workspace()
    system = demo.add(workspace, olga)
    run = runs.start(hardened(system, olga), olga, test, {"samples": 160, "budget": 1000})
    runs.execute(str(run.pk))
    run.refresh_from_db()
    assert (run.result["summary"]["k"], run.result["summary"]["n"]) == (0, 156)
