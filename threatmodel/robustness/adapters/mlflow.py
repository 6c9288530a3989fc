"""MLflow's scoring server."""

from __future__ import annotations

from dataclasses import replace

from ..errors import RobustnessError
from ..speech import BATCH, READING, Format, Option, Options, Rows, nested, part


def question(rows: Rows, options: Options) -> object:
    columns = [name.strip() for name in options["columns"].split(",") if name.strip()]
    if not columns:
        return {"inputs": nested(rows)}
    flat = rows.reshape(len(rows), -1)
    if len(columns) != flat.shape[1]:
        raise RobustnessError(
            f"options.columns: names {len(columns)} columns, rows have {flat.shape[1]}"
        )
    return {"dataframe_split": {"columns": columns, "data": nested(flat)}}


def answers(told: object, options: Options) -> object:
    return part(told, "predictions")


FORMAT = Format(
    id="mlflow",
    name="MLflow scoring server",
    help="The address ends in /invocations.",
    options=(
        Option("columns", "Names of the columns, with commas, for a model that takes a data frame"),
        replace(READING, default="labels"),
        BATCH,
    ),
    question=question,
    answers=answers,
)
