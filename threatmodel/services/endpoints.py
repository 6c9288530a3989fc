"""Linked endpoints: an address in place of a file, asked only as far as somebody agreed to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from threatmodel import live
from threatmodel.gate import Person
from threatmodel.live import Turn
from threatmodel.models import Endpoint, EndpointHalt, LinkedModel, System
from threatmodel.robustness import adapters, endpoint
from threatmodel.robustness.adapters import chat
from threatmodel.robustness.connections import Watch
from threatmodel.robustness.dataset import Dataset
from threatmodel.robustness.egress import Door, Limits
from threatmodel.robustness.endpoint import Line, RowEndpoint
from threatmodel.robustness.errors import RobustnessError
from threatmodel.robustness.oracle import Opened, Source
from threatmodel.robustness.speech import Format

from . import audit, models, outside, permits, vault
from .refusal import Refusal

CALL_S, ANSWER_BYTES = 30.0, 16 * 2**20
LONGEST_CONSENT = timedelta(days=366)
SHORTEST_STATEMENT = 20


@dataclass(frozen=True, slots=True)
class Address:
    """How an endpoint is reached. `secret` is sent in `header`."""

    url: str
    adapter: str
    options: Mapping[str, object]
    secret: str = ""
    header: str = "Authorization"
    version: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be asked. Cost is in whatever currency its owner counts in."""

    requests_per_run: int
    rows_per_run: int
    requests_per_day: int
    rows_per_day: int
    per_second: float = 2.0
    cost_per_request: Decimal = Decimal(0)
    cost_per_day: Decimal = Decimal(0)


def link(
    system: System,
    by: Person,
    component: str,
    address: Address,
    *,
    data: bytes = b"",
    description: bytes = b"{}",
    name: str = "",
) -> LinkedModel:
    """Link an endpoint to a component. Nothing is sent to it before somebody agrees.

    Raises
    ------
    Refusal
        Naming the field that cannot be.
    """
    spoken, options = _checked(address)
    if spoken.chat:
        data, description = chat.DATA, chat.DESCRIPTION
    described = _described(data, description)
    if described.text is not None and not spoken.texts:
        raise Refusal(f"Cannot be used here: {endpoint.NO_TEXTS}", field="data")
    row = models.new_row(system, by, component, name or "Endpoint", described, description)
    row.digest = endpoint.identity(address.version, [])
    models.store(row.dataset_file, f"{row.pk}.npz", data)
    reached = _reached(row, address, spoken, options)

    def work(turn: Turn) -> None:
        models.take(turn, by, row)
        reached.save(force_insert=True)

    try:
        live.write(system.pk, work)
    except BaseException:
        row.dataset_file.delete(save=False)
        raise
    audit.note(system.workspace, by, "endpoint linked", f"{row.name} to {component}")
    return row


def _reached(
    row: LinkedModel, address: Address, spoken: Format, options: dict[str, Any]
) -> Endpoint:
    """How the model is asked, which is not kept yet; its secret closed."""
    return Endpoint(
        model=row,
        url=address.url,
        adapter=spoken.id,
        options=options,
        secret=vault.close(address.secret),
        secret_header=address.header or "Authorization",
        version=address.version.strip()[:200],
    )


def link_upload(
    system: System,
    by: Person,
    component: str,
    address: Address,
    files: Mapping[str, UploadedFile[bytes] | None],
    name: str,
) -> LinkedModel:
    """The same with an uploaded data set."""
    return link(system, by, component, address, name=name, **models.read(files))


def options(text: str) -> dict[str, object]:
    """An adapter's options from JSON; Refusal where that is no object."""
    try:
        said = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise Refusal(
            'The options are not JSON, such as {"answers": "scores"}', field="options"
        ) from None
    if not isinstance(said, dict):
        raise Refusal("The options are a JSON object", field="options")
    return said


