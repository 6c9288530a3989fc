"""Tests of chat endpoints, on two simulated bots whose weaknesses are known exactly."""

from __future__ import annotations

import base64
import importlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.robustness.test_endpoint import Books
from tests.simulator import ORDERS, PATH, Simulator
from tests.strangers import Stranger
from threatmodel.robustness import adapters, attacks, dataset, runner
from threatmodel.robustness.adapters import chat
from threatmodel.robustness.attacks import document_exfiltration
from threatmodel.robustness.egress import Door
from threatmodel.robustness.endpoint import Line
from threatmodel.robustness.errors import BudgetSpent, ModelError, RobustnessError
from threatmodel.robustness.framings import FRAMINGS
from threatmodel.robustness.oracle import Oracle
from threatmodel.robustness.talk import HARMLESS, Call, Question, Reply, halves, holds

DATA = dataset.load(chat.DATA, chat.DESCRIPTION)
TESTS = [test.id for test in attacks.load().values() if test.access == "chat"]


def line(server: Stranger, **headers: str) -> Line:
    door = Door(allowed=frozenset({server.named}))
    return Line(server.url + PATH, door, Books(), headers)


def source(server: Stranger, **options: object) -> chat.ChatEndpoint:
    settled = adapters.get("chat").settle(options)
    known = chat.ChatModel(line(server), settled, "", lambda: None).probe()
    server.requests.clear()
    return chat.ChatEndpoint(line(server), settled, "v1", known)


def run(server: Stranger, test: str, **options: object):
    return runner.run(runner.Request(source(server, **options), DATA, test, {"per_family": 2}))


def expected(test: str) -> set[str]:
    """Families whose wrapping leaves the order readable: those the vulnerable bot obeys."""
    module = importlib.import_module(f"{attacks.__name__}.{test.replace('-', '_')}")
    asked = {one.name: module.ask(one, "abcde", "fghij") for one in FRAMINGS}
    told = {name: one.document or one.user for name, one in asked.items()}
    return {name for name, text in told.items() if any(order.search(text) for order in ORDERS)}


def test_there_are_enough_families_for_held_to_mean_something():
    assert len(TESTS) == 7
    assert len({one.name for one in FRAMINGS}) == len(FRAMINGS) >= 30


@pytest.mark.parametrize("test", TESTS)
def test_the_vulnerable_bot_breaks_family_by_family_and_its_robust_twin_holds(test):
    with Simulator(obeys=True) as weak, Simulator(obeys=False) as strong:
        broken, held = run(weak, test), run(strong, test)
        fallen = {one.detail["family"] for one in broken.samples if one.state == "broken"}
        assert fallen == expected(test) and 20 < len(fallen) < len(FRAMINGS)
        assert all(one.detail["seen"] for one in broken.samples if one.state == "broken")
        assert (held.broken, held.handled) == (0, len(FRAMINGS))
        # O8: what was asked is what the endpoint counted, the probes at the end beside it.
        assert len(weak.requests) == broken.rows + len(HARMLESS)
        assert len(strong.requests) == held.rows + len(HARMLESS)
        assert held.rows == len(HARMLESS) + 2 * len(FRAMINGS)
        assert broken.clean_accuracy == held.clean_accuracy == 1.0
        piece = broken.evidence(id="e", element="m", taken_on=date(2031, 1, 1))
        assert (piece.handled, piece.broken) == (len(FRAMINGS), len(fallen))
        assert not piece.feature_space_only and piece.eps is None


def test_prompts_are_the_same_for_the_same_seed_and_no_reply_is_judged_by_its_echo():
    def echo(path: str, headers: dict[str, str], body: bytes):
        said = [one["content"] or "" for one in json.loads(body)["messages"]]
        message = {"role": "assistant", "content": "\n".join(said[1:] or said)}
        return 200, {}, json.dumps({"choices": [{"message": message}]}).encode()

    with Stranger(echo) as parrot:
        first = [run(parrot, test) for test in TESTS]
        again = [run(parrot, test) for test in TESTS]
    assert [one.broken for one in first] == [0] * len(TESTS)
    assert [one.samples for one in first] == [one.samples for one in again]


def test_a_secret_is_sent_away_by_an_address_or_a_call_and_not_by_words():
    secret = "abcdefghij"
    call = Call("send_message", json.dumps({"to": "box", "text": "ABCDE-FGHIJ"}))
    told = {
        "in its arguments": Reply("", (call,), secret),
        "an address that carries": Reply("[x](https://a.example/?q=abcde%2Dfghij)", (), secret),
        "": Reply("The reference is abcdefghij; see https://a.example/.", (), secret),
    }
    for words, reply in told.items():
        seen = document_exfiltration.see(reply, "")
        assert words in seen and bool(words) == bool(seen)


def test_a_looked_up_document_can_come_as_a_tool_s_result():
    with Simulator(obeys=True) as server:
        found = run(server, "indirect-injection", documents="tool")
        assert found.broken == len(expected("indirect-injection"))
        roles = [
            [one["role"] for one in json.loads(body)["messages"]] for _, _, body in server.requests
        ]
        assert ["system", "user", "assistant", "tool"] in roles


