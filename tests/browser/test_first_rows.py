"""A new drawing of ten components as a person sees it first: few rows, few questions."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched, breaches, shot
from tests.conftest import Product
from tests.core.test_first_rows import drawing
from threatmodel.core.document import to_data

pytestmark = pytest.mark.browser


def test_ten_components_read_as_few_rows_in_the_editor_and_on_the_findings_page(
    owner: Watched, product: Product
) -> None:
    page = owner.page
    token = product.manage("token", "owner", "--name", "rows").strip()
    body = json.dumps(to_data(drawing("an agent"))).encode()
    made = page.request.post(
        f"{product.url}/api/v1/systems/import/",
        headers={"Authorization": f"Bearer {token}"},
        multipart={"file": {"name": "sketch.json", "mimeType": "application/json", "buffer": body}},
    ).json()["system"]["id"]
    page.goto(f"{product.url}/systems/{made}/")
    page.get_by_role("tab", name=re.compile("^Findings")).click()
    rows = page.locator(".finding-group")
    expect(rows.first).to_be_visible()
    shown = rows.locator(".finding-group-title").all_inner_texts()
    assert 5 < len(shown) <= 15
    assert 0 < page.locator(".question").count() <= 10
    shot(page, "rows-editor")
    expect(rows.first.locator(".finding").first).to_be_visible()
    rows.nth(1).locator("summary").click()
    expect(rows.nth(1).locator(".finding").first).to_be_visible()
    assert not breaches(page, "'.side'")
    shot(page, "rows-editor-open")

    page.get_by_role("navigation").get_by_role("link", name=re.compile("^Findings")).click()
    titles = page.locator(".group-row .group-title, .group-row .level, .row-title")
    expect(titles.first).to_be_visible()
    assert page.get_by_label("Group by").input_value() == "cause"
    assert page.locator("table.findings tbody").count() == len(shown)
    shot(page, "rows-page")
