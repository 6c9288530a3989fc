"""Every test that people can start or bring in a browser, on the product, in a real Chromium: from
the button to the finding that it moves, the ledger and the printed report."""

from __future__ import annotations

import json
import pickle
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests import spam
from tests.browser.conftest import person, shot
from tests.conftest import Product
from tests.robustness.learners import owner_s_place
from tests.robustness.test_findings import MOVES, TALKS, TRAININGS, Opened, drawing, uploads
from tests.simulator import PATH, Simulator
from threatmodel.robustness import attacks
from threatmodel.robustness.naming import test_name as name_of

pytestmark = [pytest.mark.browser, pytest.mark.long]
MINUTES = 4 * 60_000  # ms
TEXTS = [id for id, test in attacks.load().items() if "text" in test.needs]


@pytest.fixture(scope="module")
def bot() -> Iterator[Simulator]:
    with Simulator(obeys=True) as running:
        yield running


@pytest.fixture(scope="module")
def product(bot: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One whose operator lets the simulated bot be asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLOWED_ADDRESSES", bot.named)
        with Product.started(tmp_path_factory.mktemp("measuring")) as running:
            yield running


@pytest.fixture(scope="module")
def page(browser: Browser, product: Product) -> Iterator[Page]:
    watched = person(browser)
    watched.page.goto(product.sign_in_link)
    watched.page.get_by_role("button", name="Sign in").click()
    expect(watched.page).to_have_url(re.compile("/password/"))
    yield watched.page
    refused = "responded with a status of 400"  # a consent that says nothing, on purpose
    assert [one for one in watched.complaints if refused not in one] == []
    watched.page.context.close()


def brought(page: Page, product: Product, file: Path) -> str:
    """The address of a system made of a file."""
    page.goto(product.url)
    page.get_by_role("button", name="Import").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.get_by_role("link", name="Open the diagram").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    return page.url.partition("#")[0]


def from_blueprint(page: Page, product: Product, id: str) -> str:
    page.goto(f"{product.url}/catalog/blueprints/{id}/")
    page.get_by_role("button", name="Start from it").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    return page.url.partition("#")[0]


def upload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def link(page: Page, system: str, element: str, named: dict[str, bytes]) -> None:
    page.goto(f"{system}tests/")
    form = page.locator("form[action$='/tests/link/']")
    form.get_by_label("Component").select_option(element)
    form.get_by_label("Name").fill(f"Behind {element}")
    fields = ("Model (.onnx)", "Data set", "dataset.yaml")
    for field, (name, content) in zip(fields, named.items(), strict=True):
        form.get_by_label(field).set_input_files(upload(name, content))
    form.get_by_role("button", name="Link it").click()
    expect(page.get_by_text("The model is linked")).to_be_visible()


def link_bot(page: Page, system: str, element: str, url: str) -> None:
    """Link the simulated bot, and agree to its tests as its owner."""
    page.goto(f"{system}endpoint/")
    page.get_by_label("Component").select_option(element)
    page.get_by_label("Name", exact=True).fill("Simulated bot")
    page.get_by_label("It speaks").select_option("chat")
    page.get_by_label("Address").fill(url)
    page.get_by_role("button", name="Link it").click()
    page.get_by_role("button", name="Agree to tests").click()
    owner = page.get_by_label("Who owns the endpoint")
    owner.fill("Ours")
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_text("Say in a sentence who owns the endpoint")).to_be_in_viewport()
    expect(owner).to_be_focused()
    owner.fill("It is ours, and we agree to these tests.")
    page.get_by_label("Requests a second").fill("1000")
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_text("may be asked", exact=True)).to_be_visible()


def run(page: Page, system: str, element: str, test: str, params: dict[str, int]) -> None:
    """Press the test's button on the page of tests, and wait for what it finds."""
    page.goto(f"{system}tests/")
    panel = page.locator("section.panel").filter(has=page.locator(f"a[href$='#{element}']"))
    form = panel.locator("form").filter(has=page.locator(f"input[name=test][value={test}]"))
    if params:
        form.get_by_text("Parameters").click()
    for name, value in params.items():
        form.locator(f"[name=param-{name}]").fill(str(value))
    form.get_by_role("button", name="Run test").click()
    expect(page.get_by_role("heading", name=re.compile(re.escape(name_of(test))))).to_be_visible()
    expect(page.locator("[data-job]")).to_have_count(0, timeout=MINUTES)


def told(page: Page, test: str, threat: str) -> None:
    """The page leads to the finding that the test moved, whose page names it."""
    link = page.locator(f"a[href*='/findings/{threat}@']").first
    expect(link).to_be_visible()
    link.click()
    evidence = page.locator("section.panel").filter(
        has=page.get_by_role("heading", name="Evidence", exact=True)
    )
    expect(evidence.get_by_text(name_of(test)).first).to_be_visible()


