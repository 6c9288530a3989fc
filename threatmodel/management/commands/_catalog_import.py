"""`manage.py catalog import FILE`: a publisher's own file, for every workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.core.management.base import CommandError

from catalog import CatalogError
from catalog.official import MAX_BYTES, Official, read
from threatmodel.services.editions import Comparison, Preview, Touched

UNUSABLE = 2
SHOWN = 20


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


def told(official: Official, preview: Preview) -> Iterator[str]:
    """What the file is and what keeping it would change, line by line."""
    counts = Counter(one.kind for one in official.entries.values())
    held = ", ".join(_counted(counts[kind], kind) for kind in official.kinds if counts[kind])
    yield f"{official.title} {official.edition} ({official.licence}): {held}"
    if preview.newer:
        yield f"This is an older edition than {preview.newer}."
    for comparison in preview.comparisons:
        yield ""
        yield f"Compared with {comparison.earlier}:"
        yield from _compared(official, comparison)
    yield ""
    yield from _touched(preview.touched)


def _counted(count: int, kind: str) -> str:
    many = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return f"{count} {kind if count == 1 else many}"


def _compared(official: Official, comparison: Comparison) -> Iterator[str]:
    changes = comparison.changes
    if not (changes.new or changes.retitled or changes.moved or changes.retired):
        yield "  nothing is new, renamed, moved or retired"
        return
    titles = {id: one.title for id, one in official.entries.items()}
    yield _listed("new", (f"{id} {titles[id]}".rstrip() for id in changes.new))
    yield _listed(
        "renamed", (f"{id} was '{was}', is '{now}'" for id, (was, now) in changes.retitled.items())
    )
    yield _listed("moved", (f"{was} to {now}" for was, now in changes.moved.items()))
    yield _listed("retired", changes.retired)
    yield _listed("threats that cite these", _citing(comparison.threats))
    yield _listed("controls that cite these", _citing(comparison.controls))


def _citing(found: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (f"{id} ({', '.join(ids)})" for id, ids in found.items())


def _listed(what: str, items: Iterable[str]) -> str:
    found = list(items)
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"  {what}: {len(found)}{': ' if found else ''}{'; '.join(found[:SHOWN])}{more}"


def _touched(systems: tuple[Touched, ...]) -> Iterator[str]:
    if not systems:
        yield "No finding of any system is touched."
        return
    yield f"Findings touched, in {len(systems)} system{'s' if len(systems) > 1 else ''}:"
    for one in systems[:SHOWN]:
        yield (
            f"  {one.system} ({one.workspace}): {one.citing} whose threat cites such an entry, "
            f"{one.answered} more that such a control answers"
        )
    if len(systems) > SHOWN:
        yield f"  and {len(systems) - SHOWN} more systems"