def _checked(address: Address) -> tuple[Format, dict[str, Any]]:
    try:
        place = outside.door(Limits()).check(address.url)
        spoken = adapters.get(address.adapter)
        options = spoken.settle(address.options)
    except RobustnessError as error:
        named, _, said = str(error).partition(": ")
        field = {"address": "url"}.get(named, named.partition(".")[0])
        message = f"{named}: {said}" if "." in named else said[:1].upper() + said[1:]
        raise Refusal(message, field=field) from error
    if address.secret and place.scheme == "http" and not outside.vouched(place.named):
        message = "A secret is sent over https only; use an https address"
        raise Refusal(message, field="url")
    if address.secret and not _sendable(address):
        message = "A secret and its header hold plain letters, digits and signs in one line"
        raise Refusal(message, field="secret")
    return spoken, options


def _sendable(address: Address) -> bool:
    header = (address.header or "Authorization").replace("-", "")
    secret = address.secret.isascii() and address.secret.isprintable()
    return header.isascii() and header.isalnum() and secret and len(address.secret) <= 4000


def _described(data: bytes, description: bytes) -> Dataset:
    if not data:
        message = "Give a data set (npz), so that there is something to ask about"
        raise Refusal(message, field="data")
    return models.described(data, description)


def agree(row: LinkedModel, by: Person, statement: str, until: date, budget: Budget) -> None:
    """Put down that somebody who may agree to tests does so, until a day and within a budget.

    Raises
    ------
    Refusal
        When the statement says nothing, the day is past or too far, or a budget is no budget.
    """
    _require(row)
    today = timezone.now().date()
    if len(statement.strip()) < SHORTEST_STATEMENT:
        message = "Say in a sentence who owns the endpoint and who agreed to these tests"
        raise Refusal(message, field="statement")
    if not today <= until <= today + LONGEST_CONSENT:
        raise Refusal("Choose a day from today to one year from now", field="until")
    _check_budget(budget)
    values = {name: getattr(budget, name) for name in Budget.__dataclass_fields__}
    with transaction.atomic():
        Endpoint.objects.filter(pk=row.pk).update(
            statement=statement.strip()[:2000],
            agreed_by=by.user,
            agreed_by_name=by.name,
            agreed_at=timezone.now(),
            agreed_until=until,
            **values,
        )
        audit.note(row.system.workspace, by, "tests agreed to", f"{row.name} until {until}")


def _check_budget(budget: Budget) -> None:
    for name in ("requests_per_run", "rows_per_run", "requests_per_day", "rows_per_day"):
        if not 1 <= getattr(budget, name) <= 10**8:
            raise Refusal("Must be from 1 to 100,000,000", field=name)
    if not 0.01 <= budget.per_second <= 1000:
        raise Refusal("Must be from 0.01 to 1000 requests a second", field="per_second")
    if not 0 <= budget.cost_per_request <= 10**5:
        raise Refusal("Must be from 0 to 100,000", field="cost_per_request")
    if not 0 <= budget.cost_per_day <= 10**9:
        raise Refusal("Must be from 0 to 1,000,000,000", field="cost_per_day")


def stop(row: LinkedModel, by: Person, because: str = "") -> None:
    """Send nothing to it from now on; what runs against it ends with its next request."""
    _require(row)
    with transaction.atomic():
        permits.halt_one(row.pk, by.name, because.strip() or "no reason was given")
        audit.note(row.system.workspace, by, "endpoint stopped", row.name)


def resume(row: LinkedModel, by: Person) -> None:
    _require(row)
    with transaction.atomic():
        Endpoint.objects.filter(pk=row.pk).update(
            stopped_at=None, stopped_by_name="", stopped_because=""
        )
        audit.note(row.system.workspace, by, "endpoint allowed again", row.name)


def _require(row: LinkedModel) -> None:
    if of(row) is None:
        raise Refusal("This model was uploaded; only endpoints are agreed to", field="model")


def of(row: LinkedModel) -> Endpoint | None:
    """The endpoint behind a linked model; None for an uploaded one."""
    return Endpoint.objects.filter(pk=row.pk).first()