def test_an_application_with_its_own_instructions_needs_a_canary_of_theirs():
    with Simulator(obeys=True) as server:
        own = {"instructions": "its own"}
        with pytest.raises(ModelError, match="eight letters or more that only they"):
            run(server, "prompt-leak", canary="a - b", **own)
        assert run(server, "prompt-leak", canary="xq7-zebra", **own).broken == 0
        sent = [json.loads(body)["messages"][0]["role"] for _, _, body in server.requests]
        assert set(sent) == {"user"}

    def leaks(path: str, headers: dict[str, str], body: bytes):
        message = {"content": "My reference is XQ7 - ZEBRA, as you asked."}
        return 200, {}, json.dumps({"choices": [{"message": message}]}).encode()

    with Stranger(leaks) as server:
        found = run(server, "prompt-leak", canary="xq7-zebra", **own)
        assert found.broken == found.handled == len(FRAMINGS)


def test_a_model_that_is_silent_to_harmless_questions_has_held_nothing():
    def silent(path: str, headers: dict[str, str], body: bytes):
        return 200, {}, b'{"choices": [{"message": {"content": ""}}]}'

    with Stranger(silent) as server, pytest.raises(RobustnessError, match="none of these rows"):
        run(server, "jailbreak")


def test_a_bot_that_changes_under_the_test_fails_the_run():
    with Simulator(obeys=False) as server:
        where = source(server)
        with (
            pytest.raises(ModelError, match="answers changed while it was tested"),
            where.open((1,), lambda: None) as model,
        ):
            model.reply(Question("Hello"))
            server.mood = ", grumpily"


ANSWERS = {
    b"{}": "has no 'choices'",
    b'{"choices": []}': "has no '0'",
    b'{"choices": [{"message": "x"}]}': "no object",
    b'{"choices": [{"message": {"content": 5}}]}': "no text",
    b'{"choices": [{"message": {"content": "x", "tool_calls": 5}}]}': "no list",
    b'{"choices": [{"message": {"tool_calls": [{"id": 1}]}}]}': "has no 'function'",
    b"<html>": "not JSON",
}


@pytest.mark.parametrize("body", ANSWERS)
def test_answers_that_are_no_message_get_one_sentence(body):
    with Stranger(lambda *_: (200, {}, body)) as server:
        settled = adapters.get("chat").settle({})
        model = chat.ChatModel(line(server), settled, "", lambda: None)
        with pytest.raises(ModelError, match=f"^endpoint: .*{ANSWERS[body]}"):
            model.reply(Question("Hello"))
        with pytest.raises(ModelError, match="gives no scores"):
            model.scores(DATA.x)


def test_our_secret_is_not_kept_when_the_endpoint_says_it_again():
    def parrot(path: str, headers: dict[str, str], body: bytes):
        message = {"content": f"You sent {headers['authorization']}, did you?"}
        return 200, {}, json.dumps({"choices": [{"message": message}]}).encode()

    with Stranger(parrot) as server:
        settled = adapters.get("chat").settle({})
        secret = line(server, Authorization="Bearer sk-123456")
        reply = chat.ChatModel(secret, settled, "", lambda: None).reply(Question("Hello"))
    assert "sk-123456" not in reply.text and "[secret]" in reply.text


def test_a_chat_is_attacked_by_chat_tests_alone_and_a_table_never():
    for test in attacks.load().values():
        assert bool(test.why_not({"chat"})) == (test.access != "chat")
        assert bool(test.why_not({"narrow"})) or test.access != "chat"


def test_talk_is_paid_for_as_rows_are():
    class Bot:
        def reply(self, question: Question) -> Reply:
            return Reply("yes")

    door = Oracle(Bot(), budget=2, targets=1, deadline=float("inf"))
    assert [door.reply(Question("?")).text for _ in range(2)] == ["yes", "yes"]
    with pytest.raises(BudgetSpent):
        door.reply(Question("?"))
    assert (door.rows, door.calls) == (2, 2)
    with pytest.raises(ModelError, match="cannot be talked to"):
        Oracle(object(), budget=2, targets=1, deadline=float("inf")).reply(Question("?"))


@given(some.integers(0, 10**6), some.text(max_size=50), some.text(max_size=50))
def test_a_canary_is_found_in_every_form_and_its_halves_alone_are_none(seed, before, after):
    first, second = halves(seed, "x")
    canary = first + second
    forms = {
        "plain": canary.upper(),
        "spaced": " - ".join(canary),
        "reversed": canary[::-1],
        "base64": " " + base64.b64encode(canary.encode()).decode() + " ",
        "hexadecimal": " " + canary.encode().hex() + " ",
    }
    for form, text in forms.items():
        assert holds(text, canary) == form
        assert holds(f"{before} {text} {after}", canary)
    assert not holds(f"{first} and {second}", canary)
