"""Run by bench/register.py in a process of its own: a crowded system in a throwaway SQLite."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from .django_run import product  # before Django: a folder, a database, a broker of our own
from .measure import Row, ratio, timed

GOAL = "0.25 or less"
Bytes = Callable[[], bytes]


def rows() -> Iterator[Row]:
    from tests import cast

    workspace, by = cast.workspace("bench")
    system, client = cast.system(workspace, by), cast.browser(by)
    sent(client, f"/api/v1/systems/{system.pk}/findings/")  # what is loaded once is no part of it
    for count in (1000, 5000):
        crowd(system, count)
        yield from listed(client, system, count)
    yield from opened(client, system)


def listed(client: Any, system: Any, count: int) -> Iterator[Row]:
    """The same pages by our list and by a ModelSerializer, query to bytes."""
    where = f"/api/v1/systems/{system.pk}/findings/?page_size=1000&page="
    pages = range(1, count // 1000 + 1)
    ours = timed(lambda: [sent(client, f"{where}{page}") for page in pages])
    theirs = timed(lambda: [serialized(system, (n - 1) * 1000, 1000)() for n in pages])
    yield ratio(f"list of {count} findings, query to bytes, ours / ModelSerializer", ours, theirs,
                GOAL)  # fmt: skip


def opened(client: Any, system: Any) -> Iterator[Row]:
    """The register's first page, against all rows that it filters, groups and counts, and against
    the few that it shows, which a ModelSerializer writes without looking at any other."""
    where = f"/systems/{system.pk}/findings/"
    shown = sent(client, where).count(b"<tr data-row")
    page = timed(lambda: sent(client, where))
    whole, few = timed(serialized(system, 0, 5000)), timed(serialized(system, 0, shown))
    yield ratio("register of 5,000, first page / ModelSerializer of all", page, whole, GOAL)
    yield ratio(f"register of 5,000, first page / ModelSerializer of its {shown} rows", page, few,
                "told, no goal")  # fmt: skip


def serialized(system: Any, start: int, size: int) -> Bytes:
    """All fields of these rows by the framework's own serializer and renderer."""
    from rest_framework.renderers import JSONRenderer
    from rest_framework.serializers import ModelSerializer

    from threatmodel.models import FindingRow

    class Serializer(ModelSerializer):
        class Meta:
            model = FindingRow
            exclude = ("listed",)  # ours alone; the rest is all that is stored

    def work() -> bytes:
        found = system.findings.order_by("-residual", "-score", "threat", "element")
        rendered: bytes = JSONRenderer().render(
            Serializer(found[start : start + size], many=True).data
        )
        return rendered

    return work


def sent(client: Any, where: str) -> bytes:
    """The whole of our answer, sign-in, rights and middleware included."""
    answer = client.get(where, SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    if answer.status_code != 200:
        raise RuntimeError(f"{where} answered {answer.status_code}")
    content: bytes = answer.content
    return content


def crowd(system: Any, count: int) -> None:
    """So many findings: the system's own, again and again on other elements."""
    from threatmodel.models import FindingRow

    seeds = list(system.findings.filter(applies="yes", element="c-api"))
    have, made = system.findings.count(), []
    for number in range(have, count):
        seed = seeds[number % len(seeds)]
        element = f"c-{number // len(seeds):05}"
        key = f"{seed.threat}@{element}"
        copy = {one.attname: getattr(seed, one.attname) for one in FindingRow._meta.concrete_fields}
        new = {"key": key, "element": element}
        data, listed = seed.data | new, json.dumps(json.loads(seed.listed) | new)
        copy |= {"id": None, **new, "data": data, "listed": listed}
        made.append(FindingRow(**copy))
    FindingRow.objects.bulk_create(made, ignore_conflicts=True)
    short = count - system.findings.count()
    if short:
        raise RuntimeError(f"{short} findings are missing")


def main() -> None:
    with product():
        for row in rows():
            sys.stdout.write(json.dumps(asdict(row)) + "\n")


if __name__ == "__main__":
    main()
