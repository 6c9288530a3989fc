"""The findings of a report on paper: against a plain table, and how CPU and memory grow.

`python -m bench.report WHAT FINDINGS THREATS` lays out once, in a process of its own, and prints
the CPU seconds and the peak of memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from itertools import cycle, islice
from pathlib import Path
from types import SimpleNamespace

from catalog import load
from catalog.types import Level, Threat
from threatmodel.core.findings import Finding
from threatmodel.reports import press
from threatmodel.reports.context import FindingLine, Mark, ThreatGroup
from threatmodel.reports.references import references

from .measure import Row, Timing, count, ratio

ROOT = Path(__file__).parent.parent
MADE = datetime(2026, 11, 22, tzinfo=UTC)
REPEATS = 3
KIB = 1024


def findings_on_paper() -> Iterator[Row]:
    """200 findings of 40 threats, grouped and tagged, against a plain table of the same 200."""
    ours, plain = _timing("grouped", 200, 40), _timing("table", 200, 40)
    yield ratio("200 findings: grouped and tagged / plain table", ours, plain, "0.5 or less")


def report_growth() -> Iterator[Row]:
    """1,000 findings, and 5,000 of 300 threats, each in one tagged file."""
    thousand = [_run("grouped", 1_000, 100) for _ in range(REPEATS)]
    most = [_run("grouped", 5_000, 300)]
    yield count("1,000 findings: memory", max(one["mib"] for one in thousand), "MiB", "350 or less")
    yield count("5,000 findings: memory", most[0]["mib"], "MiB", "1,024 or less")
    yield ratio("CPU: 5,000 / 1,000", _cpu(most), _cpu(thousand), "6 or less")


CASES = {"findings-on-paper": findings_on_paper, "report-growth": report_growth}


def _timing(what: str, findings: int, threats: int) -> Timing:
    return _cpu([_run(what, findings, threats) for _ in range(REPEATS)])


def _cpu(runs: list[Mapping[str, float]]) -> Timing:
    return Timing(tuple(one["cpu_s"] for one in runs))


def _run(what: str, findings: int, threats: int) -> Mapping[str, float]:
    """Lay out once, where nothing of an earlier run is warm or still in memory."""
    command = [sys.executable, "-m", "bench.report", what, str(findings), str(threats)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    found: Mapping[str, float] = json.loads(done.stdout)
    return found


def _groups(findings: int, threats: int) -> list[ThreatGroup]:
    """Findings spread over threats of the catalog; where it has fewer, its own come again."""
    catalog = load()
    titles = [one.title for one in catalog.controls.values()]
    shown = list(islice(cycle(catalog.threats.values()), threats))
    shares = [findings // threats + (n < findings % threats) for n in range(threats)]
    return [
        ThreatGroup(
            id=threat.id,
            title=threat.title,
            description=threat.description,
            worst=Mark(Level.HIGH),
            lines=tuple(_line(threat, number, place) for place in range(share)),
            controls=tuple(titles[number % 50 : number % 50 + 4]),
            references=references(catalog, threat.references),
        )
        for number, (threat, share) in enumerate(zip(shown, shares, strict=True))
    ]


def _line(threat: Threat, number: int, place: int) -> FindingLine:
    level = list(Level)[(number + place) % 5]
    element = f"Component {number}-{place} of the platform"
    finding = Finding(
        f"{threat.id}@c-{number}-{place}", threat.id, f"c-{number}-{place}", "yes", "open",
        "above", "none", "untested", level, level, level, level, level, (Level.LOW, level), 40,
        "adv", "cause",
    )  # fmt: skip
    mark = Mark(level)
    return FindingLine(
        finding, threat.title, element, "Curious customer", mark, mark, mark, mark, mark,
        "low to high", None, ("Who can make this call?",) if place % 3 == 0 else (),
    )  # fmt: skip


def _grouped(groups: list[ThreatGroup]) -> bytes:
    """The findings section as a report has it, with everything a report's file has around it."""
    from django.template.loader import render_to_string

    css = (ROOT / "templates/report/report.css").read_text()
    section = render_to_string(
        "report/40-findings.html", {"report": SimpleNamespace(threats=groups)}
    )
    page = f"<!doctype html><html lang=en><title>x</title><style>{css}</style><body>{section}"
    return press.render(page, b"{}", MADE, "bench")


def _table(groups: list[ThreatGroup]) -> bytes:
    """A row a finding with the same words, as one writes it first: fixed columns, no tags."""
    from weasyprint import HTML

    heads = ("Threat", "Description", "Element", "Risk", "Controls", "References")
    rows = "".join(_row(group, line) for group in groups for line in group.lines)
    head = "".join(f"<th>{one}</th>" for one in heads)
    style = "table { table-layout: fixed; width: 100%; font-size: 8pt } td { vertical-align: top }"
    page = f"<title>x</title><style>{style}</style><table><tr>{head}</tr>{rows}</table>"
    body: bytes = HTML(string=page).write_pdf()
    return body


def _row(group: ThreatGroup, line: FindingLine) -> str:
    cited = ", ".join(entry.id for one in group.references for entry in one.entries)
    risk = f"{line.residual.word}, likelihood {line.likelihood.word}, impact {line.impact.word}"
    cells = (group.title, group.description, line.element, risk, "; ".join(group.controls), cited)
    return "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in cells) + "</tr>"


WHAT: Mapping[str, Callable[[list[ThreatGroup]], bytes]] = {"grouped": _grouped, "table": _table}


def main(what: str, findings: int, threats: int) -> None:
    """Lay out once; what is loaded before counts for neither."""
    import django
    from django.template import engines

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "threatmodel.settings")
    django.setup()
    engines.all()
    groups = _groups(findings, threats)
    begin = time.process_time()
    WHAT[what](groups)
    cpu_s = time.process_time() - begin
    print(json.dumps({"cpu_s": cpu_s, "mib": _peak_kib() / KIB}))


def _peak_kib() -> int:
    """The most memory that this program had. What `getrusage` tells begins with the peak of
    whoever started it, and a whole run of the benches has had gigabytes."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
