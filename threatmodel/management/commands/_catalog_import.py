"""`manage.py catalog import FILE` and `remove LIST`: publishers' own files, for everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from django.core.management.base import CommandError
from django.db import DatabaseError

from catalog import CatalogError
from catalog.official import MAX_BYTES, Official, read
from threatmodel.services import editions, official
from threatmodel.services.editions import Comparison, Preview, Touched
from threatmodel.services.refusal import Refusal

UNUSABLE = 2


def run(path: Path, say: Callable[[str], object], *, sure: bool, dry: bool) -> None:
    """Tell what a file would change, ask unless that is settled, and keep it.

    Raises
    ------
    CommandError
        In one sentence; nothing was changed then.
    """
    found, data = read_file(path)
    try:
        say("\n".join(told(found, editions.preview(found))))
        if dry or not (sure or _agreed(say)):
            say("Nothing was changed.")
            return
        official.keep(found, data, path.name)
    except DatabaseError as error:
        problem = f"The database refused: {error}; if it is new, run 'manage.py migrate' first"
        raise CommandError(problem) from error
    say("Kept. Pages show this text, with its licence, from now on.")


def remove(name: str, say: Callable[[str], object]) -> None:
    """Take an imported file away again.

    Raises
    ------
    CommandError
        When no import goes by that name; it says which there are.
    """
    try:
        row = official.remove(name)
    except Refusal as refusal:
        raise CommandError(refusal.message, returncode=UNUSABLE) from refusal
    except DatabaseError as error:
        raise CommandError(f"The database refused: {error}") from error
    say(f"Removed {row}. Pages show the shipped list alone; decisions and findings are untouched.")


def _agreed(say: Callable[[str], object]) -> bool:
    try:
        return input("Keep it for every workspace? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        say("Nobody answered; add --yes to import without being asked.")
        return False


def read_file(path: Path) -> tuple[Official, bytes]:
    """The file, whole.

    Raises
    ------
    CommandError
        For a file that is not there or cannot be used.
    """
    try:
        with path.open("rb") as file:
            # One byte more than may be there, so that a much larger file is never in memory.
            data = file.read(MAX_BYTES + 1)
        return read(data, path.name), data
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=UNUSABLE) from error
    except CatalogError as error:
        raise CommandError(str(error), returncode=UNUSABLE) from error


def told(found: Official, preview: Preview) -> Iterator[str]:
    """What the file is and what keeping it would change, line by line."""
    counts = Counter(one.kind for one in found.entries.values())
    held = ", ".join(_counted(counts[kind], kind) for kind in found.kinds if counts[kind])
    yield f"{found.title} {found.edition} ({found.licence}): {held}"
    if preview.newer:
        yield f"This is an older edition than {preview.newer}."
    for comparison in preview.comparisons:
        yield ""
        yield f"Compared with {comparison.earlier}:"
        yield from _compared(found, comparison)
    yield ""
    yield from _touched(preview.touched)


def _counted(count: int, kind: str) -> str:
    many = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return f"{count} {kind if count == 1 else many}"


def _compared(found: Official, comparison: Comparison) -> Iterator[str]:
    changes = comparison.changes
    if not (changes.new or changes.retitled or changes.moved or changes.retired):
        yield "  nothing is new, renamed, moved or retired"
        return
    titles = {id: one.title for id, one in found.entries.items()}
    renamed = (f"{id} was '{was}', is '{now}'" for id, (was, now) in changes.retitled.items())
    yield from _listed("new", (f"{id} {titles[id]}".rstrip() for id in changes.new))
    yield from _listed("renamed", renamed)
    yield from _listed("moved", (f"{was} to {now}" for was, now in changes.moved.items()))
    yield from _listed("retired", changes.retired)
    yield from _listed("threats that cite what changed", _citing(comparison.threats))
    yield from _listed("controls that cite what changed", _citing(comparison.controls))


def _citing(found: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (f"{id} ({', '.join(ids)})" for id, ids in found.items())


def _listed(what: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"    {item}" for item in items]
    yield f"  {what}: {len(lines)}"
    yield from lines


def _touched(systems: tuple[Touched, ...]) -> Iterator[str]:
    if not systems:
        yield "No finding of any system is touched."
        return
    yield "Findings touched:"
    for one in systems:
        more = f", {one.answered} more that such a control answers" if one.answered else ""
        place = f"{one.system} ({one.workspace})"
        yield f"  {place}: {one.citing} whose threat cites what changed{more}"
