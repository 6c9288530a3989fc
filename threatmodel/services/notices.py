"""Notices: said to each person once, on the page, and by mail to who has not turned that off."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from django.utils.translation import gettext_lazy

from threatmodel import gate
from threatmodel.gate import Person, Right, roles
from threatmodel.gate.rights import RIGHTS
from threatmodel.models import Notice, NoticeWish, System

from .refusal import Refusal

log = logging.getLogger(__name__)

# What people are told of, each as its own choice.
KINDS = {
    "due": gettext_lazy("My mitigations that are due within 7 days"),
    "overdue": gettext_lazy("My mitigations that are overdue"),
    "lapsing": gettext_lazy("Acceptances of mine that end within 14 days"),
    "stale": gettext_lazy("Evidence of systems that I made or tested that went stale"),
    "ended": gettext_lazy("My runs, reports, imports and decisions about many findings that ended"),
}
KEPT = timedelta(days=90)
MOST_IN_A_MAIL = 50
MOST_MAILS = 100
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to tell one person. `occasion` is the same however often it is noticed; without a
    system it is about something that the person alone asked for."""

    user_id: int
    system: System | None
    kind: str
    occasion: str
    title: str
    path: str


def tell(said: Iterable[Said]) -> int:
    """Tell what was not told yet, to who may read it and wishes to hear of it; how many."""
    wanted = _may_hear(list(said))
    wishes = {one.user_id: one for one in NoticeWish.objects.filter(user__in=_users(wanted))}
    rows = []
    for one in wanted:
        wish = wishes.get(one.user_id)
        if wish is None or one.kind not in wish.muted:
            rows.append(_row(one, wish is None or wish.by_mail))
    known = Notice.objects.filter(user__in=_users(wanted))
    before = set(known.values_list("user_id", "occasion")) if rows else set()
    new = [row for row in rows if (row.user_id, row.occasion) not in before]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _users(said: Iterable[Said]) -> set[int]:
    return {one.user_id for one in said}


def _may_hear(said: list[Said]) -> list[Said]:
    """Without those who may not read the system any more."""
    heard = [one for one in said if one.system is None]
    by_system: dict[System, list[Said]] = defaultdict(list)
    for one in said:
        if one.system is not None:
            by_system[one.system].append(one)
    for system, many in by_system.items():
        held = roles(system, _users(many))
        heard += [one for one in many if Right.READ in RIGHTS.get(held.get(one.user_id, ""), ())]
    return heard


def _row(one: Said, by_mail: bool) -> Notice:
    return Notice(
        user_id=one.user_id,
        system=one.system,
        kind=one.kind,
        occasion=one.occasion[:200],
        title=one.title[:LONGEST],
        path=one.path[:LONGEST],
        wants_mail=by_mail,
    )


def read(by: Person, notice_id: object = None) -> None:
    """The person has seen one, or all of them."""
    mine = Notice.objects.filter(user=by.user, read_at=None)
    if notice_id is not None:
        mine = mine.filter(pk=str(notice_id))
    mine.update(read_at=timezone.now())


def wish(by: Person, *, by_mail: bool, wanted: Iterable[str]) -> None:
    """What to be told of from now on; whatever is not wanted is muted."""
    chosen = set(wanted)
    if strange := chosen - KINDS.keys():
        raise Refusal(f"There is no kind '{sorted(strange)[0][:20]}'", field="wanted")
    muted = sorted(KINDS.keys() - chosen)
    told = {"by_mail": by_mail, "muted": muted}
    NoticeWish.objects.update_or_create(user=by.user, defaults=told)
    if not by_mail:
        Notice.objects.filter(user=by.user, mailed_at=None).update(wants_mail=False)


def wish_of(by: Person) -> NoticeWish:
    return NoticeWish.objects.filter(user=by.user).first() or NoticeWish(user=by.user)


def send_mail() -> int:
    """One mail to each person who waits for some; how many mails.

    A notice is marked before it is sent: it may be lost with a mail server that breaks off, but
    nobody is told twice. What a server refuses outright is tried again at the next sweep.
    """
    waiting = Notice.objects.filter(wants_mail=True, mailed_at=None).exclude(user__email="")
    users = waiting.order_by("user").values_list("user", flat=True).distinct()[:MOST_MAILS]
    return sum(_mail(user) for user in User.objects.filter(pk__in=list(users), is_active=True))


def _mail(user: User) -> int:
    mine = Notice.objects.filter(user=user, wants_mail=True, mailed_at=None)
    # A mail may have waited for its server: what may not be read any more is not told by it.
    readable = gate.notices(Person(user)).values("pk")
    mine.exclude(pk__in=readable).update(wants_mail=False)
    rows = list(mine.select_related("system").order_by("at")[:MOST_IN_A_MAIL])
    keys = [row.pk for row in rows]
    if not rows:
        return 0
    if not Notice.objects.filter(pk__in=keys, mailed_at=None).update(mailed_at=timezone.now()):
        return 0
    try:
        _message(user, rows).send()
    except OSError as error:  # smtplib's errors are among these
        log.warning("a mail could not be sent: %s", type(error).__name__)
        Notice.objects.filter(pk__in=keys).update(mailed_at=None)
        return 0
    return 1


def _message(user: User, rows: list[Notice]) -> EmailMessage:
    """Titles and where to look; what is behind them stays where rights are checked."""
    lines = [f"- {row.title}\n  {_where(row)}{settings.BASE_URL}{row.path}" for row in rows]
    count = len(rows)
    subject = rows[0].title if count == 1 else f"{count} things wait for you"
    text = "\n".join(
        [
            *lines,
            "",
            f"What you are told of, and whether by mail: {settings.BASE_URL}/notices/",
        ]
    )
    return EmailMessage(
        subject=f"[Bartizan] {' '.join(subject.split())}",
        body=text,
        to=[user.email],
        connection=get_connection(settings.REMINDER_BACKEND),
    )


def _where(row: Notice) -> str:
    return f"{row.system.name}: " if row.system else ""


def forget() -> None:
    """What was said long ago. Its occasion is over, so it is not said again."""
    Notice.objects.filter(at__lt=timezone.now() - KEPT, read_at__isnull=False).delete()
