"""A number in one export is the same number in every other, and on the page."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from tests import cast
from tests.reports.everything import everything
from threatmodel.gate import Person
from threatmodel.models import Report, System, Workspace
from threatmodel.services import decisions, reports

pytestmark = pytest.mark.django_db
SETTLED = ("avoided", "dismissed")  # they are told as decided, and are no risk any more
DEMO = settings.BASE_DIR / "demo" / "digit-reading.yaml"
FINDING = re.compile(r'/findings/([a-z0-9-]+(?:@|%40)[a-z0-9-]+)/"')


Owner = tuple[Workspace, Person]


def mixed(olga: Owner) -> System:
    """The demo with a part out of scope, and decisions of each kind over conditional findings."""
    data = yaml.safe_load(DEMO.read_text())
    left_out = data["components"][-1]["id"]
    data["out_of_scope"] = [{"element": left_out, "reason": "Somebody else's part."}]
    system = cast.system(olga[0], olga[1], data)
    applying = system.findings.filter(applies="yes").order_by("key")
    for action, row in zip(("accept", "dismiss", "transfer", "avoid"), applying, strict=False):
        decisions.decide(system, olga[1], finding=row.key, action=action, reason="So decided.")
    return system


def made(system: System, olga: Owner, format: str, sections: Sequence[str] = ()) -> bytes:
    options = {"sections": sections}
    row = reports.request_report(system, olga[1], format=format, options=options)
    reports.make(str(row.pk))
    row.refresh_from_db()
    assert row.state == "succeeded", row.message
    with Report.objects.get(pk=row.pk).file.open("rb") as file:
        body: bytes = file.read()
    return body


def counted(rows: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Findings by what they are: their residual, what was decided, whether they wait."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["applies"] != "yes":
            found["conditional", ""] += 1
        else:
            found["treatment", row["treatment"]] += 1
            found["level", row["risk.residual"]] += row["treatment"] not in SETTLED
    return +found


def said(summary: dict[str, Any]) -> Counter[tuple[str, str]]:
    found = Counter({("conditional", ""): summary["conditional"]})
    found.update({("level", level): n for level, n in summary["by_level"].items()})
    found.update({("treatment", name): n for name, n in summary["by_treatment"].items()})
    return +found


def in_words(text: str) -> Counter[tuple[str, str]]:
    """The counts as the summary of a report prints them."""
    levels = re.search(r"very high (\d+) .*?high (\d+) .*?moderate (\d+) .*?low (\d+) .*?very low "
                       r"(\d+)", text)  # fmt: skip
    assert levels
    names = ("very high", "high", "moderate", "low", "very low")
    found = Counter({("level", name): int(n) for name, n in zip(names, levels.groups(),
                                                               strict=True)})  # fmt: skip
    for name in ("open", "accepted", "transferred", "avoided", "dismissed"):
        (number,) = re.findall(rf"(\d+) {name}[,.]", text)
        found["treatment", name] = int(number)
    (number,) = re.findall(r"(\d+) more findings? waits?", text)
    found["conditional", ""] = int(number)
    return +found


def of_sheet(body: bytes) -> list[dict[str, Any]]:
    names, *rows = load_workbook(BytesIO(body))["Findings"].iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


MADE: dict[str, Callable[[Owner], System]] = {
    "mixed": mixed,
    "demo": lambda olga: cast.system(*olga, yaml.safe_load(DEMO.read_text())),
    "everything": everything,
}


@pytest.mark.parametrize(
    "which",
    ["mixed", *(pytest.param(name, marks=pytest.mark.long) for name in ("demo", "everything"))],
)
def test_pdf_workbook_json_and_page_count_alike(olga, which):
    system = MADE[which](olga)
    told = json.loads(made(system, olga, "json"))
    expected = said(told["summary"])
    assert set(expected) > {("conditional", ""), ("treatment", "open")}
    rows = [row | {"risk.residual": row["risk"]["residual"]} for row in told["findings"]]
    assert counted(rows) == expected
    assert counted(of_sheet(made(system, olga, "xlsx"))) == expected
    # The whole of it where all is counted; in the other, what is not counted need not be printed.
    printed = made(system, olga, "pdf", ("matrix",) if which == "mixed" else ())
    pages = PdfReader(BytesIO(printed)).pages
    assert in_words(" ".join(" ".join(one.extract_text().split()) for one in pages)) == expected
    shown = cast.browser(olga[1]).get(reverse("findings", args=[system.pk])).content.decode()
    keys = {key.replace("%40", "@") for key in FINDING.findall(shown)}
    assert keys == {row["key"] for row in told["findings"]}
