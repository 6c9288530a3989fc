"""The arrows of the house: imports run one way (docs/architecture.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = (
    "catalog",
    "threatmodel/core",
    "threatmodel/formats",
    "threatmodel/robustness",
    "threatmodel/reports",
    "threatmodel/trackers",
)
FRAMEWORKS = {"django", "rest_framework", "channels", "celery", "allauth", "redis"}
# The rooms of the house, floor by floor: a room imports itself and what lies on lower floors.
FLOORS = (
    {"catalog", "release"},
    {"core"},
    {"formats", "robustness", "reports", "trackers"},
    {"languages", "logs", "clock"},
    {"settings", "celery", "checks", "middleware", "sessions", "uploads"},
    {"models"},
    {"gate", "events", "rows", "paper", "strict", "blueprints"},
    {"live"},
    {"services"},
    {"register"},
    {"telling", "planning", "logbook", "realtime", "forms"},
    {"templatetags"},
    {"tasks", "api", "views", "accounts", "admin", "management"},
    {"apps", "bodies"},
    {"asgi", "urls"},
)
WRITERS = {"services", "live"}
# Django makes these itself; they hold nothing of ours.
NO_ROOM = {"__init__", "migrations"}
SURFACE = (
    "api",
    "views",
    "realtime",
    "register",
    "telling",
    "planning",
    "logbook",
    "forms",
    "templatetags",
    "tasks",
)


def sources(room: str) -> list[Path]:
    folder = ROOT / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def package_of(path: Path) -> list[str]:
    return list(path.relative_to(ROOT).parent.parts)


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text()))


def imports(path: Path) -> Iterator[str]:
    """Absolute names of everything a file imports, relative imports resolved."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package_of(path)[: len(package_of(path)) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def room_of(name: str) -> str:
    """The room of ours that an absolute name lies in; empty for what is not ours."""
    first, *rest = name.split(".")
    return first if first == "catalog" else rest[0] if first == "threatmodel" and rest else ""


def rooms() -> set[str]:
    inside = (ROOT / "threatmodel").iterdir()
    found = {path.stem for path in inside if path.suffix == ".py" or any(path.rglob("*.py"))}
    return found - NO_ROOM | {"catalog"}


def files_of(room: str) -> list[Path]:
    return sources(room if room == "catalog" else f"threatmodel/{room}")


def names_bound_by_imports(path: Path) -> set[str]:
    found = (one.names for one in nodes(path) if isinstance(one, ast.Import | ast.ImportFrom))
    return {alias.asname or alias.name for names in found for alias in names}


def writes(path: Path) -> Iterator[str]:
    """Calls that change rows: on a queryset, a manager or a row, not on a module of services."""
    modules = names_bound_by_imports(path)
    for call in nodes(path):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        verb, on = call.func.attr.removeprefix("a"), call.func.value
        alone = verb in {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
        if isinstance(on, ast.Name) and on.id in modules:
            continue
        # A mapping's `update` is given the other mapping, a queryset's only names.
        if alone or verb in {"create", "delete"} or (verb == "update" and not call.args):
            yield f"{path.relative_to(ROOT)}:{call.lineno} {ast.unparse(call)[:60]}"


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_imports_no_framework(room: str) -> None:
    for path in sources(room):
        found = {name.split(".")[0] for name in imports(path)} & FRAMEWORKS
        assert not found, f"{path.relative_to(ROOT)} imports {found}"


def test_every_room_has_its_floor_and_a_line_in_the_architecture() -> None:
    placed = [room for floor in FLOORS for room in floor]
    assert sorted(placed) == sorted(rooms())
    told = (ROOT / "docs/architecture.md").read_text()
    assert [room for room in placed if f"`{room}" not in told.replace("threatmodel/", "")] == []


def test_every_decision_is_named_under_its_subject_on_the_page() -> None:
    page = (ROOT / "docs/architecture.md").read_text().partition("## Decisions")[2]
    subjects = (ROOT / "docs/decisions.md").read_text().split("\n## ")[1:]
    for subject in subjects:
        name, *paragraphs = subject.split("\n### ")
        titles = " · ".join(one.partition("\n")[0] for one in paragraphs)
        assert f"- [{name.strip()}](" in page
        assert f"): {titles}\n" in page


@pytest.mark.parametrize(
    ("room", "below"),
    [
        pytest.param(room, set().union(*FLOORS[:height]), id=room)
        for height, floor in enumerate(FLOORS)
        for room in sorted(floor)
    ],
)
def test_a_room_imports_only_what_lies_below_it(room: str, below: set[str]) -> None:
    for path in files_of(room):
        found = {room_of(name) for name in imports(path)} - {"", room}
        assert found <= below, f"{path.relative_to(ROOT)} imports {found - below}"


@pytest.mark.parametrize("room", sorted(rooms() - WRITERS))
def test_only_services_and_live_change_rows(room: str) -> None:
    assert [found for path in files_of(room) for found in writes(path)] == []


@pytest.mark.parametrize("room", SURFACE)
def test_the_surface_finds_rows_through_the_gate(room: str) -> None:
    managers = {"objects", "_default_manager"}
    for path in files_of(room):
        reached = [one for one in nodes(path) if isinstance(one, ast.Attribute)]
        direct = [ast.unparse(one) for one in reached if one.attr in managers]
        assert not direct, f"{path.relative_to(ROOT)}: {direct}"


def test_the_guard_sees_a_write() -> None:
    program = ROOT / "threatmodel/services/evidence.py"
    assert any("row.save" in found for found in writes(program))
    assert any("current.save" in found for found in writes(program))


def test_the_guard_sees_a_relative_import() -> None:
    inputs, findings = (ROOT / "threatmodel/core" / name for name in ("inputs.py", "findings.py"))
    assert "catalog.types.Level" in set(imports(inputs))
    assert "threatmodel.core.inputs.Treatment" in set(imports(findings))


def test_importing_the_core_needs_no_django() -> None:
    import subprocess
    import sys

    program = (
        "import sys; sys.modules['django'] = None; import catalog; "
        "from threatmodel.core.assessment import assess; print(assess.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "assess\n", done.stderr
