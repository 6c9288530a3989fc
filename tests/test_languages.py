"""What pages say can be said in another language: no bare English, and a language from files."""

from __future__ import annotations

import ast
import json
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template.base import Lexer, Token, TokenType
from django.test import override_settings
from django.utils.translation import override
from django.utils.translation.template import templatize

from catalog import Catalog
from catalog.types import Level
from tests import cast
from threatmodel import languages
from threatmodel.blueprints import cards
from threatmodel.core.naming import flow_name
from threatmodel.forms import EFFORTS, MITIGATION_STATUS, TREATMENTS, VERDICTS, Day
from threatmodel.gate import Person
from threatmodel.live import catalogs
from threatmodel.models import System, Workspace
from threatmodel.models.person import Role, Scope
from threatmodel.rows import read_document
from threatmodel.services import baselines, mitigations
from threatmodel.templatetags.look import WIRE_WORDS
from threatmodel.views.mitigations import VIEWS

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
# The report stays English, as what it is made of does (docs/languages.md).
ENGLISH = {"report"}
HEARD = {"title", "aria-label", "aria-description", "placeholder", "alt", "data-working"}
UNREAD = {"code", "kbd", "script", "style"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
NAMES = re.compile(r"\bBartizan\b|\bhttps://|\bclass=\"diagram-page\"")
# Words that a tag is given as they are: what stands where a value is missing, a field's name.
GIVEN = re.compile(r"""\b(?:default(?:_if_none)?:|label=|none=)["'][^"']*[A-Za-z]{2}""")
OWN_PLURAL = re.compile(r"\|pluralize\b")


class Bare(HTMLParser):
    """Words for people that stand in the HTML itself."""

    passed = UNREAD

    def __init__(self) -> None:
        super().__init__()
        self.unread = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unread += tag in self.passed
        for name, value in attrs:
            if name in HEARD:
                self._look(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in self.passed

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self._look(data)

    def _look(self, text: str) -> None:
        if LETTERS.search(NAMES.sub("", text)):
            self.found.append(f"{self.getpos()[0]} {' '.join(text.split())}")


def outside(tokens: list[Token]) -> Iterator[str]:
    """What is left of a template without its tags and without what is translated."""
    inside = False
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            yield "\n" * token.contents.count("\n") if inside else token.contents
            continue
        if token.token_type == TokenType.BLOCK:
            word = token.contents.split()[0]
            inside = word == "blocktranslate" or (inside and word != "endblocktranslate")
        if GIVEN.search(token.contents) or OWN_PLURAL.search(token.contents):
            yield f" bare: {token.contents} "


def bare(text: str) -> list[str]:
    reader = Bare()
    reader.feed("".join(outside(Lexer(text).tokenize())))
    reader.close()
    return reader.found


def test_no_template_says_a_word_that_cannot_be_translated() -> None:
    for path in sorted(TEMPLATES.rglob("*.html")):
        if path.relative_to(TEMPLATES).parts[0] not in ENGLISH:
            assert bare(path.read_text()) == [], path.relative_to(TEMPLATES)


def test_bare_words_are_found_in_text_in_attributes_and_in_what_a_tag_is_given() -> None:
    text = """<p title="Far">Near {% if far %}<b>there</b>{% endif %} {% translate "here" %}</p>
    <i>{{ owner|default:"nobody" }}</i><i>{{ n|pluralize }}</i><img alt="{{ x }} left" id="one">
    {% blocktranslate %}all <b>of</b> it{% endblocktranslate %}<kbd>Esc</kbd> · Bartizan
    {{ owner|default:_("nobody") }}"""
    assert bare(text) == [
        "1 Far",
        "1 Near",
        "1 there",
        '2 bare: owner|default:"nobody"',
        "2 bare: n|pluralize",
        "2 left",
    ]


WRITTEN = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
SPOKEN = re.compile(rf"n?gettext\({WRITTEN}(?:, {WRITTEN})?")
GIVEN_WORDS = re.compile(r"""_\(("[^"]*"|'[^']*')\)""")
CALLS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext"}


def texts_of_templates() -> Iterator[tuple[str, ...]]:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        for found in SPOKEN.finditer(templatize(text)):
            yield tuple(ast.literal_eval(one) for one in found.groups() if one)
        yield from ((ast.literal_eval(one),) for one in GIVEN_WORDS.findall(text))


def texts_of_python() -> Iterator[tuple[str, ...]]:
    for path in (ROOT / "threatmodel").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                many = ast.unparse(node.func) == "ngettext"
                said = node.args[: 1 + many]
                if all(isinstance(one, ast.Constant) for one in said):
                    yield tuple(ast.literal_eval(one) for one in said)


def compiled(texts: dict[str, str]) -> bytes:
    """The bytes of a .mo file: a header, two tables of lengths and places, the texts."""
    pairs = [(key.encode(), value.encode()) for key, value in sorted(texts.items())]
    keys, values = [key for key, _ in pairs], [value for _, value in pairs]
    at, tables = 28 + 16 * len(pairs), b""
    for column in (keys, values):
        for one in column:
            tables += struct.pack("<2I", len(one), at)
            at += len(one) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, at)
    return head + tables + b"".join(one + b"\0" for one in [*keys, *values])


@cache
def bracketed() -> bytes:
    """A language in which every text stands in ⟦brackets⟧."""
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    texts = {"": head}
    for said in [*texts_of_templates(), *texts_of_python()]:
        texts["\0".join(said)] = "\0".join(f"⟦{one}⟧" for one in said)
    return compiled(texts)


def marked(folder: Path, words: object) -> Path:
    """That language, as an operator would put it there."""
    place = folder / "tlh" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes(bracketed())
    (folder / "tlh" / "words.json").write_text(json.dumps(words))
    return folder


class Shown(Bare):
    """Words of a whole page that nobody has translated, but for what people and catalogs say."""

    # A picture is English; beside each stands what it shows, in words.
    passed = UNREAD | {"svg"}

    def __init__(self, body: str, data: Iterable[str]) -> None:
        super().__init__()
        # The longest first, since one may lie inside another.
        self.data = sorted(filter(None, set(data)), key=len, reverse=True)
        while body != (body := re.sub("⟦[^⟦⟧]*⟧", "", body)):
            pass
        self.feed(body)
        self.close()

    def _look(self, text: str) -> None:
        shown = " ".join(text.split())
        if shown.endswith("…") and any(one.startswith(shown[:-1]) for one in self.data):
            return
        for one in self.data:
            shown = shown.replace(one, "")
        super()._look(shown)


@dataclass(frozen=True)
class Place:
    """Somebody's system on a server that an operator gave a language."""

    owner: Person
    workspace: Workspace
    system: System

    def get(self, path: str, language: str = "tlh, en;q=0.5", **headers: str) -> Any:
        address = path.replace("{system}", str(self.system.pk))
        given = {"Accept-Language": language, **headers}
        return cast.browser(self.owner).get(address, headers=given)


def names_of(catalog: Catalog) -> Iterator[str]:
    """What the catalog calls things: English in every language."""
    yield from (one.title for one in catalog.threats.values())
    yield from (one.name for one in catalog.component_types.values())
    yield from (f"{one.name} flow" for one in catalog.flow_kinds.values())
    yield from (entry.title for entry in catalog.frameworks["atlas"].entries.values())
    yield from (
        id.replace("-", " ").capitalize() for one in catalog.threats.values() for id in one.stride
    )
    for card in cards():
        yield from (card.blueprint.name, card.blueprint.summary)


def said_by_core(context: Any) -> Iterator[str]:
    """Sentences that the pure rooms make of a drawing: English in every language."""
    for group in [*context.get("groups", []), *context.get("waiting", [])]:
        rows = getattr(group, "rows", [])
        yield from (question["text"] for row in rows for question in row.questions)
        yield from [group.title] if rows else []
    for one in context.get("lints", []):
        yield from (one.says, one.why, one.do)


def names_in(value: Any) -> Iterator[str]:
    """Every name in a drawing."""
    if isinstance(value, dict):
        yield from [value["name"]] if isinstance(value.get("name"), str) else []
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from names_in(one)


def data_of(place: Place, context: Any) -> list[str]:
    """What may be shown in English whatever the language: people's words, the catalog's, core's."""
    people = [place.workspace.name, "olga", "First", f"{date.today():%-d %b %Y}"]
    catalog = catalogs.of(place.system)
    document = read_document(place.system, catalog)
    flows = (flow_name(document, one) for one in document.flows.values())
    drawn = names_in(cast.drawing())
    return [*people, *flows, *drawn, *names_of(catalog), *said_by_core(context)]


def speaking(folder: Path) -> override_settings:
    """Settings as a start with that folder makes them."""
    spoken = languages.found(folder)
    offered = [languages.ENGLISH, *((one.code, one.name) for one in spoken)]
    return override_settings(LOCALE_PATHS=[folder], SPOKEN=spoken, LANGUAGES=offered)


@pytest.fixture
def place(db: None, tmp_path: Path) -> Iterator[Place]:
    with speaking(marked(tmp_path, {"Undo": "⟦Undo⟧"})):
        workspace, owner = cast.workspace()
        yield Place(owner, workspace, cast.system(workspace, owner))


def test_pages_speak_the_language_that_the_browser_asks_for(place: Place) -> None:
    mitigations.plan(place.system, place.owner, findings=[], values={"title": "Plan"})
    baselines.keep(place.system, place.owner, "First")
    for path in ("/", "/register/", "/systems/{system}/findings/"):
        page = place.get(path)
        body = page.content.decode()
        assert '<html lang="tlh"' in body and body.count("⟦") > 80
        assert Shown(body, data_of(place, page.context)).found == [], path


def test_the_editor_is_handed_the_words_of_the_page(place: Place) -> None:
    body = place.get("/systems/{system}/").content.decode()
    (words,) = re.findall('<script id="words" type="application/json">(.*?)</script>', body)
    assert json.loads(words) == {"Undo": "⟦Undo⟧"}
    assert 'id="words"' not in place.get("/systems/{system}/", "en").content.decode()


def test_no_language_is_taken_for_another_from_a_cache(place: Place) -> None:
    path = "/systems/{system}/findings/"
    english, klingon = place.get(path, "en"), place.get(path)
    assert "Accept-Language" in english["Vary"] and "Accept-Language" in klingon["Vary"]
    assert klingon["Content-Language"] == "tlh" and english["Content-Language"] == "en"
    tag = {"If-None-Match": klingon["ETag"]}
    assert place.get(path, "en", **tag).status_code == 200
    assert place.get(path, **tag).status_code == 304


def test_who_is_not_signed_in_is_answered_in_their_language_too(place: Place) -> None:
    page = cast.browser().get("/accounts/login/", headers={"Accept-Language": "tlh"})
    assert "⟦Sign in⟧" in page.content.decode()
    assert "script-src 'self'" in page["Content-Security-Policy"]


def test_a_language_that_is_not_there_is_answered_in_english(place: Place) -> None:
    page = place.get("/", "fr")
    assert page["Content-Language"] == "en" and "⟦" not in page.content.decode()


def test_a_language_written_from_the_right_turns_the_page(place: Place) -> None:
    with override_settings(LANGUAGES_BIDI=["tlh"]):
        body = place.get("/").content.decode()
    assert '<html lang="tlh" dir="rtl"' in body


def test_a_day_in_a_form_is_written_as_browsers_take_it() -> None:
    with override("de"):
        assert 'value="2026-05-03"' in Day().render("due", date(2026, 5, 3))


def test_every_word_of_the_wire_is_listed_for_translators() -> None:
    shown = [*(level.key for level in Level), *Role.values, *Scope.values, *VIEWS]
    choices = [*TREATMENTS, *VERDICTS, *MITIGATION_STATUS, *EFFORTS]
    assert {*shown, *(word for word, _ in choices if word)} <= set(WIRE_WORDS)


@pytest.mark.parametrize("words", ["[]", "no JSON", '{"Undo": 1}', '{"{n} files": {"one": 1}}'])
def test_a_bad_file_of_the_editor_stops_the_start_and_is_named(words: str, tmp_path: Path) -> None:
    marked(tmp_path, {})
    (tmp_path / "tlh" / "words.json").write_text(words)
    with pytest.raises(ImproperlyConfigured, match="words.json"):
        languages.found(tmp_path)


def test_english_is_there_without_a_file(tmp_path: Path) -> None:
    assert languages.found(tmp_path) == [] == languages.found(tmp_path / "nowhere")
