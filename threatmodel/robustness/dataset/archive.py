"""An npz from a stranger: sizes are read from its own headers before any data, objects never."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import RobustnessError

ENTRY_LIMIT, UNPACKED_LIMIT, RATIO_LIMIT = 16, 256 * 1024**2, 200
ROW_LIMIT, WIDTH_LIMIT = 100_000, 1_000_000


def _check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT or len({entry.filename for entry in entries}) < len(entries):
        raise RobustnessError("data set: the npz has too many or doubled entries")
    for entry in entries:
        packed = max(entry.compress_size, 1)
        if entry.flag_bits & 1:
            raise RobustnessError("data set: the npz is encrypted")
        if entry.file_size > 4096 and entry.file_size / packed > RATIO_LIMIT:
            raise RobustnessError("data set: the npz unpacks to far more than it holds")
    if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise RobustnessError(f"data set: the npz unpacks to over {UNPACKED_LIMIT >> 20} MiB")


def _read_array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """One entry, after its header has been judged."""
    with archive.open(f"{name}.npy") as file:
        version = np.lib.format.read_magic(file)
        if version not in ((1, 0), (2, 0)):
            raise RobustnessError(f"data set: {name} is in an unknown version of npy")
        header = np.lib.format.read_array_header_1_0
        shape, _, dtype = (header if version == (1, 0) else np.lib.format.read_array_header_2_0)(
            file
        )
    size = archive.getinfo(f"{name}.npy").file_size
    plain = "fiub" if name != "x" else "fiubU"
    if dtype.kind not in plain or math.prod(shape) * dtype.itemsize > size:
        raise RobustnessError(f"data set: {name} must be plain numbers or texts, not objects")
    with archive.open(f"{name}.npy") as file:
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    return array


def arrays(data: bytes, columns: Mapping[str, str]) -> dict[str, NDArray[Any]]:
    """`x`, `y` and the named columns of an npz, none of them opened before its header was judged.

    Raises
    ------
    RobustnessError
        Naming what cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive)
            names = {entry.filename.removesuffix(".npy") for entry in archive.infolist()}
            missing = sorted({"x", "y", *columns.values()} - names)
            if missing:
                raise RobustnessError(f"data set: the npz has no array '{missing[0][:60]}'")
            return {name: _read_array(archive, name) for name in ("x", "y", *columns.values())}
    except RobustnessError:
        raise
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise RobustnessError(
            "data set: not a readable npz file, nor texts as CSV (text,label) or JSON lines"
        ) from error


def rows(found: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Rows and labels as models take them: finite, narrow, one label for each row.

    Raises
    ------
    RobustnessError
        Naming what is expected there.
    """
    x, y = found["x"], found["y"]
    if x.ndim < 2 or y.ndim != 1 or len(x) != len(y) or not len(x) or not x[0].size:
        raise RobustnessError("data set: x must be rows of numbers and y one label for each")
    if len(x) > ROW_LIMIT or x[0].size > WIDTH_LIMIT:
        raise RobustnessError(f"data set: over {ROW_LIMIT} rows or {WIDTH_LIMIT} numbers a row")
    if x.dtype.kind != "f" or y.dtype.kind not in "iu":
        raise RobustnessError("data set: x must be float numbers and y integer labels")
    with np.errstate(over="ignore"):
        narrow = x.astype(np.float32)
    if not np.isfinite(narrow).all():
        raise RobustnessError("data set: x holds values that are not finite numbers")
    return narrow, y.astype(np.int64)
