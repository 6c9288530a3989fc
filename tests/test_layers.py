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
)
FRAMEWORKS = {"django", "rest_framework", "channels", "celery", "allauth", "redis"}
# Each room with the rooms of ours that it may import, besides itself.
MAY_IMPORT = {
    "catalog": set(),
    "threatmodel/core": {"catalog"},
    "threatmodel/formats": {"catalog", "threatmodel.core"},
    "threatmodel/robustness": {"catalog", "threatmodel.core"},
    "threatmodel/reports": {"catalog", "threatmodel.core", "threatmodel.formats"},
}
SURFACE = {"threatmodel.views", "threatmodel.api", "threatmodel.realtime", "threatmodel.admin"}
INNER = ("models", "gate", "events", "services", "live")


def sources(room: str) -> list[Path]:
    folder = ROOT / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def package_of(path: Path) -> list[str]:
    return list(path.relative_to(ROOT).parent.parts)


def imports(path: Path) -> Iterator[str]:
    """Absolute names of everything a file imports, relative imports resolved."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package_of(path)[: len(package_of(path)) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def ours(name: str) -> bool:
    return name.split(".")[0] in {"catalog", "threatmodel"}


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_imports_no_framework(room: str) -> None:
    for path in sources(room):
        found = {name.split(".")[0] for name in imports(path)} & FRAMEWORKS
        assert not found, f"{path.relative_to(ROOT)} imports {found}"


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_imports_only_what_lies_below_it(room: str) -> None:
    allowed = MAY_IMPORT[room] | {room.replace("/", ".")}
    for path in sources(room):
        for name in filter(ours, imports(path)):
            assert any(within(name, a) for a in allowed), f"{path.relative_to(ROOT)}: {name}"


@pytest.mark.parametrize("room", INNER)
def test_an_inner_room_never_imports_the_surface(room: str) -> None:
    for path in sources(f"threatmodel/{room}"):
        for name in imports(path):
            assert not any(within(name, s) for s in SURFACE), f"{path.relative_to(ROOT)}: {name}"


def test_nothing_imports_the_views_but_the_urls() -> None:
    for path in sources("threatmodel"):
        if path.name == "urls.py" or "views" in path.parts:
            continue
        assert not any(within(name, "threatmodel.views") for name in imports(path)), path


def test_services_name_a_task_and_never_import_it() -> None:
    for path in sources("threatmodel/services"):
        assert not any(within(name, "threatmodel.tasks") for name in imports(path)), path


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
