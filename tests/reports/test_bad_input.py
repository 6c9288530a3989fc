"""Texts of strangers on paper and in sheets: printed as typed, never fetched, never half stored."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from catalog import load
from tests.reports.canary import canary
from tests.reports.cases import DAY, assessed, drawn
from tests.reports.test_pdf import MADE
from threatmodel.core.document import Document
from threatmodel.core.inputs import Decision, Inputs, Mitigation
from threatmodel.formats import csvfile, xlsx
from threatmodel.paper import print_report, web_page
from threatmodel.reports.build import build
from threatmodel.reports.context import Edition

QUOTES = "“" * 200 + "x" + "”" * 200
TEXTS = {
    "markup": "</p><script>alert(1)</script><style>*{display:none}</style>{{ x }}{% y %}&amp;",
    "right to left": "שלום \u202eevil\u202c مرحبا",
    "emoji": "👩‍💻🔥 family 👨‍👩‍👧‍👦",
    "quotes": QUOTES[:199],
    "formula": "=HYPERLINK(\"http://x\",\"y\")",
}  # fmt: skip


def everywhere(text: str) -> tuple[Document, Inputs]:
    """One text in every field that takes text."""
    short = text[:199]
    document = drawn(
        system={"name": short, "description": text, "owner": short, "scope": text},
        assets=[{"id": "a-1", "name": short, "kind": "data", "integrity": "high"}],
        zones=[{"id": "z-1", "kind": "internet", "name": short, "box": [0, 0, 240, 200]}],
        components=[
            {"id": "c-1", "type": "external-user", "name": short, "zone": "z-1"},
            {"id": "c-2", "type": "inference-endpoint", "name": short, "assets": ["a-1"]},
            {"id": "c-3", "type": "data-set", "name": short},
        ],
        flows=[{"id": "f-1", "kind": "request", "source": "c-1", "target": "c-2", "name": short}],
        assumptions=[{"id": "as-1", "text": text}],
        notes=[{"id": "n-1", "text": text, "box": [300, 0, 100, 60]}],
        out_of_scope=[{"element": "c-3", "reason": text}],
    )
    keys = [one.key for one in assessed(document).findings[:2]]
    decisions = tuple(
        Decision(f"d-{n}", key, "accept", text, short, DAY) for n, key in enumerate(keys)
    )
    tracked = (Mitigation("m-1", short, tuple(keys), "planned", owner=short),)
    return document, Inputs(decisions, tracked)


def printed(document: Document, inputs: Inputs) -> bytes:
    edition = Edition(made_by=document.system.name, sections=frozenset({"findings", "mitigations"}))
    found = assessed(document, inputs)
    return print_report(document, found, load(), inputs, edition, MADE)


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_any_text_becomes_a_page_a_workbook_and_a_csv(text: str):
    document, inputs = everywhere(text)
    found = assessed(document, inputs)
    edition = Edition(sections=frozenset({"findings"}))
    page = web_page(build(document, found, load(), inputs, edition), MADE).decode()
    assert "<script" not in page
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:http:|file:|//)""", _ours(page))
    assert xlsx.write(found, load(), document, inputs, MADE).startswith(b"PK")
    assert csvfile.write(found, load(), document).count(b"\n") > len(found.findings)


def _ours(page: str) -> str:
    """The page without the links that people may press; those fetch nothing by themselves."""
    return re.sub(r"<a href=\"[^\"]*\"", "<a", page)


@pytest.mark.long
def test_two_megabytes_of_words_are_laid_out():
    inputs = Inputs()
    words = "word " * 400
    parts = [{"id": f"as-{n}", "text": words} for n in range(1000)]
    document = drawn(
        components=[{"id": "c-2", "type": "inference-endpoint", "name": "x"}], assumptions=parts
    )
    body = printed(document, inputs)
    assert PdfReader(BytesIO(body)).pages


def test_addresses_and_markup_in_every_field_are_printed_and_fetch_nothing(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of the server")
    with canary() as (url, asked):
        fetching = f"<img src={url}/x.png><img src='{secret.as_uri()}'>"
        document, inputs = everywhere(fetching + " ".join(TEXTS.values()))
        body = printed(document, inputs)
    assert asked == []
    assert b"a secret of the server" not in body
    assert "<img src=" in PdfReader(BytesIO(body)).pages[0].extract_text()


# Processes of their own: a fork of one with threads, as pytest's are, may wait for ever.
STORE_FOR_EVER = """
import sys
from pathlib import Path
from threatmodel.reports.pdf import write_whole
print("ready", flush=True)
for number in range(10_000):
    write_whole(Path(sys.argv[1]), bytes([number % 256]) * int(sys.argv[2]))
"""
STORE_WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from threatmodel.reports.pdf import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_whole(Path(sys.argv[1]), b"x" * 300_000)
except OSError:
    sys.exit(3)
"""
SIZE = 3_000_000


def killed_at(target: Path, after_s: float) -> None:
    """Kill a process that stores one report after the other, at some moment."""
    command = [sys.executable, "-c", STORE_FOR_EVER, str(target), str(SIZE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(after_s)
        process.kill()


MOMENTS = [0.01, 0.05, 0.1]
MANY = [pytest.param([0.003 * n for n in range(50)], marks=pytest.mark.long, id="50 moments")]


@pytest.mark.parametrize("moments", [pytest.param(MOMENTS, id="3 moments"), *MANY])
def test_a_killed_worker_leaves_a_file_whole_or_absent(tmp_path: Path, moments: list[float]):
    target = tmp_path / "report.pdf"
    for after_s in moments:
        killed_at(target, after_s)
        body = target.read_bytes() if target.exists() else b""
        assert len(body) in (0, SIZE)
        assert len(set(body)) <= 1
    assert target.exists(), "nothing was stored before the last kill"


def test_a_disk_without_room_leaves_the_old_file_and_no_part_of_the_new_one(tmp_path: Path):
    target = tmp_path / "report.pdf"
    target.write_bytes(b"the old one")
    command = [sys.executable, "-c", STORE_WITHOUT_ROOM, str(target)]
    assert subprocess.run(command, check=False).returncode == 3
    assert target.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [target]
