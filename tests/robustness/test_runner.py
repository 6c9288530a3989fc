"""A whole run, sandbox and all, and what it says as evidence."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
from dataclasses import replace
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command, load_command_class
from onnx import ModelProto, helper

from tests import hostile
from tests.robustness import known
from tests.robustness.test_dataset import packed
from threatmodel.core.interval import exact
from threatmodel.robustness import attacks, chunks, dataset, policy, runner, settling
from threatmodel.robustness.adapters import onnx
from threatmodel.robustness.adapters.onnx import OnnxFile
from threatmodel.robustness.dataset import OFFERS
from threatmodel.robustness.errors import Cancelled, ModelDied, RobustnessError, TimedOut
from threatmodel.robustness.lockdown import Mechanisms
from threatmodel.robustness.results import SampleResult, strata

DEMO = Path(__file__).parents[2] / "demo"
MODEL = (DEMO / "model.onnx").read_bytes()
DATA = dataset.load((DEMO / "data.npz").read_bytes(), (DEMO / "dataset.yaml").read_bytes())

SMALL = {"hopskipjump": {"budget": 100}, "square": {"budget": 100}, "extraction": {"budget": 500}}


def run(test: str = "hopskipjump", model: bytes = MODEL, data=DATA, **params: object):
    return runner.run(runner.Request(OnnxFile(model), data, test, params))


@pytest.fixture(scope="module")
def result():
    return run(samples=40)


def test_the_demo_model_falls_at_its_stated_distance(result):
    summary = result.summary()
    assert summary["n"] == 40 and summary["k"] >= 3
    assert result.sandbox == "strong"
    assert summary["clean_accuracy"] > 0.95
    assert summary["queries"] <= 1000
    before = summary["clean_rows"] + settling.BESIDE
    assert summary["rows"] == sum(one.queries for one in result.samples) + before


def test_what_the_model_gets_wrong_is_no_target(result):
    wrong = {one for one in range(len(DATA.x)) if one not in {s.index for s in result.samples}}
    assert wrong
    assert all(DATA.y[sample.index] == sample.label for sample in result.samples)


def test_evidence_carries_what_the_method_asks_for(result):
    piece = result.evidence(id="e", element="c-api", taken_on=date(2026, 1, 1))
    assert (piece.handled, piece.broken) == (40, result.broken)
    assert piece.broken_half <= piece.broken <= piece.broken_double
    assert (piece.eps, piece.norm, piece.budget) == (0.25, "l2", 1000)
    assert piece.eps_reason.startswith("As much as moving")
    assert sum(one.handled for one in piece.strata) == 40
    assert sum(piece.targets.values()) == piece.broken
    assert piece.digest == onnx.digest(MODEL)
    assert not piece.feature_space_only


def test_the_same_request_gives_the_same_result(result):
    # Chunks follow the machine's speed, and only what carries the rows follows them: the calls.
    again = run(samples=40)
    assert replace(again, seconds=0, calls=0) == replace(result, seconds=0, calls=0)


@cache
def in_one_piece(test: str):
    few: dict[str, object] = {"samples": 12, **SMALL.get(test, {})}
    return runner.run(runner.Request(OnnxFile(MODEL), DATA, test, few))


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize("test", ["hopskipjump", "square", "corruption"])
def test_chunks_do_not_change_the_result(test, size, monkeypatch):
    whole = in_one_piece(test)
    monkeypatch.setattr(chunks, "MOST_TARGETS", size)
    cut = run(test, samples=12, **SMALL.get(test, {}))
    assert cut.samples == whole.samples
    assert (cut.rows, cut.notes) == (whole.rows, whole.notes)


@pytest.mark.parametrize(
    "test", ["hopskipjump", "corruption", pytest.param("extraction", marks=pytest.mark.long)]
)
def test_a_chunk_as_plain_data_is_the_same_chunk(test):
    request = runner.Request(OnnxFile(MODEL), DATA, test, SMALL.get(test, {}))
    with request.model.open(DATA.shape, lambda: None) as model:
        session = runner.Session(request, model)
        planned = session.plan()
        done = session.work(planned, runner.chunks(request, planned)[0])
    told = json.loads(json.dumps([planned.to_json(), chunks.to_json(done.found)]))
    assert chunks.Planned.from_json(told[0]) == planned
    assert chunks.to_json(chunks.from_json(told[1])) == chunks.to_json(done.found)
    assert chunks.from_json(told[1]).figures == done.found.figures


def test_an_eps_of_ones_own_stands_beside_the_declared_one():
    piece = run(samples=5, eps=0.1).evidence(id="e", element="c", taken_on=date(2026, 1, 1))
    assert (piece.eps, piece.eps_reason, piece.declared_eps) == (0.1, "", 0.25)
    other = run(samples=5, eps=0.1, norm="linf")
    assert other.evidence(id="e", element="c", taken_on=date(2026, 1, 1)).declared_eps is None


def test_a_severity_is_declared_by_the_test_itself():
    piece = run("corruption", samples=30).evidence(id="e", element="c", taken_on=date(2026, 1, 1))
    assert (piece.eps, piece.norm, piece.declared_eps) == (3, "severity", 3)
    # Its scale ends at 5, so at twice of it nothing can be told.
    assert piece.eps_reason and piece.broken_half <= piece.broken and piece.broken_double is None


def test_progress_goes_up_to_one():
    told: list[float] = []
    request = runner.Request(OnnxFile(MODEL), DATA, "hopskipjump", {"samples": 5})
    runner.run(request, lambda share, message: told.append(share))
    assert told == sorted(told) and 0.5 < told[-1] < 1


@pytest.mark.parametrize("after", range(1, 9))
def test_a_cancelled_run_stops_at_once_whatever_it_waits_for(after):
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(Cancelled):
        runner.run(runner.Request(OnnxFile(MODEL), DATA, "hopskipjump", {}), cancelled=cancelled)


def test_a_run_that_takes_too_long_is_ended():
    request = runner.Request(OnnxFile(MODEL), DATA, "hopskipjump", {"budget": 20_000}, run_s=0.5)
    with pytest.raises(TimedOut):
        runner.run(request)


def kill_the_model() -> set[int]:
    """End the box that holds the model, as a limit of the machine would, and say which it was."""
    killed: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            program = (stat.parent / "cmdline").read_bytes()
            if parent == os.getpid() and b"threatmodel.robustness.child" in program:
                os.kill(int(stat.parent.name), signal.SIGKILL)
                killed.add(int(stat.parent.name))
    return killed


def test_a_model_that_dies_once_is_started_again_and_gives_the_same_result(result):
    died: list[float] = []

    def killing(share: float, message: str) -> None:
        if not died and share > 0.5:
            died.append(share)
            kill_the_model()

    request = runner.Request(OnnxFile(MODEL), DATA, "hopskipjump", {"samples": 40})
    assert runner.run(request, killing).samples == result.samples
    assert died


def test_a_model_that_dies_each_time_has_failed():
    request = runner.Request(OnnxFile(MODEL), DATA, "hopskipjump", {"samples": 5})
    with pytest.raises(ModelDied):
        runner.run(request, lambda share, message: kill_the_model() if share > 0.1 else None)


def test_a_model_that_dies_is_tried_three_times_in_all(monkeypatch):
    monkeypatch.setattr(chunks, "MOST_TARGETS", 2)
    # Boxes, not blows: one that was struck may still answer once or twice before it is gone.
    deaths: set[int] = set()

    def killing(share: float, message: str) -> None:
        if share > 0.1:
            deaths.update(kill_the_model())

    request = runner.Request(OnnxFile(MODEL), DATA, "hopskipjump", {"samples": 10})
    with pytest.raises(ModelDied):
        runner.run(request, killing)
    assert len(deaths) == runner.MOST_DEATHS


def test_a_model_that_is_never_right_is_told():
    scores = hostile.linear(np.zeros((64, 11)), [0.0] * 10 + [1.0])
    with pytest.raises(RobustnessError, match="none of these rows right"):
        run(model=scores)


def test_a_machine_without_walls_runs_no_stranger_s_model():
    weak = Mechanisms(False, False, False, False, False)
    request = runner.Request(OnnxFile(MODEL, allowed=weak), DATA, "corruption", {"samples": 2})
    with pytest.raises(RobustnessError, match="needs level strong"):
        runner.run(request)
    level = policy.level_for(onnx.digest(MODEL), allow_basic=False)
    content = replace(request, model=OnnxFile(MODEL, level, allowed=weak))
    assert runner.run(content).sandbox == "basic"


def test_only_the_demo_s_own_model_is_content_with_basic():
    assert policy.level_for(onnx.digest(MODEL), allow_basic=False) == "basic"
    assert policy.level_for(onnx.digest(MODEL + b"\0"), allow_basic=False) == "strong"
    assert policy.level_for("", allow_basic=False) == "strong"
    assert policy.level_for("", allow_basic=True) == "basic"


def table(text: str) -> dataset.Dataset:
    """Rows of two columns, half of them right of the line that `linear` draws."""
    x = np.random.default_rng(0).uniform(-1, 1, (40, 2)).astype(np.float32)
    return dataset.load(packed(x=x, y=(x[:, 0] > 0).astype(np.int64)), text.encode())


LINE = hostile.linear([[0.0, 1.0], [0.0, 0.0]], [0.0, 0.0])


def batch_mean_taken_off() -> bytes:
    """The line once more, with each column's mean over the batch taken off first."""
    line = ModelProto.FromString(LINE)
    mean = helper.make_node("ReduceMean", ["x"], ["mean"], axes=[0], keepdims=1)
    nodes = [mean, helper.make_node("Sub", ["x", "mean"], ["centred"])]
    for node in line.graph.node:
        node.input[0] = "centred"
    nodes += line.graph.node
    kept = list(line.graph.initializer)
    return hostile.model(nodes, initializers=kept).SerializeToString()


