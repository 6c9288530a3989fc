"""Our own format: the document, and in a full export what was entered, measured and named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

import yaml

from catalog.types import Catalog
from threatmodel.core.document import Document, DocumentError, Remark, parse, to_data
from threatmodel.core.inputs import Inputs

from . import belongings, carried, history
from .baselines import MOST_JSON, MOST_YAML, Baseline, read_baselines, write_baselines
from .belongings import Belongings
from .entered import KEYS, read_inputs, to_rows
from .history import History, read_history
from .imported import Imported, Report, counted
from .layout import arranged
from .source import MAX_JSON, MAX_YAML, read_text

NAME = "bartizan"
TITLE = "Bartizan's own format (JSON or YAML)"
# What a full export has beside what is drawn.
LEFT_OUT = tuple(f"{name}_left_out" for name in history.KEYS)
BESIDE = (*KEYS, "baselines", "views", *history.KEYS, *LEFT_OUT)
_NOT_HELD = Remark(
    "linked models' files, endpoints, schedules and views that nobody shared",
    "a full export does not hold them; they stay with the system that it was made of",
)
# For the heads of attached files and what else is not counted byte by byte.
SPARE = 2**20
# Wherever it stands: a store may have sorted the keys.
_MARK = re.compile(rb"""["']?format["']?\s*:\s*["']?bartizan/""")


def recognises(data: bytes, filename: str) -> bool:
    return not data.startswith(b"%PDF") and _MARK.search(data) is not None


def read(data: bytes, catalog: Catalog, *, as_they_stand: bool = False) -> Imported:
    """The document and its entries.

    Raises
    ------
    DocumentError
        Naming the place in the file.
    """
    whole = read_text(data)
    if not isinstance(whole, Mapping):
        raise DocumentError("a document is a mapping with the keys system, components, flows ...")
    drawn = {key: value for key, value in whole.items() if key not in BESIDE}
    document, kept = parse(drawn, catalog)
    brought, strange = carried.brought(document, catalog, as_they_stand=as_they_stand)
    if brought is not None:
        document, kept = parse(drawn, brought)
    kept += strange
    rest, belonging = belongings.split(whole)
    inputs, mapped = read_inputs(rest, as_they_stand=as_they_stand)
    _require_name(whole)
    if not _has_places(drawn):
        document = arranged(document)
        mapped += (Remark("the drawing", "the file gives no places; laid out"),)
    named = read_baselines(whole, brought or catalog, as_they_stand=as_they_stand)
    told = read_history(whole, as_they_stand=as_they_stand)
    held, short = history.remarks(told, whole)
    became, left = belongings.remarks(belonging)
    report = Report(
        read=counted(document),
        mapped=(*mapped, *named.mapped, *became * (not as_they_stand)),
        kept=(*kept, *held),
        dropped=(*named.dropped, *short, *left, *(_NOT_HELD,) * _is_full(whole)),
    )
    return Imported(NAME, document, inputs, report, brought, named.baselines, told, belonging)


def _is_full(whole: Mapping[str, object]) -> bool:
    """Whether a file is about more than a drawing."""
    return any(key in whole for key in BESIDE)


def _require_name(whole: Mapping[str, object]) -> None:
    """A file names its system; one that does not is more often cut off than meant so."""
    about = whole.get("system")
    if not isinstance(about, Mapping) or not str(about.get("name") or "").strip():
        message = "the document has no system name; give it one"
        raise DocumentError(message, field="system.name")


def _has_places(drawn: Mapping[str, object]) -> bool:
    """Whether any element says where it is drawn; a file written by hand seldom does."""
    rows = [*_rows(drawn, "zones"), *_rows(drawn, "components"), *_rows(drawn, "notes")]
    return not rows or any("box" in row for row in rows)


def _rows(drawn: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    rows = drawn.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def write(
    document: Document,
    inputs: Inputs | None = None,
    *,
    baselines: Iterable[Baseline] = (),
    told: History | None = None,
    belonging: Belongings | None = None,
    as_yaml: bool = False,
) -> bytes:
    """The whole as JSON or YAML; reading it as it stands gives the same values again.

    Without `inputs` only what is drawn is written; `told` is what was said and done, `belonging`
    what belongs to the inputs. Baselines come the ones first that must not be missing: where a
    file would grow beyond what is read again, the others keep only their heads, and so do
    attached files.
    """
    data = to_data(document)
    if inputs is not None:
        data.update(to_rows(inputs))
    named = write_baselines(baselines, MOST_YAML if as_yaml else MOST_JSON)
    if named:
        data["baselines"] = named
    if told:
        data.update(history.to_rows(told, history.MOST_YAML if as_yaml else history.MOST_JSON))
    if belonging:
        room = (MAX_YAML if as_yaml else MAX_JSON) - SPARE
        belongings.join(data, belonging, room - len(_spelt(data, as_yaml=as_yaml)))
    return _spelt(data, as_yaml=as_yaml)


def _spelt(data: Mapping[str, object], *, as_yaml: bool) -> bytes:
    if as_yaml:
        text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
        return text.encode()
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"
