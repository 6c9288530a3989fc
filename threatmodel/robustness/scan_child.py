"""Looks through a stranger's model file inside the sandbox. Nothing of it is ever loaded.

A pickle is a program; picklescan lists what it would call. Archives are opened within bounds and
each pickle inside is listed too. A scanner misses what it does not know, so silence proves nothing.
"""

from __future__ import annotations

import io
import json
import logging
import pickle
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from picklescan import scanner

from .errors import RobustnessError

MOST_ENTRIES, MOST_UNPACKED, MOST_TOLD = 20_000, 512 * 2**20, 50
PICKLE = (b"\x80\x00", b"\x80\x01", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
NAMED_PICKLE = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin")
# Of a Keras layer that holds Python code of its own; the same words stand in HDF5 attributes.
LAMBDA = re.compile(rb'"class_name"\s*:\s*"Lambda"')
TRUSTED = frozenset({"builtins", "collections", "numpy", "scipy", "sklearn"})

Found = tuple[str, str, str]


class Scanning:
    """What the box does for each file: look into it without loading anything."""

    def warm(self) -> None:
        """Go each way once: what is imported on the way must come in while files can be read."""
        logging.disable(logging.CRITICAL)  # the scanner's log has nowhere to go
        array, archive = io.BytesIO(), io.BytesIO()
        np.save(array, np.zeros(1))
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("x.npy", array.getvalue())
            file.writestr("x.pkl", pickle.dumps(1))
            file.writestr("schema.json", "{}")
        for body in (archive.getvalue(), zlib.compress(pickle.dumps(1)), b"\x80\x04."):
            scan(body)

    def answer(self, request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        kind, found = scan(body)
        order = {"dangerous": 0, "unknown": 1, "told": 2}
        listed = sorted(found, key=lambda one: order[one[0]])[:MOST_TOLD]
        dangerous = sum(one[0] == "dangerous" for one in found)
        told = [[level, where[:120], what[:200]] for level, where, what in listed]
        return {"kind": kind, "dangerous": dangerous, "found": told, "count": len(found)}, b""


def scan(body: bytes) -> tuple[str, list[Found]]:
    """What the file is, and what in it would run or could not be read."""
    if body.startswith(b"PK\x03\x04"):
        return _archive(body)
    if body.startswith(b"\x89HDF"):
        return "HDF5 file", _lambdas("", body) + [("told", "", "searched by its text alone")]
    if body[:2] in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\x78\x5e"):
        return "compressed pickle", _pickle("", _inflated(body))
    if body.startswith(PICKLE) or _looks_like_text_pickle(body):
        return "pickle", _pickle("", body)
    if body[8:9] == b"{" and int.from_bytes(body[:8], "little") < len(body):
        return "safetensors file", []
    return "unknown file", [("unknown", "", "of no kind that this scan knows; nothing was read")]


def _archive(body: bytes) -> tuple[str, list[Found]]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > MOST_UNPACKED:
                raise RobustnessError("artefact: its archive unpacks to more than a scan reads")
            names = {entry.filename.rpartition("/")[2] for entry in entries}
            found = [one for entry in entries for one in _entry(archive, entry)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise RobustnessError("artefact: its archive is damaged, encrypted or unknown") from error
    return _kind(names), found


def _kind(names: set[str]) -> str:
    if "schema.json" in names:
        return "skops file"
    if "metadata.json" in names and "config.json" in names:
        return "Keras file"
    return "PyTorch archive" if "data.pkl" in names else "zip archive"


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[Found]:
    name = entry.filename
    with archive.open(entry) as file:
        head = file.read(16)
    if name.endswith(("config.json", "schema.json")):
        content = archive.read(entry)
        yield from _lambdas(name, content)
        yield from _skops(name, content)
    elif head.startswith(b"\x93NUMPY"):
        yield from _array(name, archive.read(entry))
    elif head.startswith(PICKLE) or name.endswith(NAMED_PICKLE):
        yield from _pickle(name, archive.read(entry))
    elif head.startswith(b"\x89HDF"):
        yield from _lambdas(name, archive.read(entry))


def _pickle(where: str, content: bytes) -> list[Found]:
    """What it would import, by what the scanner thinks of that."""
    try:
        found = scanner.scan_pickle_bytes(io.BytesIO(content), where)
    except Exception as error:  # its parser meets whatever a stranger writes
        return [("unknown", where, f"could not be read to its end ({type(error).__name__})")]
    told = [_named(where, one) for one in found.globals]
    named = [one for one in told if one]
    if found.scan_err:
        named.append(("unknown", where, "could not be read to its end"))
    return named


def _named(where: str, one: scanner.Global) -> Found | None:
    name = f"{one.module}.{one.name}"
    if one.safety is scanner.SafetyLevel.Dangerous:
        return "dangerous", where, f"would call {name}"
    if one.safety is scanner.SafetyLevel.Suspicious and not _trusted(name):
        return "unknown", where, f"would call {name}, which the scanner does not know"
    return None


def _trusted(name: str) -> bool:
    """By the whole name of its library: `numpy_tools` is somebody else's."""
    return name.partition(".")[0] in TRUSTED


def _array(where: str, content: bytes) -> list[Found]:
    """An array of objects is a pickle behind a header."""
    file = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(file)
        old = version == (1, 0)
        reader = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
        _, _, dtype = reader(file)
    except ValueError:
        return [("unknown", where, "an array whose header cannot be read")]
    return _pickle(where, file.read()) if dtype.hasobject else []


def _lambdas(where: str, content: bytes) -> list[Found]:
    found = len(LAMBDA.findall(content))
    return [("dangerous", where, f"{found} Lambda layers with code of their own")] if found else []


def _skops(where: str, content: bytes) -> list[Found]:
    """The types that a skops file would make, but for those of the usual libraries."""
    if not where.endswith("schema.json"):
        return []
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return [("unknown", where, "cannot be read")]
    modules = set(re.findall(rb'"__module__"\s*:\s*"([\w.]{1,100})"', content))
    strange = sorted(name for name in map(bytes.decode, modules) if not _trusted(name))
    return [("unknown", where, f"would make objects of {name}") for name in strange]


def _inflated(body: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=47)
    try:
        content = stream.decompress(body, MOST_UNPACKED)
    except zlib.error as error:
        raise RobustnessError("artefact: its compression is damaged") from error
    if stream.unconsumed_tail:
        raise RobustnessError("artefact: it unpacks to more than a scan reads")
    return content


def _looks_like_text_pickle(body: bytes) -> bool:
    """Protocol 0 has no mark: it begins with an opcode and ends with a full stop."""
    return body.rstrip(b"\n").endswith(b".") and bool(re.match(rb"[(c][\w(]", body[:2]))


PROGRAM = Scanning()
