"""TensorFlow Serving over REST, in its row format."""

from __future__ import annotations

from ..errors import ModelError
from ..speech import BATCH, READING, Format, Option, Options, Rows, nested, part


def question(rows: Rows, options: Options) -> object:
    named = {"signature_name": options["signature"]} if options["signature"] else {}
    instances = nested(rows)
    if options["input"]:
        instances = [{options["input"]: one} for one in instances]
    return {**named, "instances": instances}


def answers(told: object, options: Options) -> object:
    found = part(told, "predictions")
    if not options["output"]:
        return found
    if not isinstance(found, list):
        raise ModelError("endpoint: 'predictions' in its answer is no list")
    return [part(one, options["output"]) for one in found]


FORMAT = Format(
    id="tfserving",
    name="TensorFlow Serving (REST)",
    help="The address ends in /v1/models/NAME:predict.",
    options=(
        Option("signature", "Of the model, if it is not the usual one"),
        Option("input", "The input's name, for a model that takes several"),
        Option("output", "The output's name, for a model that gives several"),
        READING,
        BATCH,
    ),
    question=question,
    answers=answers,
)
