"""Models that read texts: a graph of strings in the box, and plain JSON behind an address."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skl2onnx import to_onnx
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from tests import hostile, spam
from tests.robustness.test_endpoint import Books, line
from tests.strangers import Reply, Stranger
from threatmodel.robustness import adapters, dataset, endpoint, runner, wire
from threatmodel.robustness.adapters import onnx_child
from threatmodel.robustness.adapters.onnx import OnnxFile
from threatmodel.robustness.adapters.onnx_child import OnnxProgram
from threatmodel.robustness.dataset.texts import written
from threatmodel.robustness.errors import ModelError, RobustnessError

TEXTS = [*spam.texts(30), "Hello  FREE   cash", "Ünïcode 你好 free Winner\n\ud7ff"]
KNOWN = [int(spam.Words().lead(text) > 0) for text in TEXTS]
ROWS = written(TEXTS)
DATA = dataset.load(spam.csv(spam.texts(60)), spam.DESCRIPTION)


def loaded(data: bytes) -> OnnxProgram:
    program = OnnxProgram()
    program.answer({"do": "load", "shape": [], "texts": True}, data)
    return program


def labels(program: OnnxProgram, texts: list[str]) -> list[int]:
    asked = {"do": "labels", "shape": [len(texts), 1]}
    header, body = program.answer(asked, wire.from_texts(texts))
    return wire.from_bytes(body, "int64", (header["rows"],)).tolist()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=8))
def test_texts_go_over_the_wire_as_they_are(texts):
    assert wire.to_texts(wire.from_texts(texts), len(texts)) == texts


@pytest.mark.parametrize(
    ("body", "count"),
    [(b"\1", 1), (b"\2\0\0\0a", 1), (b"\1\0\0\0a", 2), (b"\1\0\0\0\xff", 1), (b"\xff" * 4, 1)],
)
def test_a_frame_of_texts_that_does_not_add_up_is_refused(body, count):
    with pytest.raises(ValueError, match=r"frame|utf-8"):
        wire.to_texts(body, count)


@pytest.mark.parametrize("shape", [["n"], ["n", 1], [None]])
def test_a_graph_of_texts_answers_as_its_weights_say(shape):
    assert labels(loaded(spam.onnx(shape)), TEXTS) == KNOWN


def test_texts_go_a_few_at_a_time_however_many_are_asked(monkeypatch):
    program = loaded(spam.onnx())
    many = TEXTS * 5
    assert len(many) > 2 * onnx_child.TEXTS_AT_ONCE
    asked, part = [], onnx_child._part
    monkeypatch.setattr(onnx_child, "_part", lambda *given: asked.append(given[-1]) or part(*given))
    assert labels(program, many) == KNOWN * 5
    sizes = [len(rows) for feed in asked for rows in feed.values()]
    assert sum(sizes) == len(many) and max(sizes) == onnx_child.TEXTS_AT_ONCE


@pytest.mark.parametrize("vectorizer", [CountVectorizer, TfidfVectorizer])
def test_what_scikit_learn_exports_answers_as_before(vectorizer):
    made = make_pipeline(vectorizer(token_pattern="[a-zA-Z]+"), LogisticRegression())
    made.fit(TEXTS, KNOWN)
    kind = [("text", StringTensorType([None, 1]))]
    content = to_onnx(made, initial_types=kind, options={id(made): {"zipmap": False}})
    found = labels(loaded(content.SerializeToString()), TEXTS)
    assert found == made.predict(TEXTS).tolist() and set(found) == {0, 1}


@pytest.mark.parametrize(
    ("data", "texts", "told"),
    [
        (hostile.linear([[1.0]], [0.0]), True, "takes numbers, but the data set holds texts"),
        (spam.onnx(), False, "takes texts, but the data set holds numbers"),
        (spam.onnx(["n", 2]), True, "several texts at once"),
        (spam.onnx([3]), True, "batch size is fixed"),
        (hostile.foreign_operator(), True, "not ONNX's own"),
    ],
)
def test_a_model_that_does_not_read_such_rows_is_refused(data, texts, told):
    with pytest.raises(ModelError, match=told):
        OnnxProgram().answer({"do": "load", "shape": [] if texts else [1], "texts": texts}, data)


def test_in_its_box_a_graph_of_texts_answers_the_same():
    with OnnxFile(spam.onnx()).open(DATA.shape, lambda: None) as model:
        assert model.level == "strong"
        assert model.labels(ROWS).tolist() == KNOWN
        assert (model.scores(ROWS).argmax(axis=1) == KNOWN).all()


@pytest.mark.parametrize("test", ["hopskipjump", "square", "extraction", "drift"])
def test_tests_of_numbers_refuse_texts(test):
    request = runner.Request(
        OnnxFile(spam.onnx()), DATA, test, {"eps": 1} if test[0] == "h" else {}
    )
    with pytest.raises(RobustnessError, match="cannot be run here"):
        runner.run(request)


def answered(told: Any) -> tuple[list[str], Any]:
    """Texts out of either of two requests, and how each is answered."""
    if isinstance(told["messages"][0], dict):
        return [one["body"]["text"] for one in told["messages"]], lambda said: {"spam": said}
    return told["messages"], lambda said: said


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ('{"messages": "{rows}"}', "answers"),
        ('{"messages": [{"body": {"text": "{row}", "lang": "en"}}]}', "answers[].spam"),
    ],
)
def test_plain_json_carries_texts_in_batches(request_, path):
    def reply(url: str, headers: dict[str, str], body: bytes) -> Reply:
        texts, shown = answered(json.loads(body))
        found = [shown(int(spam.Words().lead(text) > 0)) for text in texts]
        return 200, {"Content-Type": "application/json"}, json.dumps({"answers": found}).encode()

    spoken = adapters.get("json")
    options = spoken.settle({"request": request_, "path": path, "answers": "labels", "batch": 10})
    with Stranger(reply) as server:
        books = Books()
        model = endpoint.EndpointModel(
            line(server, "/score", books), spoken, options, DATA.shape, lambda: None
        )
        assert model.labels(ROWS).tolist() == KNOWN
        assert (books.requests, books.rows) == (4, len(TEXTS))


@pytest.mark.parametrize("adapter", ["kserve", "mlflow", "tfserving"])
def test_other_adapters_send_no_texts(adapter):
    spoken = adapters.get(adapter)
    with Stranger(lambda *_: (200, {}, b"{}")) as server:
        model = endpoint.EndpointModel(
            line(server, "/score"), spoken, spoken.settle({}), DATA.shape, lambda: None
        )
        with pytest.raises(ModelError, match="adapter json"):
            model.labels(np.array(ROWS))
        assert not server.requests
