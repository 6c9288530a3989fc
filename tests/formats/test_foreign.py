"""Results of other tools, in fixtures written after their layouts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threatmodel.core.document import DocumentError
from threatmodel.formats import foreign
from threatmodel.formats.source import MAX_JSON
from threatmodel.robustness import attacks

GARAK = [
    {"entry_type": "start_run setup", "_config.version": "0.13.1", "plugins.probe_spec": "dan"},
    {"entry_type": "init", "garak_version": "0.13.1", "start_time": "2026-03-02T09:00:00"},
    {"entry_type": "attempt", "uuid": "1", "status": 2, "probe_classname": "dan.Dan_11_0"},
    {"entry_type": "eval", "probe": "dan.Dan_11_0", "detector": "dan.DAN", "passed": 9,
     "fails": 1, "nones": 0, "total_evaluated": 10, "total_processed": 10},
    {"entry_type": "eval", "probe": "dan.Dan_11_0", "detector": "mitigation.MitigationBypass",
     "passed": 4, "fails": 6, "nones": 0, "total_evaluated": 10, "total_processed": 10},
    {"entry_type": "eval", "probe": "probes.tap.TAP", "detector": "m", "passed": 5, "total": 5},
    {"entry_type": "eval", "probe": "latentinjection.Report", "detector": "t", "passed": 20,
     "total": 20},
    {"entry_type": "eval", "probe": "lmrc.Bullying", "detector": "r", "passed": 1, "total": 3},
    {"entry_type": "eval", "probe": "encoding.None", "detector": "r", "passed": 0, "total": 0},
    {"entry_type": "completion", "end_time": "2026-03-02T10:00:00"},
]  # fmt: skip


def attempt(plugin: str, success: object, reason: int = 0, strategy: str = "basic") -> dict:
    about = {"pluginId": plugin, "strategyId": strategy}
    return {"success": success, "failureReason": reason, "testCase": {"metadata": about}}


PROMPTFOO = {
    "evalId": "eval-1",
    "results": {
        "version": 3,
        "timestamp": "2026-04-05T06:07:08.000Z",
        "prompts": [],
        "results": [
            attempt("prompt-extraction", False, 1),
            attempt("prompt-extraction", True),
            attempt("harmful:hate", False, 1),
            attempt("harmful:self-harm", True),
            attempt("politics", False, 1),
            attempt("rbac", False, 2),
            {"success": False, "metadata": {"strategyId": "jailbreak:tree"}},
        ],
        "stats": {"successes": 2, "failures": 4, "errors": 1},
    },
    "metadata": {"promptfooVersion": "0.118.0"},
}


def piece(talk: str, attack: str, value: str | None, scorer: str = "SubStringScorer", **more):
    scores = [
        {"score_type": "true_false", "score_value": value,
         "scorer_class_identifier": {"__type__": scorer}}
    ] if value else []  # fmt: skip
    about = {"__type__": attack, "pyrit_version": "0.9.0"}
    found = {"role": "assistant", "conversation_id": talk, "scores": scores}
    return found | {"attack_identifier": about, "timestamp": "2026-05-06T00:00:00"} | more


PYRIT = [
    piece("a", "CrescendoAttack", "False"),
    piece("a", "CrescendoAttack", "True"),
    piece("b", "CrescendoAttack", "False"),
    piece("c", "XPIATestOrchestrator", "True"),
    piece("d", "PromptSendingAttack", "True"),
    piece("e", "PromptSendingAttack", "True", labels={"bartizan_test": "prompt-leak"}),
    piece("f", "CrescendoAttack", "True", scorer="SelfAskRefusalScorer"),
    piece("g", "CrescendoAttack", None),
]


def library(tool: str, *attacks: dict, **more: object) -> dict:
    return {"format": "bartizan-counts/1", "tool": tool, "attacks": list(attacks), **more}


PGD = {"attack": "ProjectedGradientDescentNumpy", "handled": 40, "broken": 31, "eps": 0.3,
       "norm": "linf", "budget": 100, "feature_space_only": False}  # fmt: skip


def counts(data: object) -> dict[str, tuple[int, int]]:
    return {one.test: (one.broken, one.handled) for one in foreign.read(data).counts}


def test_of_a_garak_probe_the_worst_detector_counts():
    report = foreign.read(GARAK)
    assert (report.tool, report.version, str(report.taken_on)) == ("garak", "0.13.1", "2026-03-02")
    assert counts(GARAK) == {"indirect-injection": (0, 20), "jailbreak": (6, 15)}
    assert [one.what for one in report.dropped] == ["lmrc.Bullying"]


def test_promptfoo_attempts_count_by_plugin_and_errors_do_not():
    report = foreign.read(PROMPTFOO)
    assert (report.version, str(report.taken_on)) == ("0.118.0", "2026-04-05")
    assert counts(PROMPTFOO) == {"jailbreak": (2, 3), "prompt-leak": (1, 2)}
    assert [one.what for one in report.dropped] == ["politics", "1 attempts"]


def test_of_pyrit_a_conversation_is_one_attempt():
    report = foreign.read(PYRIT)
    assert (report.tool, report.version) == ("PyRIT", "0.9.0")
    assert counts(PYRIT) == {
        "indirect-injection": (1, 1), "jailbreak": (1, 2), "prompt-leak": (1, 1)
    }  # fmt: skip
    assert [one.what for one in report.dropped] == ["PromptSendingAttack", "2 conversations"]


@pytest.mark.parametrize("tool", ["ART", "Foolbox", "art"])
def test_attacks_of_libraries_are_counts_of_their_own(tool):
    said = library(tool, {**PGD, "attack": "HopSkipJump"}, {**PGD, "attack": "Frost"}, PGD)
    report = foreign.read(said | {"version": "1.20", "model": "0" * 64, "taken_on": "2026-01-02"})
    first = report.counts[0]
    assert (first.test, first.eps, first.norm, first.budget) == ("hopskipjump", 0.3, "linf", 100)
    assert "Frost" in [one.what for one in report.dropped]
    assert report.digest == "0" * 64


def test_without_a_word_on_it_a_table_result_is_feature_space_only():
    said = {"attack": "HopSkipJump", "handled": 3, "broken": 1}
    assert foreign.read(library("ART", said)).counts[0].feature_space_only


def test_the_tests_that_libraries_stand_for_are_tests_of_ours():
    named = {test for one in (foreign.ART, foreign.FOOLBOX) for test, _ in one.tests.values()}
    assert named <= attacks.load().keys()


def test_json_and_lines_of_json_are_told_apart():
    lines = "\n".join(map(json.dumps, GARAK)).encode()
    assert foreign.parse(lines + b"\n\n") == GARAK
    for data in (PROMPTFOO, PYRIT):
        assert foreign.parse(json.dumps(data).encode()) == data
        assert foreign.parse(json.dumps(data, indent=2).encode()) == data


REFUSED = {
    "empty": (b" ", "empty"),
    "utf-16": ("{}".encode("utf-16"), "not UTF-8"),
    "no json": (b"\x80\x04pickle", "not UTF-8"),
    "nan": (b'{"a": NaN}', "NaN is not a number"),
    "second line": (b'{"entry_type": "init"}\n{"x": NaN}', "line 2"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "twice": (b'{"a": 1, "a": 2}', "stands twice"),
    "a line of lines": (b'{"a": 1}\n\n{"a": 1}\n{"a"', "line 4"),
    "large": (b'"' + b"a" * MAX_JSON + b'"', "larger than 32 MiB"),
    "lines without end": (b'{"a": 1}\n' + b"\n" * foreign.MOST_LINES + b"{}", "at most 200000"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_plain_json_is_refused_in_one_sentence(name):
    content, words = REFUSED[name]
    with pytest.raises(DocumentError) as refused:
        foreign.parse(content)
    assert words in str(refused.value)


def wrong(change: dict, of: dict = PGD) -> dict:
    return library("ART", {**of, **change})


STRANGE: list[Any] = [
    None, 7, [], {}, [[]], [{}], {"results": []}, {"results": {"results": 7}},
    {"results": {"results": [7]}}, {"results": {"results": [{"success": "yes"}]}},
    {"results": {"results": [{"success": True, "metadata": {"pluginId": [7]}}]}},
    [{"entry_type": "eval"}], [{"entry_type": "eval", "probe": "dan", "passed": 4, "total": 3}],
    [{"entry_type": "eval", "probe": ["dan"], "passed": 1, "total": 3}],
    [{"entry_type": "eval", "probe": "dan", "passed": -1, "total": 3}],
    [{"entry_type": "init"}, 7], [{"conversation_id": {}}],
    [{"conversation_id": "a", "scores": 7}], [{"conversation_id": "a", "scores": [7]}],
    library("Cleverhans", PGD), library("ART") | {"attacks": {}}, wrong({"broken": 41}),
    wrong({"handled": "40"}), wrong({"norm": "l7"}), wrong({"eps": "big"}), wrong({"odd": 1}),
    library("ART", PGD, taken_on="yesterday"), library("ART", PGD, version=[]),
]  # fmt: skip


@pytest.mark.parametrize("data", STRANGE)
def test_data_that_no_tool_wrote_is_refused_in_one_sentence(data):
    with pytest.raises(DocumentError) as refused:
        foreign.read(data)
    assert str(refused.value) and len(str(refused.value)) < 400


LEAVES = st.none() | st.booleans() | st.integers(-5, 50) | st.text(max_size=4)
ANY = st.recursive(LEAVES, lambda of: st.lists(of) | st.dictionaries(st.text(max_size=4), of))
FIELDS = {
    "entry_type": st.just("eval") | ANY, "probe": st.just("dan.X") | ANY, "passed": ANY,
    "total": ANY, "conversation_id": st.just("a") | ANY, "scores": ANY, "labels": ANY,
    "attack_identifier": ANY,
}  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.fixed_dictionaries({}, optional=FIELDS), max_size=3) | ANY)
def test_whatever_is_in_a_file_it_is_counts_or_one_sentence(data):
    try:
        report = foreign.read(data)
    except DocumentError:
        return
    assert all(0 <= one.broken <= one.handled for one in report.counts)