@pytest.mark.parametrize("test", ["hopskipjump", "square"])
def test_a_model_that_answers_by_the_batch_is_refused(test):
    with pytest.raises(RobustnessError, match="depends on the rows beside it"):
        run(test, batch_mean_taken_off(), table("role: holdout"), eps=0.1, norm="l2")


class Moody(known.Linear):
    """Says something else of every fourth row, whichever that is this time."""

    identity, level = "moody", "endpoint"

    def labels(self, rows: np.ndarray) -> np.ndarray:
        said = super().labels(rows)
        other = (np.arange(len(rows)) + self.calls) % 4 == 0
        return np.where(other, 1 - said, said)

    @contextlib.contextmanager
    def open(self, row, watch):
        yield self


def test_a_model_that_answers_by_chance_is_tested_as_it_is():
    moody = Moody(np.array([1.0, 0.0]), bias=0.0)
    params = {"eps": 0.1, "norm": "l2", "samples": 10, "budget": 60}
    result = runner.run(runner.Request(moody, table("role: holdout"), "hopskipjump", params))
    assert len(result.samples) == 10 and moody.rows == result.rows


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("role: holdout", True),
        ("features: [{name: a, range: [-1, 1]}, {name: b, immutable: true}]", False),
        ("features: [{name: a, range: [-1, 1]}, {name: b, cost: 3}]", True),
    ],
)
def test_a_table_without_constraints_that_are_kept_is_feature_space_only(text, only):
    result = run(model=LINE, data=table(text), samples=10, eps=0.5, budget=200)
    assert result.feature_space_only is only
    assert result.handled == 10


