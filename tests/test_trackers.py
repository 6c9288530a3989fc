"""Trackers of others, played by small real servers: what is sent, what their answers may do."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from tests import cast
from tests.strangers import Reply, Stranger
from threatmodel.models import Delivery, Ticket, Tracker
from threatmodel.services import deliveries, mitigations, pushes, tickets, trackers
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db
LISTS = ("/repos/team/model/issues?state", "/rest/api/2/search?", "/rest/api/3/search/jql?")
SECRET = "ghp_" + "s" * 36


class Keeper(Stranger):
    """GitHub, Jira and a webhook at one address; `said` replaces what it would answer."""

    def __init__(self) -> None:
        self.said: object = None
        self.status, self.headers = 200, dict[str, str]()
        self.closed = False
        super().__init__(self.reply)

    def reply(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        told = self.said if self.said is not None else self._usual(path, body)
        content = told if isinstance(told, bytes) else json.dumps(told).encode()
        return self.status, self.headers, content

    def _usual(self, path: str, body: bytes) -> object:
        if path.startswith(LISTS):
            return self._found(path)
        state = "closed" if self.closed else "open"
        at = f"{self.url}/team/model/issues/7"
        category = {"key": "done" if self.closed else "new"}
        done = {"name": "Done" if self.closed else "To do", "statusCategory": category}
        return {
            "/repos/team/model": {"has_issues": True},
            "/repos/team/model/issues": {"number": 7, "html_url": at, "state": state},
            "/repos/team/model/issues/7": {"state": state, "title": "Theirs", "html_url": at},
            "/rest/api/2/project/SEC": {"key": "SEC"},
            "/rest/api/3/project/SEC": {"key": "SEC"},
            "/rest/api/2/issue": {"id": "1", "key": "SEC-12"},
            "/rest/api/3/issue": {"id": "1", "key": "SEC-12"},
            "/rest/api/2/issue/SEC-12": {"fields": {"summary": "Theirs", "status": done}},
            "/rest/api/3/issue/SEC-12": {"fields": {"summary": "Theirs", "status": done}},
        }.get(path.partition("?")[0], {})

    def _found(self, path: str) -> object:
        """What was made here, the newest first, as each of them lists it."""
        sent = [json.loads(body) for head, _, body in self.requests if head.startswith("POST")]
        if path.startswith("/repos"):
            at = f"{self.url}/team/model/issues/7"
            return [{"number": 7, "html_url": at, "body": one["body"]} for one in sent[::-1]]
        fields = [{"description": one["fields"]["description"]} for one in sent[::-1]]
        return {"issues": [{"key": "SEC-12", "fields": one} for one in fields]}

    @property
    def made(self) -> int:
        return sum(head.startswith("POST") for head, _, _ in self.requests)


@pytest.fixture
def keeper(settings) -> Iterator[Keeper]:
    with Keeper() as running:
        settings.ALLOWED_ADDRESSES = frozenset({running.named})
        yield running


@pytest.fixture
def row(olga):
    system = cast.system(*olga)
    key = system.findings.filter(applies="yes").first().key
    values = {"title": "Limit <b>queries</b> @everyone", "due": system.as_of}
    return mitigations.plan(system, olga[1], findings=[key], values=values)


def pushed(row, by, used) -> Ticket:
    """Pushed, and carried there by who would be the worker."""
    ticket = pushes.push(row, by, used)
    deliveries.deliver(ticket.pk)
    ticket.refresh_from_db()
    return ticket


def tracker(olga, keeper, kind: str = "github", **more) -> Tracker:
    place = {"github": "team/model", "jira": "SEC"}.get(kind, "")
    values = {"url": keeper.url, "place": place, "secret": SECRET, **more}
    return trackers.set_up(*olga, kind=kind, **values)


@pytest.mark.parametrize(
    ("kind", "account", "begins"),
    [("github", "", "Bearer ghp_"), ("jira", "", "Bearer ghp_"), ("jira", "a@b.org", "Basic ")],
)
def test_a_mitigation_is_pushed_once_and_its_ticket_read_but_never_taken_over(
    olga, keeper, row, kind, account, begins
):
    used = tracker(olga, keeper, kind, account=account)
    assert "answers" in trackers.attempt(used)
    ticket = pushes.push(row, olga[1], used)
    assert keeper.made == 0 and pushes.of(ticket).state == "queued", "a worker does it"
    with pytest.raises(Refusal, match="already"):
        pushes.push(row, olga[1], used)
    for _ in range(3):
        deliveries.deliver(ticket.pk)
    ticket.refresh_from_db()
    assert pushes.of(ticket).state == "succeeded"
    posts = [one for one in keeper.requests if one[0].startswith("POST")]
    assert len(posts) == 1
    assert posts[0][1]["authorization"].startswith(begins)
    sent = posts[0][2].decode()
    assert row.title in json.dumps(json.loads(sent), ensure_ascii=False)
    assert f"/mitigations/{row.pk}/" in sent and SECRET not in sent
    keeper.closed = True
    ticket = tickets.read(ticket)
    assert ticket.is_closed and ticket.state in ("closed", "Done") and ticket.title == "Theirs"
    row.refresh_from_db()
    assert (row.status, row.version) == ("planned", 1), "what they say changes nothing of ours"


HOSTILE = [
    (200, {}, b"<html><script>alert(1)</script>"),
    (200, {}, b"[" * 100_000),
    (200, {}, b'{"number": true, "html_url": "javascript:alert(1)"}'),
    (200, {}, b'{"number": 7, "html_url": "javascript:alert(1)"}'),
    (200, {}, b'{"number": 7, "html_url": "https://user@evil/"}'),
    (200, {}, b'{"number": 7, "html_url": 7}'),
    (200, {}, b"x" * (2**20 + 1)),
    (302, {"Location": "http://169.254.169.254/"}, b""),
    (401, {}, b'{"message": "<b>who are you</b>"}'),
    (403, {}, b""),
    (404, {}, b""),
    (422, {}, b""),
    (429, {}, b""),
    (500, {}, b"Traceback"),
]


def test_hostile_answers_make_no_ticket_and_are_told_in_a_sentence_of_ours(olga, keeper, row):
    used = tracker(olga, keeper)
    for keeper.status, keeper.headers, keeper.said in HOSTILE:
        ticket = pushed(row, olga[1], used)
        words = ticket.problem
        assert words and not ticket.key and not ticket.url
        page = cast.browser(olga[1]).get(f"/mitigations/{row.pk}/").content.decode()
        assert escape(words) in page
        is_final = keeper.status in (401, 404, 422)
        assert pushes.of(ticket).state == ("failed" if is_final else "queued"), words
        tickets.remove(ticket, olga[1])
        assert len(words) < 300 and not set(words) & set("<>{}"), words
        assert "Traceback" not in words and "169.254" not in words and SECRET not in words
        used.refresh_from_db()
        assert not used.is_well and used.said
    assert not Ticket.objects.exists() and not Delivery.objects.exists()


@pytest.mark.parametrize(("kind", "account"), [("github", ""), ("jira", ""), ("jira", "a@b.org")])
def test_a_ticket_whose_answer_was_lost_is_found_again_and_never_made_twice(
    olga, keeper, row, kind, account
):
    used = tracker(olga, keeper, kind, account=account)
    keeper.said = b"<html>the gateway lost it</html>"
    ticket = pushed(row, olga[1], used)
    assert keeper.made == 1 and not ticket.key and "check the address" in ticket.problem
    keeper.said = None
    deliveries.deliver(ticket.pk)
    assert len(keeper.requests) == 1, "it waits before it is tried again"
    Delivery.objects.update(next_at=timezone.now())
    deliveries.deliver(ticket.pk)
    ticket.refresh_from_db()
    assert keeper.made == 1, "the one that was made is taken"
    assert ticket.key in ("team/model#7", "SEC-12") and not ticket.problem


def test_a_ticket_that_cannot_be_made_is_given_up_and_pushed_again_by_hand(olga, keeper, row):
    used, client = tracker(olga, keeper), cast.browser(olga[1])
    keeper.status = 503
    ticket = pushed(row, olga[1], used)
    for _ in range(20):
        Delivery.objects.filter(state="waiting").update(next_at=timezone.now())
        deliveries.deliver(ticket.pk)
    # the first attempt makes it, each later one looks first and gets no further
    assert len(keeper.requests) == 8 and keeper.made == 1
    told = client.get(f"/api/v1/tickets/{ticket.pk}/push/").json()
    assert told["state"] == "failed" and "503" in told["message"] and told["attempts"] == 8
    keeper.status, keeper.requests[:] = 200, []
    assert client.post(f"/tickets/{ticket.pk}/push/").status_code == 302
    deliveries.deliver(ticket.pk)
    ticket.refresh_from_db()
    assert ticket.key == "team/model#7" and keeper.made == 1
    assert client.get(f"/api/v1/tickets/{ticket.pk}/push/").json()["state"] == "succeeded"


def test_a_message_that_costs_its_workers_their_lives_is_given_up(olga, keeper, row):
    ticket = pushes.push(row, olga[1], tracker(olga, keeper))
    Delivery.objects.update(attempts=8)
    deliveries.deliver(ticket.pk)
    deliveries.sweep()
    assert keeper.requests == [] and pushes.of(ticket).state == "failed"


def test_the_state_of_a_ticket_is_a_strangers_text(olga, keeper, row):
    used = tracker(olga, keeper, "jira")
    ticket = pushed(row, olga[1], used)
    status = {"name": "\u202e<img src=x>\n" + "x" * 5000, "statusCategory": {"key": "done"}}
    keeper.said = {"fields": {"summary": "s" * 5000, "status": status}}
    ticket = tickets.read(ticket)
    assert len(ticket.state) <= 100 and len(ticket.title) <= 300
    assert "\u202e" not in ticket.state and "\n" not in ticket.state
    page = cast.browser(olga[1]).get(f"/mitigations/{row.pk}/").content.decode()
    assert "&lt;img src=x&gt;" in page and "<img src=x>" not in page
    for said in ({"fields": None}, {"fields": {"status": 7}}, {"fields": {"status": {}}}, []):
        keeper.said = said if said else b"[]"
        with pytest.raises(Refusal):
            tickets.read(ticket)
    ticket.refresh_from_db()
    assert ticket.problem and ticket.is_closed, "what was known stays, and that it is old is said"


def test_all_tickets_are_read_and_one_silent_tracker_costs_one_call(olga, keeper, row):
    system = row.system
    used = tracker(olga, keeper)
    others = [
        mitigations.plan(system, olga[1], findings=[], values={"title": f"M{number}"})
        for number in range(3)
    ]
    for one in others:
        pushed(one, olga[1], used)
    keeper.closed = True
    assert tickets.read_all() == 3
    assert tickets.read_all() == 0, "what was read just now is left alone"
    assert Ticket.objects.filter(is_closed=True).count() == 3
    Ticket.objects.update(read_at=timezone.now() - timedelta(hours=2))
    keeper.status, before = 500, len(keeper.requests)
    assert tickets.read_all() == 0
    assert len(keeper.requests) == before + 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "trello"}, "kind"),
        ({"place": "no slash"}, "place"),
        ({"place": "../.."}, "place"),
        ({"secret": ""}, "secret"),
        ({"secret": "two\r\nlines"}, "secret"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "http://10.0.0.1:8080"}, "url"),
        ({"url": "http://example.org"}, "url"),
        ({"url": "https://user:pass@example.org"}, "url"),
        ({"url": "https://example.org:22"}, "url"),
        ({"kind": "jira", "place": "sec"}, "place"),
        ({"kind": "webhook", "place": "", "secret": "short"}, "secret"),
    ],
)
def test_what_a_tracker_cannot_be_is_refused_naming_the_field(olga, values, field):
    usual = {"kind": "github", "url": "https://example.org", "place": "a/b", "secret": SECRET}
    with pytest.raises(Refusal) as refusal:
        trackers.set_up(*olga, **usual | values)
    assert refusal.value.field == field, refusal.value.message
    assert not Tracker.objects.exists()


def test_an_address_inside_is_called_only_where_the_operator_allows_it(olga, keeper, row, settings):
    used = tracker(olga, keeper)
    settings.ALLOWED_ADDRESSES = frozenset()
    ticket = pushed(row, olga[1], used)
    assert re.search("port|operator|runs this server", ticket.problem)
    assert keeper.requests == []


def test_a_webhook_is_signed_retried_later_each_time_and_given_up_where_it_shows(olga, keeper, row):
    hook = tracker(olga, keeper, "webhook")
    mitigations.change(row, olga[1], version=1, values={"status": "in progress"})
    (delivery,) = Delivery.objects.all()
    keeper.status, pauses = 503, []
    for attempt in range(8):
        Delivery.objects.update(next_at=timezone.now())
        deliveries.deliver(delivery.pk)
        delivery.refresh_from_db()
        assert delivery.attempts == attempt + 1
        pauses.append((delivery.next_at - timezone.now()).total_seconds())
    assert delivery.state == "dead" and delivery.answered == 503
    assert all(
        later > earlier * 1.5 for earlier, later in zip(pauses[:6], pauses[1:7], strict=True)
    )
    deliveries.deliver(delivery.pk)
    assert len(keeper.requests) == 8, "what was given up is not sent again by itself"
    page = cast.browser(olga[1]).get(f"/workspaces/{olga[0].pk}/trackers/").content.decode()
    assert "status 503" in page and SECRET not in page
    deliveries.again(delivery, olga[1])
    keeper.status = 200
    deliveries.deliver(delivery.pk)
    delivery.refresh_from_db()
    hook.refresh_from_db()
    assert delivery.state == "sent" and hook.is_well
    _, headers, body = keeper.requests[-1]
    signed = headers["x-bartizan-timestamp"].encode() + b"." + body
    expected = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(headers["x-bartizan-signature"], expected)
    told = json.loads(body)
    assert told["event"] == "mitigation.changed"
    assert told["mitigation"]["status"] == "in progress"
    assert headers["x-bartizan-delivery"] == str(delivery.pk)


def test_a_delivery_is_sent_once_however_often_the_bell_rings(olga, keeper, row):
    tracker(olga, keeper, "webhook")
    mitigations.delete(row, olga[1], version=1)
    (delivery,) = Delivery.objects.all()
    for _ in range(3):
        deliveries.deliver(delivery.pk)
    assert [one[1]["x-bartizan-event"] for one in keeper.requests] == ["mitigation.deleted"]


def test_a_removed_tracker_leaves_links_and_forgets_its_secret(olga, keeper, row):
    used = tracker(olga, keeper)
    ticket = pushed(row, olga[1], used)
    trackers.remove(used, olga[1])
    used.refresh_from_db()
    assert used.secret == ""
    ticket.refresh_from_db()
    assert ticket.url.endswith("/issues/7")
    with pytest.raises(Refusal):
        tickets.read(ticket)


def test_a_link_that_somebody_types_leads_to_the_web_only(olga, row):
    assert tickets.link(row, olga[1], " https://example.org/x ").url == "https://example.org/x"
    for url in ("javascript:alert(1)", "data:text/html,x", "//evil", "https://", "http://a b"):
        with pytest.raises(Refusal, match="https"):
            tickets.link(row, olga[1], url)
    page = cast.browser(olga[1]).get(f"/mitigations/{row.pk}/").content.decode()
    assert 'aria-label="Unlink https://example.org/x"' in page
