"""Results that were measured elsewhere: who vouches for them, and what is refused."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import cast
from tests.linking import DEMO, link
from threatmodel.robustness import signing as signatures
from threatmodel.rows import read_inputs
from threatmodel.services import models, runs, signing

pytestmark = pytest.mark.django_db
FAST = {"budget": 60, "samples": 30}


def attack(tmp_path, private: str = "", **options: object) -> dict:
    """What the command prints for the demo's model."""
    if private:
        (tmp_path / "key").write_text(private + "\n")
        options["sign"] = tmp_path / "key"
    out = io.StringIO()
    model, chosen = DEMO / "model.onnx", {"test": "hopskipjump", "format": "json", **FAST}
    call_command("attack", model, DEMO, stdout=out, **chosen | options)
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """One unsigned result for all tests that change it."""
    return attack(tmp_path_factory.mktemp("attack"))


@pytest.fixture
def key(olga):
    return signing.make(*olga, "lab")


def post(client, url, result, element="c-api"):
    return cast.send(client, "post", url + "evidence/", {"element": element, "result": result})


def verdict(client, url):
    return client.get(url + "findings/evasion-query@c-api/").json()["verdict"]


def test_a_signed_result_moves_its_finding_at_once(client, url, key, measured):
    before = verdict(client, url)
    made = post(client, url, signatures.sign(measured, key[1]))
    assert made.status_code == 201
    (row,) = made.json()["evidence"]
    assert (row["origin"], row["adopted"], row["signed_with"]) == ("signed", True, "lab")
    assert (row["test"], row["broken"]) == ("hopskipjump", measured["summary"]["k"])
    assert (before, verdict(client, url)) == ("untested", "broken")


def test_an_unsigned_result_waits_for_an_approver(client, url, measured):
    (row,) = post(client, url, measured).json()["evidence"]
    assert (row["origin"], row["adopted"], row["tool"]) == ("imported", False, "manage.py attack")
    assert verdict(client, url) == "untested"
    client.post(f"/api/v1/evidence/{row['id']}/adopt/")
    assert verdict(client, url) == "broken"


def test_the_command_and_the_server_measure_the_same(tmp_path, olga, system, key):
    here = attack(tmp_path, key[1])
    assert signatures.verify(here, key[0].public)
    run = runs.start(link(system, olga[1]), olga[1], "hopskipjump", FAST)
    runs.execute(str(run.pk))
    run.refresh_from_db()
    # How many calls carry the rows depends on how fast the machine is, what they find does not.
    timed = ("seconds", "calls")
    told = {name: value for name, value in run.result["summary"].items() if name not in timed}
    assert told == {name: here["summary"][name] for name in told}
    assert run.result["samples"] == here["samples"]


def later(**more) -> str:
    return (timezone.now() + timedelta(**more)).isoformat()


def inside(result, part: str, **changed) -> dict:
    return {**result, part: {**result[part], **changed}}


