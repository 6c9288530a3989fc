"""`manage.py catalog`: what people and scripts read from it. None of it opens a database."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog import load
from catalog.blueprint import blueprints

from .folders import replaced, write

BLUEPRINT = """
id: small
name: Small
summary: A small system.
for: [tests]
document:
  system: {name: Small}
  assets: []
  zones: [{id: z, kind: internet}]
  components: [{id: c, type: other, zone: z}]
  flows: []
"""


def answer(*arguments: str) -> str:
    out = io.StringIO()
    call_command("catalog", *arguments, stdout=out)
    return out.getvalue()


def test_check_prints_the_counts_and_the_digest() -> None:
    said = answer("check")
    assert f"threats: {len(load().threats)}" in said.splitlines()
    assert f"digest: {load().digest}" in said.splitlines()
    links = sum(len(crosswalk.links) for crosswalk in load().crosswalks.values())
    assert f"links: {links}" in said.splitlines()
    assert f"blueprints: {len(blueprints())}" in said.splitlines()


def test_check_names_what_is_wrong_and_ends_with_two(tmp_path: Path) -> None:
    folder = write(tmp_path, replaced("controls/limit.yaml", "effort: small", "effort: none"))
    with pytest.raises(CommandError, match=r"controls/limit\.yaml: effort") as refused:
        answer("check", "--folder", str(folder))
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("type: other", "type: teapot", "document: components[0]: type: 'teapot'"),
        ("zone: z", "zone: y", "document.components[0].zone: no zone has the id 'y'"),
    ],
)
def test_check_reads_blueprints_as_the_product_will(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = {"blueprints/small.yaml": BLUEPRINT.replace(old, new)}
    with pytest.raises(CommandError) as refused:
        answer("check", "--folder", str(write(tmp_path, file)))
    assert str(refused.value).startswith(f"blueprints/small.yaml: {said}")
    assert refused.value.returncode == 2


def test_check_counts_the_blueprints_of_a_folder(tmp_path: Path) -> None:
    folder = write(tmp_path, {"blueprints/small.yaml": BLUEPRINT})
    assert "blueprints: 1" in answer("check", "--folder", str(folder)).splitlines()


def test_list_gives_titles_by_kind() -> None:
    listed = json.loads(answer("list", "--kind", "controls", "--format", "json"))
    assert listed == {"controls": {c.id: c.title for c in load().controls.values()}}


def test_list_shows_every_attack_with_where_it_is_seen_and_what_measures_it() -> None:
    stages = json.loads(answer("list", "--format", "json"))["threats"].values()
    listed = {id: row for rows in stages for id, row in rows.items()}
    known = load()
    assert sorted(listed) == sorted(known.threats)
    for id, row in listed.items():
        threat = known.threats[id]
        struck = [known.component_types[one].name for one in threat.effect_on.type]
        flows = [f"{known.flow_kinds[one].name} flows" for one in threat.effect_on.flow]
        assert row["seen_on"] == struck + flows and row["seen_on"]
        assert (row["tests"], row["controls"]) == (list(threat.tests), len(threat.answered_by))


def test_list_shows_every_control_with_what_proves_it() -> None:
    functions = json.loads(answer("list", "--format", "json"))["controls"]
    assert set(functions) == {"prevent", "detect", "respond"}
    listed = {id: row for rows in functions.values() for id, row in rows.items()}
    assert sorted(listed) == sorted(load().controls)
    assert listed["adversarial-training"]["proof"].startswith("hopskipjump, text-edits, square")
    assert listed["access-review"]["proof"].startswith("a checklist of ")
    # A control that answers no threat would be idle.
    assert not [id for id, row in listed.items() if not row["threats"]]


def test_list_counts_how_every_list_is_reached() -> None:
    listed = json.loads(answer("list", "--format", "json"))["frameworks"]
    assert set(listed) == set(load().frameworks)
    assert listed["owasp-ml-2023"]["risk"] == {
        "entries": 10,
        "named": 10,
        "below": 0,
        "linked": 0,
        "none": 0,
    }


def test_list_reads_in_lines_what_it_says_in_json() -> None:
    said = answer("list").splitlines()
    at = said.index("  evasion-query: Inputs are altered until the model answers wrongly")
    assert said[at + 1].startswith("    seen on Inference endpoint; test: hopskipjump, ")
    assert "    risk: 10 named of 10" in said


@pytest.mark.parametrize(
    "wanted", ["evasion-query", "adversarial-training", "agent", "insider", "rag-assistant"]
)
def test_show_gives_the_whole_entry(wanted: str) -> None:
    shown = json.loads(answer("show", wanted, "--format", "json"))
    assert shown["id"] == wanted
    assert shown["kind"] in ("threats", "controls", "components", "adversaries", "blueprints")
    assert wanted in answer("show", wanted)


def test_show_writes_a_rule_as_it_was_read() -> None:
    shown = json.loads(answer("show", "evasion-query", "--format", "json"))
    assert shown["applies"] == {"inflow": {"kind": "request"}}


def test_showing_what_nobody_knows_says_so() -> None:
    with pytest.raises(CommandError, match="'nothing-like-it'"):
        answer("show", "nothing-like-it")


def test_list_tells_editions_of_one_framework_apart() -> None:
    listed = json.loads(answer("list", "--kind", "frameworks", "--format", "json"))["frameworks"]
    assert listed["atlas"] == "MITRE ATLAS, 5.6.1"
    assert len(set(listed.values())) == len(listed) == len(load().frameworks)


def test_show_of_a_later_edition_says_what_changed() -> None:
    shown = json.loads(answer("show", "atlas-2026-09", "--format", "json"))
    assert shown["changes"]["moved"]["AML.T0019"] == "AML.T0115.000"
    assert "changes" not in json.loads(answer("show", "atlas", "--format", "json"))


def test_show_of_a_frameworks_entry_tells_each_framework_and_its_links() -> None:
    shown = json.loads(answer("show", "LLM03", "--format", "json"))["entries"]
    assert [(one["edition"], one["title"]) for one in shown] == [
        ("2025", "Supply Chain"),
        ("2026", "Excessive Agency"),
    ]
    later = shown[1]
    assert later["follows"] == ["owasp-llm-2025 LLM06 (owasp-llm-editions, by ours)"]
    assert any(said.startswith("owasp-aisvs C9") for said in later["answered by"])
    assert shown[0]["followed by"] == ["owasp-llm-2026 LLM04 (owasp-llm-editions, by ours)"]


def test_an_entry_of_a_framework_is_not_looked_for_among_threats() -> None:
    with pytest.raises(CommandError, match="'LLM03'"):
        answer("show", "LLM03", "--kind", "threats")
