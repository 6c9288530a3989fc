"""Every copy of a system becomes the server's, whatever the way between them loses or repeats."""

from __future__ import annotations

import random
import uuid
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import cast
from tests.cast import change
from tests.replica import Replica
from threatmodel import events, live
from threatmodel.gate import Person
from threatmodel.live import history
from threatmodel.models import System
from threatmodel.services import rooms
from threatmodel.services.operations import Answer, Submission, apply_operations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.store]
ELEMENTS = ("c-api", "c-user", "c-data", "c-new", "c-more")
EXAMPLES = 6


def any_change(chance: random.Random) -> dict[str, Any]:
    """Adds, removes, moves and names few elements, so that people meet at them."""
    id, die = chance.choice(ELEMENTS), chance.random()
    if die < 0.15:
        return change("component", id, remove=True)
    if die < 0.35:
        return change("component", id, add={"type": "other", "name": "Back"})
    if die < 0.5:
        ends = chance.sample(ELEMENTS, 2)
        flow = {"kind": "data", "source": ends[0], "target": ends[1]}
        return change("flow", f"f-{uuid.uuid4()}", add=flow)
    if die < 0.6:
        return change("component", id, set={"zone": chance.choice(["z-net", "z-prod"])})
    if die < 0.65:
        return change("zone", chance.choice(["z-net", "z-prod"]), remove=True)
    return change("component", id, set={"name": str(chance.random())})


class Client:
    """Edits at once, hears later: frames wait in a network that may lose, repeat and mix them."""

    def __init__(self, system: System, person: Person) -> None:
        self.system, self.person = system, person
        self.replica = Replica()
        self.replica.take(shown(system))
        self.waiting: list[dict[str, Any]] = []
        self.unanswered: dict[uuid.UUID, Submission] = {}
        self.acked: list[uuid.UUID] = []

    def send(self, one: Submission) -> Answer:
        self.unanswered[one.id] = one
        (answer,) = apply_operations(self.system.pk, [one])
        return answer

    def hear(self, answer: Answer) -> None:
        self.unanswered.pop(answer.id, None)
        if not answer.code:
            self.acked.append(answer.id)

    def return_to_line(self) -> None:
        """What a browser does after a reconnect: ask for what is missing, send again what waits."""
        for one in list(self.unanswered.values()):
            self.hear(self.send(one))
        while True:
            self.replica.take(rooms.missed(str(self.system.pk), self.replica.revision))
            if not self.replica.behind:
                return


class Meeting:
    def __init__(self, clients: int, seed: int) -> None:
        live.forget()
        self.random = random.Random(seed)
        space, olga = cast.workspace(f"olga-{uuid.uuid4()}")
        self.system = cast.system(space, olga)
        people = [cast.member(space, "editor", f"e-{uuid.uuid4()}") for _ in range(clients)]
        self.clients = [Client(self.system, person) for person in people]

    def step(self, client: Client) -> None:
        one = self.edit(client)
        before = System.objects.get(pk=self.system.pk).revision
        answer = client.send(one)
        self.tell(before)
        if self.random.random() < 0.7:  # the others' acks are lost on the way
            client.hear(answer)
        if self.random.random() < 0.2:  # sent twice, answered alike
            assert client.send(one) == answer
        for other in self.clients:
            self.deliver(other)

    def edit(self, client: Client) -> Submission:
        if client.acked and self.random.random() < 0.2:
            op = self.random.choice(client.acked)
            return Submission(uuid.uuid4(), client.person, undoes=op)
        return Submission(uuid.uuid4(), client.person, [any_change(self.random)])

    def tell(self, before: int) -> None:
        """The transaction's frame, to everybody: some never get it."""
        entries = list(self.system.log.filter(revision__gt=before).order_by("revision"))
        if not entries:
            return
        items = [history.item(one) for one in entries]
        frame = {"t": "revisions", "from": before, "to": entries[-1].revision, "items": items}
        for client in self.clients:
            client.waiting += [frame] * self.random.choice([0, 1, 1, 1, 2])

    def deliver(self, client: Client) -> None:
        self.random.shuffle(client.waiting)
        for _ in range(self.random.randint(0, len(client.waiting))):
            client.replica.take(client.waiting.pop())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(clients=st.integers(2, 4), steps=st.integers(5, 25), seed=st.integers(0, 2**32))
def test_every_replica_equals_the_servers_document(clients: int, steps: int, seed: int) -> None:
    meeting = Meeting(clients, seed)
    for _ in range(steps):
        meeting.step(meeting.random.choice(meeting.clients))
    for client in meeting.clients * 2:  # what one sends again is news to those who came before
        client.return_to_line()
    server = shown(meeting.system)
    log = set(meeting.system.log.values_list("op", flat=True))
    for client in meeting.clients:
        assert client.replica.revision == server["revision"]
        assert client.replica.document() == server["document"]
        assert not client.unanswered
    revisions = list(meeting.system.log.order_by("revision").values_list("revision", flat=True))
    assert revisions == list(range(1, server["revision"] + 1)), "the log has no gap"
    assert len(log) == len(revisions), "nothing is applied twice"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), steps=st.integers(2, 12))
def test_undo_never_takes_back_what_another_did(seed: int, steps: int) -> None:
    """One works on names and takes everything back; of the other's notes none is touched."""
    meeting = Meeting(2, seed)
    mine, theirs = meeting.clients
    done: list[uuid.UUID] = []
    notes: dict[str, str] = {}
    for number in range(steps):
        id = meeting.random.choice(ELEMENTS[:3])
        values = {"name": f"Mine {number}", "note": f"Mine {number}"}
        one = Submission(uuid.uuid4(), mine.person, [change("component", id, set=values)])
        assert not mine.send(one).code
        done.append(one.id)
        id = meeting.random.choice(ELEMENTS[:3])
        notes[id] = f"Theirs {number}"
        note = change("component", id, set={"note": notes[id]})
        assert not theirs.send(Submission(uuid.uuid4(), theirs.person, [note])).code
        if meeting.random.random() < 0.5:
            undo = Submission(uuid.uuid4(), mine.person, undoes=done.pop())
            assert not mine.send(undo).code
            kept(meeting, notes, done)
    for op in reversed(done):
        assert not mine.send(Submission(uuid.uuid4(), mine.person, undoes=op)).code
    names = {one["id"]: one.get("name") for one in drawn(meeting)}
    assert names == {one["id"]: one["name"] for one in cast.drawing()["components"]}


def drawn(meeting: Meeting) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = shown(meeting.system)["document"]["components"]
    return components


def shown(system: System) -> dict[str, Any]:
    """What a newcomer reads on the line."""
    told: dict[str, Any] = orjson.loads(events.encode(rooms.welcome(str(system.pk))))
    return told


def kept(meeting: Meeting, notes: dict[str, str], mine_open: list[uuid.UUID]) -> None:
    """A note that the other wrote last stands, unless I wrote over it afterwards."""
    for one in drawn(meeting):
        if one["id"] in notes:
            assert one.get("note", "").startswith(("Theirs", "Mine")), one
