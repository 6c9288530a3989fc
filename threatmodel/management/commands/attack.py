"""`manage.py attack`: one robustness test on a model file. No server, no database."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from threatmodel.core.inputs import Inputs
from threatmodel.formats import entered
from threatmodel.robustness import attacks, dataset, policy, runner, signing, trainer
from threatmodel.robustness.adapters import onnx
from threatmodel.robustness.errors import RobustnessError
from threatmodel.robustness.results import Result

UNREADABLE = 2
FAILED = 3
KINDS: dict[str, type] = {"integer": int, "number": float, "choice": str}
# Every parameter of any test; whether the chosen one has it, and its bounds, are judged by the run.
PARAMS = [param for test in attacks.load().values() for param in test.params]
OPTIONS = {param.name: KINDS[param.kind] for param in PARAMS}
EVERY_S = 10
Say = Callable[[str], None]


class Command(BaseCommand):
    help = "Attack one ONNX model with one test, in a sandbox, and print what fell."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", type=Path, nargs="?", help="an ONNX file")
        parser.add_argument(
            "data",
            type=Path,
            help="an npz, a CSV or JSON lines of texts, or a folder with data.npz, .csv or .jsonl",
        )
        tests = sorted(attacks.load())
        parser.add_argument(
            "--test", default="hopskipjump", choices=tests, metavar="TEST", help=_tests(tests)
        )
        parser.add_argument("--description", type=Path, help="dataset.yaml, if not beside the data")
        for name, kind in sorted(OPTIONS.items()):
            parser.add_argument(f"--{name}", type=kind, help=_help(name))
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--trainer", help="your training: train.npz in, model.onnx out")
        parser.add_argument("--sign", type=Path, help="a file with a signing key of a workspace")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] for name in OPTIONS if options[name] is not None}
        if options["sign"] and options["format"] != "json":
            raise CommandError("--sign: only a result in JSON is signed; add --format json")
        try:
            key = _key(options["sign"]) if options["sign"] else ""
            result = _run(options, given, lambda text: self.stderr.write(text, style_func=str))
        except OSError as error:
            raise CommandError(
                f"{error.filename}: {error.strerror}", returncode=UNREADABLE
            ) from error
        except RobustnessError as error:
            raise CommandError(str(error), returncode=FAILED) from error
        self.stdout.write(_json(result, key) if options["format"] == "json" else _text(result))


def _tests(ids: list[str]) -> str:
    """Which can be run here: chats and model files are tried on the server."""
    known = [test for test in map(attacks.get, ids) if not {"chat", "artefact"} & set(test.needs)]
    trained = ", ".join(test.id for test in known if test.retrain)
    others = ", ".join(test.id for test in known if not test.retrain)
    return f"hopskipjump when left out; {others}; with --trainer: {trained}"


def _help(name: str) -> str:
    """What most tests mean by a parameter, and what others do."""
    said = Counter(param.help for param in PARAMS if param.name == name).most_common(2)
    return "; or: ".join(text for text, _ in said).replace("%", "%%")


def _signs(say: Say) -> Callable[[float, str], None]:
    """How far a run is, every ten seconds, so that who waits sees that it goes on."""
    said = time.monotonic()

    def progress(share: float, text: str) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY_S:
            said = time.monotonic()
            say(f"{share:.0%}: {text}")

    return progress


def _run(options: dict[str, Any], given: dict[str, Any], say: Say) -> Result:
    if options["trainer"]:
        rows = _rows(options["data"], options["description"])
        level = policy.level_for("", allow_basic=settings.ALLOW_BASIC_SANDBOX)
        asked = trainer.Request(options["trainer"], rows, options["test"], given, level)
        return trainer.run(asked, say)
    if options["model"] is None:
        raise RobustnessError("model: name an ONNX file before the data set, or give --trainer")
    request = _request(options["model"], options["data"], options["description"])
    return runner.run(runner.Request(**request, test=options["test"], params=given), _signs(say))


def _key(path: Path) -> str:
    """The key in a file: on the command line every process of the machine could read it."""
    text = path.read_text(errors="replace")[:1000]
    signing.public_of(text)  # a wrong one is told before the run, not after it
    return text


def _json(result: Result, key: str) -> str:
    """The result as the server takes it, signed where there is a key."""
    today = datetime.now(UTC).date()
    value = result.evidence(id="measured", element="measured", taken_on=today)
    (row,) = entered.to_rows(Inputs(evidence=(value,)))["evidence"]
    told = signing.stamped({**result.to_json(), "evidence": row})
    return json.dumps(signing.sign(told, key) if key else told, indent=2)


def _rows(data: Path, description: Path | None) -> dataset.Dataset:
    archive = _held(data) if data.is_dir() else data
    beside = description or archive.with_name("dataset.yaml")
    said = beside.read_bytes() if description or beside.exists() else b"{}"
    return dataset.load(archive.read_bytes(), said)


def _held(folder: Path) -> Path:
    """The data set in a folder."""
    named = [folder / f"data.{ending}" for ending in ("npz", "csv", "jsonl")]
    return next((one for one in named if one.exists()), named[0])


def _request(model: Path, data: Path, description: Path | None) -> dict[str, Any]:
    rows = _rows(data, description)
    if model.stat().st_size > onnx.SIZE_LIMIT:
        raise RobustnessError("model: larger than a model may be")
    content = model.read_bytes()
    level = policy.level_for(onnx.digest(content), allow_basic=settings.ALLOW_BASIC_SANDBOX)
    return {"model": onnx.OnnxFile(content, level), "dataset": rows}


def _text(result: Result) -> str:
    said = result.summary()
    low, high = said["interval"]
    happened = result.measured.outcome
    counted = f"{said['k']} of {said['n']} inputs {happened} ({low:.0%} to {high:.0%} at 95 %)"
    lines = [
        f"{said['test']} {said['version']}: {counted if said['n'] else said['headline']}",
        *_sizes(said),
        *(_figure(figure) for figure in said["figures"]),
        _asked(result),
        f"right without attack: {said['clean_accuracy']:.1%} of {said['clean_rows']} rows",
        f"sandbox {said['sandbox']}, seed {said['seed']}, {said['seconds']} s",
        *said["notes"],
    ]
    return "\n".join(lines)


def _asked(result: Result) -> str:
    """What was asked for one input, where a test has inputs of its own."""
    total = f"{result.rows} in {result.calls} calls"
    if not result.samples or isinstance(attacks.get(result.test).run, attacks.Whole):
        return f"queries: {total}"
    most = max(sample.queries for sample in result.samples)
    return f"at most {most} of {result.budget} queries for one input, {total}"


def _sizes(said: dict[str, Any]) -> list[str]:
    if said["eps"] is None:
        return []
    beside = (("half of it", said["broken_half"]), ("twice", said["broken_double"]))
    counts = [f"at {where} {count}" for where, count in beside if count is not None]
    return ["; ".join([f"eps {said['eps']:g} ({said['norm']})", ", ".join(counts)])]


def _figure(figure: dict[str, Any]) -> str:
    between = "" if figure["low"] is None else f" ({figure['low']:.4g} to {figure['high']:.4g})"
    return f"{figure['name']}: {figure['value']:.4g} {figure['unit']}{between}"
