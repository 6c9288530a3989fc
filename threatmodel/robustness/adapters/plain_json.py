"""Any JSON service: a request that somebody wrote down, and the way to the answers."""

from __future__ import annotations

from ..errors import ModelError
from ..speech import BATCH, READING, Format, Option, Options, Rows, nested, part

ROWS, ROW = "{rows}", "{row}"
MOST_STEPS = 20


def question(rows: Rows, options: Options) -> object:
    return _filled(options["request"], nested(rows))


def _filled(template: object, rows: list[object]) -> object:
    """A list of one entry that speaks of a row has that entry for each."""
    if template == ROWS:
        return rows
    if isinstance(template, dict):
        return {name: _filled(value, rows) for name, value in template.items()}
    if isinstance(template, list) and len(template) == 1 and _speaks_of_a_row(template[0]):
        return [_with(template[0], row) for row in rows]
    if isinstance(template, list):
        return [_filled(value, rows) for value in template]
    return template


def _speaks_of_a_row(template: object) -> bool:
    if isinstance(template, dict):
        return any(map(_speaks_of_a_row, template.values()))
    return any(map(_speaks_of_a_row, template)) if isinstance(template, list) else template == ROW


def _with(template: object, row: object) -> object:
    if isinstance(template, dict):
        return {name: _with(value, row) for name, value in template.items()}
    if isinstance(template, list):
        return [_with(value, row) for value in template]
    return row if template == ROW else template


def answers(told: object, options: Options) -> object:
    return _followed(told, _steps(options["path"]))


def _steps(path: str) -> list[str]:
    return [step for step in path.replace("[", ".[").split(".") if step][:MOST_STEPS]


def _followed(told: object, steps: list[str]) -> object:
    for at, step in enumerate(steps):
        if step == "[]":
            if not isinstance(told, list):
                raise ModelError("endpoint: its answer has no list where the path says []")
            return [_followed(one, steps[at + 1 :]) for one in told]
        place = step[1:-1] if step.startswith("[") and step.endswith("]") else ""
        told = part(told, int(place) if place.isdecimal() else step)
    return told


FORMAT = Format(
    id="json",
    name="Plain JSON",
    help="Write the request down once; the way to the answers is written like result[].scores.",
    options=(
        Option(
            "request",
            'JSON in which the text "{rows}" stands for the rows, or a list of one entry, like '
            '[{"text": "{row}"}], for one entry each. Rows have the shape of the data set, '
            "pictures as dataset.yaml says",
            "json",
            '{"rows": "{rows}"}',
        ),
        Option("path", "Where the answers lie: keys with dots, [0] a place, [] each one"),
        READING,
        BATCH,
    ),
    question=question,
    answers=answers,
    texts=True,
)
