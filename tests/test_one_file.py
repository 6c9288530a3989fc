"""One new thing, one new file: each is put into a copy of the tree, and nothing else is changed.

What docs/architecture.md promises under "Where a new thing goes". The copy is run in a process of
its own, by the commands that people use.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("catalog", "threatmodel", "templates", "demo")

COMPONENT_TYPE = """
id: sonar
name: Sonar
stage: deployment
description: Hears where things are under water.
icon: camera
ancestor: camera
default_zone: physical
attributes:
  - {id: keeps_silent, kind: boolean, question: Does it listen without sending?}
"""

THREAT = """
id: drowned-out
title: A call is drowned out
description: Somebody sends so many calls to a web application that others are not heard.
effect_on: {type: web-application}
applies: {inflow: {kind: request}}
needs: {any_of: [query]}
capability: low
success: {goal: any, prior: [0.2, 0.6], reason: Calls cost the caller nothing.}
outcomes: [{dimension: availability, of: held-here, reason: Nobody else is answered.}]
answered_by:
  - {control: query-rate-limit, at: way, acts_on: success, factor: [0.2, 0.6], reason: Few pass.}
references: {stride: [denial-of-service]}
examples:
  - holds:
      components: [{id: u, type: external-user}, {id: w, type: web-application}]
      flows: [{id: f, kind: request, source: u, target: w}]
    on: w
  - holds_not: {components: [{id: w, type: web-application}]}
    on: w
"""

ROBUSTNESS_TEST = '''
"""Every number at its lowest: what a model says in the dark."""

import numpy as np

from ..results import SampleResult
from . import Paper, Param, Test


def run(oracle, plan):
    rows = plan.dataset.x[list(plan.targets)]
    answers = oracle.labels(np.full_like(rows, rows.min()), np.arange(len(rows)))
    wrong = answers != plan.dataset.y[list(plan.targets)]
    states = ["broken" if fell else "held" for fell in wrong]
    labels = plan.dataset.y[list(plan.targets)].tolist()
    return [
        SampleResult(index, label, state, distance=None, queries=1)
        for index, label, state in zip(plan.targets, labels, states, strict=True)
    ]


TEST = Test(
    id="blackout",
    name="Darkness",
    version="1",
    claim="A model that sees nothing says something else.",
    paper=Paper("None", "Nobody", 2026, "none"),
    family="blackout",
    adaptive=False,
    access="labels",
    params=(
        Param("samples", "integer", 10, "Rows", low=1, high=100),
        Param("seed", "integer", 0, "Nothing is drawn"),
    ),
    honours=frozenset(),
    budget=lambda values: 1,
    run=run,
)
'''

SECTION = """<section class="flow">
<h1 id="s-seals">Seals</h1>
<p>{{ report.document.system.name }} has {{ report.document.components|length }} seals.</p>
</section>
"""

FORMAT = '''
"""A list of parts, each called by the one before it."""

from threatmodel.core.document import parse

from .imported import Imported, Report, counted

NAME = "parts"
TITLE = "a list of parts"


def recognises(data, filename):
    return data.startswith(b"parts\\n")


def read(data, catalog, *, as_they_stand=False):
    rows = [line.split(" ", 1) for line in data.decode().splitlines()[1:]]
    parts = [{"id": f"c-{n}", "type": kind, "name": name} for n, (kind, name) in enumerate(rows)]
    flows = [
        {"id": f"f-{n}", "kind": "request", "source": f"c-{n}", "target": f"c-{n + 1}"}
        for n in range(len(rows) - 1)
    ]
    whole = {"system": {"name": "Harbour"}, "components": parts, "flows": flows}
    document, kept = parse(whole, catalog)
    return Imported(NAME, document, report=Report(counted(document), kept=kept))
'''

NEW = {
    "catalog/components/sonar.yaml": COMPONENT_TYPE,
    "catalog/threats/drowned-out.yaml": THREAT,
    "threatmodel/robustness/attacks/blackout.py": ROBUSTNESS_TEST,
    "templates/report/46-seals.html": SECTION,
    "threatmodel/formats/parts.py": FORMAT,
}
FILE = "parts\nexternal-user Visitor\nweb-application Berths\ninference-endpoint Model\nsonar Ear\n"

USED = """
import io, json, sys
from datetime import UTC, date, datetime
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from catalog import load
from threatmodel import paper
from threatmodel.core import assess
from threatmodel.core.inputs import Inputs
from threatmodel.formats import read_any
from threatmodel.reports.build import build
from threatmodel.reports.sections import OPTIONAL

def printed(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()

DAY = date(2026, 11, 22)
file = Path("harbour.txt")
imported = read_any(file.read_bytes(), file.name, load())
found = assess(imported.document, load(), as_of=DAY)
report = build(imported.document, found, load(), Inputs())
print(json.dumps({
    "format": imported.format,
    "listed": json.loads(printed("assess", str(file), "--format", "json"))["findings"],
    "shown": printed("catalog", "show", "sonar"),
    "attacked": json.loads(printed("attack", "demo/model.onnx", "demo", "--test", "blackout",
                                   "--samples", "5", "--format", "json")),
    "sections": [name for name, _ in report.contents],
    "choosable": OPTIONAL,
    "page": paper.page(report, datetime(2026, 11, 22, tzinfo=UTC)),
}))
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the tree with the new files says."""
    tree = tmp_path_factory.mktemp("tree")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tree / room)
    for name, text in NEW.items():
        assert not (tree / name).exists()
        (tree / name).write_text(text.lstrip())
    (tree / "harbour.txt").write_text(FILE)
    here = {"DJANGO_SETTINGS_MODULE": "threatmodel.settings", "DATA_DIR": str(tree / "data")}
    done = subprocess.run(
        [sys.executable, "-c", USED],
        cwd=tree,
        env=os.environ | here,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def struck_by(grown: dict[str, Any], threat: str) -> set[str]:
    return {row["element_name"] for row in grown["listed"] if row["threat"] == threat}


def test_a_component_type_is_one_file_and_is_struck_by_what_strikes_its_kin(grown):
    assert "Does it listen without sending?" in grown["shown"]
    assert any(row["element_name"] == "Ear" for row in grown["listed"])


def test_a_threat_is_one_file_and_is_found_where_it_applies(grown):
    assert struck_by(grown, "drowned-out") == {"Berths"}


def test_a_robustness_test_is_one_file_and_runs_on_the_model_of_the_demonstration(grown):
    attacked = grown["attacked"]
    assert attacked["summary"]["test"] == "blackout"
    assert attacked["summary"]["n"] == 5
    assert attacked["summary"]["k"] >= 3


def test_a_report_section_is_one_file_and_stands_where_its_number_says(grown):
    at = grown["sections"].index("seals")
    assert grown["sections"][at - 1 : at + 2] == ["decisions", "seals", "mitigations"]
    assert "seals" in grown["choosable"]
    assert "Harbour has 4 seals." in grown["page"]


def test_a_format_is_one_file_and_is_recognised_among_all_others(grown):
    assert grown["format"] == "parts"
    assert {"Visitor", "Berths", "Model"} & {row["element_name"] for row in grown["listed"]}
