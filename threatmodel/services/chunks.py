"""A run at work: planned once, its chunks shared by the workers, gathered by whoever is last.

The run itself is held only while it is planned. From then on its chunks are: each is claimed with
a lease of its own and kept when it is done, so what a lost worker had in hand is done again and
nothing else. A run ends by one update that finds it running, hence once.
"""

from __future__ import annotations

import logging
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from threatmodel import events
from threatmodel.gate import NotFound
from threatmodel.models import Chunk, LinkedModel, Run
from threatmodel.models.job import JobState
from threatmodel.robustness import chunks, dataset, policy, runner, settling
from threatmodel.robustness.adapters import onnx
from threatmodel.robustness.chunks import Planned
from threatmodel.robustness.errors import RobustnessError, TimedOut
from threatmodel.robustness.oracle import Source

from . import endpoints, gathering, jobs, progress

log = logging.getLogger(__name__)

TASK, ENDPOINT_TASK = "run_test", "ask_endpoint"
LEASE = timedelta(seconds=30)
WAITING = timedelta(seconds=20)
LONGEST = timedelta(hours=6)
TOLD_S = 0.3
WORK_S = 60.0  # then others have their turn
MOST_HELPERS = 7
DIED = "run: its worker was lost three times"
BROKEN = "run: something went wrong here; the log has details"
TOO_LONG = "run: it took longer than a run may take"


def work(run_id: str) -> None:
    """What a worker does when it is rung for. Harmless when called twice, or by several."""
    run = jobs.claim(Run, uuid.UUID(run_id), LEASE)
    if run is not None:
        _guarded(run, run)
        return
    run = Run.objects.filter(pk=run_id, state=JobState.RUNNING, plan__isnull=False).first()
    if run is not None:
        chunk = take(run)
        if chunk is not None or gathering.is_ready(run):
            _guarded(run, chunk)


def bell(model: LinkedModel) -> str:
    """Who is rung for: what waits for endpoints has workers of its own, or the last turn."""
    return ENDPOINT_TASK if endpoints.of(model) else TASK


def take(run: Run) -> Chunk | None:
    """The next chunk that nobody holds; several workers may look at the same moment."""
    waiting = jobs.free(run.chunks.order_by("number"))
    for chunk_id in waiting.values_list("pk", flat=True)[: MOST_HELPERS + 1]:
        chunk = jobs.claim(Chunk, chunk_id, LEASE)
        if chunk is not None:
            return chunk
    return None


def request_of(run: Run) -> runner.Request:
    """What the run asks for, with its files read.

    Raises
    ------
    RobustnessError
        When a file is not what was uploaded.
    """
    model = run.model
    with model.dataset_file.open("rb") as data:
        described = dataset.load(data.read(), model.dataset["description"].encode())
    source = endpoints.source(model, described, str(run.pk)) or _file(model)
    return runner.Request(source, described, run.test, run.params)


def _file(model: LinkedModel) -> Source:
    with model.file.open("rb") as file:
        content = file.read()
    if onnx.digest(content) != model.digest:
        raise RobustnessError("model: its file has changed since it was uploaded; upload it again")
    level = policy.level_for(model.digest, allow_basic=settings.ALLOW_BASIC_SANDBOX)
    return onnx.OnnxFile(content, level, call_s=float(settings.MODEL_CALL_SECONDS))


def _guarded(run: Run, held: Run | Chunk | None) -> None:
    """Work with what is held; whatever goes wrong with it ends the run."""
    with jobs.Hold(held, LEASE) as hold:
        try:
            Worker(run, hold).go()
        except jobs.Lost:
            log.info("run %s has ended, or is another worker's", run.pk)
            return
        except TimedOut as error:
            _fail(run, hold, JobState.TIMED_OUT, str(error))
        except (RobustnessError, NotFound) as error:
            _fail(run, hold, JobState.FAILED, str(error))
        except Exception:
            log.exception("run %s failed", run.pk)
            _fail(run, hold, JobState.FAILED, BROKEN)
    progress.tell(run)


def _fail(run: Run, hold: jobs.Hold, state: JobState, message: str) -> None:
    """End the run, unless this worker has been replaced meanwhile."""
    try:
        with transaction.atomic():
            hold.write()
            progress.close(run, state, message)
    except jobs.Lost:
        log.warning("run %s was taken over by another worker", run.pk)