REFUSED = {
    "no format": (lambda one: {**one, "format": "x/1"}, "not a result of manage.py attack"),
    "no nonce": (lambda one: {**one, "nonce": "7"}, "no nonce"),
    "no moment": (lambda one: {**one, "taken_at": 7}, "when it was taken"),
    "no zone": (lambda one: {**one, "taken_at": "2026-01-31T12:00:00"}, "when it was taken"),
    "tomorrow": (lambda one: {**one, "taken_at": later(days=1)}, "in the future"),
    "no evidence": (lambda one: {**one, "evidence": []}, "not a mapping"),
    "no summary": (lambda one: {**one, "summary": None}, "do not tell the same"),
    "more broken": (lambda one: inside(one, "evidence", broken=31), "More were broken"),
    "fewer broken": (lambda one: inside(one, "evidence", broken=0), "do not tell the same"),
    "model": (lambda one: inside(one, "evidence", digest="d"), "model's digest"),
    "data": (lambda one: inside(one, "summary", data="d"), "data set's digest"),
    "test": (lambda one: inside(inside(one, "evidence", test="t"), "summary", test="t"), "'t'"),
    "version": (lambda one: inside(one, "evidence", test_version="0"), "run it again"),
    "count": (lambda one: inside(one, "evidence", handled="40"), "not a number"),
    "odd": (lambda one: inside(one, "evidence", odd=1), "no such property"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_result_that_cannot_be_taken_is_refused_in_one_sentence(
    client, url, system, key, measured, name
):
    change, words = REFUSED[name]
    answer = post(client, url, signatures.sign(change(measured), key[1]))
    assert answer.status_code == 400 and words in answer.json()["error"]["message"]
    assert not system.evidence.exists()


def test_a_changed_result_an_unknown_key_and_a_revoked_one_are_refused(
    client, url, olga, system, key, measured
):
    signed = signatures.sign(measured, key[1])
    foreign = signatures.sign(measured, signatures.make()[0])
    answers = [post(client, url, {**signed, "nonce": "0" * 32}), post(client, url, foreign)]
    answers += [post(client, url, {**signed, "signature": odd}) for odd in ("x", [], {"key": 7})]
    signing.revoke(key[0], olga[1])
    answers.append(post(client, url, signed))
    assert {answer.status_code for answer in answers} == {400}
    said = [answer.json()["error"]["message"] for answer in answers]
    assert "changed after it was signed" in said[0] and "revoked" in said[-1]
    assert all("does not know" in one for one in said[1:-1])
    assert not system.evidence.exists()


def test_a_key_of_another_workspace_vouches_for_nothing_here(client, url, measured):
    mallory = cast.outsider()
    _, theirs = signing.make(mallory.user.memberships.get().workspace, mallory, "theirs")
    assert post(client, url, signatures.sign(measured, theirs)).status_code == 400


def test_a_result_comes_in_once(client, url, system, key, measured):
    signed = signatures.sign(measured, key[1])
    assert post(client, url, signed).status_code == 201
    assert post(client, url, signed).status_code == 409
    assert system.evidence.count() == 1


def test_a_copy_without_its_signature_keeps_the_signed_result_out_nowhere(
    client, url, system, key, measured
):
    signed = signatures.sign(measured, key[1])
    assert post(client, url, measured, "c-data").status_code == 201
    assert verdict(client, url) == "untested"
    assert post(client, url, measured).status_code == 409, "nobody vouches for it, but it is known"
    assert post(client, url, signed).status_code == 201
    assert verdict(client, url) == "broken"
    again = [post(client, url, one).status_code for one in (signed, measured)]
    assert (again, system.evidence.count()) == ([409, 409], 2)


def test_a_result_about_another_model_than_the_linked_one_is_refused(
    client, url, olga, system, key, measured
):
    row = link(system, olga[1])
    signed = signatures.sign(measured, key[1])
    type(row).objects.filter(pk=row.pk).update(digest="0" * 64)
    assert "is linked there" in post(client, url, signed).json()["error"]["message"]
    models.unlink(row, olga[1])
    assert post(client, url, signed).status_code == 201


def test_without_a_linked_model_the_newest_signed_result_says_which_one_stands(
    client, url, system, key, measured
):
    other = inside(inside(measured, "evidence", digest="0" * 64), "summary", model="0" * 64)
    post(client, url, signatures.sign(measured, key[1]))
    assert [one.current for one in read_inputs(system).evidence] == [True]
    post(client, url, signatures.sign({**other, "nonce": "1" * 32}, key[1]))
    assert [one.current for one in read_inputs(system).evidence] == [False, True]


def test_what_names_no_model_is_about_the_one_that_stands_when_it_is_adopted(
    client, url, olga, system
):
    counts = {"element": "c-api", "test": "square", "family": "f", "handled": 40, "broken": 2}
    row = cast.send(client, "post", url + "evidence/", counts).json()
    model = link(system, olga[1])
    client.post(f"/api/v1/evidence/{row['id']}/adopt/")
    assert [(one.digest, one.current) for one in read_inputs(system).evidence] == [
        (model.digest, True)
    ]


def test_the_same_as_a_file(client, url, key, measured):
    file = SimpleUploadedFile("r.json", json.dumps(signatures.sign(measured, key[1])).encode())
    answer = client.post(url + "evidence/", {"element": "c-api", "file": file})
    assert answer.status_code == 201
    assert answer.json()["evidence"][0]["source"]["file"] == "r.json"


def upload(client, url, data: object, name: str = "r.json"):
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    body = {"element": "c-api", "file": SimpleUploadedFile(name, content)}
    return client.post(url + "evidence/", body)


ART_RESULT = {
    "format": "bartizan-counts/1", "tool": "ART", "version": "1.20.1", "taken_on": "2026-01-02",
    "attacks": [
        {"attack": "HopSkipJump", "handled": 40, "broken": 30, "eps": 0.3, "norm": "l2",
         "eps_reason": "seen in practice", "budget": 1000, "feature_space_only": False},
        {"attack": "Frost", "handled": 5, "broken": 1},
    ],
}  # fmt: skip


def test_a_result_of_another_tool_weighs_nothing_until_it_is_adopted(client, url, system):
    told = upload(client, url, ART_RESULT).json()
    assert told["tool"] == "ART" and [one["what"] for one in told["dropped"]] == ["Frost"]
    (row,) = told["evidence"]
    assert (row["tool_version"], row["adopted"], row["taken_on"]) == ("1.20.1", False, "2026-01-02")
    (line,) = client.get(url + "findings/evasion-query@c-api/").json()["ledger"]
    assert line["weight"] == 0
    client.post(f"/api/v1/evidence/{row['id']}/adopt/")
    assert verdict(client, url) == "broken"
    assert upload(client, url, ART_RESULT).status_code == 409
    assert system.evidence.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x80\x04pickle", "UTF-8"),
        (b'{"a": NaN}', "NaN"),
        (b"[" * 50_000, "nested too deeply"),
        ([[[[1]]]], "no result of garak"),
        ({"x": 1}, "no result of garak"),
        ({**ART_RESULT, "attacks": [ART_RESULT["attacks"][1]]}, "none of ours"),
        ({**ART_RESULT, "taken_on": "2999-01-01"}, "in the future"),
        ({**ART_RESULT, "version": "a\0b"}, "cannot be stored"),
    ],
)
def test_a_file_of_no_tool_is_refused_in_one_sentence(client, url, system, data, words):
    answer = upload(client, url, data)
    assert answer.status_code == 400 and words in answer.json()["error"]["message"]
    assert not system.evidence.exists()


def test_the_command_refuses_what_is_no_key_before_it_runs(tmp_path):
    with pytest.raises(CommandError, match="not a signing key"):
        attack(tmp_path, "hunter2")
    with pytest.raises(CommandError, match="only a result in JSON"):
        attack(tmp_path, signatures.make()[0], format="text")
