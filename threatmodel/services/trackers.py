"""Trackers: set up by an owner for a workspace, tried, called under the operator's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from threatmodel.gate import Person
from threatmodel.models import Delivery, Ticket, Tracker, Workspace
from threatmodel.robustness.egress import Answer, Limits
from threatmodel.robustness.errors import RobustnessError
from threatmodel.trackers import KINDS, TICKETS, Place, TrackerError, github, webhook

from . import audit, outside, vault
from .refusal import Refusal

LIMITS = Limits(total_s=10.0, answer_bytes=2**20)
MOST = 20
LONGEST_SECRET = 4000
Found = TypeVar("Found")


def set_up(
    workspace: Workspace,
    by: Person,
    *,
    kind: str,
    name: str = "",
    url: str = "",
    place: str = "",
    account: str = "",
    secret: str = "",
) -> Tracker:
    """Keep a tracker for a workspace. Nothing is sent yet; the secret is never given out again.

    Raises
    ------
    Refusal
        Naming the field that cannot be.
    """
    if kind not in KINDS:
        raise Refusal(f"A tracker is one of {', '.join(KINDS)}", field="kind")
    wanted = Place(url.strip(), place.strip(), account.strip(), secret.strip())
    if kind == "github" and not wanted.url:
        wanted = Place(github.URL, wanted.place, wanted.account, wanted.secret)
    _check(kind, wanted)
    row = Tracker(
        workspace=workspace,
        kind=kind,
        name=" ".join(name.split())[:80] or wanted.place or "Webhook",
        url=wanted.url,
        place=wanted.place,
        account=wanted.account,
        secret=vault.close(wanted.secret),
        created_by_name=by.name,
    )
    _keep(row, by)
    return row


@transaction.atomic
def _keep(row: Tracker, by: Person) -> None:
    """Under the workspace's lock, so that two at once are not both the last there is room for."""
    Workspace.objects.select_for_update().get(pk=row.workspace_id)
    if row.workspace.trackers.filter(removed_at=None).count() >= MOST:
        raise Refusal(f"A workspace has at most {MOST} trackers", code="limit")
    row.save(force_insert=True)
    audit.note(row.workspace, by, "tracker set up", f"{row.name} ({row.kind})")


def _check(kind: str, place: Place) -> None:
    adapter = TICKETS.get(kind, webhook)
    if found := adapter.fault(place):
        raise Refusal(found, field=_field_of(found))
    try:
        named = outside.door(LIMITS).check(place.url)
    except RobustnessError as error:
        said = str(error).partition(": ")[2]
        raise Refusal(said[:1].upper() + said[1:], field="url") from error
    if named.scheme == "http" and not outside.vouched(named.named):
        raise Refusal("A secret is sent over https only; use an https address", field="url")
    whole = place.secret.isascii() and place.secret.isprintable() and place.account.isprintable()
    if not whole or len(place.secret) > LONGEST_SECRET:
        message = "A secret holds plain letters, digits and signs in one line"
        raise Refusal(message, field="secret")


def _field_of(sentence: str) -> str:
    words = (("token", "secret"), ("secret", "secret"), ("address", "url"))
    return next((field for word, field in words if word in sentence), "place")


def remove(row: Tracker, by: Person) -> None:
    """Call it no more; its tickets stay as links, and its secret is forgotten."""
    with transaction.atomic():
        now = timezone.now()
        Tracker.objects.filter(pk=row.pk).update(removed_at=now, secret="")
        Delivery.objects.filter(tracker=row, state="waiting").update(
            state="dead", said="The tracker was removed", ended_at=now
        )
        Ticket.objects.filter(tracker=row, key="").update(problem="The tracker was removed")
        audit.note(row.workspace, by, "tracker removed", row.name)


def place_of(row: Tracker) -> Place:
    return Place(row.url, row.place, row.account, vault.opened(row.secret))


def call(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """The way out to a tracker."""
    return outside.door(LIMITS).request(method, url, headers, body)


def asked(row: Tracker, ask: Callable[[Place], Found]) -> Found:
    """What a tracker answers, and put down that it did or why not.

    Raises
    ------
    Refusal
        With one sentence of ours; what a stranger wrote is not in it. Of code 'invalid' where it
        would answer the same again.
    """
    try:
        found = ask(place_of(row))
    except (TrackerError, RobustnessError, Refusal) as error:
        words = str(error).removeprefix("address: ")
        put_down(row, words, well=False)
        code = "invalid" if isinstance(error, TrackerError) and error.is_final else "conflict"
        raise Refusal(f"{row.name}: {words}"[:500], code=code) from error
    put_down(row, "", well=True)
    return found


def put_down(row: Tracker, words: str, *, well: bool) -> None:
    told = {"said": words[:500], "said_at": timezone.now(), "is_well": well}
    Tracker.objects.filter(pk=row.pk).update(**told)


def attempt(row: Tracker) -> str:
    """Try whether it can be used: what was found, in a sentence."""
    if row.kind == "webhook":
        raise Refusal("A webhook is tried by a message; it shows below", code="invalid")
    adapter = TICKETS[row.kind]
    return asked(row, lambda place: adapter.look(place, call))