class Worker:
    """One worker's part in one run, the model open while there is something to do."""

    def __init__(self, run: Run, hold: jobs.Hold) -> None:
        self.run, self.hold = run, hold
        self._until = time.monotonic() + WORK_S
        self._told = 0.0

    def go(self) -> None:
        request = request_of(self.run)
        if self.hold.job is not None:
            with request.model.open(request.dataset.shape, self.hold.look) as model:
                self._attack(runner.Session(request, model, self._tell, self._look))
        if gathering.is_ready(self.run):
            gathering.gather(self.run, request)

    def _attack(self, session: runner.Session) -> None:
        if isinstance(self.hold.job, Run):
            self._plan(session)
        planned = Planned.from_json(self.run.plan or {})
        while isinstance(self.hold.job, Chunk):
            self._do(session, planned, self.hold.job)
            self.hold.job = self._next()

    def _plan(self, session: runner.Session) -> None:
        """Settle what is attacked, keep it with the chunks, and call others to help."""
        self.hold.write(message="Asking about the rows as they are")
        progress.tell(self.run)
        planned = session.plan()
        cut = runner.chunks(session.request, planned)
        targets = len(planned.targets)
        expected = planned.rows + settling.expected(session.test, session.values, targets)
        with transaction.atomic():
            self.hold.write(
                plan=planned.to_json(), expected=expected, rows=planned.rows, calls=planned.calls
            )
            jobs.write(self.run, lease_until=None)
            Chunk.objects.bulk_create(
                Chunk(run=self.run, number=number, targets=some) for number, some in enumerate(cut)
            )
            rung = bell(self.run.model)
            for _ in cut[1 : 1 + MOST_HELPERS]:
                events.enqueue(rung, self.run.pk)
        self.run.refresh_from_db()
        self.hold.job = take(self.run)

    def _do(self, session: runner.Session, planned: Planned, chunk: Chunk) -> None:
        deaths = Run.objects.values_list("deaths", flat=True).get(pk=self.run.pk)
        done = session.work(planned, tuple(chunk.targets), deaths)
        with transaction.atomic():
            found, notes = chunks.to_json(done.found), list(done.notes)
            told = {"found": found, "notes": notes, "rows": done.rows, "calls": done.calls}
            jobs.end(chunk, JobState.SUCCEEDED, "", progress=1, **told)
            if done.deaths:
                Run.objects.filter(pk=self.run.pk).update(deaths=F("deaths") + done.deaths)
        self.hold.job = None
        progress.add_up(self.run)

    def _next(self) -> Chunk | None:
        """Another chunk, or none when others wait for this worker."""
        if time.monotonic() < self._until:
            return take(self.run)
        events.enqueue(bell(self.run.model), self.run.pk)
        return None

    def _look(self) -> bool:
        """Never says that the run is cancelled: one that is has ended, and the hold is lost."""
        self.hold.look()
        return False

    def _tell(self, rows: int, calls: int) -> None:
        """Show how far it is, a few times a second at most."""
        if time.monotonic() - self._told < TOLD_S:
            return
        self._told = time.monotonic()
        self.hold.write(rows=rows, calls=calls)
        progress.add_up(self.run)


def sweep() -> None:
    """Send again what was lost, and end what keeps killing its workers or goes on for ever."""
    for run in jobs.poison(Run):
        if jobs.stop(run, JobState.FAILED, DIED):
            progress.tell(run)
    for chunk in jobs.poison(Chunk):
        _give_up(chunk.run, JobState.FAILED, DIED)
    going = Run.objects.filter(state=JobState.RUNNING)
    for run in going.filter(started_at__lt=Now() - LONGEST):
        _give_up(run, JobState.TIMED_OUT, TOO_LONG)
    unplanned = jobs.lost(Run, WAITING).values_list("pk", flat=True)
    lost = jobs.lost(Chunk, WAITING).values_list("run", flat=True)
    done = going.filter(plan__isnull=False).exclude(chunks__state__in=jobs.ACTIVE)
    waiting = {*unplanned, *lost, *done.values_list("pk", flat=True)}
    for run in Run.objects.filter(pk__in=waiting).select_related("model"):
        events.enqueue(bell(run.model), run.pk)


def _give_up(run: Run, state: JobState, message: str) -> None:
    if progress.close(run, state, message):
        progress.tell(run)