@dataclass(frozen=True, slots=True)
class Reached:
    """A linked endpoint as something that a run can open (a `Source`). `payer` is the run."""

    row: LinkedModel
    endpoint: Endpoint
    described: Dataset
    payer: str

    @contextmanager
    def open(self, row: tuple[int, ...], watch: Watch) -> Iterator[Opened]:
        """Look at its identity, then hand it over; at the end it must still be the same.

        Raises
        ------
        RobustnessError
            When it may not be called, does not answer, or changed meanwhile; one sentence.
        """
        limits = Limits(CALL_S, ANSWER_BYTES)
        with (
            closing(outside.door(limits, keep=True)) as door,
            self._known(door, watch).open(row, watch) as model,
        ):
            yield model

    def _known(self, door: Door, watch: Watch) -> Source:
        reached = self.endpoint
        spoken = adapters.get(reached.adapter)
        line = Line(reached.url, door, permits.Permit(reached.pk, self.payer), _headers(reached))
        if spoken.chat:
            said = chat.ChatModel(line, reached.options, "", watch).probe()
            named = _identified(self.row, reached, said, chat.alike(reached.probes, said))
            return chat.ChatEndpoint(line, reached.options, named, said)
        probes = endpoint.probe_rows(self.described.x)
        model = endpoint.EndpointModel(line, spoken, reached.options, self.described.shape, watch)
        told = model.probe(probes)
        named = _identified(self.row, reached, told, endpoint.alike(reached.probes, told))
        return RowEndpoint(line, spoken, reached.options, named, probes, told)


def source(row: LinkedModel, described: Dataset, payer: str) -> Source | None:
    """What a run opens to reach a linked endpoint; None for an uploaded model."""
    found = of(row)
    return Reached(row, found, described, payer) if found else None


def _headers(reached: Endpoint) -> dict[str, str]:
    try:
        secret = vault.opened(reached.secret)
    except Refusal as refusal:
        raise RobustnessError(f"endpoint: {refusal.message}") from refusal
    if not secret:
        return {}
    bearer = reached.secret_header.lower() == "authorization" and " " not in secret
    return {reached.secret_header: f"Bearer {secret}" if bearer else secret}


def _identified(row: LinkedModel, reached: Endpoint, told: list[Any], same: bool) -> str:
    """The identity that holds now. Other answers than last time give another one: what was held
    against the former one is stale from then on."""
    known = endpoint.identity(reached.version, reached.probes)
    if same and row.digest == known:
        return known
    kept = reached.probes if same else told
    named = endpoint.identity(reached.version, kept)

    def work(turn: Turn) -> None:
        first = reached.probed_at is None
        now = timezone.now()
        Endpoint.objects.filter(pk=row.pk).update(
            probes=kept, probed_at=now, changed_at=None if first else now
        )
        LinkedModel.objects.filter(pk=row.pk).update(digest=named)
        row.digest = named
        turn.note("model", None, told=[models.told(row, "met" if first else "answers changed")])
        turn.take_inputs()

    live.write(row.system_id, work)
    return named


def stop_all(because: str) -> None:
    """Send nothing to any endpoint, whoever agreed to it, until it is taken back."""
    with transaction.atomic():
        EndpointHalt.objects.create(because=because[:500])
        audit.note(None, None, "all endpoints stopped", because)


def resume_all() -> None:
    with transaction.atomic():
        EndpointHalt.objects.all().delete()
        audit.note(None, None, "endpoints allowed again", "all")


def overview() -> list[str]:
    """A line for each linked endpoint: whether it may be called, and what it was asked today."""
    linked = Endpoint.objects.filter(model__deleted_at=None).select_related("model")
    lines = []
    for one in linked.order_by("model__created_at"):
        today = permits.spent(one)
        asked = f"{today.requests:,} requests, {today.rows:,} rows today"
        lines.append(f"{one.model.name}  {one.url}  {asked}  {permits.refusal(one) or 'may run'}")
    return lines or ["No endpoint is linked."]
