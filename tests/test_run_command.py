"""`bin/run` as people start and end it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.conftest import Product


def processes(data_dir: Path) -> set[int]:
    """Every living process that was started for this data folder."""
    mark = f"DATA_DIR={data_dir}".encode()
    return {
        int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if has(path, mark)
    }


def has(environ: Path, mark: bytes) -> bool:
    try:
        return mark in environ.read_bytes().split(b"\0")
    except OSError:  # it ended meanwhile, or is not ours
        return False


def told(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(signal.SIGINT, id="ctrl-c"),
        pytest.param(signal.SIGTERM, id="terminate", marks=pytest.mark.long),
    ],
)
def test_one_signal_ends_every_process(ending: signal.Signals, tmp_path: Path) -> None:
    with Product.started(tmp_path / "data") as product:
        assert len(processes(product.data_dir)) >= 5
        before = product.log.read_text().partition("Bartizan is ready")[0]
        assert not [word for word in ("superuser", "WARNING", "stdin") if word in before]
        os.killpg(product.process.pid, ending)
        assert product.process.wait(30) == 0
        assert not [told(pid) for pid in processes(product.data_dir)]


def test_when_one_process_dies_the_others_end_and_the_command_says_so(tmp_path: Path) -> None:
    with Product.started(tmp_path / "data") as product:
        (web,) = [pid for pid in processes(product.data_dir) if "-m uvicorn" in told(pid)]
        os.kill(web, signal.SIGKILL)
        assert product.process.wait(30) == 1
        assert not [told(pid) for pid in processes(product.data_dir)]
        assert "web ended with" in product.log.read_text()


@pytest.mark.long
def test_a_second_start_keeps_the_data_and_loads_no_second_demo(tmp_path: Path) -> None:
    with Product.started(tmp_path / "data") as first:
        secret = (first.data_dir / "secret-key").read_text()
    with Product.started(tmp_path / "data") as again:
        assert (again.data_dir / "secret-key").read_text() == secret
        assert (again.data_dir / "secret-key").stat().st_mode & 0o777 == 0o600
        assert again.manage("shell", "-c", COUNT).strip().endswith("1")


COUNT = "from threatmodel.models import System; print(System.objects.count())"