def test_a_table_has_no_picture_to_damage():
    with pytest.raises(RobustnessError, match="needs pictures"):
        run("corruption", model=LINE, data=table("role: holdout"))


def test_attacks_are_offered_before_tests_of_reliability():
    adversarial = [test.adversarial for test in attacks.load().values()]
    assert adversarial == sorted(adversarial, reverse=True)
    assert set(adversarial) == {True, False}


@pytest.mark.parametrize("name", attacks.load())
def test_every_test_says_what_it_claims_and_whose_idea_it_is(name):
    test = attacks.get(name)
    assert test.id == name and test.claim.endswith(".") and test.paper.identifier
    named = {param.name for param in test.params}
    assert "seed" in named and ("samples" in named or isinstance(test.run, attacks.Whole))
    talked_to = test.access == "chat"
    offers = {name for name in OFFERS if (name == "chat") == talked_to}
    offers -= set() if test.takes_texts else {"text"}
    assert settling.settle(test, {"eps": 1} if "eps" in named else {}, offers=offers, eps=None)


@pytest.mark.parametrize(
    ("given", "meant"), [("hopskip", "did you mean 'hopskipjump'? "), ("?" * 900, "")]
)
def test_a_test_that_is_unknown_is_refused_with_the_nearest_in_one_short_sentence(given, meant):
    with pytest.raises(RobustnessError) as refused:
        attacks.get(given)
    said = str(refused.value)
    assert said == f"test: '{given[:60]}' is unknown; {meant}docs/robustness.md lists all tests"
    listed = (DEMO.parent / "docs/robustness.md").read_text()
    rows = {f"| `{test.id}`: {test.name} |" for test in attacks.load().values()}
    assert {row for row in rows if row not in listed} == set(), "by the name on pages, too"


