"""Wrong values on every way in: refused in one sentence, and nothing that is kept has changed.

Which fields there are is read from the OpenAPI description, so that a new route is tried as soon
as it has its line in `tests/routes.py`.
"""

from __future__ import annotations

import json
import re
from functools import cache as once
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from tests import cast
from tests.routes import PAGES, PERSON, REST, Route
from tests.stored import nothing_changes
from tests.test_gate import World

pytestmark = [pytest.mark.django_db, pytest.mark.store]
LONG = "x" * 200_000
WRONG: dict[str, Any] = {
    "null": None,
    "truth": True,
    "a number": 7,
    "a negative number": -1,
    "a fraction": 0.5,
    "10^400": 10**400,
    "a list": [],
    "a list of lists": [[]],
    "a mapping": {},
    "a prototype": {"__proto__": {"admin": True}},
    "half a character": "\ud800",
    "NUL": "a\0b",
    "200 kB": LONG,
}
KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


@once
def description() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def fields_of(route: Route) -> dict[str, Any]:
    """The fields of a route's body, each with its schema."""
    sample = re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", route.path)
    path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", resolve(sample).route)
    body = description()["paths"][path][route.method].get("requestBody")
    if body is None:
        return {}
    (content,) = {json.dumps(one["schema"]): one for one in body["content"].values()}.values()
    fields: dict[str, Any] = whole(content["schema"])["properties"]
    return fields


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to in place."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return dict(description()["components"]["schemas"][name])
    return schema


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether the description allows the value, so that it is not wrong there."""
    schema = whole(schema)
    if value is None and schema.get("nullable"):
        return True
    if parts := schema.get("oneOf", schema.get("allOf")):
        return any(fits(part, value) for part in parts)
    if value is None:
        return None in schema.get("enum", ())
    kind = schema.get("type", "string")
    if schema.get("format") == "decimal" and isinstance(value, KINDS["number"]):
        return value is not True
    if not isinstance(value, KINDS[kind]) or isinstance(value, bool) != (kind == "boolean"):
        return False
    if kind == "string":
        free = not {"enum", "format"} & set(schema) and value.isprintable()
        return free and len(value) <= schema.get("maxLength", len(value))
    if kind in ("integer", "number"):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    return kind != "array" or all(fits(schema["items"], one) for one in value)


def refusal_of(answer: Any) -> dict[str, str]:
    """The standard refusal: its three parts, one plain sentence, nothing of our inside."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content[:300])
    error: dict[str, str] = json.loads(answer.content)["error"]
    assert set(error) == {"code", "message", "field"}
    sentence = error["message"]
    assert sentence and len(sentence) < 400 and sentence.isprintable(), error
    assert not re.search(r"Traceback|/work/|/usr/|\.py\b|Error\b", sentence), error
    return error


# The line answers in frames, as the socket does: test_line says what is wrong on it.
BODIES = [one for one in REST if one.body and not one.path.endswith("/line/")]
WRITES = [one for one in BODIES if one.method in ("post", "patch")]
JSON_WRITES = [one for one in WRITES if not one.form]


@pytest.mark.parametrize("route", JSON_WRITES, ids=str)
def test_a_wrong_value_in_any_field_is_refused_by_name_and_changes_nothing(route: Route) -> None:
    world = World()
    client = cast.browser(world.owner)
    path, good = world.fill(route.path), world.fill(route.body)
    with nothing_changes():
        for field, schema in fields_of(route).items():
            for name, value in WRONG.items():
                if fits(schema, value):
                    continue
                cache.clear()  # throttles would answer in place of the field
                answer = cast.send(client, route.method, path, good | {field: value})
                error = refusal_of(answer)
                assert name == "10^400" or error["field"].startswith(field), (name, error)


@pytest.mark.parametrize("route", [one for one in WRITES if one.form], ids=str)
def test_a_wrong_part_of_an_upload_is_refused_and_changes_nothing(route: Route) -> None:
    world = World()
    client = cast.browser(world.owner)
    with nothing_changes():
        for field in fields_of(route):
            for value in ("a\0b", LONG, SimpleUploadedFile("x.json", b"\x80\x04\x95pickle")):
                if route.path.endswith("/scan/") and not isinstance(value, str):
                    continue  # a pickle is what a scan is for
                cache.clear()
                body = world.fill(route.body) | {field: value}
                refusal_of(client.post(world.fill(route.path), body))


def test_every_write_with_a_body_is_described() -> None:
    assert [str(one) for one in WRITES if not fields_of(one)] == []


# Pages whose button alone is the whole request have no field that could be wrong.
BUTTONS = "again adopt branch cancel read restore seen try undelete undo unlink {notice}".split()
# A form of boxes speaks by those that are not ticked: nothing at all is an answer.
BOXES = ["notices"]
FORMS = [
    one
    for one in PAGES
    if one.method == "post" and not one.spends and one.path.split("/")[-2] not in BUTTONS + BOXES
]
# A view needs no more than a name, and these are none.
NO_NAMES = ("", "a\0b", LONG)
FORM_FIELDS = (
    "name title element component control status owner due effort note reason action until "
    "likelihood impact format paper classification role email scope days workspace version test "
    "samples eps norm seed file model dataset description username password"
).split()


@pytest.mark.parametrize("value", ["", "a\0b", "-1", "\u0663", "1e999", "__proto__", LONG])
def test_a_form_full_of_nonsense_changes_nothing(value: str) -> None:
    world = World()
    client = cast.browser(world.owner)
    for route in FORMS:
        path = world.fill(route.path)
        if ("/views/" in path or path.endswith("/view/")) and value not in NO_NAMES:
            continue
        with nothing_changes():
            answer = client.post(path, dict.fromkeys(FORM_FIELDS, value))
        assert answer.status_code in (302, 400, 404), (path, answer.status_code)


@pytest.mark.parametrize("query", ["?q=a%00b", "?page=%00", "?finding=%00", "?%00=1"])
def test_a_character_that_cannot_be_stored_is_refused_in_every_address(query: str) -> None:
    world = World()
    client = cast.browser(world.owner)
    for route in [*REST, *PAGES]:
        if route.method == "get":
            path = world.fill(route.path).partition("?")[0]
            assert refusal_of(client.get(path + query))["field"] == "address", path
    system = world.ids["system"]
    assert client.get(f"/api/v1/systems/{system}/findings/a%00@b/").status_code == 400


def test_a_query_of_another_workspace_finds_nothing() -> None:
    world, mallory = World(), cast.outsider()
    client = cast.browser(mallory)
    names = ("workspace", "system", "model")
    for route in REST:
        if route.method == "get" and (route.who == PERSON or "?" in route.path):
            path = route.path.partition("?")[0]
            if "{" in path:
                continue
            for name in names:
                answer = client.get(path, {name: world.ids[name]})
                assert answer.status_code in (200, 404), path
                assert world.ids["workspace"] not in answer.content.decode(), path
