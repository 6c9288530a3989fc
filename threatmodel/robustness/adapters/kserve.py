"""KServe's Open Inference Protocol, version 2, over REST (Triton and others speak it as well)."""

from __future__ import annotations

import numpy as np

from ..errors import ModelError
from ..speech import BATCH, READING, Format, Option, Options, Rows, part


def question(rows: Rows, options: Options) -> object:
    asked = {
        "name": options["input"],
        "shape": list(rows.shape),
        "datatype": options["datatype"],
        "data": rows.reshape(-1).tolist(),
    }
    named = {"outputs": [{"name": options["output"]}]} if options["output"] else {}
    return {"inputs": [asked], **named}


def answers(told: object, options: Options) -> object:
    outputs = part(told, "outputs")
    if not isinstance(outputs, list):
        raise ModelError("endpoint: 'outputs' in its answer is no list")
    named = [one for one in outputs if isinstance(one, dict)]
    if options["output"]:
        named = [one for one in named if one.get("name") == options["output"]]
    if not named:
        raise ModelError("endpoint: its answer has no output of that name")
    data, shape = part(named[0], "data"), part(named[0], "shape")
    try:
        return np.array(data, dtype=np.float64).reshape(np.array(shape, dtype=np.intp))
    except (TypeError, ValueError, OverflowError):
        raise ModelError("endpoint: its output does not have the shape that it states") from None


FORMAT = Format(
    id="kserve",
    name="KServe v2 (Open Inference Protocol)",
    help="The address ends in /v2/models/NAME/infer.",
    options=(
        Option("input", "The input's name", default="input-0"),
        Option("datatype", "Of the input", "choice", "FP32", ("FP32", "FP64")),
        Option("output", "The output to read, if there are several"),
        READING,
        BATCH,
    ),
    question=question,
    answers=answers,
)