def test_catalog_and_folder_know_the_same_tests():
    from catalog import load

    named = {test for threat in load().threats.values() for test in threat.tests}
    assert named <= set(attacks.load())


def test_small_strata_are_joined():
    samples = [
        SampleResult(n, label, "broken" if n % 2 else "held", 1.0, 1)
        for n, label in enumerate([0] * 12 + [1] * 4 + [2] * 3)
    ]
    unknown = SampleResult(99, 0, "unknown", None, 0)
    found = strata((*samples, unknown))
    assert [(one.name, one.handled) for one in found] == [("0", 12), ("other", 7)]


def test_the_interval_is_the_exact_one():
    low, high = exact(58, 100)
    assert (round(low, 3), round(high, 3)) == (0.477, 0.678)
    assert exact(0, 500)[1] == pytest.approx(0.0074, abs=1e-4)
    assert exact(0, 0) == (0.0, 1.0)


# manage.py attack


def attack(*arguments: str) -> str:
    out = StringIO()
    call_command("attack", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_samples_and_summary():
    model, data = str(DEMO / "model.onnx"), str(DEMO)
    said = json.loads(attack(model, data, "--samples", "3", "--format", "json"))
    assert len(said["samples"]) == 3
    assert {"index", "success", "distance", "queries"} <= said["samples"][0].keys()
    assert said["summary"]["n"] == 3
    assert "inputs fell" in attack(model, data, "--samples", "3", "--eps", "0.5")


def test_who_waits_for_the_command_sees_that_it_goes_on(monkeypatch):
    monkeypatch.setattr("threatmodel.management.commands.attack.EVERY_S", 0)
    signs, where = StringIO(), (str(DEMO / "model.onnx"), str(DEMO))
    call_command("attack", *where, "--samples", "3", stdout=StringIO(), stderr=signs)
    assert re.fullmatch(r"(\d+%: ([\d,]+ queries|asking .*)\n)+", signs.getvalue())


def test_the_command_s_help_says_what_each_parameter_is_and_which_tests_it_runs():
    parser = load_command_class("threatmodel", "attack").create_parser("", "")
    told = " ".join(parser.format_help().split())
    assert "--budget BUDGET Queries for each target; or: Queries" in told
    assert "shadow-membership" in told.partition("with --trainer:")[2]
    assert "prompt-injection" not in told, "chats are tried on the server"


def test_the_command_takes_an_archive_and_eps_in_place_of_a_description(tmp_path):
    model, archive = tmp_path / "line.onnx", tmp_path / "rows.npz"
    model.write_bytes(LINE)
    x = np.random.default_rng(0).uniform(-1, 1, (40, 2)).astype(np.float32)
    archive.write_bytes(packed(x=x, y=(x[:, 0] > 0).astype(np.int64)))
    with pytest.raises(CommandError, match="params.eps"):
        attack(str(model), str(archive))
    said = json.loads(
        attack(str(model), str(archive), "--eps", "0.4", "--samples", "20", "--format", "json")
    )
    for sample in said["samples"]:
        assert sample["distance"] == pytest.approx(abs(x[sample["index"], 0]), rel=0.02, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("missing.onnx", None, 2, "No such file"),
        ("pickle.onnx", b"\x80\x04\x95abc", 3, "Python pickle"),
    ],
)
def test_the_command_refuses_in_one_sentence(tmp_path, name, content, code, said):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=said) as refused:
        attack(str(path), str(DEMO))
    assert refused.value.returncode == code
