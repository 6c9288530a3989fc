"""`manage.py catalog`: what people and scripts read from it. None of it opens a database."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog import load

from .folders import replaced, write


def answer(*arguments: str) -> str:
    out = io.StringIO()
    call_command("catalog", *arguments, stdout=out)
    return out.getvalue()


def test_check_prints_the_counts_and_the_digest() -> None:
    said = answer("check")
    assert f"threats: {len(load().threats)}" in said.splitlines()
    assert f"digest: {load().digest}" in said.splitlines()


def test_check_names_what_is_wrong_and_ends_with_two(tmp_path: Path) -> None:
    folder = write(tmp_path, replaced("controls/limit.yaml", "effort: small", "effort: none"))
    with pytest.raises(CommandError, match=r"controls/limit\.yaml: effort") as refused:
        answer("check", "--folder", str(folder))
    assert refused.value.returncode == 2


def test_list_gives_titles_by_kind() -> None:
    listed = json.loads(answer("list", "--kind", "controls", "--format", "json"))
    assert listed == {"controls": {c.id: c.title for c in load().controls.values()}}


@pytest.mark.parametrize("wanted", ["evasion-query", "adversarial-training", "agent", "insider"])
def test_show_gives_the_whole_entry(wanted: str) -> None:
    shown = json.loads(answer("show", wanted, "--format", "json"))
    assert shown["id"] == wanted
    assert shown["kind"] in ("threats", "controls", "components", "adversaries")
    assert wanted in answer("show", wanted)


def test_show_writes_a_rule_as_it_was_read() -> None:
    shown = json.loads(answer("show", "evasion-query", "--format", "json"))
    assert shown["applies"] == {"inflow": {"kind": "request"}}


def test_showing_what_nobody_knows_says_so() -> None:
    with pytest.raises(CommandError, match="'nothing-like-it'"):
        answer("show", "nothing-like-it")
