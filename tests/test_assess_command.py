"""`manage.py assess`: reads a file, prints an assessment, ends with the right code."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from catalog import load
from threatmodel.core import assess, wire
from threatmodel.core.document import parse

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "demo/digit-reading.yaml"


def run(capsys, *arguments):
    call_command("assess", *map(str, arguments))
    return capsys.readouterr().out


def test_json_is_the_assessment_itself(capsys):
    document, _ = parse(yaml.safe_load(DEMO.read_text()), load())
    expected = wire.to_json(assess(document, load(), as_of=date(2026, 6, 30)), load(), document)
    printed = json.loads(run(capsys, DEMO, "--format", "json", "--as-of", "2026-06-30"))
    assert printed == json.loads(json.dumps(expected))


def test_json_has_the_promised_shape(capsys):
    printed = json.loads(run(capsys, DEMO, "--format", "json"))
    assert {"catalog", "document", "as_of", "findings", "summary"} <= printed.keys()
    promised = {"key", "threat", "element", "applies", "treatment", "position", "answered"}
    promised |= {"verdict", "questions", "likelihood", "impact", "risk", "references", "controls"}
    for one in printed["findings"]:
        assert promised <= one.keys()
        assert one["risk"].keys() == {"inherent", "residual", "planned", "range", "score"}


def test_text_names_the_system_its_risk_and_what_to_ask_first(capsys):
    text = run(capsys, DEMO, "--as-of", "2026-06-30")
    assert text.startswith("Digit reading service, as of 2026-06-30\nRisk: moderate (the same over")
    assert "evasion-query@c-reader" in text
    assert "Ask first:" in text


def test_sarif_names_every_finding(capsys):
    printed = json.loads(run(capsys, DEMO, "--format", "sarif"))
    assert printed["version"] == "2.1.0"
    assert len(printed["runs"][0]["results"]) == len(
        json.loads(run(capsys, DEMO, "--format", "json"))["findings"]
    )


def test_entries_of_the_file_are_taken_as_they_stand(capsys, tmp_path):
    data = yaml.safe_load(DEMO.read_text())
    data["decisions"] = [
        {
            "id": "d-1",
            "finding": "evasion-query@c-reader",
            "action": "accept",
            "reason": "small sums",
            "by": "Ada",
            "on": "2026-06-01",
        }
    ]
    file = tmp_path / "accepted.json"
    file.write_text(json.dumps(data))
    printed = json.loads(run(capsys, file, "--format", "json", "--as-of", "2026-06-30"))
    treatments = {one["key"]: one["treatment"] for one in printed["findings"]}
    assert treatments["evasion-query@c-reader"] == "accepted"


@pytest.mark.parametrize(("level", "code"), [("low", 1), ("moderate", 1), ("high", None)])
def test_it_fails_on_open_findings_at_or_above_a_level(capsys, level, code):
    if code is None:
        run(capsys, DEMO, "--fail-on", level)
        return
    with pytest.raises(CommandError) as caught:
        run(capsys, DEMO, "--fail-on", level)
    assert caught.value.returncode == code
    assert capsys.readouterr().out, "the assessment is printed all the same"


def test_conditional_and_treated_findings_do_not_fail(capsys, tmp_path):
    data = yaml.safe_load(DEMO.read_text())
    open_ones = [
        one["key"]
        for one in json.loads(run(capsys, DEMO, "--format", "json"))["findings"]
        if one["applies"] == "yes"
    ]
    data["decisions"] = [
        {
            "id": f"d-{number}",
            "finding": key,
            "action": "accept",
            "reason": "small sums",
            "by": "Ada",
            "on": "2026-06-01",
        }
        for number, key in enumerate(open_ones)
    ]
    file = tmp_path / "accepted.yaml"
    file.write_text(yaml.safe_dump(data))
    assert "conditional" in run(capsys, file, "--format", "json", "--fail-on", "very low")


NOWHERE = {"id": "f", "kind": "request", "source": "a", "target": "b"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95",
        b"{",
        b"- 1\n- 2\n",
        b"\xff\xfe\x00",
        json.dumps({"format": "bartizan/1", "flows": [NOWHERE]}).encode(),
    ],
)
def test_unreadable_input_ends_with_two_and_a_sentence(capsys, tmp_path, content):
    file = tmp_path / "broken.json"
    file.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run(capsys, file)
    assert caught.value.returncode == 2
    assert str(tmp_path) not in str(caught.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("file", ["nowhere.yaml", ""])
def test_a_missing_file_or_a_folder_ends_with_two(capsys, tmp_path, file):
    with pytest.raises(CommandError) as caught:
        run(capsys, tmp_path / file)
    assert caught.value.returncode == 2


def test_it_needs_no_environment_and_writes_nothing(tmp_path):
    before = set(ROOT.iterdir())
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "assess", DEMO, "--fail-on", "high"],
        env={"PATH": os.defpath, "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Digit reading service" in done.stdout
    assert set(ROOT.iterdir()) == before
    assert not list(tmp_path.iterdir())
