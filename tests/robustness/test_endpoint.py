"""Each format against a real server that speaks it, and servers that behave badly."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field

import numpy as np
import pytest

from tests.endpoints import BIAS, SPOKEN, WEIGHTS, Holder
from tests.robustness import known
from tests.strangers import Stranger
from threatmodel.robustness import adapters, endpoint, runner
from threatmodel.robustness.dataset import Feature
from threatmodel.robustness.egress import Door, Limits
from threatmodel.robustness.endpoint import Line, RowEndpoint, alike, identity, probe_rows
from threatmodel.robustness.errors import Cancelled, ModelError, RobustnessError

RANDOM = np.random.default_rng(5)
ROWS = RANDOM.uniform(-1, 1, (60, 3)).astype(np.float32)
LABELS = (ROWS.astype(np.float64) @ WEIGHTS + BIAS > 0).astype(np.int64)


@dataclass
class Books:
    """A permit that lets everything pass and writes it down."""

    requests: int = 0
    rows: int = 0
    statuses: list[int] = field(default_factory=list)

    def ask(self, rows, watch):
        self.requests += 1
        self.rows += rows

    def answered(self, status):
        self.statuses.append(status)


def line(server: Stranger, path: str, permit=None, **limits) -> Line:
    door = Door(allowed=frozenset({server.named}), limits=Limits(**limits))
    return Line(server.url + path, door, permit or Books(), {"Authorization": "Bearer s3cret"})


def source(server: Holder, adapter: str, permit=None, limits=None, **more) -> RowEndpoint:
    path, options = SPOKEN[adapter]
    spoken = adapters.get(adapter)
    settled = spoken.settle(options | more)
    opened = line(server, path, permit, **(limits or {}))
    probes = probe_rows(ROWS)
    chances = 1 / (1 + np.exp(-(probes.astype(float) @ WEIGHTS + BIAS)))
    told = {
        "mlflow": (chances > 0.5).astype(float)[:, None],
        "json": chances[:, None],
    }.get(adapter, np.stack((1 - chances, chances), axis=1))
    return RowEndpoint(opened, spoken, settled, "v1", probes, told.tolist())


def asked(where: RowEndpoint, rows=ROWS, watch=lambda: None):
    with where.open((3,), watch) as model:
        return model.labels(rows)


@pytest.mark.parametrize("adapter", SPOKEN)
def test_each_format_gives_the_model_s_own_labels_in_batches(adapter):
    with Holder() as server:
        books = Books()
        found = asked(source(server, adapter, books, batch=25))
        assert (found == LABELS).all() and found.dtype == np.int64
        assert (server.rows, len(server.requests)) == (len(ROWS) + 8, 3 + 1)
        assert (books.rows, books.requests) == (server.rows, len(server.requests))
        assert all(headers["authorization"] == "Bearer s3cret" for _, headers, _ in server.requests)


def test_what_a_hung_up_connection_carried_is_in_the_books_too():
    books, heard = Books(), []

    def hangs_up_once(path, headers, body):
        heard.append(body)
        if len(heard) == 2:
            raise ConnectionError("the question has arrived, and gets no answer")
        return 200, {}, b"[1]"

    with Stranger(hangs_up_once) as server:
        door = Door(allowed=frozenset({server.named}), keep=True)
        asking = Line(server.url, door, books, {})
        with contextlib.closing(door):
            asking.ask({"rows": 1}, 1, lambda: None)
            assert asking.ask({"rows": 2}, 1, lambda: None) == [1]
        assert len(server.requests) == books.requests == books.rows == 3


@pytest.mark.parametrize("adapter", SPOKEN)
def test_scores_are_the_model_s_own_where_it_gives_any(adapter):
    with Holder() as server, source(server, adapter).open((3,), lambda: None) as model:
        if adapter == "mlflow":
            with pytest.raises(ModelError, match="labels alone"):
                model.scores(ROWS)
            return
        chances = 1 / (1 + np.exp(-(ROWS.astype(np.float64) @ WEIGHTS + BIAS)))
        np.testing.assert_allclose(model.scores(ROWS)[:, 1], chances, rtol=1e-9)


def table():
    features = tuple(Feature(name, low=-5.0, high=5.0) for name in "abc")
    return known.dataset(ROWS, LABELS, image=False, features=features, low=-5.0, high=5.0)


def test_a_run_s_queries_are_the_rows_that_the_server_counted():
    data = table()
    with Holder() as server:
        where = source(server, "kserve", batch=2048)
        params = {"budget": 150, "samples": 20, "eps": 0.5, "norm": "l2"}
        result = runner.run(runner.Request(where, data, "hopskipjump", params))
        assert server.rows == result.rows + len(where.probes)
        assert len(server.requests) == result.calls + 1
        assert (result.model_digest, result.sandbox) == ("v1", "endpoint")
        assert result.handled == 20 and result.broken > 0


BAD = {
    "NaN": (lambda chances: {"predictions": [float("nan")] * len(chances)}, "not finite"),
    "text": (lambda chances: {"predictions": ["<script>"] * len(chances)}, "not numbers"),
    "nothing": (lambda chances: {"predictions": [None] * len(chances)}, "not finite"),
    "too few": (lambda chances: {"predictions": chances[1:]}, "asked for 8 rows, it answered 7"),
    "one number": (lambda chances: {"predictions": 1}, "it answered one number"),
    "ragged": (lambda chances: {"predictions": [[1.0], *([[1.0, 0.0]] * 7)]}, "one length"),
    "deep": (lambda chances: {"predictions": [[[0.0]]] * len(chances)}, "it answered 8 by 1 by 1"),
    "wide": (lambda chances: {"predictions": [[0.0] * 10_001] * 8}, "more than 10,000 classes"),
    "elsewhere": (lambda chances: {"error": "no"}, "has no 'predictions'"),
    "list": (lambda chances: [1, 2], "has no 'predictions'"),
    "half labels": (lambda chances: {"predictions": [0.5] * 8}, "not one whole label"),
    "vast labels": (lambda chances: {"predictions": [1e300] * 8}, "not one whole label"),
}


@pytest.mark.parametrize("kind", BAD)
def test_answers_that_are_none_get_one_sentence(kind):
    spoil, said = BAD[kind]
    with Holder(spoil) as server, pytest.raises(ModelError, match=f"^endpoint: .*{said}"):
        asked(source(server, "mlflow"), ROWS[:8])


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "refuses our secret"),
        (403, "refuses our secret"),
        (404, "no such address"),
        (422, "does not take our request"),
        (500, "failed to answer .500."),
        (429, "asked too often"),
    ],
)
def test_statuses_that_are_no_answer_get_one_sentence(status, said):
    with Holder() as server:
        server.status, server.headers = status, {"Retry-After": "0.01"}
        books = Books()
        with pytest.raises(ModelError, match=f"^endpoint: .*{said}"):
            asked(source(server, "mlflow", books))
        assert books.statuses == [status] * (3 if status == 429 else 1)
        assert books.requests == len(server.requests)


def test_a_busy_endpoint_is_asked_again_when_it_says_so():
    with Holder() as server:
        server.status, server.headers = 503, {"Retry-After": "0.05"}

        def watch() -> None:
            if len(server.requests) == 2:
                server.status = 200

        assert (asked(source(server, "mlflow"), watch=watch) == LABELS).all()


def test_a_wait_for_a_busy_endpoint_can_be_cancelled():
    with Holder() as server:
        server.status, server.headers = 429, {"Retry-After": "10000"}

        def watch() -> None:
            if server.requests:
                raise Cancelled("run: cancelled")

        with pytest.raises(Cancelled):
            asked(source(server, "mlflow"), watch=watch)


def test_a_slow_endpoint_ends_with_the_deadline_of_a_call():
    def slow(chances: list[float]) -> object:
        time.sleep(0.4)
        return {"predictions": [0] * len(chances)}

    with Holder(slow) as server, pytest.raises(RobustnessError, match="longer to answer"):
        asked(source(server, "mlflow", limits={"total_s": 0.15}))


def test_a_huge_answer_is_cut():
    def huge(chances: list[float]) -> object:
        return {"predictions": "0" * 200_000}

    with Holder(huge) as server, pytest.raises(RobustnessError, match="larger than"):
        asked(source(server, "mlflow", limits={"answer_bytes": 100_000}))


def test_what_is_no_json_is_said_so():
    for body in (b"<html>", b"", b"[" * 100_000, b"1" * 5000, b"\xff\xfe{}"):
        with Stranger(lambda *_, body=body: (200, {}, body)) as server:
            with pytest.raises(ModelError, match="not JSON"):
                line(server, "/invocations").ask({}, 1, lambda: None)


def test_an_endpoint_whose_answers_change_under_the_test_fails_the_run():
    with Holder() as server:
        where = source(server, "kserve")
        with (
            pytest.raises(ModelError, match="answers changed while it was tested"),
            where.open((3,), lambda: None) as model,
        ):
            model.labels(ROWS)
            server.bias = 3.0


def test_identity_is_the_declared_version_and_the_answers():
    assert identity("1", [[0.5]]) != identity("2", [[0.5]]) != identity("2", [[0.6]])
    assert alike([[0.5, 0.5]], [[0.50001, 0.49999]])
    assert not alike([[0.5, 0.5]], [[0.52, 0.48]])
    assert not alike([[0.5]], [[0.5, 0.5]])
    assert len(probe_rows(ROWS)) == endpoint.PROBES and len(probe_rows(ROWS[:3])) == 3


@pytest.mark.parametrize(
    ("adapter", "given", "said"),
    [
        ("json", {"request": "{"}, "options.request: is not JSON"),
        ("json", {"batch": "many"}, "options.batch: must be a whole number"),
        ("json", {"batch": 0}, "options.batch: must be from 1"),
        ("kserve", {"datatype": "INT8"}, "options.datatype: use one of"),
        ("kserve", {"nonsense": 1}, "options.nonsense: this adapter has no such option"),
        ("mlflow", {"columns": "x" * 30_000}, "longer than 20,000 letters"),
    ],
)
def test_an_option_that_cannot_be_is_named(adapter, given, said):
    with pytest.raises(RobustnessError, match=said):
        adapters.get(adapter).settle(given)
    with pytest.raises(RobustnessError, match="is unknown"):
        adapters.get("telepathy")


def test_columns_that_do_not_fit_the_rows_are_named():
    with Holder() as server, pytest.raises(RobustnessError, match="names 2 columns, rows have 3"):
        asked(source(server, "mlflow", columns="a, b"))
