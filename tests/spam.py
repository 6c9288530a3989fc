"""A small spam filter, built here: its words and their weights are known, so are its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from csv import writer
from io import StringIO
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from threatmodel.robustness.drafts import WORD

BIAS = -0.5
WEIGHTS = {
    "free": 2.0, "winner": 2.0, "prize": 1.5, "cash": 1.5, "claim": 1.0, "urgent": 1.0,
    "meeting": -1.0, "lunch": -1.0, "thanks": -0.75, "report": -0.75, "tomorrow": -0.5,
}  # fmt: skip
FILLER = ("please", "about", "the", "today", "from", "with", "your", "team", "still", "hello")
DESCRIPTION = b"""
eps: {value: 0.25, norm: words, reason: A reader forgives one odd word in four.}
text:
  synonyms: {free: [gratis], winner: [champion], prize: [award], cash: [money]}
  padding: [meeting, thanks]
"""


class Words:
    """Says 1 where the weights of a text's words and a bias come to more than nothing."""

    def __init__(self, weights: Mapping[str, float] = WEIGHTS, bias: float = BIAS) -> None:
        self.weights, self.bias = weights, bias
        self.rows = self.calls = 0
        self.seen: list[str] = []

    def lead(self, text: str) -> float:
        return sum(self.weights.get(word, 0.0) for word in WORD.findall(text.lower())) + self.bias

    def labels(self, rows: np.ndarray) -> np.ndarray:
        texts = rows.reshape(-1).tolist()
        self.rows += len(texts)
        self.calls += 1
        self.seen += texts
        return np.array([int(self.lead(text) > 0) for text in texts], dtype=np.int64)

    def scores(self, rows: np.ndarray) -> np.ndarray:
        self.labels(rows)
        leads = np.array([self.lead(text) for text in rows.reshape(-1).tolist()])
        return np.stack((-leads, leads), axis=1)

    def fewest(self, text: str) -> int:
        """How many words must go, at the least, until the label changes; exactly."""
        lead = self.lead(text)
        side = 1.0 if lead > 0 else -1.0
        pulls = (side * self.weights.get(word, 0.0) for word in WORD.findall(text.lower()))
        margin, gone = side * lead, 0
        for pull in sorted(pulls, reverse=True):
            if margin < 0 or (margin == 0 and side > 0):
                break
            margin, gone = margin - pull, gone + 1
        return gone


def texts(count: int = 120, words: int = 12, seed: int = 0) -> list[str]:
    """Mail of both kinds: words of one kind, a few of the other, and filler."""
    random = np.random.default_rng(seed)
    spam = [word for word, weight in WEIGHTS.items() if weight > 0]
    ham = [word for word, weight in WEIGHTS.items() if weight < 0]
    made = []
    for number in range(count):
        mine, other = (spam, ham) if number % 2 else (ham, spam)
        chosen = [*random.choice(mine, 3), *random.choice(other, 1)]
        chosen += random.choice(FILLER, words - len(chosen)).tolist()
        made.append(" ".join(random.permutation(chosen)))
    return made


def csv(rows: Sequence[str]) -> bytes:
    """Texts with the filter's own labels, as somebody would upload them."""
    filter_, told = Words(), StringIO()
    table = writer(told)
    table.writerow(("text", "label"))
    table.writerows((text, int(filter_.lead(text) > 0)) for text in rows)
    return told.getvalue().encode()


def onnx(shape: Sequence[Any] = ("n",), weights: Mapping[str, float] = WEIGHTS) -> bytes:
    """The same filter as a graph: lower case, split at spaces, counts of words, weights."""
    pool = list(weights)
    one_to_a_row = len(shape) == 1
    nodes = [
        *([] if one_to_a_row else [helper.make_node("Reshape", ["x", "flat"], ["row"])]),
        helper.make_node("StringNormalizer", ["x" if one_to_a_row else "row"], ["low"],
                         case_change_action="LOWER"),
        helper.make_node("StringSplit", ["low"], ["words", "counts"], delimiter=" "),
        helper.make_node("TfIdfVectorizer", ["words"], ["found"], mode="TF", min_gram_length=1,
                         max_gram_length=1, max_skip_count=0, ngram_counts=[0],
                         ngram_indexes=list(range(len(pool))), pool_strings=pool),
        helper.make_node("Gemm", ["found", "w", "b"], ["lead"]),
        helper.make_node("Sigmoid", ["lead"], ["y"]),
    ]  # fmt: skip
    kernel = np.array(list(weights.values()), dtype=np.float32)[:, None]
    graph = helper.make_graph(
        nodes,
        "spam",
        [helper.make_tensor_value_info("x", TensorProto.STRING, list(shape))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])],
        initializer=[
            numpy_helper.from_array(kernel, "w"),
            numpy_helper.from_array(np.array([BIAS], dtype=np.float32), "b"),
            *([] if one_to_a_row else [numpy_helper.from_array(np.array([-1]), "flat")]),
        ],
    )
    opset = [helper.make_opsetid("", 20)]
    return helper.make_model(graph, ir_version=9, opset_imports=opset).SerializeToString()