def printed(page: Page, system: str, tests: list[str]) -> None:
    """The report, made from its page, prints each of them, and so does the ledger."""
    page.goto(f"{system}evidence/")
    for test in tests:
        expect(page.locator("table.ledger").get_by_text(name_of(test)).first).to_be_visible()
    page.goto(f"{system}report/")
    page.get_by_role("radio", name=re.compile("^HTML")).check()
    page.get_by_role("button", name=re.compile("Make")).click()
    made = page.get_by_role("link", name=re.compile("Download|HTML")).first
    with page.expect_download(timeout=MINUTES) as download:
        made.click(timeout=MINUTES)
    text = Path(download.value.path()).read_text()
    assert not [test for test in tests if name_of(test) not in text]


def test_every_test_of_rows(page: Page, product: Product, tmp_path: Path) -> None:
    file = tmp_path / "reader.json"
    file.write_text(json.dumps(drawing()))
    system = brought(page, product, file)
    names = ("model.onnx", "data.npz", "dataset.yaml")
    for element, test in {move[1]: move[0] for move in MOVES}.items():
        link(page, system, element, dict(zip(names, uploads(test), strict=True)))
    for test, element, threat, _, params in MOVES:
        run(page, system, element, test, params)
        told(page, test, threat)
    shot(page, "last-finding")
    printed(page, system, [move[0] for move in MOVES])


def test_every_test_of_texts(page: Page, product: Product) -> None:
    system = from_blueprint(page, product, "content-moderation")
    files = {
        "spam.onnx": spam.onnx(),
        "mail.csv": spam.csv(spam.texts(40)),
        "dataset.yaml": spam.DESCRIPTION,
    }
    link(page, system, "c-spam-model", files)
    for test in TEXTS:
        run(page, system, "c-spam-model", test, {"budget": 60, "samples": 8})
        told(page, test, "evasion-query")
    printed(page, system, TEXTS)


@pytest.mark.parametrize("blueprint", sorted({one for one, _ in TALKS.values()}))
def test_every_test_of_chats(page: Page, product: Product, bot: Simulator, blueprint: str) -> None:
    system = from_blueprint(page, product, blueprint)
    moves = {test: key.split("@") for test, (of, key) in TALKS.items() if of == blueprint}
    for element in sorted({element for _, element in moves.values()}):
        link_bot(page, system, element, bot.url + PATH)
    for test, (threat, element) in moves.items():
        run(page, system, element, test, {"per_family": 1})
        told(page, test, threat)
    printed(page, system, list(moves))


def test_every_measurement_that_is_brought(page: Page, product: Product, tmp_path: Path) -> None:
    """What was measured by training in the owner's own place, and a file to be scanned."""
    file = tmp_path / "reader.json"
    file.write_text(json.dumps(drawing()))
    system = brought(page, product, file)
    key = signing_key(page, system, tmp_path)
    place = owner_s_place(tmp_path)
    for test, (finding, _, params) in TRAININGS.items():
        threat, element = finding.split("@")
        bring(page, system, element, measured(product, place, test, key, params))
        told(page, test, threat)
    page.goto(f"{system}evidence/")
    scan = page.locator("form[action$='/scan/']")
    scan.get_by_label("Component that opens it").select_option("t")
    scan.get_by_label("File").set_input_files(upload("weights.pkl", pickle.dumps(Opened())))
    scan.get_by_role("button", name="Scan it").click()
    expect(page.locator("table.ledger")).to_contain_text(name_of("artefact-scan"))
    told(page, "artefact-scan", "unsafe-model-load")
    printed(page, system, [*TRAININGS, "artefact-scan"])


def signing_key(page: Page, system: str, folder: Path) -> Path:
    page.goto(f"{system}evidence/")
    page.get_by_label("What it is for").fill("The laboratory")
    page.get_by_role("button", name="Make a key").click()
    (folder / "key").write_text(page.locator("code.wrap").inner_text())
    return folder / "key"


def measured(
    product: Product, place: Path, test: str, key: Path, params: dict[str, float]
) -> bytes:
    """What the command says in the owner's place."""
    trainer = f"{sys.executable} {place / 'train.py'}"
    chosen = [f"--{name}={value}" for name, value in params.items()]
    asked = ["--test", test, "--trainer", trainer, "--sign", str(key), "--format", "json"]
    return product.manage("attack", str(place), *asked, *chosen).encode()


def bring(page: Page, system: str, element: str, result: bytes) -> None:
    page.goto(f"{system}evidence/")
    form = page.locator("form[action$='/bring/']")
    form.get_by_label("Component").select_option(element)
    form.get_by_label("File").set_input_files(upload("result.json", result))
    form.get_by_role("button", name="Bring it").click()
    expect(page.locator("table.ledger")).to_contain_text("signed with")


def test_no_test_is_left_out() -> None:
    here = {*(move[0] for move in MOVES), *TEXTS, *TALKS, *TRAININGS, "artefact-scan"}
    assert here == set(attacks.load())
