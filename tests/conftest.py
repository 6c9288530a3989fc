"""What tests share: Olga with a small system, and real servers: broker, workers, the product."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.environment import BROKER_PASSWORD, BROKER_PORT, FOLDER, free_port

if TYPE_CHECKING:  # Django is set up after this file is read
    from django.test import Client

    from threatmodel.gate import Person
    from threatmodel.models import System, Workspace

ROOT = Path(__file__).parent.parent

# A change is judged by the same examples each time; `bin/test --full` goes looking for new ones.
# No deadline: how long an example takes says something of the machine, not of the code.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", derandomize=False, deadline=None)
settings.load_profile("same")


SLOW = ("browser", "servers")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with real servers first, then the longest: short ones let all cores end together."""
    slow = {item.path for item in items if any(map(item.get_closest_marker, SLOW))}
    count = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -count[item.path], item.path))


def wait_until(answer: Callable[[], object], within_s: float, what: str) -> object:
    """Ask again and again until the answer is true; a readable failure otherwise."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        found = answer()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {within_s} s")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children; it gets half a minute to leave in good order."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def broker_answers() -> bool:
    import redis

    client = redis.Redis(port=BROKER_PORT, password=BROKER_PASSWORD)
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
    finally:
        client.close()


@pytest.fixture(scope="session", autouse=True)
def broker() -> Iterator[None]:
    """The embedded Valkey, started by the product's own script, one per test process."""
    process = subprocess.Popen([ROOT / "bin/broker"], start_new_session=True)
    wait_until(broker_answers, 60, "the broker answers")
    yield
    stop(process)


@pytest.fixture(autouse=True)
def files_go_with_their_rows() -> Iterator[None]:
    """A test's rows are taken back, and its files with them: whoever reads all has less to read."""
    yield
    shutil.rmtree(FOLDER / "files", ignore_errors=True)


@pytest.fixture
def olga(db: None) -> tuple[Workspace, Person]:
    """Olga's workspace, and herself."""
    from django.core.cache import cache

    from tests import cast

    cache.clear()  # the counts of throttles outlive a test's database
    return cast.workspace()


@pytest.fixture
def system(olga: tuple[Workspace, Person]) -> System:
    from tests import cast

    return cast.system(*olga)


@pytest.fixture
def client(olga: tuple[Workspace, Person]) -> Client:
    """Olga's browser, signed in."""
    from tests import cast

    return cast.browser(olga[1])


@pytest.fixture
def url(system: System) -> str:
    """The system's address over REST."""
    return f"/api/v1/systems/{system.pk}/"


def database_url() -> str:
    """The test database as other processes have to name it."""
    from django.db import connection

    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    url = os.environ["DATABASE_URL"]
    return url.rsplit("/", 1)[0] + "/" + str(settings["NAME"])


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker (prefork, two children, beat inside) on the test's own database."""
    command = [sys.executable, "-m", "celery", "-A", "threatmodel.celery", "worker"]
    command += ["--queues", "light,reports,tests,endpoint", "--concurrency", "2"]
    command += ["--beat", "--schedule", str(tmp_path / "beat"), "--loglevel", "warning"]
    env = {**os.environ, "DATABASE_URL": database_url()}
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
    yield process
    stop(process)


@dataclass(frozen=True)
class Product:
    """Bartizan as its own command started it."""

    url: str
    sign_in_link: str
    data_dir: Path
    log: Path
    process: subprocess.Popen[bytes]

    @classmethod
    @contextmanager
    def started(cls, data_dir: Path) -> Iterator[Product]:
        """Run it until the block ends."""
        port, log = free_port(), data_dir.with_suffix(".log")
        env = {key: value for key, value in os.environ.items() if key not in EMBEDDED}
        env |= {"DATA_DIR": str(data_dir), "PORT": str(port)}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [ROOT / "bin/run"],
                env=env,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=hear_ctrl_c,
            )
        try:
            link = wait_until(lambda: sign_in_link(log), 300, f"bin/run is ready ({log})")
            yield cls(f"http://127.0.0.1:{port}", str(link), data_dir, log, process)
        finally:
            stop(process)

    def anew(self) -> Product:
        """The same product for a new owner, in whose workspace the demo stands as at first."""
        link = self.manage("shell", "--no-imports", "--command", ANEW)
        return replace(self, sign_in_link=link.strip())

    def manage(self, *arguments: str) -> str:
        """Run a management command on the same data; its standard output."""
        env = {**os.environ, "DATA_DIR": str(self.data_dir), "BASE_URL": self.url}
        env["SECRET_KEY"] = (self.data_dir / "secret-key").read_text().strip()
        env.pop("DATABASE_URL", None)
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        return done.stdout


def hear_ctrl_c() -> None:
    """As in a terminal: pytest-xdist's processes ignore it, and a child would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`bin/run` on a free port and an empty data folder, as a newcomer starts it."""
    with Product.started(tmp_path_factory.mktemp("started")) as running:
        yield running


# Who was there before has left, and their names are free again.
ANEW = """
from django.contrib.auth.models import User
from tests import cast
from threatmodel.services import demo, signin
for user in User.objects.all():
    User.objects.filter(pk=user.pk).update(username=f"gone-{user.pk}", is_active=False)
workspace, person = cast.workspace("owner")
demo.add(workspace, person)
print(signin.make_link(person.user))
"""
# What bin/run decides for itself; the tests' own values must not leak into it.
EMBEDDED = {"REDIS_URL", "BROKER_PORT", "BROKER_PASSWORD", "SECRET_KEY", "DATABASE_URL", "BASE_URL"}


def sign_in_link(log: Path) -> str | None:
    """The link that bin/run prints when everything answers."""
    for line in log.read_text().splitlines():
        if "Bartizan is ready: " in line:
            return line.split("Bartizan is ready: ", 1)[1].strip()
    return None


def chromium() -> str:
    """The browser of the system; bin/setup --tests installed it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium on PATH: run bin/setup --tests"
    return found


# For a module only: its loop must have ended when the next module's tests reach for the database.
@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """One headless Chromium; each test opens contexts (people) of its own."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=quiet)
        yield running
        running.close()
